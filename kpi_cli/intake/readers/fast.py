"""The fast reader, python-calamine: values of .xlsx and .xls from bytes in memory.

It is asked only after the bytes were looked at, because some make it end the process; what it cannot read comes back
as None, and a slower reader is asked.
"""

from __future__ import annotations

import io

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kpi_cli.intake.book import CellValue, Grid

_MANY_CELLS = 200_000


def open_workbook(content: bytes) -> CalamineWorkbook | None:
    """The workbook, None where the library refuses it."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        return None
    except BaseException as error:
        if _is_panic(error):
            return None
        raise


def sheet_at(book: CalamineWorkbook, index: int) -> CalamineSheet | None:
    """A worksheet by its place, None where the library refuses it."""
    try:
        return book.get_sheet_by_index(index)
    except (CalamineError, ValueError):
        return None
    except BaseException as error:
        if _is_panic(error):
            return None
        raise


def grid(sheet: CalamineSheet) -> Grid:
    """All cells at their exact places, blank ones None."""
    if sheet.total_height * sheet.total_width > _MANY_CELLS:
        return _large_grid(sheet)
    return [[None if value == "" else value for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _large_grid(sheet: CalamineSheet) -> Grid:
    """Row by row, equal texts kept once: a register of a million rows repeats its classes, towns and units."""
    start = sheet.start or (0, 0)
    left: list[CellValue] = [None] * start[1]
    rows: Grid = [[] for _ in range(start[0])]
    kept: dict[object, CellValue] = {"": None}
    for row in sheet.iter_rows():
        rows.append(left + [_keep(value, kept) for value in row])
    return rows


def _keep(value: CellValue, kept: dict[object, CellValue]) -> CellValue:
    return kept.setdefault(value, value) if isinstance(value, str) else value


def _is_panic(error: BaseException) -> bool:
    """A panic of the library is no ``Exception``; anything else of that rank (an interrupt) goes on its way."""
    return type(error).__name__ == "PanicException"
