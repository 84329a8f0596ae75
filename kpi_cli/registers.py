"""A register as it was read: columns packed so that a million cells go from a worker to its parent in a few blocks of
memory, each row traced to its file and number, and an account of every row of the sheet."""

from __future__ import annotations

import sys
from typing import NamedTuple

# States of a cell: the sheet lacks the column, a blank, a dash or 未报, not applicable ("/"), unreadable, a value.
ABSENT, EMPTY, UNSAID, NONE, BAD, GOOD = range(6)
# Between the texts of a column; no table holds this character.
SEPARATOR = "\x1f"
# What the rows of a sheet may be, besides rows of the register. The numbers of all of them add up to the rows.
TITLE, HEAD, BLANK_ROW, AGAIN, SECTION, TOTAL, NOTE = "title", "head", "blank", "repeated-head", "section", "total", "note"


class Numbers(NamedTuple):
    """Figures: ``values`` are float64, NaN where there is none; ``factor`` leads to base units. ``states`` of cells that
    are neither blank nor a value, by index."""

    values: bytes
    factor: float
    states: dict[int, int]


class Codes(NamedTuple):
    """Cells of few different texts: ``codes``, int32, are places in ``texts``, the first of which is blank. ``states`` and
    ``values`` are what each text says: 1 or 0 for a flag, for classes the sum of a bit for each, in the plan's order."""

    codes: bytes
    texts: list[str]
    states: list[int]
    values: list[float]


class Texts(NamedTuple):
    """Texts that differ from row to row, joined by SEPARATOR."""

    joined: str
    size: int

    def split(self) -> list[str]:
        return self.joined.split(SEPARATOR) if self.size else []


class Fixed(NamedTuple):
    """Texts that differ from row to row, each in the same number of bytes: UTF-8, filled up with NULs to ``width``."""

    values: bytes
    width: int


Cells = Numbers | Codes | Texts | Fixed


class ReadColumn(NamedTuple):
    """One column of a sheet: the plan's column that it is, its letters, the number of the row of its head, and its cells.
    ``refused`` says that its unit cannot be right: none of its figures is used."""

    id: str
    letters: str
    head_row: int
    text: str
    cells: Cells
    refused: bool = False


class RegisterTable(NamedTuple):
    """The rows of one register in one sheet. ``numbers`` are row numbers from 1, int32, one for each row of a column.

    ``others`` counts the rows that are no rows of the register, by what they are; ``lacking`` names the plan's columns that
    the sheet does not have; ``subject`` is whom the sheet speaks of as a whole, None where it does not say.
    """

    register: str
    file: str
    sheet: str | None
    columns: tuple[ReadColumn, ...]
    numbers: bytes
    size: int
    others: dict[str, int]
    lacking: tuple[str, ...]
    subject: str | None = None

    @property
    def range(self) -> str:
        """The cells from the first row to the last, over the columns that were read; "" where there is no row."""
        if not self.size or not self.columns:
            return ""
        letters = sorted((each.letters for each in self.columns), key=lambda each: (len(each), each))
        first, last = (int.from_bytes(self.numbers[at : at + 4 or None], sys.byteorder) for at in (0, -4))
        return f"{letters[0]}{first}:{letters[-1]}{last}"

    @property
    def total(self) -> int:
        """All rows of the sheet."""
        return self.size + sum(self.others.values())
