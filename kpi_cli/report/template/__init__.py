"""The form to fill in, made from a plan: names, units, last year's figures, instructions, limits and hidden keys."""
