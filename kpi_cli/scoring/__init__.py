"""Results → scores: a scheme's language, its methods over arrays of subjects, ranks, grades and their explanation."""
