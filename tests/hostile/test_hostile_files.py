"""Files that break readers: each is read right or refused with a reason, and leaves nothing behind."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi_cli.intake.book import Book
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.workers import run_files
from kpi_cli.rules import hint, message

HERE = Path(__file__).parent
FILES = HERE / "files"
MANIFEST: dict[str, list[str]] = yaml.safe_load((HERE / "manifest.yaml").read_text(encoding="utf-8"))


def outcome(path: str, _: Any) -> tuple[str, Any]:
    book, findings = open_book(path, DEFAULT_LIMITS)
    return ("read", None) if book else (findings[0].rule, findings)


def opened(name: str) -> Book:
    book, findings = open_book(FILES / name, DEFAULT_LIMITS)
    assert book is not None, findings
    return book


def test_every_file_is_listed() -> None:
    assert {path.name for path in FILES.iterdir()} == set(MANIFEST)


def test_each_file_gets_what_it_deserves_and_none_ends_a_worker() -> None:
    before = sorted(path.stat().st_mtime_ns for path in HERE.rglob("*.xlsx"))
    results = run_files(outcome, [FILES / name for name in MANIFEST], DEFAULT_LIMITS, jobs=2)
    found = {Path(path).name: result[0] for path, result in results}
    assert found == {name: each[0] for name, each in MANIFEST.items()}
    assert sorted(path.stat().st_mtime_ns for path in HERE.rglob("*.xlsx")) == before


@pytest.mark.parametrize("name", [name for name, each in MANIFEST.items() if each[0] != "read"])
def test_a_refusal_can_be_said_in_both_languages(name: str) -> None:
    _, (found, *_) = open_book(FILES / name, DEFAULT_LIMITS)
    assert message(found, "zh") != message(found, "en")
    assert hint(found, "zh")
    assert found.place.file == str(FILES / name)


def test_a_wrong_dimension_hides_no_cell() -> None:
    for name in ("claims_all.xlsx", "wrong_small.xlsx"):
        assert opened(name).sheets[0].rows == [["indicator", "value"], ["x", 1.5]]


def test_cells_without_addresses_stand_one_after_the_other() -> None:
    assert opened("no_refs.xlsx").sheets[0].rows == [[1.0, 2.0], [3.0]]


def test_rows_out_of_order_stand_at_their_own_numbers() -> None:
    sheet = opened("rows_out_of_order.xlsx").sheets[0]
    assert (sheet.cell(0, 0), sheet.cell(0, 1), sheet.cell(2, 0)) == (1.0, 2.0, 3.0)


def test_two_cells_at_opposite_corners_stand_where_they_are() -> None:
    sheet = opened("real_corner.xlsx").sheets[0]
    assert sheet.cell(0, 0) == 1.0
    assert sheet.cell(1_048_575, 16_383) is not None


def test_error_cells_are_told_from_blank_ones() -> None:
    evidence = opened("errors_classic.xlsx").sheets[0].evidence
    assert list(evidence.errors.values()) == ["#DIV/0!", "#N/A", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"]


def test_hidden_and_very_hidden_sheets_are_marked() -> None:
    assert [sheet.hidden for sheet in opened("hidden_sheets.xlsx").sheets] == [True, True, False]


def test_the_1904_date_system_is_heeded() -> None:
    rows = opened("dates_1904.xlsx").sheets[0].rows
    assert rows == [[datetime.date(1904, 1, 1)], [datetime.date(2023, 3, 15)]]
