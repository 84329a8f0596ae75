"""Rows of a plain worksheet that were matched whole, their columns read as they are asked for."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

from kpi_cli.intake.book import CellValue
from kpi_cli.intake.readers.number_formats import GENERAL, changes_figures, date_value, is_date, shows_percents
from kpi_cli.intake.readers.ooxml_shape import RowPattern, Way
from kpi_cli.intake.readers.ooxml_texts import NotPlainError, as_written, unescaped

# Where no more than one cell in twenty is blank, or written another way, gaps are put in; else values in their places.
_MOSTLY = 0.95
# Longer texts within a sheet are looked at by the readers that count them.
_LONGEST_TEXT = 32_767
_TRUTHS = {"0": False, "1": True}
# Reads the contents of a column that are written in one way.
Read = Callable[[int, Way, list[str]], list[CellValue]]


class Block:
    """Some rows that follow each other. ``numbers``: theirs, from 1. A column is read when first asked for."""

    def __init__(self, fields: list[Any], pattern: RowPattern, read: Read) -> None:
        self._fields, self._pattern, self._read = fields, pattern, read
        self._step, self.width = pattern.step, pattern.width
        self.numbers = list(map(int, fields[1 :: self._step]))
        self._columns: dict[int, list[CellValue]] = {}

    def __getitem__(self, column: int) -> list[CellValue]:
        found = self._columns.get(column)
        if found is None:
            found = self._columns[column] = self._column(column)
        return found

    def row(self, place: int) -> list[CellValue]:
        """All cells of one row, by its place in the block."""
        return [self[column][place] for column in range(self.width)]

    def below(self, number: int) -> Block:
        """The rows after the one of this number."""
        place = bisect_right(self.numbers, number)
        return self if not place else Block(self._fields[place * self._step :], self._pattern, self._read)

    def last_filled(self) -> int | None:
        """The number of the last row that is not blank."""
        places = range(len(self.numbers) - 1, -1, -1)
        return next((self.numbers[place] for place in places if any(self._fields[place * self._step + 2 : (place + 1) * self._step])), None)

    def _column(self, column: int) -> list[CellValue]:
        """Each cell is written in one way, or in none."""
        found: list[CellValue] | None = None
        for at, way in self._pattern.columns.get(column, ()):
            written: list[str | None] = self._fields[at :: self._step]
            present = list(filter(None, written))
            if not present:
                continue
            try:
                values = self._read(column, way, present)
            except (ValueError, IndexError, KeyError):
                raise NotPlainError from None
            found = _in_places(values, written, found)
        return found if found is not None else [None] * len(self.numbers)


def _in_places(values: list[CellValue], written: Sequence[str | None], found: list[CellValue] | None) -> list[CellValue]:
    """The values in the places where something is written, the others as they were found before."""
    if len(values) == len(written):
        return values
    if found is None and len(values) > _MOSTLY * len(written):
        for place in compress(range(len(written)), map(operator.not_, written)):
            values.insert(place, None)
        return values
    found = found if found is not None else [None] * len(written)
    for place, value in zip(compress(range(len(written)), written), values, strict=True):
        found[place] = value
    return found


def telling_styles(formats: Sequence[str]) -> set[int]:
    """The styles that change what a number says."""
    return {style for style, each in enumerate(formats) if is_date(each) or shows_percents(each) or changes_figures(each)}


def format_of(formats: Sequence[str], way: Way) -> str:
    return formats[way.style] if way.style is not None else GENERAL


def numbers(written: list[str], number_format: str) -> list[CellValue]:
    """Numbers, or the dates that they are shown as."""
    values: list[Any] = list(map(float, written))
    return [date_value(each, number_format) for each in values] if is_date(number_format) else values


def truths(written: list[str]) -> list[CellValue]:
    return list(map(_TRUTHS.__getitem__, written))


def texts(written: list[str]) -> list[CellValue]:
    """Texts that stand in their cells, None for one without a character."""
    joined = "".join(written)
    if not as_written(joined) or max(map(len, written)) > _LONGEST_TEXT:
        raise NotPlainError
    found: list[Any] = [unescaped(each) if "&" in each else each for each in written] if "&" in joined else written
    return [each or None for each in found] if "" in found else found
