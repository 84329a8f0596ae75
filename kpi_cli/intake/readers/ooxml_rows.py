"""A long worksheet written the plain way, read some thousand rows at a time without ever making a grid of it.

Rows are matched whole by a pattern of their shape, which must account for every character; columns are read only as they
are asked for. A register of a million rows is read in half the time that it takes to parse it, and in a fraction of the
memory. Whatever the pattern does not account for raises NotPlainError: the ordinary readers must look at it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple, cast

from kpi_cli.intake.ahead import ahead
from kpi_cli.intake.book import CellValue, Span
from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.archive import Archive
from kpi_cli.intake.readers.number_formats import GENERAL, as_shown
from kpi_cli.intake.readers.ooxml_block import Block, format_of, numbers, telling_styles, texts, truths
from kpi_cli.intake.readers.ooxml_parts import read_formats, read_part, read_parts
from kpi_cli.intake.readers.ooxml_plain import are_plain_ends, merged_in
from kpi_cli.intake.readers.ooxml_shape import ERROR, NUMBER, SHARED, TRUTH, Shape, Way
from kpi_cli.intake.readers.ooxml_texts import NotPlainError, decoded, plain_texts
from kpi_cli.intake.share import tell

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


class Shown(NamedTuple):
    """Columns in which cells say more than their value: ``errors``, where #REF! is read as a text; ``figures``, where a number is
    read with the unit that its format writes, and ``percents`` of these, where a number shown as a per cent is one."""

    errors: frozenset[int] = frozenset()
    figures: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()
    is_unit: Callable[[str], bool] = bool

    def of(self, column: int, values: list[CellValue], number_format: str) -> list[CellValue]:
        """The values of a column as they are shown."""
        if column not in self.figures or number_format == GENERAL:
            return values
        return [
            (as_shown(each, number_format, column in self.percents, self.is_unit) or each) if isinstance(each, float) else each
            for each in values
        ]


NOTHING_SHOWN = Shown()


@dataclass(frozen=True, slots=True)
class LongSheet:
    """A worksheet that stands alone in its book. ``texts`` are the shared ones, None for a blank one."""

    name: str
    merged: list[Span]
    _archive: Callable[[], Archive]
    _part: str
    _length: int
    _texts: list[CellValue]
    _longest: int
    _formats: Sequence[str]
    _limits: Limits

    def blocks(self, shown: Shown = NOTHING_SHOWN) -> Iterator[Block]:
        """All rows that the file speaks of, from the first on, as often as asked."""
        shape, last, cells, read = Shape(telling_styles(self._formats)), 0, 0, 0
        for text in ahead(self._rows(), _PIECES_AHEAD):
            if not shape.pattern.columns:
                shape.learn(text[:_TOP])
            block = Block(shape.fields(text), shape.pattern, partial(self._read, shown))
            last = self._checked_last(block.numbers, block.width, last)
            read += len(text)
            tell(read, self._length)
            cells += len(block.numbers) * block.width
            self._check_size(cells)
            yield block

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

    def _checked_last(self, numbers: list[int], width: int, last: int) -> int:
        """The last of the rows' numbers, which must rise."""
        if not numbers:
            return last
        falling = numbers[0] <= last or any(map(operator.ge, numbers, islice(numbers, 1, None)))
        if falling or width > self._limits.columns or numbers[-1] > self._limits.rows:
            raise NotPlainError
        return numbers[-1]

    def _read(self, shown: Shown, column: int, way: Way, written: list[str]) -> list[CellValue]:
        """The cells of a column that are written in one way."""
        if way.kind == SHARED:
            return list(map(self._texts.__getitem__, map(int, written)))
        if way.kind == NUMBER:
            return shown.of(column, numbers(written, format_of(self._formats, way)), format_of(self._formats, way))
        if way.kind == TRUTH:
            return truths(written)
        return texts(written) if way.kind != ERROR or column in shown.errors else [None] * len(written)


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
        sheet.name, merged_in(tail, limits), partial(Archive, content, limits), sheet.part, length,
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
