"""Every wording of other plans can be said in the plan language, and comes out with the right verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi_cli.plan.lint import lint
from kpi_cli.plan.load import load_plan
from kpi_cli.rules import message

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text("utf-8"))
HEAD = "kpi: 1\nplan: {{id: wording, name: 写法, year: {year}}}\n"


def written(case: dict[str, Any], folder: Path) -> Path:
    path = folder / "plan.yaml"
    path.write_text(HEAD.format(year=case.get("year", 2013)) + case["plan"], encoding="utf-8")
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["kind"])
def test_a_wording_is_encoded_without_findings_and_gets_its_verdicts(case: dict[str, Any], tmp_path: Path) -> None:
    findings = lint(load_plan(written(case, tmp_path)))
    assert [each.rule for each in findings] == case.get("lint", []), [message(each, "zh") for each in findings]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["kind"])
def test_a_wording_has_examples_that_are_met_and_that_are_missed(case: dict[str, Any], tmp_path: Path) -> None:
    plan = load_plan(written(case, tmp_path)).plan
    assert plan is not None
    if not any(each.assured or each.stretch for each in plan.indicators.values()):
        return  # nothing is judged
    expected = [each for example in plan.examples for each in example.expect.values()]
    statuses = {each.get("status") for each in expected}
    rows = any(each.get("comply", 0) != each.get("computable", 0) for each in expected)
    assert statuses & {"assured", "stretch"} or rows
    assert "missed" in statuses


def test_every_wording_is_there_once() -> None:
    kinds = [case["kind"] for case in CASES]
    assert len(kinds) == len(set(kinds)) == 53
