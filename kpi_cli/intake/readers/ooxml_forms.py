"""Small sheets that come again and again in one shape, as the forms of a county's towns do: rows are matched whole, by a
pattern that is learnt from the sheets before, which takes a third of the time of matching cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from kpi_cli.intake.book import CellValue, Grid
from kpi_cli.intake.readers.number_formats import is_date
from kpi_cli.intake.readers.ooxml_block import Block, format_of, numbers, truths
from kpi_cli.intake.readers.ooxml_shape import ERROR, NUMBER, SHARED, TRUTH, Shape, Way
from kpi_cli.intake.readers.ooxml_texts import KNOWN, NotPlainError, unescaped

# For so few sheets a pattern is not worth its making; one that must be made anew so often tells no shape.
FIRST = 8
_MOST_MADE = 32
# Of a wider shape, or a longer sheet, blanks would cost more than they save.
_MOST_COLUMNS = 64
_MOST_PLACES = 100_000


class _Recurring:
    """The shape of the sheets of books with the same styles."""

    def __init__(self, formats: Sequence[str]) -> None:
        self.shape = Shape({style for style, each in enumerate(formats) if is_date(each)})
        self.seen = 0

    def fields(self, body: str) -> list[str] | None:
        """The fields of these rows, None where they are better read cell by cell."""
        self.seen += 1
        if self.seen <= FIRST or self.shape.made > _MOST_MADE:
            return None
        fields = self.shape.fields(body)
        return fields if self.shape.pattern.width <= _MOST_COLUMNS else None


recurring = lru_cache(maxsize=16)(_Recurring)


def grid_of_known_shape(body: str, strings: Mapping[str, str], formats: tuple[str, ...]) -> Grid | None:
    """The cells between ``<sheetData>`` and its end as rows that end at their last value, None where these must be read cell
    by cell: their shape is not known, or not plain."""
    known = recurring(formats)
    try:
        fields = known.fields(body)
        if fields is None:
            return None
        block = Block(fields, known.shape.pattern, partial(_read, strings, formats))
        return _grid(block)
    except NotPlainError:
        return None


def _grid(block: Block) -> Grid | None:
    last = block.numbers[-1] if block.numbers else 0
    if not block.width or last * block.width > _MOST_PLACES or sorted(set(block.numbers)) != block.numbers:
        return None
    lines: Grid = list(map(list, zip(*[block[column] for column in range(block.width)], strict=True)))
    for line in lines:
        while line and line[-1] is None:
            line.pop()
    if len(lines) < last:
        found: Grid = [[] for _ in range(last)]
        for number, line in zip(block.numbers, lines, strict=True):
            found[number - 1] = line
        lines = found
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _read(strings: Mapping[str, str], formats: Sequence[str], _: int, way: Way, written: list[str]) -> list[CellValue]:
    if way.kind == NUMBER:
        return numbers(written, format_of(formats, way))
    if way.kind == TRUTH:
        return truths(written)
    if way.kind == ERROR:
        raise NotPlainError
    shared = way.kind == SHARED
    found: list[Any] = list(map(strings.__getitem__, written)) if shared else [KNOWN.get(each) or unescaped(each) for each in written]
    return [each or None for each in found] if "" in found else found
