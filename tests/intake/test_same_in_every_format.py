"""The same form in every format: the same figures at the same cells, the same findings, where the format can hold them."""

from __future__ import annotations

import csv
import datetime
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.pipeline import Request, check
from kpi_cli.plan.load import load_plan

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / "tests" / "samples").glob("0[1-6]_*/form.xlsx"))


def shown(cell: Any) -> Any:
    """A cell as a text file holds it: per cents with their sign, days written out, formulas without a result blank."""
    value = cell.value
    if isinstance(value, int | float) and "%" in cell.number_format:
        return f"{round(value * 100, 10)}%"
    return value.date().isoformat() if isinstance(value, datetime.datetime) else "" if value is None else value


def write_xls(sheet: Worksheet, path: Path) -> None:
    book = xlwt.Workbook()
    target = book.add_sheet(sheet.title)
    covered = {(row, column) for span in sheet.merged_cells.ranges for row, column in span.cells} - {
        (span.min_row, span.min_col) for span in sheet.merged_cells.ranges
    }
    for row in sheet.iter_rows():
        for cell in row:
            at = cell.row - 1, cell.column - 1
            if cell.value is None or (cell.row, cell.column) in covered:
                continue
            if cell.data_type == "e":
                target.row(at[0]).set_cell_error(at[1], cell.value)
            else:
                target.write(*at, cell.value, xlwt.easyxf(num_format_str=cell.number_format))
    for span in sheet.merged_cells.ranges:
        target.merge(span.min_row - 1, span.max_row - 1, span.min_col - 1, span.max_col - 1)
    for number, row in sheet.row_dimensions.items():
        target.row(number - 1).hidden = bool(row.hidden)
    book.save(str(path))


def write_ods(sheet: Worksheet, path: Path) -> None:
    spans = {(span.min_row, span.min_col): span for span in sheet.merged_cells.ranges}
    rows = []
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            span = spans.get((cell.row, cell.column))
            wide = (
                f' table:number-rows-spanned="{span.max_row - span.min_row + 1}" table:number-columns-spanned="{span.max_col - span.min_col + 1}"'
                if span else ""
            )
            cells.append(ods_cell(cell, wide))
        hidden = ' table:visibility="collapse"' if sheet.row_dimensions[row[0].row].hidden else ""
        rows.append(f"<table:table-row{hidden}>{''.join(cells)}</table:table-row>")
    schema = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{each}="{schema}:{each}:1.0"' for each in ("office", "table", "text"))
    content = (
        f'<office:document-content {names} xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{escape(sheet.title)}">{"".join(rows)}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)


def ods_cell(cell: Any, wide: str) -> str:
    value = cell.value
    if value is None:
        return f"<table:table-cell{wide}/>"
    if isinstance(value, datetime.datetime):
        return f'<table:table-cell{wide} office:value-type="date" office:date-value="{value.date()}"><text:p>…</text:p></table:table-cell>'
    if isinstance(value, int | float):
        kind = "percentage" if "%" in cell.number_format else "float"
        return f'<table:table-cell{wide} office:value-type="{kind}" office:value="{value!r}"><text:p>…</text:p></table:table-cell>'
    text = escape(value).replace("  ", ' <text:s text:c="1"/>').replace("\n", "</text:p><text:p>")
    return f'<table:table-cell{wide} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def write_csv(sheet: Worksheet, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[shown(cell) for cell in row] for row in sheet.iter_rows()])


def write_html(sheet: Worksheet, path: Path) -> None:
    spans = {(span.min_row, span.min_col): span for span in sheet.merged_cells.ranges}
    covered = {place for span in sheet.merged_cells.ranges for place in span.cells} - set(spans)
    lines = []
    for row in sheet.iter_rows():
        line = []
        for cell in row:
            place = cell.row, cell.column
            if place in covered:
                continue
            span = spans.get(place)
            wide = f' rowspan="{span.max_row - span.min_row + 1}" colspan="{span.max_col - span.min_col + 1}"' if span else ""
            line.append(f"<td{wide}>{escape(str(shown(cell)))}</td>")
        lines.append(f"<tr>{''.join(line)}</tr>")
    path.write_text(f"<html><head><meta charset='utf-8'></head><body><table>{''.join(lines)}</table></body></html>", encoding="utf-8")


WRITERS: dict[str, Callable[[Worksheet, Path], None]] = {"xls": write_xls, "ods": write_ods, "csv": write_csv, "html": write_html}
# What a text file cannot say: hidden rows, formulas without a result.
UNSAID = {"hidden-data", "uncached-formula"}


@pytest.fixture(scope="module")
def context() -> Context:
    plan = load_plan(str(ROOT / "indicators.yaml")).plan
    assert plan is not None
    return Context(vocabulary(plan), Period(None, None), None, DEFAULT_LIMITS)


def figures(read: FileRead) -> dict[str, tuple[Any, ...]]:
    """Cell → what it was read as."""
    return {each.cell: (*each[:7], None if each.state != "value" else round(each.value, 9), each.date) for each in read.observations}


def findings(read: FileRead) -> set[tuple[str, str | None]]:
    return {(each.rule, each.place.cell) for each in read.findings}


def sheet_of(form: Path) -> Worksheet:
    """The first sheet that is shown; of a text file, the sheet that a spreadsheet makes of it."""
    if form.suffix == ".xlsx":
        return next(each for each in load_workbook(form, data_only=True).worksheets if each.sheet_state == "visible")
    sheet = Workbook().active
    assert sheet is not None
    for row in csv.reader(form.read_text(encoding="gb18030").splitlines()):
        sheet.append([cell or None for cell in row])
    return sheet


def write_xlsx(sheet: Worksheet, path: Path) -> None:
    assert sheet.parent is not None
    sheet.parent.save(path)


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods, write_csv, write_html])
def test_a_text_file_in_gb18030_is_read_as_workbooks_of_the_same_cells(
    write: Callable[[Worksheet, Path], None], tmp_path: Path, context: Context
) -> None:
    form = next((ROOT / "tests" / "samples").glob("07_*/form.csv"))
    path = tmp_path / f"form.{write.__name__.removeprefix('write_')}"
    write(sheet_of(form), path)
    original, converted = read_file(str(form), context), read_file(str(path), context)
    assert len(original.observations) > 100
    assert figures(converted) == figures(original)
    assert findings(converted) == findings(original)


