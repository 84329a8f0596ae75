"""A small worksheet written the plain way, as office programs write them: read with one pattern that must account for
every tag. Whatever it does not account for is left to the readers that parse.

For the few hundred cells of a form this takes a third of the time of opening the workbook with a library, and what hides
in the cells' styles is at hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any

from kpi_cli.intake.book import CellValue, Evidence, Grid, Span
from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.number_formats import GENERAL, date_value, is_date
from kpi_cli.intake.readers.ooxml_parts import read_strings
from kpi_cli.intake.readers.references import column_index, spans

# Parts beyond this size are read faster by the library, whose start then matters less.
SMALL = MEBIBYTE
# So many places may be blank between a sheet's cells.
_MOST_BLANKS = 200_000

# Text without white space at its ends, or with its ends kept.
_TEXT = r'<t(?:>(?!\s)([^<]*)(?<!\s)| xml:space="preserve">([^<]*))</t>'
_FORMULA = r"(?:<f>[^<]*</f>|<f [^<>]*/>|<f [^<>]*[^/<>]>[^<]*</f>)?"
# Letters, row, style; then a number, or the kind of a cell and its content, or a text within the cell.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="(0|[1-9][0-9]{0,4})")?'
    rf'(?:(?: t="n")?(?:/>|>(?:{_FORMULA}<v>([-+0-9.eE]+)</v>)?</c>)'
    rf'| t="(s|b|str)">{_FORMULA}<v>([^<]+)</v></c>'
    rf'| t="inlineStr"><is>{_TEXT}</is></c>)'
)
_GROUPS = 9
_ROWS = re.compile(r"(?:<row(?: [^<>]*)?>|</row>|\s)*")
_STRING = re.compile(rf"<si>(?:<t/>|{_TEXT})(?:<phoneticPr [^<>]*/>)?</si>")
_STRINGS_ENDS = re.compile(r"(?:<\?xml[^<>]*\?>)?\s*<sst [^<>]*>\s*</sst>\s*")
_OPENING = re.compile(r'(?:<\?xml version="1\.0"(?: encoding="(?i:utf-8)")?(?: standalone="[a-z]+")?\s*\?>)?\s*<worksheet[\s>]')
# White space at the ends of a text that does not say to keep it; a text element that says anything else.
_BARE_ENDS = re.compile(r'<t>\s|<t>[^<]*\s</t>|<t (?!xml:space="preserve"(?:/?>))')
# Where the XML declaration ends at the latest.
_FIRST_LINE = 100
_HIDDEN = re.compile(r'hidden="(?:1|true)"')
_MERGED = re.compile(r'<mergeCell\s+ref="([A-Z0-9:]+)"')
_ENTITY = re.compile("&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# Characters that XML allows.
_CHARACTERS = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
# Longer texts are not the names and units that come again in every form.
_RECURRING = 200
_MOST_KNOWN = 16_384
_known: dict[str, str] = {}
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
    _fields: list[Any]
    _formats: Sequence[str]

    def evidence(self) -> Evidence:
        """The number formats of the cells with a value."""
        found = {}
        for letters, digits, style in zip(*(self._fields[at::_GROUPS] for at in (1, 2, 3)), strict=True):
            row, column, number_format = int(digits) - 1, _COLUMNS[letters], _format(self._formats, style)
            line = self.rows[row] if row < len(self.rows) else ()
            if number_format != GENERAL and column < len(line) and line[column] is not None:
                found[row, column] = number_format
        return Evidence(found)


class NotPlainError(Exception):
    """A part that is not written the plain way."""


def plain_strings(content: bytes, limits: Limits) -> dict[str, str]:
    """The shared texts by their number as cells write it; ``content`` is their part, b"" where there is none. NotPlainError
    where some cannot be told without a look at how readers take them."""
    text = _decoded(content)
    pieces: list[Any] = _STRING.split(text)
    if text and _STRINGS_ENDS.fullmatch("".join(pieces[::3])) is None:
        return _rich_strings(content, text, limits)
    found = [_unescaped(bare or kept or "") for bare, kept in zip(pieces[1::3], pieces[2::3], strict=True)]
    if max(map(len, found), default=0) > limits.cell_text:
        raise NotPlainError
    return dict(zip(map(str, range(len(found))), found, strict=True))


def _rich_strings(content: bytes, text: str, limits: Limits) -> dict[str, str]:
    """Texts of which some are made of runs in several types, as soon as Chinese and Latin letters stand side by side."""
    if "_x" in text or "\r" in text[_FIRST_LINE:] or _BARE_ENDS.search(text):
        raise NotPlainError
    return {str(number): intern(each) for number, each in enumerate(read_strings(content, limits))}


def plain_sheet(content: bytes, strings: Mapping[str, str], formats: Sequence[str], limits: Limits) -> Plain:
    """The worksheet. ``formats`` are the number formats by style. NotPlainError where anything in it is not written the
    plain way."""
    text = _decoded(content)
    head, opened, rest = text.partition("<sheetData>")
    body, closed, tail = rest.rpartition("</sheetData>")
    fields: list[Any] = _CELL.split(body)
    between = "".join(fields[::_GROUPS])
    whole = opened and closed and _OPENING.match(head) and tail.rstrip().endswith("</worksheet>") and _ROWS.fullmatch(between)
    if not whole or any(strange in piece for piece in (head, tail, between) for strange in ("<sheetData", "<!", "='")):
        raise NotPlainError
    try:
        rows = _rows(fields, strings, formats)
    except (KeyError, ValueError):
        raise NotPlainError from None
    if len(rows) > limits.rows or max(map(len, rows), default=0) > limits.columns:
        raise NotPlainError
    suspect = _HIDDEN.search(head) is not None or _HIDDEN.search(between) is not None
    merged = spans(_MERGED.findall(tail), limits) if "<mergeCell " in tail else []
    return Plain(rows, len(fields) // _GROUPS, merged, suspect, fields, formats)


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
            value = strings[content] if kind == "s" else _known.get(content) or _unescaped(content)
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


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise NotPlainError from None


def _unescaped(text: str) -> str:
    """Content as it is meant. The same comes again in the next file, and its text is then found by identity."""
    found = _known.get(text)
    if found is None:
        found = _with_characters(text)
        if len(text) <= _RECURRING:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[text] = found
    return found


def _with_characters(text: str) -> str:
    if text.count("&") != len(_ENTITY.findall(text)):
        raise NotPlainError
    found = _ENTITY.sub(_character, text)
    # A parser may leave out white space that is written as characters, reads the office's own way of writing control
    # characters, and makes one of the two that end a line in Windows.
    if (found != text and found != found.strip()) or "_x" in found or "\r" in text or not _CHARACTERS.fullmatch(found):
        raise NotPlainError
    return intern(found)


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _ENTITIES[name]
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if number > sys.maxunicode:
        raise NotPlainError
    return chr(number)


@lru_cache(maxsize=64)
def _dates(formats: tuple[str, ...]) -> frozenset[str | None]:
    """The styles that show dates, as cells write them."""
    return frozenset(str(style) for style, each in enumerate(formats) if is_date(each))


def _format(formats: Sequence[str], style: str | None) -> str:
    number = int(style) if style is not None else len(formats)
    return formats[number] if number < len(formats) else GENERAL
