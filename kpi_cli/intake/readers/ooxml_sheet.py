"""One worksheet part, cell by cell: what the fast reader hides, and the values where it cannot be used.

Slower than the fast reader by a factor of ten, but bounded: texts are shared, not copied, and blank cells cost nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from kpi_cli.intake.book import CellValue, Evidence, Grid, Span
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers import xml
from kpi_cli.intake.readers.number_formats import GENERAL, date_value, is_date
from kpi_cli.intake.readers.ooxml_parts import checked_text
from kpi_cli.intake.readers.references import REFERENCE, column_index, span
from kpi_cli.intake.refusal import too_large, unreadable

_TRUE = ("1", "true")
_MAX_HIDDEN_COLUMNS = 16_384


@dataclass(slots=True)
class ParsedSheet:
    """The cells with a value by (row, column), and everything else the part tells."""

    cells: dict[tuple[int, int], CellValue] = field(default_factory=dict)
    merged: list[Span] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(slots=True)
class Context:
    """What a worksheet's cells refer to. ``strings`` is None where only the evidence is wanted, not the texts."""

    strings: list[str] | None
    formats: Sequence[str]
    date1904: bool
    limits: Limits


def parse_sheet(content: bytes, context: Context) -> ParsedSheet:
    """The worksheet in ``content``. Refused: broken XML, addresses out of range, too many cells or too much text."""
    walk = _Walk(context)
    xml.parse(content, walk.start, walk.end, walk.text)
    if not walk.seen_root:
        raise unreadable("file-xml-broken")
    walk.parsed.evidence = Evidence(
        walk.formats, walk.errors, walk.uncached, frozenset(walk.hidden_rows), frozenset(walk.hidden_columns)
    )
    return walk.parsed


def to_grid(cells: dict[tuple[int, int], CellValue]) -> Grid:
    """The cells as rows that end at their last value; blank rows are empty lists."""
    rows: Grid = [[] for _ in range(max((row for row, _ in cells), default=-1) + 1)]
    for (row, column), value in sorted(cells.items(), key=lambda item: item[0]):
        line = rows[row]
        line.extend([None] * (column - len(line)))
        line.append(value)
    return rows


class _Walk:
    """The state of one pass over the part. Cells without a reference stand right of the one before."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.parsed = ParsedSheet()
        self.formats: dict[tuple[int, int], str] = {}
        self.errors: dict[tuple[int, int], str] = {}
        self.uncached: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.seen_root = False
        self.row = self.column = -1
        self.row_hidden = False
        self.cell: xml.Attributes | None = None
        self.value: list[str] = []
        self.formula: list[str] = []
        self.has_formula = False
        self.phonetic = 0
        self.target: list[str] | None = None
        self.characters = 0

    def start(self, name: str, attributes: xml.Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif self.cell is not None:
            if name == "v" or (name == "t" and not self.phonetic):
                self.target = self.value
            elif name == "f":
                self.target, self.has_formula = self.formula, True
            elif name == "rPh":
                self.phonetic += 1
        elif name == "worksheet":
            self.seen_root = True
        elif name == "col":
            self._column(attributes)
        elif name == "mergeCell":
            merged = span(attributes.get("ref", ""), self.context.limits)
            if merged:
                self.parsed.merged.append(merged)

    def end(self, name: str) -> None:
        if name == "c" and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "rPh":
            self.phonetic -= 1
        elif name in ("v", "t", "f"):
            self.target = None

    def text(self, piece: str) -> None:
        if self.target is not None:
            self.target.append(piece)

    def _start_row(self, attributes: xml.Attributes) -> None:
        stated = attributes.get("r")
        self.row = _whole(stated) - 1 if stated is not None else self.row + 1
        if not 0 <= self.row < self.context.limits.rows:
            raise too_large("file-rows", self.row + 1, self.context.limits.rows)
        self.column = -1
        if attributes.get("hidden") in _TRUE:
            self.hidden_rows.add(self.row)

    def _start_cell(self, attributes: xml.Attributes) -> None:
        stated = attributes.get("r")
        if stated is None:
            self.column += 1
        else:
            match = REFERENCE.match(stated)
            if match is None:
                raise unreadable("file-bad-address")
            self.column, self.row = column_index(match[1]), int(match[2]) - 1
        limits = self.context.limits
        if not 0 <= self.row < limits.rows:
            raise too_large("file-rows", self.row + 1, limits.rows)
        if not 0 <= self.column < limits.columns:
            raise too_large("file-columns", self.column + 1, limits.columns)
        self.cell, self.has_formula = attributes, False
        self.value.clear()
        self.formula.clear()

    def _end_cell(self, attributes: xml.Attributes) -> None:
        place, kind = (self.row, self.column), attributes.get("t", "n")
        raw = "".join(self.value)
        if self.has_formula and raw == "" and kind != "str":
            self.uncached[place] = "=" + "".join(self.formula)
        if kind == "e":
            self.errors[place] = raw or "#N/A"
            return
        number_format = self._number_format(attributes)
        value = self._value(kind, raw, number_format)
        if value is None or value == "":
            return
        if isinstance(value, str):
            self.characters += len(value)
            if self.characters > self.context.limits.file_text:
                raise too_large("file-text", self.characters, self.context.limits.file_text)
        self.parsed.cells[place] = value
        if number_format != GENERAL:
            self.formats[place] = number_format
        if len(self.parsed.cells) > self.context.limits.cells:
            raise too_large("file-cells", len(self.parsed.cells), self.context.limits.cells)

    def _value(self, kind: str, raw: str, number_format: str) -> CellValue:
        if kind == "s":
            return self._shared(raw)
        if kind in ("str", "inlineStr"):
            return checked_text(raw, self.context.limits)
        if not raw.strip():
            return None
        if kind == "b":
            return raw.strip() in _TRUE
        if kind == "d":
            return _iso(raw.strip())
        try:
            number = float(raw)
        except ValueError:
            raise unreadable("file-bad-number") from None
        return date_value(number, number_format, from_1904=self.context.date1904) if is_date(number_format) else number

    def _shared(self, raw: str) -> CellValue:
        strings = self.context.strings
        if strings is None or not raw:
            return raw
        index = _whole(raw.strip())
        if index >= len(strings):
            raise unreadable("file-string-missing")
        return strings[index]

    def _number_format(self, attributes: xml.Attributes) -> str:
        style = attributes.get("s")
        if style is None or not style.isdigit() or int(style) >= len(self.context.formats):
            return GENERAL
        return self.context.formats[int(style)]

    def _column(self, attributes: xml.Attributes) -> None:
        if attributes.get("hidden") in _TRUE:
            first, last = _whole(attributes.get("min", "1")), _whole(attributes.get("max", "1"))
            self.hidden_columns.update(range(max(0, first - 1), min(last, _MAX_HIDDEN_COLUMNS)))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise unreadable("file-bad-address")
    return int(text)


def _iso(text: str) -> CellValue:
    for kind in (datetime.date, datetime.datetime, datetime.time):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return text
