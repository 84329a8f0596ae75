"""A small worksheet written the plain way, as office programs write them: read with one pattern that must account for
every tag. Whatever it does not account for is left to the readers that parse.

For the few hundred cells of a form this takes a third of the time of opening the workbook with a library, and what hides
in the cells' styles is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kpi_cli.intake.book import CellValue, Evidence, Grid, Span
from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.number_formats import GENERAL, date_value, is_date
from kpi_cli.intake.readers.ooxml_forms import grid_of_known_shape
from kpi_cli.intake.readers.ooxml_shape import FORMULA
from kpi_cli.intake.readers.ooxml_texts import KNOWN, TEXT, NotPlainError, decoded, unescaped
from kpi_cli.intake.readers.references import column_index, spans

# Parts beyond this size are read faster by the library, whose start then matters less.
SMALL = MEBIBYTE
# So many places may be blank between a sheet's cells.
_MOST_BLANKS = 200_000

# Letters, row, style; then a number, or the kind of a cell and its content, or a text within the cell.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="(0|[1-9][0-9]{0,4})")?'
    rf'(?:(?: t="n")?(?:/>|>(?:{FORMULA}?<v>([-+0-9.eE]+)</v>)?</c>)'
    rf'| t="(s|b|str)">{FORMULA}?<v>([^<]+)</v></c>'
    rf'| t="inlineStr"><is>{TEXT}</is></c>)'
)
_GROUPS = 9
_ROWS = re.compile(r"(?:<row(?: [^<>]*)?>|</row>|\s)*")
_OPENING = re.compile(r'(?:<\?xml version="1\.0"(?: encoding="(?i:utf-8)")?(?: standalone="[a-z]+")?\s*\?>)?\s*<worksheet[\s>]')
_HIDDEN = re.compile(r'hidden="(?:1|true)"')
_MERGED = re.compile(r'<mergeCell\s+ref="([A-Z0-9:]+)"')
_TRUTHS = {"0": False, "1": True}


class _Columns(dict[str, int]):
    """Column letters → index from 0, each worked out once."""

    def __missing__(self, letters: str) -> int:
        found = self[letters] = column_index(letters)
        return found


_COLUMNS = _Columns()


@dataclass(slots=True)
class Plain:
    """A worksheet as read. ``suspect`` says that rows or columns of it may be hidden; but for these, its number formats are
    all the evidence there is: plain sheets have no error cells and no formulas without a value."""

    rows: Grid
    cells: int
    merged: list[Span]
    suspect: bool
    _body: str
    _formats: Sequence[str]

    def evidence(self) -> Evidence:
        """The number formats of the cells with a value."""
        found, fields = {}, _CELL.split(self._body)
        for letters, digits, style in zip(*(fields[at::_GROUPS] for at in (1, 2, 3)), strict=True):
            row, column, number_format = int(digits) - 1, _COLUMNS[letters], _format(self._formats, style)
            line = self.rows[row] if row < len(self.rows) else ()
            if number_format != GENERAL and column < len(line) and line[column] is not None:
                found[row, column] = number_format
        return Evidence(found)


def plain_sheet(content: bytes, strings: Mapping[str, str], formats: Sequence[str], limits: Limits) -> Plain:
    """The worksheet. ``formats`` are the number formats by style. NotPlainError where anything in it is not written the
    plain way."""
    text = decoded(content)
    head, opened, rest = text.partition("<sheetData>")
    body, closed, tail = rest.rpartition("</sheetData>")
    if not opened or not closed or not are_plain_ends(head, tail):
        raise NotPlainError
    rows = grid_of_known_shape(body, strings, tuple(formats))
    if rows is None:
        rows = _grid(body, strings, formats)
    if len(rows) > limits.rows or max(map(len, rows), default=0) > limits.columns:
        raise NotPlainError
    suspect = any("hidden=" in part and _HIDDEN.search(part) is not None for part in (head, body))
    return Plain(rows, body.count("<c "), merged_in(tail, limits), suspect, body, formats)


def are_plain_ends(head: str, tail: str) -> bool:
    """Whether what stands before the cells of a worksheet, and after them, is written the plain way."""
    strange = any(each in piece for piece in (head, tail) for each in ("<sheetData", "<!", "='"))
    return _OPENING.match(head) is not None and tail.rstrip().endswith("</worksheet>") and not strange


def merged_in(tail: str, limits: Limits) -> list[Span]:
    """The merged ranges, which are listed after the cells."""
    return spans(_MERGED.findall(tail), limits) if "<mergeCell " in tail else []


def _grid(body: str, strings: Mapping[str, str], formats: Sequence[str]) -> Grid:
    fields: list[Any] = _CELL.split(body)
    between = "".join(fields[::_GROUPS])
    if _ROWS.fullmatch(between) is None or "='" in between:
        raise NotPlainError
    try:
        return _rows(fields, strings, formats)
    except (KeyError, ValueError):
        raise NotPlainError from None


def _rows(fields: list[Any], strings: Mapping[str, str], formats: Sequence[str]) -> Grid:
    """The cells as rows that end at their last value. NotPlainError where they do not stand in order, or far apart."""
    rows: Grid = []
    line: list[CellValue] = []
    blanks, last = 0, None
    dates = _dates(tuple(formats))
    columns = (fields[at::_GROUPS] for at in range(1, _GROUPS))
    value: CellValue
    for letters, digits, style, number, kind, content, bare, kept in zip(*columns, strict=True):
        if number is not None:
            value = float(number)
            if style in dates:
                value = date_value(value, formats[int(style)])
        elif kind == "b":
            value = _TRUTHS[content]
        else:
            content = content or bare or kept or ""
            value = strings[content] if kind == "s" else KNOWN.get(content) or unescaped(content)
            if not value:
                continue
        if digits != last:
            last, line = digits, []
            gap = int(digits) - 1 - len(rows)
            blanks += gap
            if gap < 0 or blanks > _MOST_BLANKS:
                raise NotPlainError
            rows.extend([[] for _ in range(gap)] if gap else ())
            rows.append(line)
        gap = _COLUMNS[letters] - len(line)
        if gap:
            blanks += gap
            if gap < 0 or blanks > _MOST_BLANKS:
                raise NotPlainError
            line.extend([None] * gap)
        line.append(value)
    return rows


@lru_cache(maxsize=64)
def _dates(formats: tuple[str, ...]) -> frozenset[str | None]:
    """The styles that show dates, as cells write them."""
    return frozenset(str(style) for style, each in enumerate(formats) if is_date(each))


def _format(formats: Sequence[str], style: str | None) -> str:
    number = int(style) if style is not None else len(formats)
    return formats[number] if number < len(formats) else GENERAL
