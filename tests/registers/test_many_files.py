"""Several files of one register are read as one; a register among other sheets, and in other formats, is the same register."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook, load_workbook

from kpi_cli.measure.registers.rows import register_frames
from kpi_cli.pipeline import Request, check
from kpi_cli.plan.nouns import Plan
from kpi_cli.report.rows import ROWS_WRITERS

HEADS = ["企业名称", "信用代码", "所在镇", "类别", "销售收入（万元）", "研发投入（万元）", "是否建有中心"]
ROWS: list[list[Any]] = [
    HEADS,
    ["甲厂", "A1", "东山", "高新", 20000, 600, "是"],
    ["乙厂", "A2", "西水镇", "一般", 30000, 900, "否"],
    ["丙厂", "A3", "西水镇", "一般", 0, 9, "是"],
]


def workbook(path: Path, *sheets: tuple[str, list[list[Any]]]) -> str:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def summary(plan: Plan, *files: str, **asked: Any) -> tuple[Any, ...]:
    assessment = check(plan, Request(list(files), **asked))
    found = {(each.rule, each.place.cell) for each in assessment.findings}
    counted = [(each.indicator, each.comply, each.computable, each.not_computable) for each in assessment.compliance]
    values = {result.indicator: result.value for result in assessment.results}
    return counted, values, found


EXPECTED = (
    [("rate_hitech", 0, 1, 0), ("rate_reporting", 0, 0, 0), ("rate_general", 1, 1, 1)],
    {"coverage": 50.0, "hitech_rd": 600.0},
    {("zero-denominator", "E4")},
)


def test_the_same_register_in_every_format_gives_the_same_answers(plan: Plan, tmp_path: Path) -> None:
    files = [workbook(tmp_path / "a.xlsx", ("名录", ROWS))]
    for encoding in ("utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(ROWS)
        files.append(str(path))
    old = xlwt.Workbook()
    sheet = old.add_sheet("名录")
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    old.save(str(tmp_path / "a.xls"))
    for file in [*files, str(tmp_path / "a.xls")]:
        assert summary(plan, file) == EXPECTED, file


def test_a_list_of_each_town_is_read_as_one_list(plan: Plan, tmp_path: Path) -> None:
    first = workbook(tmp_path / "1.xlsx", ("名录", [HEADS, ROWS[1]]))
    second = workbook(tmp_path / "2.xlsx", ("名录", [HEADS, *ROWS[2:]]))
    counted, values, found = summary(plan, first, second)
    assert (counted, values) == EXPECTED[:2]
    assert found == {("zero-denominator", "E3")}


def test_a_firm_in_two_towns_lists_is_one_firm_and_told_where_it_first_stood(plan: Plan, tmp_path: Path) -> None:
    first = workbook(tmp_path / "1.xlsx", ("名录", [HEADS, ROWS[1]]))
    second = workbook(tmp_path / "2.xlsx", ("名录", [HEADS, ROWS[1]]))
    assessment = check(plan, Request([first, second]))
    (found,) = assessment.findings
    assert (found.rule, found.place.file, found.facts["first"]) == ("duplicate", second, f"{first} 名录!B2")
    assert assessment.registers[0].account.repeated == 1


def test_a_register_that_the_user_names_is_read_on_slight_evidence(plan: Plan, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("Sheet1", [["信用代码", "其他"], ["A1", 5]]))
    assert check(plan, Request([path])).registers == ()
    named = check(plan, Request([], registers=[("firms", path)]))
    assert named.registers[0].account.outside == 1


def test_events_without_a_key_keep_their_repetitions(plan: Plan, tmp_path: Path) -> None:
    rows = [
        ["加分事项表"], ["序号", "镇（区）", "类别", "级别"],
        [1, "东山", "科技奖励", "省级"], [2, "东山", "科技奖励", "省级"], [3, "西水镇", "典型经验", ""],
    ]
    path = workbook(tmp_path / "a.xlsx", ("加分事项", rows), ("名录", ROWS))
    assessment = check(plan, Request([path]))
    frame = register_frames(plan, [table for file in assessment.files for table in file.registers])["events"]
    assert frame["subject"].tolist() == ["东山镇", "东山镇", "西水镇"]
    assert frame["kind"].tolist() == ["科技奖励", "科技奖励", "典型经验"]
    assert frame["level"].tolist() == ["省级", "省级", None]
    assert frame["row"].tolist() == [3, 4, 5]
    assert {(each.rule, each.place.sheet, each.place.cell) for each in assessment.findings} == {
        ("missing", "加分事项", "D5"), ("zero-denominator", "名录", "E4"),
    }


def test_a_hidden_register_is_not_part_of_the_submission(plan: Plan, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("名录", ROWS), ("旧", ROWS))
    book = load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    counted, values, found = summary(plan, path)
    assert (counted, values) == EXPECTED[:2]
    assert ("hidden-data", None) in found


def test_an_error_cell_is_no_blank(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, ("名录", ROWS))
    book = load_workbook(path)
    book["名录"]["F2"] = "#REF!"
    book["名录"]["F2"].data_type = "e"
    book.save(path)
    _, _, found = summary(plan, str(path))
    assert found == {("error-cell", "F2"), ("zero-denominator", "E4")}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_row_is_written_with_its_result_the_failing_first(plan: Plan, tmp_path: Path, suffix: str) -> None:
    rows = [*ROWS, ["=HYPERLINK(1)", "A4", "西水镇", "重点", 5, 1, "是"], ["丁厂", "A2", "西水镇", "一般", 30000, 900, "否"]]
    path = workbook(tmp_path / "a.xlsx", ("名录", rows))
    data = ROWS_WRITERS[suffix](check(plan, Request([path])))
    (tmp_path / f"out{suffix}").write_bytes(data)
    written = _table(tmp_path / f"out{suffix}")
    assert written[0] == ["indicator", "subject", "key", "value", "unit", "status", "target", "gap", "file", "sheet", "row"]
    assert [(row[0], row[1], row[5], int(row[10])) for row in written[1:]] == [
        ("rate_hitech", "甲厂", "missed", 2),
        ("rate_general", "丙厂", "not_computable", 4),
        ("rate_general", "乙厂", "assured", 3),
        ("", "'=HYPERLINK(1)", "not_judged", 5),
        ("", "丁厂", "repeated", 6),
    ]
    assert [float(cell) for cell in (written[1][3], written[1][6], written[1][7])] == pytest.approx([3, 5, 2])


def _table(path: Path) -> list[list[Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))
    sheet = load_workbook(path).active
    assert sheet is not None
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_the_county_sees_what_all_are_short_of_and_who_most(judge: Callable[..., Any]) -> None:
    figures = {"甲厂": (1000, 40), "乙厂": (9000, 360), "丙厂": (100, 50)}
    rows = [HEADS, *([name, f"A{name}", "东山", "高新", *each, "是"] for name, each in figures.items())]
    (hitech, *_) = judge(rows).register.results
    assert hitech.compliance.share == pytest.approx(100 / 3)
    assert (hitech.short.input, hitech.short.unit) == ("rd", "万元")
    assert hitech.short.amount == pytest.approx(10 + 90)
    assert hitech.pooled == pytest.approx(100 * 450 / 10100)
    worst = hitech.worst(5)
    assert [(each.subject, each.place.cell) for each in worst] == [("乙厂", "F3"), ("甲厂", "F2")]
    assert worst[0].amount == pytest.approx(90)


def test_a_figure_that_was_counted_is_traced_to_the_rows_of_every_table_that_it_was_counted_from(plan: Plan, tmp_path: Path) -> None:
    first = workbook(tmp_path / "a.xlsx", ("名录", ROWS[:2]))
    second = workbook(tmp_path / "b.xlsx", ("东山", [["2020年名录"], *ROWS[:1], *ROWS[2:]]))
    assessment = check(plan, Request([first, second]))
    coverage = next(result for result in assessment.results if result.indicator == "coverage")
    assert [(each.id, each.value, each.file, each.sheet, each.cell) for each in coverage.inputs] == [
        (id, value, file, sheet, cells)
        for id, value in (("big_with", 1.0), ("big_total", 2.0))
        for file, sheet, cells in ((first, "名录", "A2:G2"), (second, "东山", "A3:G4"))
    ]
