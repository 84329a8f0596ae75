"""Reader of .xls and .et: BIFF workbooks in an OLE container; fast where the records allow, else through xlrd."""

from __future__ import annotations

import datetime
import io
from functools import partial
from typing import Any

from kpi_cli.intake.book import CellValue, Evidence, Sheet, Span
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers import fast
from kpi_cli.intake.readers.archive import Content
from kpi_cli.intake.readers.biff import BIFF8, SheetLook, globals_of, is_worksheet, look, may_show_percents
from kpi_cli.intake.readers.number_formats import GENERAL
from kpi_cli.intake.refusal import Refused, too_large, unreadable, unsupported

# Places that a sheet may claim before the fast reader, which reserves room for them, is passed over.
_CLAIMED = 4_000_000
_COLUMNS = 256
# Beyond that, at least one place in this many must hold a cell.
_SPARSE = 8
_STREAMS = ("Workbook", "Book")
_OTHERS = (("EncryptedPackage", ""), ("EncryptionInfo", ""), ("WordDocument", "file-word"),
           ("PowerPoint Document", "file-slides"), ("__properties_version1.0", "file-mail"))  # fmt: skip


def read(source: Content, limits: Limits) -> list[Sheet]:
    """The worksheets of a BIFF5 or BIFF8 workbook."""
    content = source.data
    stream = _workbook_stream(content)
    version, records = globals_of(stream)
    if len(records) > limits.sheets:
        raise too_large("file-sheets", len(records), limits.sheets)
    if not records:
        raise unreadable("file-no-sheets")
    looks = [look(stream, record.offset) for record in records]
    usual = version == BIFF8 and all(_is_usual(each) for each in looks)
    book = fast.open_workbook(content) if usual else None
    if book is not None and len(book.sheet_names) == len(records):
        percents = may_show_percents(stream, version)
        sheets = []
        for index, (record, found) in enumerate(zip(records, looks, strict=True)):
            if is_worksheet(record):
                values = fast.sheet_at(book, index)
                if values is None:
                    break
                merged = [Span(*first, *last) for first, last in values.merged_cell_ranges or []]
                sheets.append(
                    Sheet(
                        name=book.sheet_names[index],
                        rows=fast.grid(values),
                        merged=merged,
                        hidden=record.hidden,
                        suspect=found.suspect,
                        percents=percents,
                        load_evidence=partial(evidence, content, index, found),
                    )
                )
        else:
            return sheets
    return _slow(content, looks, limits)


def _is_usual(found: SheetLook) -> bool:
    """Whether the fast reader may have the sheet: it builds every place of the grid, and dies of a huge one."""
    area = found.rows * found.columns
    return found.claimed <= _CLAIMED and found.columns <= _COLUMNS and area <= max(_CLAIMED, found.cells * _SPARSE)


def evidence(content: bytes, index: int, found: SheetLook) -> Evidence:
    """What the fast reader hides in one sheet, by its place among all sheets."""
    book = _xlrd(content)
    sheets = [sheet for sheet in book.sheets() if sheet.number == index]
    return _evidence(book, sheets[0], found) if sheets else Evidence()


def _workbook_stream(content: bytes) -> bytes:
    from xlrd.compdoc import CompDoc

    try:
        container = CompDoc(content, logfile=io.StringIO())
        names = {entry.name for entry in container.dirlist}
        for name, word in _OTHERS:
            if name in names:
                raise unsupported(word) if word else Refused("encrypted-file")
        for name in _STREAMS:
            stream: bytes | None = container.get_named_stream(name)
            if stream:
                return stream
    except Refused:
        raise
    except Exception as error:  # the library raises whatever the bytes lead it into
        raise unreadable("file-damaged") from error
    raise unsupported("file-ole")


def _xlrd(content: bytes) -> Any:
    import xlrd

    try:
        return xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except Exception as error:  # the library raises whatever the bytes lead it into
        raise unreadable("file-damaged") from error


def _slow(content: bytes, looks: list[SheetLook], limits: Limits) -> list[Sheet]:
    book = _xlrd(content)
    sheets = []
    for sheet in book.sheets():
        found = looks[sheet.number] if sheet.number < len(looks) else SheetLook()
        known = _evidence(book, sheet, found)
        if sheet.nrows > limits.rows:
            raise too_large("file-rows", sheet.nrows, limits.rows)
        sheets.append(
            Sheet(
                name=sheet.name,
                rows=[_row(book, sheet, row) for row in range(sheet.nrows)],
                merged=[Span(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
                hidden=bool(sheet.visibility),
                suspect=bool(known.errors or known.uncached or known.hidden_rows or known.hidden_columns),
                load_evidence=partial(_known, known),
            )
        )
    if not sheets:
        raise unreadable("file-no-sheets")
    return sheets


def _known(found: Evidence) -> Evidence:
    return found


def _row(book: Any, sheet: Any, row: int) -> list[CellValue]:
    kinds, values = sheet.row_types(row), sheet.row_values(row)
    return [_value(book, kind, value) for kind, value in zip(kinds, values, strict=True)]


def _value(book: Any, kind: int, value: Any) -> CellValue:
    from xlrd import xldate
    from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_NUMBER, XL_CELL_TEXT

    if kind == XL_CELL_TEXT:
        return str(value) or None
    if kind == XL_CELL_NUMBER:
        return float(value)
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_DATE:
        try:
            moment: datetime.datetime = xldate.xldate_as_datetime(value, book.datemode)
        except (xldate.XLDateError, OverflowError, ValueError):
            return float(value)
        if value < 1:
            return moment.time()
        return moment.date() if moment.time() == datetime.time() else moment
    return None


def _evidence(book: Any, sheet: Any, found: SheetLook) -> Evidence:
    from xlrd.biffh import XL_CELL_ERROR, error_text_from_code

    formats: dict[tuple[int, int], str] = {}
    errors: dict[tuple[int, int], str] = {}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == XL_CELL_ERROR:
                code = sheet.cell_value(row, column)
                errors[row, column] = error_text_from_code.get(code, "#N/A")
            elif kind:
                text = _format(book, sheet.cell_xf_index(row, column))
                if text != GENERAL:
                    formats[row, column] = text
    return Evidence(
        formats=formats,
        errors=errors,
        uncached=dict.fromkeys(found.uncached, ""),
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
    )


def _format(book: Any, style: int | None) -> str:
    if style is None or style >= len(book.xf_list):
        return GENERAL
    found = book.format_map.get(book.xf_list[style].format_key)
    return found.format_str if found else GENERAL
