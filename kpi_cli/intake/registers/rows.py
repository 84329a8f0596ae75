"""A sheet in which a register was recognised → its rows, told from totals, repeated heads, sections, notes and blanks."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple, Protocol

from kpi_cli.intake.book import CellValue, Sheet, Span, address
from kpi_cli.intake.late_grid import LateGrid
from kpi_cli.intake.places import is_place
from kpi_cli.intake.readers.number_formats import as_shown
from kpi_cli.intake.registers.cells import as_text, extend
from kpi_cli.intake.registers.columns import TablePlace, gather, read_column
from kpi_cli.intake.registers.heads import TOP_ROWS, Found, Head
from kpi_cli.intake.view import View, is_any_total, is_footer_text, is_subtotal
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.plan.matching import normal_name
from kpi_cli.plan.units import RATIO
from kpi_cli.registers import AGAIN, BLANK_ROW, HEAD, NOTE, SECTION, TITLE, TOTAL, RegisterTable
from kpi_cli.rules import Finding, Place, Word, finding

Row = Sequence[CellValue]
_TITLE = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、)）.．]")
_TOTAL_WORD = re.compile(r"[合总小]\s*计")
_COUNTED_TOTAL = re.compile(r"[合总小]计[:：]?[(（]?\d*[家户个]?[)）]?")
_SERIAL_HEADS = frozenset(["序号", "编号", "序", "行次", "行号", "no", "id"])


def top_view(sheet: Sheet, words: Vocabulary) -> View:
    """The first rows of a sheet, where heads are looked for."""
    merged = [span for span in sheet.merged if span.top < TOP_ROWS]
    return View(Sheet(sheet.name, sheet.rows[:TOP_ROWS], merged), words)


class Anatomy(NamedTuple):
    """What tells the rows of a register from the others. ``anchors``: columns of which a row of the register fills every
    one (most rows are settled by them alone); ``serial``: a column of running numbers, which fills no row by itself."""

    heads: tuple[Head, ...]
    anchors: tuple[int, ...]
    names: tuple[int, ...]
    serial: frozenset[int]
    odd: frozenset[str]


def anatomy_of(found: Found, view: View) -> Anatomy:
    register, place = found.register, {head.id: head.column for head in reversed(found.heads)}
    told = [place[id] for id in (register.key, register.label) if id is not None and id in place]
    needed = [place[id] for id, column in register.columns.items() if column.required and id in place]
    anchors = tuple(dict.fromkeys([*told[:1], *needed]))[:2] or (found.heads[0].column,)
    serial = frozenset(
        column for column in range(view.width)
        if column not in place.values() and normal_name(view.text(found.first - 1, column) or view.text(found.top, column)) in _SERIAL_HEADS
    )
    return Anatomy(found.heads, anchors, tuple(told or anchors), serial, frozenset(head.text for head in found.heads))


def kind_of(row: Row, parts: Anatomy) -> str | None:
    """What a row is, None for a row of the register."""
    filled = [column for column, cell in enumerate(row) if cell is not None and cell != "" and column not in parts.serial]
    if not filled:
        # A bare number in the serial column is a line prepared for a row that was never written.
        text = _first_text(row)
        if not text or text.isdigit():
            return BLANK_ROW
        return TOTAL if is_any_total(text) else NOTE if is_footer_text(text) else SECTION
    inside = [head for head in parts.heads if head.column in filled]
    if len(inside) >= 2 and all(as_text(row[head.column]) == head.text for head in inside):
        return AGAIN
    first = _first_text(row)
    names = [as_text(row[column]) for column in parts.names if column in filled]
    serial = [as_text(row[column]) for column in parts.serial if column < len(row)]
    told = names or [first]
    if any(map(is_any_total, [*told, *serial])) or any(map(is_subtotal, told)) or any(map(_is_counted_total, told)):
        return TOTAL
    if is_footer_text(first) and len(filled) <= 3:
        return NOTE
    if len(filled) == 1 and len(parts.heads) > 1 and isinstance(row[filled[0]], str):
        # A name or key alone is a row of which all else is missing, and so is a figure; any other lone text, at the left, is a
        # title of the rows below.
        alone = bool(inside) and (filled[0] in parts.names or filled[0] != _leftmost(parts)) and not _is_title(first)
        return None if alone else SECTION
    return None if inside else NOTE


def _leftmost(parts: Anatomy) -> int:
    return min([head.column for head in parts.heads])


def _first_text(row: Row) -> str:
    return next((as_text(cell) for cell in row if cell is not None and cell != ""), "")


def _is_title(text: str) -> bool:
    """（一）高新技术企业, 一、…, 甲山镇：— a line above a group of rows, and no row."""
    return _TITLE.match(text) is not None or text.endswith((":", "："))


def odd_rows(columns: Columns, parts: Anatomy) -> set[int]:
    """The rows that must be looked at closely: an anchor is blank, or holds the text of a head."""
    found: set[int] = set()
    odd: frozenset[CellValue] = parts.odd | {None, ""}
    for column in parts.anchors:
        cells = columns[column]
        if not odd.isdisjoint(cells):
            found.update([index for index, cell in enumerate(cells) if cell in odd])
    for column in {*parts.names, *parts.serial}:
        cells = columns[column]
        found.update(speaking_of_totals(cells))
    return found


def speaking_of_totals(cells: Sequence[object]) -> list[int]:
    """The places of the cells that hold the word of a total. Most columns are told at once: it stands nowhere in them."""
    joined = "\n".join([cell for cell in cells if type(cell) is str])
    if "计" not in joined or not _TOTAL_WORD.search(joined):
        return []
    return [index for index, cell in enumerate(cells) if type(cell) is str and _TOTAL_WORD.search(cell)]


def _is_counted_total(text: str) -> bool:
    """合计（3家）, 甲山镇小计: a total that says of how many, or of which place."""
    return _COUNTED_TOTAL.fullmatch(text.replace(" ", "")) is not None or (text.endswith(("小计", "合计")) and is_place(text[:-2]))


class Columns(Protocol):
    """The cells of some rows, column by column."""

    def __getitem__(self, column: int, /) -> Sequence[CellValue]: ...


class Gathering:
    """The rows of a recognised register as they come, block by block; ``others`` counts those that are none."""

    def __init__(self, found: Found, view: View) -> None:
        self._found, self._view, self._parts = found, view, anatomy_of(found, view)
        self.others: Counter[str] = Counter({HEAD: found.first - found.top})
        self.others.update(TITLE if _first_text(row) else BLANK_ROW for row in view.rows[: found.top])
        self._numbers = array("i")
        self._gathered = [gather(found.register, head) for head in found.heads]

    @property
    def width(self) -> int:
        """How many columns are looked at."""
        return max(*(head.column for head in self._found.heads), *self._parts.anchors, *self._parts.names, *self._parts.serial) + 1

    def take(self, numbers: Sequence[int], columns: Columns, row: Callable[[int], Row]) -> None:
        """Take in some rows, by their numbers from 1; ``row`` gives one of them whole, by its place."""
        left_out: dict[int, str] = {}
        for place in odd_rows(columns, self._parts):
            kind = kind_of(row(place), self._parts)
            if kind is not None:
                left_out[place] = kind
        self.others.update(left_out.values())
        kept = [place not in left_out for place in range(len(numbers))] if left_out else None
        extend(self._numbers, list(compress(numbers, kept)) if kept else numbers)
        for head, cells in zip(self._found.heads, self._gathered, strict=True):
            column = columns[head.column]
            cells.take(list(compress(column, kept)) if kept else column)

    def table(self, file: str, sheet: str | None, words: Vocabulary, subject: str | None) -> tuple[RegisterTable, list[Finding]]:
        """All rows that were taken in, and what is wrong with their cells."""
        found, view = self._found, self._view
        at = TablePlace(file, sheet, self._numbers, words.units, view.unit_line(found.top))
        nouns = found.register.columns
        read = [read_column(at, nouns[head.id], head, cells) for head, cells in zip(found.heads, self._gathered, strict=True)]
        table = RegisterTable(
            found.register.id, file, sheet, tuple(column for column, _ in read), self._numbers.tobytes(), len(self._numbers),
            {kind: count for kind, count in self.others.items() if count}, lacking(found), subject or view.subject_line(found.top),
        )
        return table, second_list(found, at) + [each for _, wrong in read for each in wrong]


def second_list(found: Found, at: TablePlace) -> list[Finding]:
    """A finding where another list stands to the right of the one that is read."""
    if found.beside is None:
        return []
    place = Place(at.file, at.sheet, address(found.beside.row, found.beside.column))
    return [finding("uncertain-layout", place, severity="error", reason=Word("doubt-two-lists"))]


def read_rows(
    sheet: Sheet, found: Found, file: str, view: View, words: Vocabulary, subject: str | None
) -> tuple[RegisterTable, list[Finding]]:
    """All rows of a recognised register, and what is wrong with their cells."""
    _fill_merged(sheet, found)
    _show_hidden_values(sheet, found, words)
    gathering = Gathering(found, view)
    number = found.first + 1
    for block in _blocks(sheet, found):
        gathering.take(range(number, number + len(block)), _transposed(block, gathering.width), block.__getitem__)
        number += len(block)
    return gathering.table(file, sheet.name, words, subject)


def _blocks(sheet: Sheet, found: Found) -> Iterator[Sequence[Row]]:
    """The rows below the heads: of a large sheet a block at a time, unless something in it had to be put in its cells."""
    rows = sheet.rows
    if isinstance(rows, LateGrid) and not rows.built:
        yield from rows.blocks(found.first)
    else:
        yield rows[found.first :]


def lacking(found: Found) -> tuple[str, ...]:
    """The columns of the plan that a sheet does not have."""
    return tuple(id for id in found.register.columns if id not in found.ids)


def _transposed(rows: Sequence[Row], width: int) -> list[Sequence[CellValue]]:
    """The first columns of some rows, short rows filled up with blanks."""
    if rows and min(map(len, rows)) >= width:
        return list(zip(*rows, strict=False))
    return [[row[column] if column < len(row) else None for row in rows] for column in range(width)]


def _fill_merged(sheet: Sheet, found: Found) -> None:
    for span in spans_of_cells(sheet.merged, found):
        _fill(sheet, span)


def spans_of_cells(merged: Sequence[Span], found: Found) -> list[Span]:
    """Cells merged over several rows of the register: each speaks for all of them."""
    columns = {head.column for head in found.heads}
    return [span for span in merged if span.top >= found.first and span.left == span.right and span.left in columns]


def _fill(sheet: Sheet, span: Span) -> None:
    value = sheet.cell(span.top, span.left)
    for row in sheet.rows[span.top + 1 : span.bottom + 1]:
        row.extend([None] * (span.left + 1 - len(row)))
        row[span.left] = value


def ratios_of(found: Found) -> frozenset[int]:
    """The columns of ratios, in which a per cent format changes what a number says."""
    columns = found.register.columns
    return frozenset(head.column for head in found.heads if columns[head.id].unit.kind == RATIO)


def figures_of(found: Found) -> frozenset[int]:
    """The columns of figures, of which a number's format may say the unit, or show another number than is stored."""
    columns = found.register.columns
    return frozenset(head.column for head in found.heads if columns[head.id].type == "number")


def _show_hidden_values(sheet: Sheet, found: Found, words: Vocabulary) -> None:
    """What the fast reader hides is put in its cell as text: #REF! of an error, the formula that has no result, what the format
    of a number says."""
    columns, ratios = {head.column for head in found.heads}, ratios_of(found)
    figures = figures_of(found) if sheet.odd_formats else ratios if sheet.percents else frozenset()
    if sheet.suspect:
        for (row, column), text in [*sheet.evidence.errors.items(), *sheet.evidence.uncached.items()]:
            if column in columns and sheet.cell(row, column) in (None, "") and row < len(sheet.rows):
                line = sheet.rows[row]
                line.extend([None] * (column + 1 - len(line)))
                line[column] = text if text.startswith("#") else "=" + text.removeprefix("=")
    for (row, column), text in sheet.evidence.formats.items() if figures else ():
        value = sheet.cell(row, column)
        if column in figures and type(value) in (int, float):
            said = as_shown(float(value), text, column in ratios, lambda unit: words.units.parse(unit) is not None)  # type: ignore[arg-type]
            sheet.rows[row][column] = said if said is not None else value
