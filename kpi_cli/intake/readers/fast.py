"""The fast reader, python-calamine: values of .xlsx and .xls from bytes in memory.

It is asked only after the bytes were looked at, because some make it end the process; what it cannot read comes back
as None, and a slower reader is asked.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kpi_cli.intake.book import CellValue, Grid
from kpi_cli.intake.late_grid import LateGrid

_MANY_CELLS = 200_000
# The texts of so many rows at the top are kept once wherever they come again.
_LEARNT_ROWS = 2_000


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
        return LateGrid((sheet.end or (-1, 0))[0] + 1, partial(_raw_rows, sheet), partial(_large_grid, sheet))
    return [[None if value == "" else value for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _raw_rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    left: list[Any] = [None] * (sheet.start or (0, 0))[1]
    return (left + row for row in sheet.iter_rows()) if left else sheet.iter_rows()


def _large_grid(sheet: CalamineSheet) -> Grid:
    """Row by row, equal texts kept once: a register of a million rows repeats its classes, towns and units."""
    left: list[CellValue] = [None] * (sheet.start or (0, 0))[1]
    kept: dict[CellValue, CellValue] = {"": None}
    rows: Grid = []
    for values in sheet.iter_rows():
        if len(rows) < _LEARNT_ROWS:
            kept.update((value, value) for value in values if isinstance(value, str) and value)
        row = [kept.get(value, value) for value in values]
        rows.append(left + row if left else row)
    return rows


def _is_panic(error: BaseException) -> bool:
    """A panic of the library is no ``Exception``; anything else of that rank (an interrupt) goes on its way."""
    return type(error).__name__ == "PanicException"
