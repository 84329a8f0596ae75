"""The fifteen checks of the county's plan, each broken and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from given import observed, run_observed

from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.load import load_plan

ROOT = Path(__file__).resolve().parents[2]
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "county_checks.yaml").read_text(encoding="utf-8"))
PLAN = load_plan(ROOT / "indicators.yaml", "indicators.yaml").plan
LAST = When(2011)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['check']}-{'breaks' if 'breaks' in case else 'keeps'}")
def test_a_check_of_the_county_plan(case):
    figures = [observed(PLAN, id, value) for id, value in case["figures"].items()]
    figures += [observed(PLAN, id, value, when=LAST) for id, value in case.get("prior", {}).items()]
    figures += [observed(PLAN, id, value, when=LAST, prior_file=True) for id, value in case.get("last_file", {}).items()]
    figures += [observed(PLAN, id, value, decimals=digits) for id, (value, digits) in case.get("reported", {}).items()]
    for town in PLAN.groups["towns"].members if "subjects" in case else ():
        figures += [observed(PLAN, id, value, town) for id, value in case["subjects"].items()]
    outcome = run_observed(PLAN, figures)
    told = {(each.rule, each.input or each.indicator, each.severity) for each in outcome.findings}
    assert any(each.ran for each in outcome.ran)
    assert told == ({tuple(case["breaks"])} if "breaks" in case else set())


def test_each_of_the_fifteen_checks_has_an_example_that_breaks_it_and_one_that_keeps_it():
    wanted = {f"c{number}" for number in range(1, 16)}
    assert {case["check"] for case in CASES if "breaks" in case} == wanted
    assert {case["check"] for case in CASES if "breaks" not in case} == wanted
