"""Forms drawn as text → what is read from each cell. The cases are in the YAML files beside this one."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi_cli.intake.book import Book, Sheet, Span
from kpi_cli.intake.heads import Period
from kpi_cli.intake.reading import Asked, FileRead, read_book
from kpi_cli.intake.vocabulary import Vocabulary, vocabulary
from kpi_cli.observations import MISSING, NOT_APPLICABLE, UNREADABLE
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.load import load_plan

ROOT = Path(__file__).parents[3]
CASES = [
    pytest.param(case, id=f"{path.stem}:{case['case']}")
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
STATES = {MISSING: "未报", NOT_APPLICABLE: "不适用", UNREADABLE: "不采用"}


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary(load_plan(str(ROOT / "indicators.yaml")).plan)


def drawn(name: str | None, text: str) -> Sheet:
    """A grid drawn with bars: ``<`` is merged with the cell to its left, ``^`` with the one above; "…" is text, whatever
    it looks like."""
    marks = [[cell.strip() for cell in line.split("|")] for line in text.rstrip("\n").split("\n")]
    rows = [[None if mark in ("<", "^") else value(mark) for mark in line] for line in marks]
    return Sheet(name, rows, spans(marks))


def value(mark: str) -> Any:
    if not mark:
        return None
    if mark.startswith('"') and mark.endswith('"') and len(mark) > 1:
        return mark[1:-1].replace("\\n", "\n")
    if re.fullmatch(r"-?\d+(\.\d+)?", mark):
        return float(mark)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", mark):
        return datetime.date.fromisoformat(mark)
    return mark


def spans(marks: list[list[str]]) -> list[Span]:
    """Merged ranges: cells that point left or up belong to the range of the cell that they point to."""
    start: dict[tuple[int, int], tuple[int, int]] = {}
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(marks):
        for column, mark in enumerate(line):
            if mark == "<":
                start[row, column] = start.get((row, column - 1), (row, column - 1))
            elif mark == "^":
                start[row, column] = start.get((row - 1, column), (row - 1, column))
    for place, origin in start.items():
        last = ends.get(origin, origin)
        ends[origin] = max(last[0], place[0]), max(last[1], place[1])
    return [Span(*origin, *last) for origin, last in ends.items()]


def figures(read: FileRead, several: bool) -> dict[str, str]:
    """Cell → name, subject, period and value, as the cases write them. Targets say 目标; blank cells that are not asked for
    are left out."""
    shown = {}
    for each in read.observations:
        if each.state == "missing" and not each.raw and not any(each.cell == found.place.cell for found in read.findings):
            continue
        said = STATES.get(each.state) or (each.date.isoformat() if each.date else f"{each.value:.12g}")
        parts = [each.id, each.subject, When(each.year, each.span).text, "目标" if each.role == "target" else "", said]
        at = f"{each.sheet}!{each.cell}" if several else each.cell
        shown[at] = " ".join(part for part in parts if part)
    return shown


@pytest.mark.parametrize("case", CASES)
def test_a_form_is_read_as_drawn(case: dict[str, Any], words: Vocabulary) -> None:
    grids = case["form"] if isinstance(case["form"], dict) else {"表": case["form"]}
    sheets = [drawn(name, text) for name, text in grids.items()]
    read = read_book(Book("form.xlsx", "xlsx", "", sheets), words, Asked(Period(None, None)))
    several = len(grids) > 1
    found = {
        f"{each.place.sheet + '!' if several and each.place.sheet else ''}{each.place.cell or ''} {each.rule}".strip()
        for each in read.findings
        if each.rule != "unit-missing" or "unit-missing" in str(case.get("findings"))
    }
    assert figures(read, several) == (case.get("figures") or {})
    assert found == set(case.get("findings") or [])
    if "layout" in case:
        assert [sheet.layout for sheet in read.sheets] == ([case["layout"]] if isinstance(case["layout"], str) else case["layout"])
    if "skipped" in case:
        assert {where for sheet in read.sheets for where, _, _ in sheet.skipped} >= set(map(str, case["skipped"]))


def test_every_case_reads_a_value_somewhere_or_says_why_not() -> None:
    assert all(case.values[0].get("figures") or case.values[0].get("findings") for case in CASES)
