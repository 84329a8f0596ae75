"""Forms filled in as a careful office would, and broken at one place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from kpi_cli.plan.nouns import Plan
from kpi_cli.plan.units import DATE, FLAG

VALUE, LAST, REMARK, UNIT, NAME, KEY = 4, 5, 6, 3, 2, 8


def rows_of(book: Workbook) -> dict[str, int]:
    """The row of each input, by the form's hidden keys."""
    sheet = book.worksheets[0]
    keys = {row: str(sheet.cell(row, KEY).value or "") for row in range(1, sheet.max_row + 1)}
    return {key.partition(";")[2]: row for row, key in keys.items() if key.startswith("kpi:input;")}


def sound(plan: Plan, ids: Iterable[str]) -> dict[str, Any]:
    """A figure for each input that breaks no check: totals are sums, wholes are well above their parts."""
    wanted = list(ids)
    values: dict[str, Any] = {}
    for id in wanted:
        kind = plan.inputs[id].unit.kind
        values[id] = "是" if kind == FLAG else datetime.date(plan.year, 11, 20) if kind == DATE else 4
    for _ in range(len(wanted)):
        for id in wanted:
            noun = plan.inputs[id]
            if noun.parts and all(part in values for part in noun.parts):
                values[id] = sum(values[part] for part in noun.parts)
            if noun.of_which in values and values[id] * 2 > values[noun.of_which]:
                values[noun.of_which] = values[id] * 2
        for check in plan.checks:
            if check.form == "of_which" and {check.part, check.whole} <= values.keys() and values[check.part] * 2 > values[check.whole]:
                whole = plan.inputs[str(check.whole)]
                if whole.parts:
                    for part in whole.parts:
                        values[part] = values[part] * 2
                else:
                    values[check.whole] = values[check.part] * 2
    return values


def fill(path: Path, values: Mapping[str, Any], last: Mapping[str, Any] | None = None, cells: Mapping[tuple[str, int], Any] | None = None) -> Path:
    """Fill a form in: this year's and last year's figures by input, then single cells by (input, column)."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = rows_of(book)
    for id, row in rows.items():
        sheet.cell(row, VALUE).value = values.get(id)
        if last is not None and id in last:
            sheet.cell(row, LAST).value = last[id]
    for (id, column), value in (cells or {}).items():
        sheet.cell(rows[id], column).value = value
    book.save(path)
    return path
