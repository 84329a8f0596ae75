"""Cell references as files write them: A1, AA12:AB14."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpi_cli.intake.book import Span
from kpi_cli.intake.limits import Limits

REFERENCE = re.compile(r"\$?([A-Za-z]{1,8})\$?(\d{1,12})\Z")


def span(reference: str, limits: Limits) -> Span | None:
    """``A1:B2`` → a span; None for one cell or what is no reference."""
    first, _, last = reference.partition(":")
    ends = [REFERENCE.match(part) for part in (first, last or first)]
    if not all(ends):
        return None
    (left, top), (right, bottom) = ((column_index(end[1]), int(end[2]) - 1) for end in ends if end)
    if not (0 <= top <= bottom < limits.rows and 0 <= left <= right < limits.columns):
        return None
    return Span(top, left, bottom, right) if (top, left) != (bottom, right) else None


def spans(references: Iterable[str], limits: Limits) -> list[Span]:
    """The merged ranges that references name, each once; single cells left out."""
    found = (span(each, limits) for each in dict.fromkeys(references))
    return list(dict.fromkeys(each for each in found if each is not None))


def column_index(letters: str) -> int:
    """Column letters → index from 0 (AA → 26)."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
