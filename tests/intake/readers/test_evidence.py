"""What the fast reader hides is found when asked for, and costs nothing when nothing is hidden."""

from __future__ import annotations

import datetime
import sys
import zipfile
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from kpi_cli.intake.book import Sheet
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.readers.number_formats import date_value, is_date

ODS = """<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:calcext="c" xmlns:style="s">
<office:automatic-styles><style:style style:name="ta2" style:family="table">
<style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="表">
<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>
<table:table-row><table:table-cell office:value-type="percentage" office:value="0.385">
<text:p>38.5%</text:p></table:table-cell>
<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">
<text:p>#DIV/0!</text:p></table:table-cell>
<table:table-cell table:formula="of:=A1*2"/></table:table-row>
<table:table-row table:visibility="collapse"><table:table-cell office:value-type="date" office:date-value="2012-06-30">
<text:p>2012年6月30日</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="藏" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="string">
<text:p>甲<text:s text:c="2"/>乙</text:p><office:annotation><text:p>批注</text:p></office:annotation></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def sheets(path: Path) -> list[Sheet]:
    book, findings = open_book(path, DEFAULT_LIMITS)
    assert book is not None, findings
    return book.sheets


def save(tmp_path: Path, book: Workbook) -> Path:
    book.save(tmp_path / "form.xlsx")
    return tmp_path / "form.xlsx"


def test_a_clean_form_is_not_suspect_and_loads_no_slow_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Workbook()
    book.active["A1"] = "甲"
    book.active["B1"] = 0.385
    book.active["B1"].number_format = "0.0%"
    path = save(tmp_path, book)
    for name in ("openpyxl", "xlrd"):
        monkeypatch.setitem(sys.modules, name, None)
    sheet = sheets(path)[0]
    assert not sheet.suspect
    assert sheet.evidence.formats == {(0, 1): "0.0%"}


def test_a_formula_without_a_stored_value_is_told_from_a_blank_cell(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = 1
    book.active["C2"] = "=A1*2"
    sheet = sheets(save(tmp_path, book))[0]
    assert sheet.suspect
    assert sheet.cell(1, 2) is None
    assert sheet.evidence.uncached == {(1, 2): "=A1*2"}


def test_hidden_rows_and_columns_are_found(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = 1
    book.active.row_dimensions[7].hidden = True
    book.active.column_dimensions["C"].hidden = True
    sheet = sheets(save(tmp_path, book))[0]
    assert sheet.suspect
    assert sheet.evidence.hidden_rows == {6}
    assert sheet.evidence.hidden_columns == {2}


def test_error_cells_are_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = 1
    book.active["B3"] = "#REF!"
    sheet = sheets(save(tmp_path, book))[0]
    assert sheet.cell(2, 1) is None
    assert sheet.evidence.errors == {(2, 1): "#REF!"}


def test_xls_shows_formats_errors_hidden_lines_and_formulas_without_value(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, 0.385, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(1, 1, xlwt.Formula("A1*2"))
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    sheet.row(4).set_cell_error(0, "#DIV/0!")
    hidden = book.add_sheet("藏")
    hidden.write(0, 0, "甲")
    hidden.visibility = 1
    book.save(str(tmp_path / "form.et"))
    found, second = sheets(tmp_path / "form.et")
    assert (found.suspect, second.suspect, second.hidden) == (True, False, True)
    assert found.evidence.formats[0, 0] == "0.0%"
    assert found.evidence.errors == {(4, 0): "#DIV/0!"}
    assert set(found.evidence.uncached) == {(1, 1)}
    assert found.evidence.hidden_rows == {2}
    assert found.evidence.hidden_columns == {3}


def test_ods_shows_percent_errors_hidden_lines_sheets_and_formulas_without_value(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "form.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS)
    found, second = sheets(tmp_path / "form.ods")
    assert found.cell(0, 0) == 0.385
    assert found.cell(1, 0) == datetime.date(2012, 6, 30)
    assert found.evidence.formats == {(0, 0): "0.00%"}
    assert found.evidence.errors == {(0, 1): "#DIV/0!"}
    assert found.evidence.uncached == {(0, 2): "of:=A1*2"}
    assert found.evidence.hidden_rows == {1}
    assert found.evidence.hidden_columns == {2}
    assert (second.hidden, second.cell(0, 0)) == (True, "甲  乙")


@pytest.mark.parametrize(
    ("number_format", "shows_date"),
    [("General", False), ("0.00%", False), ('0.0"日"', False), ("yyyy/m/d", True), ('yyyy"年"m"月"', True),
     ("[h]:mm", True), ("[Red]0.00", False), ("@", False), ("h:mm AM/PM", True), ("#,##0;[Red]-#,##0", False)],
)  # fmt: skip
def test_a_number_format_shows_a_date_or_not(number_format: str, shows_date: bool) -> None:
    assert is_date(number_format) == shows_date


def test_the_day_that_never_was_stays_a_number() -> None:
    assert date_value(60, "yyyy/m/d") == 60
    assert date_value(59, "yyyy/m/d") == datetime.date(1900, 2, 28)
    assert date_value(61, "yyyy/m/d") == datetime.date(1900, 3, 1)
    assert date_value(0.5, "h:mm") == datetime.time(12)
    assert date_value(1.25, "[h]:mm") == datetime.timedelta(hours=30)