@pytest.mark.parametrize("write", [write_xls, write_ods, write_csv, write_html])
def test_a_register_is_judged_alike_in_every_format(write: Callable[[Worksheet, Path], None], tmp_path: Path) -> None:
    plan = load_plan(str(ROOT / "indicators.yaml")).plan
    assert plan is not None
    register = next((ROOT / "tests" / "samples").glob("08_*/register.xlsx"))
    path = tmp_path / f"register.{write.__name__.removeprefix('write_')}"
    write(sheet_of(register), path)
    original, converted = (check(plan, Request([str(each)], jobs=1)) for each in (register, path))
    assert len(original.registers) == 1
    told = [
        ({(each.indicator, each.subject): (each.value, each.status) for each in found.results}, found.compliance,
         {(each.rule, each.place.cell, each.indicator) for each in found.findings}, found.registers[0].account.total)
        for found in (original, converted)
    ]  # fmt: skip
    assert told[0] == told[1]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("form", FORMS, ids=[path.parent.name for path in FORMS])
def test_a_form_is_read_alike_in_every_format(form: Path, suffix: str, tmp_path: Path, context: Context) -> None:
    sheet = sheet_of(form)
    path = tmp_path / ("form.xls" if suffix == "html" else f"form.{suffix}")
    WRITERS[suffix](sheet, path)
    original, converted = read_file(str(form), context), read_file(str(path), context)
    assert converted.kind == suffix, converted.findings
    unsaid = {cell for rule, cell in findings(original) if rule in UNSAID}
    right = {cell: what for cell, what in figures(original).items() if cell not in unsaid}
    assert {cell: what for cell, what in figures(converted).items() if cell not in unsaid} == right
    told = {each for each in findings(original) if each[1] not in unsaid and each[0] not in UNSAID}
    assert {each for each in findings(converted) if each[1] not in unsaid and each[0] not in UNSAID} == told
