"""The annotated copy: each finding on its cell, a list with links, and nothing else changed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlwt
from given import form
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

ROOT = Path(__file__).resolve().parents[2]
MISTAKES = ROOT / "tests/samples/06_mistakes/form.xlsx"
CSV = "指标名称,单位,本年完成\n专利申请量,件,3500\n其中：发明专利申请量,件,3600\n=1+1,件,5\n专利授权量,件,约2000\n"


@pytest.fixture
def annotate(kpi, tmp_path):
    """Run kpi validate --annotate; the findings and the copy's path."""

    def run(path: Path, name: str = "copy.xlsx", *arguments: str) -> tuple[list[dict[str, Any]], Path]:
        done = kpi("validate", path, "--annotate", tmp_path / name, "--format", "json", "--plan", ROOT / "indicators.yaml", *arguments)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)["findings"], tmp_path / name

    return run


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_finding_is_a_comment_with_a_fill_on_its_cell(annotate):
    findings, copy = annotate(MISTAKES)
    sheet = load_workbook(copy)["Sheet1"]
    commented = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(commented) == {each["cell"] for each in findings}
    for each in findings:
        cell = commented[each["cell"]]
        assert each["message"]["zh"] in cell.comment.text
        assert each["hint"]["zh"] in cell.comment.text
        assert cell.fill.fgColor.rgb == ("FFFFC7CE" if each["severity"] == "error" else "FFFFEB9C")


def test_the_list_has_a_line_and_a_link_for_every_finding(annotate):
    findings, copy = annotate(MISTAKES)
    rows = list(load_workbook(copy)["问题清单"].iter_rows(min_row=2))
    assert len(rows) == len(findings)
    for row, each in zip(rows, findings, strict=True):
        assert row[2].hyperlink.location == f"'{each['sheet']}'!{each['cell']}"
        assert (row[3].value.removeprefix("'"), row[5].value) == (each["message"]["zh"], each["rule"])


def test_values_and_formats_stay_as_they_were(annotate):
    _, copy = annotate(MISTAKES)
    before, after = load_workbook(MISTAKES)["Sheet1"], load_workbook(copy)["Sheet1"]
    assert before.dimensions == after.dimensions
    for row in before.iter_rows():
        for cell in row:
            other = after[cell.coordinate]
            assert (cell.value, cell.number_format, cell.data_type) == (other.value, other.number_format, other.data_type)
            for look in ("font", "border", "alignment"):
                assert repr(getattr(cell, look)) == repr(getattr(other, look))


@pytest.fixture
def rich(tmp_path) -> Path:
    """A book with what is easily lost: a chart, limits, conditional formats, a comment, a locked and a hidden sheet, names."""
    path = form(tmp_path / "rich.xlsx", {"专利申请量（件）": (3500, 3200), "其中：发明专利申请量（件）": (3600, 900), "专利授权量（件）": (None, 5)})
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["C5"].font = Font(bold=True, color="FF00FF00")
    sheet["C5"].number_format = "#,##0"
    sheet["C4"].comment = Comment("原有批注", "张三")
    sheet["C5"].comment = Comment("请核实", "李四")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=4, max_row=5))
    sheet.add_chart(chart, "H2")
    limit = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0")
    limit.add("C4:C6")
    sheet.add_data_validation(limit)
    sheet.conditional_formatting.add("C4:C6", CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill("solid", bgColor="FFFF0000")))
    sheet.protection.sheet = True
    sheet.column_dimensions["C"].width = 33
    other = book.create_sheet("其他")
    other["A1"] = "=填报表!C4*2"
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.save(path)
    return path


def test_charts_limits_formats_protection_and_other_sheets_are_kept_byte_for_byte(annotate, rich):
    _, copy = annotate(rich)
    before, after = parts(rich), parts(copy)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml",
        "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml" if "xl/drawings/commentsDrawing1.vml" in before else
        next(name for name in before if name.endswith(".vml")),
    }
    assert "xl/charts/chart1.xml" in after
    sheet = load_workbook(copy)["填报表"]
    assert sheet.protection.sheet
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == ["C4:C6"]
    assert len(sheet.conditional_formatting) == 1
    assert len(sheet._charts) == 1
    assert sheet.column_dimensions["C"].width == 33
    assert load_workbook(copy)["其他"]["A1"].value == "=填报表!C4*2"
    assert load_workbook(copy)["隐藏"].sheet_state == "hidden"


