"""``--rows``: every row of every register with its result, the failing ones first, as csv or as a workbook.

Columns: ``indicator`` (its id; empty where no rule holds for the row), ``subject`` (the firm's name), ``key``, ``value`` and its
``unit``, ``status``, ``target``, ``gap``, ``file``, ``sheet``, ``row``. Beside the statuses of results, a row may be
``repeated`` (an earlier row has its key) or ``not_judged`` (no key, or no class that a rule holds for).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_cli.report.cells import safe_cell

if TYPE_CHECKING:
    from kpi_cli.assessment import Assessment
    from kpi_cli.measure.registers.results import RowResults
    from kpi_cli.measure.registers.run import MeasuredRegister

COLUMNS = ("indicator", "subject", "key", "value", "unit", "status", "target", "gap", "file", "sheet", "row")
Row = tuple[Any, ...]
_SHEET_ROWS = 1_048_575
# What no workbook may hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def rows_csv(assessment: Assessment) -> bytes:
    """The rows as csv in UTF-8, with the mark by which Excel knows it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(table(assessment))
    return stream.getvalue().encode("utf-8-sig")


def rows_xlsx(assessment: Assessment) -> bytes:
    """The rows as a workbook; beyond the length of a sheet they go on in the next."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    rows = table(assessment)
    for number in range(1, 1000):
        block = islice(rows, _SHEET_ROWS)
        first = next(block, None)
        if first is None and number > 1:
            break
        sheet = book.create_sheet(f"rows {number}")
        sheet.append(COLUMNS)
        for row in chain([] if first is None else [first], block):
            sheet.append([_CONTROL.sub(" ", cell) if isinstance(cell, str) else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# Suffix of the file → writer.
ROWS_WRITERS: dict[str, Callable[[Assessment], bytes]] = {".csv": rows_csv, ".xlsx": rows_xlsx}


def table(assessment: Assessment) -> Iterator[Row]:
    """All rows: by status, the missed first; of these the most short first."""
    from kpi_cli.measure.registers.results import ROW_STATUSES

    for status in range(len(ROW_STATUSES)):
        for register in assessment.registers:
            for results in register.results:
                order = results.in_order()
                yield from _judged(results, order[results.status[order] == status], ROW_STATUSES[status])
    for register in assessment.registers:
        yield from _unjudged(register)


def _judged(results: RowResults, places: Any, status: str) -> Iterator[Row]:
    entities = results.entities
    rows = entities.first[results.at[places]]
    unit, indicator = results.indicator.unit.text, results.indicator.id
    figures = (_cells(values[places]) for values in (results.value, results.target, results.gap))
    for (subject, key, file, sheet, number), value, target, gap in zip(_traces(entities.rows, rows), *figures, strict=True):
        yield indicator, subject, key, value, unit, status, target, gap, file, sheet, number


def _unjudged(register: MeasuredRegister) -> Iterator[Row]:
    """The rows without a result of their own."""
    entities = register.entities
    held = np.zeros(entities.size, dtype=bool)
    for results in register.results:
        held[results.at] = True
    alone = np.concatenate([entities.first[~held], entities.keyless])
    own = np.zeros(entities.rows.size, dtype=bool)
    own[entities.first] = own[entities.keyless] = True
    for places, status in ((np.sort(alone), "not_judged"), (np.flatnonzero(~own), "repeated")):
        for subject, key, file, sheet, number in _traces(entities.rows, places):
            yield "", subject, key, None, "", status, None, None, file, sheet, number


def _traces(rows: Any, places: Any) -> Iterator[tuple[str, str, str, str | None, int]]:
    """(name, key, file, sheet, row number) of rows."""
    register = rows.register
    files = [(safe_cell(table.file), safe_cell(table.sheet or "")) for table in rows.tables]
    labels = rows.texts(register.label) if len(places) else []
    keys = rows.texts(register.key) if register.key and len(places) else labels
    for place, part, number in zip(places.tolist(), rows.part[places].tolist(), rows.number[places].tolist(), strict=True):
        yield safe_cell(labels[place]), safe_cell(keys[place]), *files[part], number


def _cells(values: Any) -> list[float | None]:
    return [None if value != value else value + 0.0 for value in values.tolist()]
