"""A workbook beside a file that cannot be annotated itself: its cells as they were read, with the findings on them."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from kpi_cli.intake.book import Book, CellValue
from kpi_cli.report.annotate.comments import AUTHOR
from kpi_cli.report.annotate.listing import WIDTHS, Note, Titles, free_name, height_of, link_of, rows_of
from kpi_cli.report.annotate.styles import FILLS
from kpi_cli.report.cells import safe_cell

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_A_NAME = re.compile(r"[\\/*?:\[\]]")
MOST_TEXT = 32_000


def companion(book: Book, notes: Sequence[Note], comments: dict[tuple[str | None, str], str], titles: Titles) -> bytes:
    """The workbook's bytes. ``comments`` are the texts by sheet and cell; text files have the one sheet None."""
    made = Workbook()
    made.remove(made.worksheets[0])
    names: dict[str | None, str] = {}
    for sheet in book.sheets:
        title = free_name(_NOT_A_NAME.sub("_", sheet.name or titles.heads[2])[:28] or "_", list(names.values()))
        names[sheet.name] = title
        _copy(made.create_sheet(title), sheet.rows)
    severities = {(note.sheet, note.cell): note.severity for note in reversed(notes) if note.cell}
    for (name, cell), text in comments.items():
        if name in names:
            marked = made[names[name]][cell]
            marked.fill = PatternFill("solid", fgColor=FILLS[severities[name, cell]])
            comment = Comment(_clean(text), AUTHOR)
            comment.width, comment.height = 320, 24 * (2 + text.count("\n") + len(text) // 24)
            marked.comment = comment
    _list(made.create_sheet(free_name(titles.sheet, list(names.values()))), notes, titles, names)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _copy(sheet: Worksheet, rows: Sequence[Sequence[CellValue]]) -> None:
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is not None and value != "":
                cell = sheet.cell(number, column)
                cell.value = _value(value)
                if cell.data_type == "f":
                    cell.data_type = "s"


def _value(value: CellValue) -> Any:
    if isinstance(value, str):
        return safe_cell(_clean(value))
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.isoformat()
    return value


def _clean(text: str) -> str:
    return _ILLEGAL.sub("�", text)[:MOST_TEXT]


def _list(sheet: Worksheet, notes: Sequence[Note], titles: Titles, names: dict[str | None, str]) -> None:
    sheet.append(list(titles.heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, (note, row) in enumerate(zip(notes, rows_of(notes), strict=True), 2):
        sheet.row_dimensions[number].height = height_of(row)
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column, _clean(text))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        target = link_of(names[note.sheet], note.cell) if note.sheet in names and (note.sheet or note.cell) else None
        if target:
            place = sheet.cell(number, 3)
            place.hyperlink = Hyperlink(ref=place.coordinate, location=target, display=_clean(row[2]))
            place.font = Font(underline="single", color="FF0563C1")
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