def test_a_comment_that_was_there_is_kept_and_ours_is_added_to_it(annotate, rich):
    _, copy = annotate(rich)
    sheet = load_workbook(copy)["填报表"]
    assert sheet["C4"].comment.text == "原有批注"
    assert sheet["C5"].comment.text.startswith("请核实")
    assert "发明专利申请量 3600" in sheet["C5"].comment.text
    assert sheet["C5"].comment.author == "李四"


def test_a_cells_own_look_is_kept_beside_the_fill(annotate, rich):
    _, copy = annotate(rich)
    cell = load_workbook(copy)["填报表"]["C5"]
    assert (cell.font.b, cell.font.color.rgb, cell.number_format, cell.fill.fgColor.rgb) == (True, "FF00FF00", "#,##0", "FFFFC7CE")


def test_a_blank_cell_that_should_be_filled_is_marked_too(annotate, rich):
    findings, copy = annotate(rich)
    assert ("missing", "C6") in {(each["rule"], each["cell"]) for each in findings}
    cell = load_workbook(copy)["填报表"]["C6"]
    assert cell.value is None
    assert cell.comment is not None


def test_macros_are_kept_and_the_copy_must_be_named_so(annotate, kpi, tmp_path):
    path = form(tmp_path / "m.xlsx", {"专利申请量（件）": -5})
    content = parts(path)
    types = content["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    macros = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    content["[Content_Types].xml"] = types.replace(b"</Types>", macros)
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macros"
    with zipfile.ZipFile(tmp_path / "m.xlsm", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    assert kpi("validate", tmp_path / "m.xlsm", "--annotate", tmp_path / "copy.xlsx").returncode == 2
    _, copy = annotate(tmp_path / "m.xlsm", "copy.xlsm")
    assert parts(copy)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 macros"


def test_prefixes_and_rows_and_cells_without_addresses_are_coped_with(annotate, tmp_path):
    path = form(tmp_path / "p.xlsx", {"专利申请量（件）": -5, "专利授权量（件）": (None, 3)})
    content = parts(path)
    sheet = content["xl/worksheets/sheet1.xml"].decode()
    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t", "sheetPr", "outlinePr", "pageSetUpPr", "dimension", "sheetViews", "sheetView",
                 "selection", "sheetFormatPr", "pageMargins", "f"):
        for before, after in (("<", ">"), ("<", " "), ("<", "/"), ("</", ">")):
            sheet = sheet.replace(f"{before}{name}{after}", f"{before}x:{name}{after}")
    sheet = sheet.replace(" xmlns=", " xmlns:x=")
    content["xl/worksheets/sheet1.xml"] = sheet.encode("utf-16")
    with zipfile.ZipFile(tmp_path / "q.xlsx", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    findings, copy = annotate(tmp_path / "q.xlsx")
    commented = {cell.coordinate for row in load_workbook(copy)["填报表"].iter_rows() for cell in row if cell.comment}
    assert commented == {each["cell"] for each in findings} == {"C4", "C5"}


def test_a_book_without_styles_gets_them(annotate, tmp_path):
    content = parts(form(tmp_path / "p.xlsx", {"专利授权量（件）": -5}))
    del content["xl/styles.xml"]
    content["xl/_rels/workbook.xml.rels"] = re.sub(rb"<Relationship [^>]*styles[^>]*/>", b"", content["xl/_rels/workbook.xml.rels"])
    content["[Content_Types].xml"] = re.sub(rb"<Override [^>]*styles[^>]*/>", b"", content["[Content_Types].xml"])
    content["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", content["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(tmp_path / "bare.xlsx", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    _, copy = annotate(tmp_path / "bare.xlsx")
    assert load_workbook(copy)["填报表"]["C4"].fill.fgColor.rgb == "FFFFC7CE"


def test_a_finding_in_a_merged_range_is_shown_where_the_range_shows(annotate, tmp_path):
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["2012年度完成情况"], ["指标名称", "本年完成", "上年同期"], ["专利授权量（件）", "约5", "/"], ["专利培训（人次）", 5, "/"]):
        sheet.append(row)
    sheet.merge_cells("B3:B3")
    sheet.merge_cells("A1:C1")
    book.save(tmp_path / "m.xlsx")
    findings, copy = annotate(tmp_path / "m.xlsx")
    assert [each["cell"] for each in findings] == ["B3"]
    assert load_workbook(copy).worksheets[0]["B3"].comment is not None


@pytest.mark.parametrize("kind", ["csv", "xls"])
def test_what_cannot_be_annotated_gets_a_companion_with_its_cells(annotate, tmp_path, kind):
    path = tmp_path / f"f.{kind}"
    if kind == "csv":
        path.write_text(CSV, encoding="gb18030")
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("表")
        for row, line in enumerate(CSV.splitlines()):
            for column, cell in enumerate(line.split(",")):
                sheet.write(row, column, float(cell) if cell.isdigit() else cell)
        book.save(str(path))
    before = path.read_bytes()
    findings, copy = annotate(path)
    made = load_workbook(copy)
    sheet = made.worksheets[0]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {each["cell"] for each in findings}
    assert sheet["A2"].value == "专利申请量"
    assert made.worksheets[1].title == "问题清单"
    assert made.worksheets[1]["C2"].hyperlink is not None
    assert path.read_bytes() == before


def test_no_text_of_a_submission_becomes_a_formula(annotate, tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(CSV + '@SUM(1),件,6\n"+cmd|x",件,"-2+3"\n', encoding="utf-8")
    _, copy = annotate(path)
    for sheet in load_workbook(copy).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value[:1] in "=+@" and cell.value)


def test_a_list_of_that_name_that_was_there_is_left_alone(annotate, tmp_path):
    _, first = annotate(MISTAKES, "one.xlsx")
    _, second = annotate(first, "two.xlsx")
    assert load_workbook(second).sheetnames == ["Sheet1", "问题清单", "问题清单(2)"]


def test_several_files_go_into_a_folder_and_nowhere_else(kpi, tmp_path):
    form(tmp_path / "in/a/f.xlsx", {"专利授权量（件）": -5})
    form(tmp_path / "in/b/f.xlsx", {"专利培训（人次）": -5})
    (tmp_path / "in/c.csv").write_text(CSV, encoding="utf-8")
    assert kpi("validate", tmp_path / "in", "--annotate", tmp_path / "one.xlsx").returncode == 2
    assert not (tmp_path / "one.xlsx").exists()
    kpi("validate", tmp_path / "in", "--annotate", tmp_path / "out/")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["c.csv.xlsx", "f(2).xlsx", "f.xlsx"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in", "out"]
    assert sorted(each.name for each in (tmp_path / "in").rglob("*.*")) == ["c.csv", "f.xlsx", "f.xlsx"]


def test_a_copy_of_a_sound_form_has_an_empty_list_and_no_marks(annotate):
    _, copy = annotate(ROOT / "tests/samples/01_list_full/form.xlsx")
    book = load_workbook(copy)
    assert book["问题清单"].max_row == 1
    assert not any(cell.comment for row in book.worksheets[0].iter_rows() for cell in row)


def test_the_copy_can_be_corrected_and_audited_again(annotate, kpi, tmp_path):
    findings, copy = annotate(MISTAKES)
    book = load_workbook(copy)
    book["Sheet1"]["D76"] = 3
    book.save(copy)
    again = json.loads(kpi("validate", copy, "--format", "json").stdout)["findings"]
    assert [(each["rule"], each["cell"]) for each in again] == [(each["rule"], each["cell"]) for each in findings if each["cell"] != "D76"]
    difference = json.loads(kpi("diff", MISTAKES, copy, "--format", "json").stdout)
    assert [(each["input"], each["before"]["raw"], each["after"]["raw"]) for each in difference["figures"]] == [("talent_startup", "-3", "3")]
    assert [each["rule"] for each in difference["findings"]["fixed"]] == ["negative"]
    assert difference["findings"]["new"] == []


def test_an_unreadable_file_gets_no_copy_and_is_said(kpi, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 broken")
    done = kpi("validate", tmp_path / "x.xlsx", "--annotate", tmp_path / "copy.xlsx", "--lang", "en")
    assert done.returncode == 1
    assert "x.xlsx" in done.stderr
    assert not (tmp_path / "copy.xlsx").exists()


def test_a_copy_opens_as_a_sound_zip(annotate):
    _, copy = annotate(MISTAKES)
    with zipfile.ZipFile(io.BytesIO(copy.read_bytes())) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
