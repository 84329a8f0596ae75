"""A long worksheet written the plain way, read some thousand rows at a time without ever making a grid of it.

Rows are matched whole by a pattern of their shape, which must account for every character; columns are read only as they
are asked for. A register of a million rows is read in half the time that it takes to parse it, and in a fraction of the
memory. Whatever the pattern does not account for raises NotPlainError: the ordinary readers must look at it.
"""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import compress, islice
from typing import Any, NamedTuple, cast

from kpi_cli.intake.ahead import ahead
from kpi_cli.intake.book import CellValue, Span
from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.archive import Archive
from kpi_cli.intake.readers.number_formats import GENERAL, date_value, is_date, percent_text
from kpi_cli.intake.readers.ooxml_parts import read_formats, read_part, read_parts
from kpi_cli.intake.readers.ooxml_plain import are_plain_ends, merged_in
from kpi_cli.intake.readers.ooxml_shape import ERROR, NUMBER, SHARED, TRUTH, Shape, Way
from kpi_cli.intake.readers.ooxml_texts import NotPlainError, as_written, decoded, plain_texts, unescaped

# Below this size of its part a sheet is read as quickly by the ordinary readers.
LEAST_BYTES = 4 * MEBIBYTE
_OPENED, _ROW_ENDS, _CLOSED = b"<sheetData>", b"</row>", b"</sheetData>"
# So much of the first rows tells what most rows look like.
_TOP = 65_536
# What stands before or after the rows, and a row by itself, is no longer than this.
_LONGEST = 16 * MEBIBYTE
# A thread that waits for the interpreter is late now and then: some pieces are made beforehand.
_PIECES_AHEAD = 4
# Longer texts are counted: see ``_check_size``.
_SHORT = 600
# Where no more than one cell in twenty is blank, or written another way, gaps are put in; else values in their places.
_MOSTLY = 0.95
_TRUTHS = {"0": False, "1": True}


class Shown(NamedTuple):
    """Columns in which cells say more than their value: ``errors``, where #REF! is read as a text, and ``percents``, where a
    number shown as a per cent is read as it is shown."""

    errors: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()


NOTHING_SHOWN = Shown()

Reading = Callable[[list[str]], list[CellValue]]


class Block:
    """Some rows that follow each other. ``numbers``: theirs, from 1. A column is read when first asked for."""

    def __init__(self, fields: list[Any], ways: Sequence[tuple[int, Way]], reading: Callable[[int, Way], Reading]) -> None:
        self._fields, self._ways, self._reading = fields, ways, reading
        self._step, self.width = len(ways) + 2, max((column for column, _ in ways), default=-1) + 1
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
        return self if not place else Block(self._fields[place * self._step :], self._ways, self._reading)

    def last_filled(self) -> int | None:
        """The number of the last row that is not blank."""
        places = range(len(self.numbers) - 1, -1, -1)
        return next((self.numbers[place] for place in places if any(self._fields[place * self._step + 2 : (place + 1) * self._step])), None)

    def _column(self, column: int) -> list[CellValue]:
        """Each cell is written in one way, or in none."""
        found: list[CellValue] | None = None
        for at, (here, way) in enumerate(self._ways, 2):
            if here != column:
                continue
            written: list[str | None] = self._fields[at :: self._step]
            try:
                values = self._reading(column, way)(list(filter(None, written)))
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


