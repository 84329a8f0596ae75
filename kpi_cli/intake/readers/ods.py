"""Reader of .ods: the content part in one pass, repeated cells unfolded only where they hold a value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kpi_cli.intake.book import CellValue, Evidence, Sheet, Span
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers import xml
from kpi_cli.intake.readers.archive import Archive, Content
from kpi_cli.intake.readers.ooxml_sheet import to_grid
from kpi_cli.intake.refusal import Refused, too_large, unreadable

_PERCENT = "0.00%"
_NOT_SHOWN = ("collapse", "filter")
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:\d+|#N/A", re.IGNORECASE)
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?\Z")
_NUMBERS = ("float", "percentage", "currency")
_SKIPPED = ("annotation", "shapes", "ruby-text")


def read(source: Content, limits: Limits) -> list[Sheet]:
    """The tables of an OpenDocument spreadsheet."""
    archive = source.archive or Archive(source.data, limits)
    _refuse_encrypted(archive)
    walk = _Walk(limits)
    xml.parse(archive.read("content.xml"), walk.start, walk.end, walk.text)
    if not walk.tables:
        raise unreadable("file-no-sheets")
    return [_sheet(table, table.style in walk.hidden_styles) for table in walk.tables]


def _refuse_encrypted(archive: Archive) -> None:
    if "meta-inf/manifest.xml" in archive and b"encryption-data" in archive.read("meta-inf/manifest.xml"):
        raise Refused("encrypted-file")


@dataclass(slots=True)
class _Table:
    name: str
    style: str
    cells: dict[tuple[int, int], CellValue] = field(default_factory=dict)
    merged: list[Span] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def _sheet(table: _Table, hidden: bool) -> Sheet:
    found = Evidence(
        table.formats, table.errors, table.uncached, frozenset(table.hidden_rows), frozenset(table.hidden_columns)
    )
    return Sheet(
        name=table.name,
        rows=to_grid(table.cells),
        merged=table.merged,
        hidden=hidden,
        suspect=bool(found.errors or found.uncached or found.hidden_rows or found.hidden_columns),
        load_evidence=lambda: found,
    )


class _Walk:
    """The state of one pass over content.xml."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tables: list[_Table] = []
        self.hidden_styles: set[str] = set()
        self._style = ""
        self._table: _Table | None = None
        self._depth = 0
        self._row = self._row_repeat = self._column = self._heading_column = 0
        self._cell: xml.Attributes | None = None
        self._paragraphs: list[list[str]] = []
        self._in_paragraph = 0
        self._skipped = 0
        self._filled = 0
        self._characters = 0
        self._starts: dict[str, Callable[[xml.Attributes], None]] = {
            "table": self._start_table, "table-row": self._start_row, "table-column": self._start_column,
            "table-cell": self._start_cell, "covered-table-cell": self._start_cell, "p": self._start_paragraph,
            "s": self._spaces, "tab": lambda _: self.text("\t"), "line-break": lambda _: self.text("\n"),
            "style": self._start_style, "table-properties": self._table_properties,
        }  # fmt: skip

    def start(self, name: str, attributes: xml.Attributes) -> None:
        if name in _SKIPPED:
            self._skipped += 1
        if self._skipped:
            return
        handle = self._starts.get(name)
        if handle:
            handle({key.rpartition(":")[2]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        if name in _SKIPPED:
            self._skipped -= 1
        elif self._skipped:
            return
        elif name == "p":
            self._in_paragraph -= 1
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table-row":
            self._row += self._row_repeat
        elif name == "table":
            self._depth -= 1
            if not self._depth:
                self._table = None

    def text(self, piece: str) -> None:
        if self._in_paragraph and self._cell is not None and not self._skipped:
            self._characters += len(piece)
            if self._characters > self.limits.file_text:
                raise too_large("file-text", self._characters, self.limits.file_text)
            self._paragraphs[-1].append(piece)

    def _start_style(self, attributes: xml.Attributes) -> None:
        self._style = attributes.get("name", "") if attributes.get("family") == "table" else ""

    def _table_properties(self, attributes: xml.Attributes) -> None:
        if self._style and attributes.get("display") == "false":
            self.hidden_styles.add(self._style)

    def _start_table(self, attributes: xml.Attributes) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        if len(self.tables) >= self.limits.sheets:
            raise too_large("file-sheets", len(self.tables) + 1, self.limits.sheets)
        self._table = _Table(attributes.get("name", ""), attributes.get("style-name", ""))
        self.tables.append(self._table)
        self._row = self._column = self._heading_column = 0

    def _start_column(self, attributes: xml.Attributes) -> None:
        repeat = _repeat(attributes, "number-columns-repeated")
        if self._table and attributes.get("visibility") in _NOT_SHOWN:
            first = self._heading_column
            self._table.hidden_columns.update(range(first, min(first + repeat, self.limits.columns)))
        self._heading_column += repeat

    def _start_row(self, attributes: xml.Attributes) -> None:
        self._row_repeat = _repeat(attributes, "number-rows-repeated")
        self._column = 0
        if self._table and attributes.get("visibility") in _NOT_SHOWN:
            self._table.hidden_rows.update(range(self._row, min(self._row + self._row_repeat, self.limits.rows)))

    def _start_cell(self, attributes: xml.Attributes) -> None:
        if self._depth == 1:
            self._cell = attributes
            self._paragraphs = []

    def _start_paragraph(self, _: xml.Attributes) -> None:
        self._in_paragraph += 1
        if self._in_paragraph == 1:
            self._paragraphs.append([])

    def _spaces(self, attributes: xml.Attributes) -> None:
        count = _repeat(attributes, "c")
        if count > self.limits.cell_text:
            raise too_large("file-cell-text", count, self.limits.cell_text)
        self.text(" " * count)

    def _end_cell(self, attributes: xml.Attributes) -> None:
        repeat = _repeat(attributes, "number-columns-repeated")
        column, self._column = self._column, self._column + repeat
        shown = "\n".join("".join(pieces) for pieces in self._paragraphs)
        if len(shown) > self.limits.cell_text:
            raise too_large("file-cell-text", len(shown), self.limits.cell_text)
        value = _value(attributes, shown)
        formula = attributes.get("formula")
        error = _ERROR.fullmatch(shown.strip()) if formula or attributes.get("value-type") == "error" else None
        if value is None and not error and not formula:
            self._merge(attributes, column)
            return
        places = self._places(column, repeat)
        self._merge(attributes, column)
        for place in places:
            self._keep(place, value, attributes, error[0] if error else None)

    def _places(self, column: int, repeat: int) -> list[tuple[int, int]]:
        """All places that the cell fills by repetition."""
        if self._row + self._row_repeat > self.limits.rows:
            raise too_large("file-rows", self._row + self._row_repeat, self.limits.rows)
        if column + repeat > self.limits.columns:
            raise too_large("file-columns", column + repeat, self.limits.columns)
        self._filled += repeat * self._row_repeat
        if self._filled > self.limits.cells:
            raise too_large("file-cells", self._filled, self.limits.cells)
        rows = range(self._row, self._row + self._row_repeat)
        return [(row, each) for row in rows for each in range(column, column + repeat)]

    def _keep(self, place: tuple[int, int], value: CellValue, attributes: xml.Attributes, error: str | None) -> None:
        table = self._table
        if table is None:
            return
        if error:
            table.errors[place] = error
        elif value is None:
            table.uncached[place] = attributes.get("formula", "")
        else:
            table.cells[place] = value
            if attributes.get("value-type") == "percentage":
                table.formats[place] = _PERCENT

    def _merge(self, attributes: xml.Attributes, column: int) -> None:
        height = _repeat(attributes, "number-rows-spanned")
        width = _repeat(attributes, "number-columns-spanned")
        fits = self._row + height <= self.limits.rows and column + width <= self.limits.columns
        if self._table and height * width > 1 and fits:
            self._table.merged.append(Span(self._row, column, self._row + height - 1, column + width - 1))


def _value(attributes: xml.Attributes, shown: str) -> CellValue:
    kind = attributes.get("value-type", "")
    if kind in _NUMBERS:
        try:
            return float(attributes.get("value", ""))
        except ValueError:
            return shown or None
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    if kind == "date":
        return _date(attributes.get("date-value", "")) or shown or None
    if kind == "time":
        return _duration(attributes.get("time-value", "")) or shown or None
    return attributes.get("string-value") or shown or None


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _duration(text: str) -> datetime.time | datetime.timedelta | None:
    match = _DURATION.match(text)
    if not match:
        return None
    sign, days, hours, minutes, seconds, fraction = match.groups()
    try:
        length = datetime.timedelta(
            days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
            seconds=int(seconds or 0), microseconds=int((fraction or "0")[:6].ljust(6, "0")),
        )  # fmt: skip
    except OverflowError:
        return None
    if sign or length >= datetime.timedelta(days=1):
        return -length if sign else length
    return (datetime.datetime.min + length).time()


def _repeat(attributes: xml.Attributes, name: str) -> int:
    stated = attributes.get(name, "1")
    if not (stated.isascii() and stated.isdigit() and len(stated) <= 12):
        raise unreadable("file-bad-address")
    return max(1, int(stated))
