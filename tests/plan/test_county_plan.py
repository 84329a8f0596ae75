"""The plans that come with the program say what their documents say."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi_cli.plan.examples import GivenFigures, outcome
from kpi_cli.plan.lint import lint
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Example, Plan

ROOT = Path(__file__).parents[2]
TARGETS: dict[str, list[Any]] = yaml.safe_load((Path(__file__).parent / "targets_2012.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = load_plan(ROOT / "indicators.yaml").plan
    assert found is not None
    return found


@pytest.mark.parametrize("file", ["indicators.yaml", "data/plans/national_rd_2023.yaml"])
def test_a_shipped_plan_has_nothing_to_find(file: str) -> None:
    assert lint(load_plan(ROOT / file)) == []


def test_all_67_demands_are_there_in_their_order(plan: Plan) -> None:
    assert list(plan.indicators) == list(TARGETS)
    assert len(TARGETS) == 67


@pytest.mark.parametrize("id", TARGETS)
def test_a_demand_has_its_clause_unit_and_tiers(id: str, plan: Plan) -> None:
    clause, unit, assured, stretch = TARGETS[id]
    indicator = plan.indicators[id]
    assert clause in indicator.clauses
    assert indicator.unit.text == unit
    for tier, expected in ((indicator.assured, assured), (indicator.stretch, stretch)):
        value = tier.bounds[0].value if tier else None
        assert value == (datetime.date(2012, 12, 31) if expected == "done" else expected)


def test_a_twin_adds_its_clause_and_is_judged_once(plan: Plan) -> None:
    assert plan.indicators["prov_private_tech_new"].clauses == ("三(一)1四", "二.2")
    assert plan.indicators["park_firms"].same_as == "incubator_firms_new"
    assert plan.indicators["academician_station_dup"].assured is None


def test_every_indicator_stands_in_a_part_of_the_document(plan: Plan) -> None:
    assert {each.part for each in plan.indicators.values()} <= set(plan.parts.values())


def given(plan: Plan, id: str, **figures: float | str) -> dict[str, Any]:
    return outcome(plan.indicators[id], GivenFigures(plan, Example("", figures, {})))


def test_exactly_the_target_is_met_and_a_hair_less_is_not(plan: Plan) -> None:
    assert given(plan, "rd_gdp", rd_expenditure=5.7, gdp=300)["assured"] is True
    assert given(plan, "rd_gdp", rd_expenditure=5.6997, gdp=300)["assured"] is False


def test_what_was_not_submitted_is_no_data_and_half_a_quotient_is_not_computable(plan: Plan) -> None:
    assert given(plan, "rd_gdp")["status"] == "no_data"
    assert given(plan, "rd_gdp", gdp=300)["status"] == "not_computable"
    assert given(plan, "rd_gdp", rd_expenditure=1, gdp=0)["status"] == "not_computable"


def test_a_total_is_taken_as_submitted_and_its_parts_only_where_it_is_missing(plan: Plan) -> None:
    parts = {"prov_eng_center": 2.0, "academician_station": 1.0, "city_eng_center": 7.0}
    assert given(plan, "rd_platform", **parts)["value"] == 10
    assert given(plan, "rd_platform", rd_platform=9.0, **parts)["value"] == 9


def test_a_yearly_rise_must_hold_in_every_year(plan: Plan) -> None:
    figures = {
        "sci_fiscal": 330.0, "gdp": 300.0, "prior(sci_fiscal)": 290.0, "prior(gdp)": 290.0,
        "prior(sci_fiscal, 2)": 310.0, "prior(gdp, 2)": 280.0,
    }
    found = outcome(plan.indicators["sci_fiscal_gdp_up"], GivenFigures(plan, Example("", figures, {})))
    assert found["status"] == "missed"
    assert found["value"] < 0
