"""Every word a user sees that is not a rule's message, in Chinese and English; and how numbers are shown."""

from __future__ import annotations

from typing import Literal

from kpi_cli.words.table import WORDS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def say(key: str, language: Language, **facts: object) -> str:
    """The word for ``key`` in ``language``, its placeholders filled. KeyError for an unknown word."""
    chinese, english = WORDS[key]
    text = chinese if language == "zh" else english
    return text.format_map(facts) if facts else text


def both(key: str, **facts: object) -> dict[str, str]:
    """The word in both languages, as the machine formats carry it."""
    return {"zh": say(key, "zh", **facts), "en": say(key, "en", **facts)}
