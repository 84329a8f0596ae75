"""Which language the user reads: --lang, KPI_LANG, the locale, else Chinese. Read here and nowhere else."""

from __future__ import annotations

import os
import sys
from itertools import pairwise

from kpi_cli.words import LANGUAGES, Language, say


def language_here() -> Language:
    """The language for help and messages, before options are parsed."""
    arguments = sys.argv[1:]
    asked = next((later for option, later in pairwise(arguments) if option == "--lang"), None)
    asked = asked or next((each.removeprefix("--lang=") for each in arguments if each.startswith("--lang=")), None)
    for candidate in (asked, os.environ.get("KPI_LANG")):
        for language in LANGUAGES:
            if candidate == language:
                return language
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    name = locale.split(".")[0].split("_")[0].casefold()
    return "zh" if name in ("", "c", "posix", "zh") else "en"


def word(key: str, **facts: object) -> str:
    """A word in the language of this run."""
    return say(key, language_here(), **facts)
