"""What a reader hands on: a book of sheets, each a grid of cells at their exact addresses.

A grid is a list of rows, ``rows[r][c]``, both from 0, where ``rows[0][0]`` is cell A1: blank leading rows and columns
are kept, so that an index is an address. Rows may differ in length; cells beyond the end are blank.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

CellValue = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None
Grid = list[list[CellValue]]


class Span(NamedTuple):
    """A merged range, rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the fast reader hides, by (row, column) from 0.

    ``formats``: number formats other than General of cells with a value. ``errors``: error cells and their text
    (``#REF!``). ``uncached``: formulas without a stored value, and their text. ``hidden_rows``, ``hidden_columns``:
    indices from 0.
    """

    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


NO_EVIDENCE = Evidence()


@dataclass(slots=True)
class Sheet:
    """One sheet. ``name`` is None for text files, which have no sheets.

    ``suspect`` says that the file holds error cells, formulas or hidden rows or columns somewhere, as a cheap look at
    its bytes found; ``percents`` that some cell of the book may be formatted as a per cent, ``odd_formats`` that some may be shown smaller
    than they are stored, or with words after them. Only then is ``evidence``
    asked for, which opens the file anew.
    """

    name: str | None
    rows: Grid
    merged: list[Span] = field(default_factory=list)
    hidden: bool = False
    suspect: bool = False
    percents: bool = True
    odd_formats: bool = False
    load_evidence: Callable[[], Evidence] | None = None
    _evidence: Evidence | None = None

    @property
    def evidence(self) -> Evidence:
        """Number formats, error cells, uncached formulas and hidden lines of this sheet, read when first asked for."""
        if self._evidence is None:
            self._evidence = self.load_evidence() if self.load_evidence else NO_EVIDENCE
        return self._evidence

    def cell(self, row: int, column: int) -> CellValue:
        """The value at a place, None beyond the grid's ends."""
        if 0 <= row < len(self.rows):
            line = self.rows[row]
            if 0 <= column < len(line):
                return line[column]
        return None


@dataclass(slots=True)
class Book:
    """One file as read: ``kind`` is a key of ``READERS`` (told by content), ``sha256`` of its bytes."""

    file: str
    kind: str
    sha256: str
    sheets: list[Sheet]


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Column index from 0 → letters (0 → A, 26 → AA)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=65536)
def address(row: int, column: int) -> str:
    """Row and column from 0 → cell address (6, 3 → D7)."""
    return f"{column_letters(column)}{row + 1}"
