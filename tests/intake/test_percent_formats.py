"""Whether a book formats anything as a per cent is seen at a glance, so that most forms are opened only once."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.reading import Asked, FileRead, read_book
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.plan.load import load_plan

ROOT = Path(__file__).parents[2]
NAME = "高新技术产业产值占规模以上工业总产值比重"


def save(path: Path, share: float, number_format: str) -> Path:
    if path.suffix == ".xls":
        old = xlwt.Workbook()
        table = old.add_sheet("表")
        for column, text in enumerate(["指标", "单位", "本年"]):
            table.write(0, column, text)
        table.write(1, 0, NAME)
        table.write(1, 1, "%")
        table.write(1, 2, share, xlwt.easyxf(num_format_str=number_format))
        old.save(str(path))
        return path
    book = Workbook()
    sheet = book.active
    sheet.append(["指标", "单位", "本年"])
    sheet.append([NAME, "%", share])
    sheet["C2"].number_format = number_format
    book.save(path)
    return path


def read(path: Path) -> FileRead:
    plan = load_plan(str(ROOT / "indicators.yaml")).plan
    assert plan is not None
    book, findings = open_book(str(path), DEFAULT_LIMITS)
    assert book is not None, findings
    return read_book(book, vocabulary(plan), Asked(Period(None, None)))


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
@pytest.mark.parametrize(("number_format", "share", "value"), [
    ("0%", 0.385, 38.5), ("0.00%", 0.385, 38.5), ("#,##0.0%", 1.02, 102.0), ("General", 38.5, 38.5), ("0.00", 38.5, 38.5),
])
def test_a_percent_format_scales_the_number_and_no_other_does(
    tmp_path: Path, suffix: str, number_format: str, share: float, value: float
) -> None:
    found = read(save(tmp_path / f"form.{suffix}", share, number_format)).observations
    assert [each.value for each in found] == [value]


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_a_fraction_without_a_percent_format_has_two_readings(tmp_path: Path, suffix: str) -> None:
    found = read(save(tmp_path / f"form.{suffix}", 0.385, "0.00"))
    assert [each.rule for each in found.findings] == ["ambiguous-percent"]
    assert (found.findings[0].facts["first"], found.findings[0].facts["second"]) == (0.385, 38.5)


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_a_book_without_percent_formats_is_not_opened_again(tmp_path: Path, suffix: str) -> None:
    for number_format, may in (("0.00", False), ("0.0%", True)):
        book, _ = open_book(str(save(tmp_path / f"form.{suffix}", 38.5, number_format)), DEFAULT_LIMITS)
        assert book is not None
        assert [sheet.percents for sheet in book.sheets] == [may]
