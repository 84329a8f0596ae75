"""Submitted forms and their right answers, computed in exact fractions from the chosen figures (all invented, case 09 apart,
which takes the published figures of the national bulletins on R&D)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from kpi_cli.assessment import Assessment
from kpi_cli.pipeline import Request, check
from kpi_cli.plan.load import load_plan

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted(path.name for path in HERE.iterdir() if (path / "expected.json").exists() and path.name[:2] != "08")


def plan_of(case: str) -> Any:
    file = ROOT / "data" / "plans" / "national_rd_2023.yaml" if case.startswith("09") else ROOT / "indicators.yaml"
    plan = load_plan(file).plan
    assert plan is not None
    return plan


def assess(case: str) -> tuple[Assessment, dict[str, Any]]:
    form = next(path for path in (HERE / case).iterdir() if path.suffix != ".json")
    expected = json.loads((HERE / case / "expected.json").read_text(encoding="utf-8"))
    return check(plan_of(case), Request([str(form)])), expected


def same(found: Any, expected: Any) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool) or found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=1e-9)


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Assessment, dict[str, Any]]:
    return assess(request.param)


def test_every_result_has_the_right_value_and_status(case: tuple[Assessment, dict[str, Any]]) -> None:
    assessment, expected = case
    results = {(each.indicator, each.subject): each for each in assessment.results}
    wrong = []
    for right in expected["results"]:
        found = results.get((right["indicator"], right["subject"]))
        if found is None or not same(found.value, right["value"]) or (found.status, found.unit) != (right["status"], right["unit"]):
            wrong.append((right, found))
    assert not wrong


def test_every_tier_has_the_right_target_attainment_and_gap(case: tuple[Assessment, dict[str, Any]]) -> None:
    assessment, expected = case
    results = {(each.indicator, each.subject): each for each in assessment.results}
    wrong = []
    for right in expected["results"]:
        for name in ("assured", "stretch"):
            found, tier = getattr(results[right["indicator"], right["subject"]], name), right[name]
            if (found is None) != (tier is None) or (
                tier and not all(same(getattr(found, key), tier[key]) for key in ("target", "met", "attainment", "gap"))
            ):
                wrong.append((right["indicator"], name, tier, found))
            if tier and tier.get("shortfall"):
                assert found.shortfall.input == tier["shortfall"]["input"]
                assert same(found.shortfall.amount, tier["shortfall"]["amount"])
    assert not wrong


def test_every_mistake_is_found_at_its_cell_and_no_other_error(case: tuple[Assessment, dict[str, Any]]) -> None:
    assessment, expected = case
    found = {(each.place.sheet, each.place.cell, each.rule, each.severity) for each in assessment.findings}
    right = {(each["sheet"], each["cell"], each["about"], each["severity"]) for each in expected["findings"]}
    assert right <= found
    assert {each for each in found - right if each[3] == "error"} == set()


def test_every_figure_is_read_from_its_cell(case: tuple[Assessment, dict[str, Any]]) -> None:
    assessment, expected = case
    found = {(each.id, each.subject, each.year): each for each in assessment.observations if each.kind == "input"}
    repeated = {
        (each.place.sheet, str(each.facts["first"])) for each in assessment.findings if each.rule in ("duplicate", "conflicting-duplicate")
    }
    for right in expected.get("figures", []):
        if isinstance(right["value"], int | float) and not isinstance(right["value"], bool):
            each = found[right["input"], right["subject"], right["year"]]
            if (each.sheet, each.cell) not in repeated:
                assert (each.sheet, each.cell) == (right["sheet"], right["cell"])
            assert same(each.value, right["value"])


def test_rules_for_each_town_are_counted(case: tuple[Assessment, dict[str, Any]]) -> None:
    assessment, expected = case
    found = {each.indicator: each for each in assessment.compliance}
    for right in expected.get("compliance", []):
        each = found[right["indicator"]]
        assert (each.comply, each.computable, each.not_computable) == (right["comply"], right["computable"], right["not_computable"])
        assert same(each.share, right["share"])


def test_the_same_facts_in_another_layout_and_other_units_give_the_same_results() -> None:
    first, second = (assess(name)[0] for name in ("01_list_full", "02_sections_aliases"))
    left, right = ({(each.indicator, each.subject): each for each in one.results if each.status != "reported"} for one in (first, second))
    shared = [key for key in left if key in right and right[key].status != "no_data"]
    assert len(shared) >= 55
    assert all(left[key].status == right[key].status and same(left[key].value, right[key].value) for key in shared)


def test_the_published_national_figures_are_reproduced_to_their_digits() -> None:
    assessment, expected = assess("09_national_rd_2023")
    values = {each.indicator: each.value for each in assessment.results}
    for right in expected["results"]:
        digits = len(repr(right["published"]).partition(".")[2])
        assert abs(values[right["indicator"]] - right["published"]) <= 0.5 * 10**-digits + 1e-12