@dataclass(frozen=True, slots=True)
class LongSheet:
    """A worksheet that stands alone in its book. ``texts`` are the shared ones, None for a blank one."""

    name: str
    merged: list[Span]
    _archive: Callable[[], Archive]
    _part: str
    _texts: list[CellValue]
    _longest: int
    _formats: Sequence[str]
    _limits: Limits

    def blocks(self, shown: Shown = NOTHING_SHOWN) -> Iterator[Block]:
        """All rows that the file speaks of, from the first on, as often as asked."""
        shape, last, cells = Shape(self._telling()), 0, 0
        pattern = shape.pattern()
        for text in ahead(self._rows(), _PIECES_AHEAD):
            if not shape.width:
                shape.learn(text[:_TOP])
                pattern = shape.pattern()
            fields: list[Any] = pattern.split(text)
            strange = "".join(fields[:: len(shape.ways) + 2])
            if strange.strip():
                shape.learn(strange)
                pattern = shape.pattern()
                fields = pattern.split(text)
                if "".join(fields[:: len(shape.ways) + 2]).strip():
                    raise NotPlainError
            block = Block(fields, shape.ways, partial(self._reading, shown))
            last = self._checked_last(block.numbers, last)
            cells += len(block.numbers) * block.width
            self._check_size(cells)
            yield block

    def _telling(self) -> set[int]:
        return {style for style, each in enumerate(self._formats) if is_date(each) or "%" in each}

    def _rows(self) -> Iterator[str]:
        """The part piece by piece, each of whole rows."""
        rest, begun = b"", False
        for chunk in self._archive().chunks(self._part):
            window = rest + chunk
            if not begun:
                _, opened, after = window.partition(_OPENED)
                begun, window = bool(opened), after if opened else window
            cut = window.rfind(_ROW_ENDS) + len(_ROW_ENDS) if begun and _ROW_ENDS in window else 0
            rest = window[cut:]
            if len(rest) > _LONGEST:
                raise NotPlainError
            if cut:
                yield decoded(window[:cut])
        blank_rows = rest.partition(_CLOSED)[0]
        if blank_rows.strip():
            yield decoded(blank_rows)

    def _check_size(self, cells: int) -> None:
        if cells > self._limits.cells or (self._longest > _SHORT and cells * self._longest > self._limits.file_text):
            raise NotPlainError

    def _checked_last(self, numbers: list[int], last: int) -> int:
        """The last of the rows' numbers, which must rise."""
        if not numbers:
            return last
        if numbers[0] <= last or any(map(operator.ge, numbers, islice(numbers, 1, None))) or numbers[-1] > self._limits.rows:
            raise NotPlainError
        return numbers[-1]

    def _reading(self, shown: Shown, column: int, way: Way) -> Reading:
        """What reads the cells of a column that are written in one way."""
        if way.kind == SHARED:
            return lambda written: list(map(self._texts.__getitem__, map(int, written)))
        if way.kind == TRUTH:
            return lambda written: list(map(_TRUTHS.__getitem__, written))
        if way.kind == NUMBER:
            return partial(_numbers, self._formats[way.style] if way.style is not None else GENERAL, column in shown.percents)
        if way.kind == ERROR and column not in shown.errors:
            return lambda written: [None] * len(written)
        return _texts


def open_long_sheet(content: bytes, limits: Limits) -> LongSheet | None:
    """The long worksheet that stands alone in an OOXML workbook, None where it is none. Refused, or NotPlainError, where the
    ordinary readers must look at it."""
    archive = Archive(content, limits)
    if archive.encrypted:
        return None
    parts = read_parts(archive, limits)
    sheet = parts.sheets[0]
    entry = archive.entries.get(sheet.part.lower())
    if entry is None or entry.unpacked < LEAST_BYTES or parts.sheet_count > 1 or sheet.hidden or parts.date1904:
        return None
    with ThreadPoolExecutor(1) as other:
        ends = other.submit(_ends, Archive(content, limits), sheet.part)
        written = read_part(archive, parts.strings)
        texts = plain_texts(written, limits)
        head, tail, length = ends.result()
    longest = max(map(len, texts), default=0)
    if not are_plain_ends(head, tail) or length + len(written) > limits.unpacked_size or longest > limits.cell_text:
        return None
    return LongSheet(
        sheet.name, merged_in(tail, limits), partial(Archive, content, limits), sheet.part,
        cast(list[CellValue], [each or None for each in texts] if "" in texts else texts), longest,
        read_formats(read_part(archive, parts.styles)), limits,
    )


def _ends(archive: Archive, part: str) -> tuple[str, str, int]:
    """What stands before the rows of a worksheet and after them, and the part's length in bytes."""
    head, rest, length = b"", b"", 0
    for chunk in archive.chunks(part):
        length += len(chunk)
        window = rest + chunk
        if not head:
            before, opened, _ = window.partition(_OPENED)
            head = before if opened else b""
        rest = window[window.rfind(_ROW_ENDS) + len(_ROW_ENDS) :] if _ROW_ENDS in window else window
        if len(rest) > _LONGEST:
            raise NotPlainError
    _, closed, tail = rest.rpartition(_CLOSED)
    if not head or not closed:
        raise NotPlainError
    return decoded(head), decoded(tail), length


def _numbers(number_format: str, percents: bool, written: list[str]) -> list[CellValue]:
    values: list[Any] = list(map(float, written))
    if is_date(number_format):
        return [date_value(each, number_format) for each in values]
    return [percent_text(each) for each in values] if percents and "%" in number_format else values


def _texts(written: list[str]) -> list[CellValue]:
    joined = "".join(written)
    if not as_written(joined):
        raise NotPlainError
    texts: list[Any] = [unescaped(each) if "&" in each else each for each in written] if "&" in joined else written
    return [each or None for each in texts] if "" in texts else texts
