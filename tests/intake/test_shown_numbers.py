"""A number format may show another number than the cell holds: what the writer saw counts, or nothing does."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.plan.load import load_plan

ROOT = Path(__file__).parents[2]


def read(folder: Path, unit: str | None, value: float, number_format: str) -> FileRead:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["2012年科技指标完成情况表"], ["指标", "单位", "完成"], ["高新技术产业投资", unit, value]):
        sheet.append(row)
    sheet["C3"].number_format = number_format
    book.save(folder / "form.xlsx")
    plan = load_plan(str(ROOT / "indicators.yaml")).plan
    assert plan is not None
    return read_file(str(folder / "form.xlsx"), Context(vocabulary(plan), Period(None, None), None, DEFAULT_LIMITS))


@pytest.mark.parametrize("number_format", ["0!.0000", "0\\.0,", '0"."0000', "#,##0,", "0.00,,"])
def test_a_number_that_is_shown_smaller_than_it_is_stored_is_refused_at_its_cell(number_format: str, tmp_path: Path) -> None:
    found = read(tmp_path, "亿元", 923400, number_format)
    assert [each.state for each in found.observations] == ["unreadable"]
    assert [(each.rule, each.place.cell, each.facts["format"]) for each in found.findings] == [("shown-otherwise", "C3", number_format)]


def test_a_unit_that_the_format_writes_is_the_unit_of_the_cell(tmp_path: Path) -> None:
    found = read(tmp_path, None, 923400, '#,##0"万元"')
    assert [(each.value, each.state) for each in found.observations] == [(92.34, "value")]
    assert found.findings == []


@pytest.mark.parametrize("number_format", ["General", "0.00", "#,##0.00", "_ * #,##0.00_ ;_ * \\-#,##0.00_ ", '"￥"#,##0.00', '0.00"（预）"'])
def test_any_other_format_changes_nothing(number_format: str, tmp_path: Path) -> None:
    found = read(tmp_path, "亿元", 92.34, number_format)
    assert [(each.value, each.state) for each in found.observations] == [(92.34, "value")]
    assert found.findings == []
