"""What the plan language means, beyond the wordings of real plans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpi_cli.plan.examples import GivenFigures, outcome
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.lint import lint
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Example, Plan
from kpi_cli.plan.tables import entry
from kpi_cli.rules import message

HEAD = "kpi: 1\nplan: {id: p, name: 计划, year: 2012}\n"
Build = Callable[[str], Plan]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def from_text(text: str) -> Plan:
        path = tmp_path / "plan.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        loaded = load_plan(path)
        assert [message(each, "en") for each in lint(loaded)] == []
        assert loaded.plan is not None
        return loaded.plan

    return from_text


def result(plan: Plan, id: str, given: dict[str, float | str], **where: Any) -> dict[str, Any]:
    return outcome(plan.indicators[id], GivenFigures(plan, Example("", given, {}, **where)))


def test_an_indicator_without_a_formula_is_an_input_of_its_own_name(build: Build) -> None:
    plan = build("indicators:\n  a: {name: 甲, unit: 件, aliases: [甲数], source: 科技局, assured: {at_least: 3}}\n")
    assert (plan.inputs["a"].name, plan.inputs["a"].aliases, plan.inputs["a"].source) == ("甲", ("甲数",), "科技局")
    assert result(plan, "a", {"a": 3})["status"] == "assured"


def test_names_given_to_an_indicator_are_names_of_its_input(build: Build) -> None:
    plan = build("inputs:\n  a: {name: 甲, unit: 件, aliases: [子]}\nindicators:\n  a: {name: 甲目标, unit: 件, aliases: [丑]}\n")
    assert plan.inputs["a"].aliases == ("子", "丑")


def test_an_amount_in_another_unit_is_converted_to_the_indicators(build: Build) -> None:
    plan = build("indicators:\n  a: {name: 甲, unit: 亿元, assured: {at_least: 500 万元}}\n  b: {name: 乙, unit: 人, assured: {at_least: 2.4万}}\n")
    assert plan.indicators["a"].assured.bounds[0].value == 0.05  # type: ignore[union-attr]
    assert plan.indicators["b"].assured.bounds[0].value == 24000  # type: ignore[union-attr]


def test_a_bound_on_another_figure_takes_its_unit(build: Build) -> None:
    plan = build("inputs:\n  w: {name: 万, unit: 万元}\nindicators:\n  a: {name: 甲, unit: 件, assured: [{at_least: 1}, {at_least: 20, of: w}]}\n")
    assert result(plan, "a", {"a": 1, "w": 19})["gap"] == 1
    assert result(plan, "a", {"a": 1, "w": 20})["status"] == "assured"


def test_a_tolerance_in_per_cent_is_of_the_target(build: Build) -> None:
    plan = build("indicators:\n  a: {name: 甲, unit: 万吨, assured: {about: 180, within: 5 %}}\n")
    assert [result(plan, "a", {"a": value})["assured"] for value in (170.9, 171.0, 189.0, 189.1)] == [False, True, True, False]


@pytest.mark.parametrize(("subject", "target"), [("甲山镇", 60), ("乙河镇", 30), ("丙林镇", 30), ("开发区", 20), ("全县", 20)])
def test_targets_by_subject_name_subjects_groups_and_the_others(subject: str, target: float, build: Build) -> None:
    plan = build(
        "subjects:\n  towns: {name: 镇, members: [甲山镇, 乙河镇, 丙林镇]}\n  zones: {name: 区, members: [开发区]}\n"
        "indicators:\n  a: {name: 甲, unit: 件, assured: {at_least: {towns: 30, 甲山镇: 60, 其余: 20}}}\n"
    )
    assert result(plan, "a", {"a": target}, subject=subject)["status"] == "assured"
    assert result(plan, "a", {"a": target - 1}, subject=subject)["gap"] == 1


def test_ranges_may_differ_by_year_and_by_subject(build: Build) -> None:
    plan = build(
        "subjects: {towns: {name: 镇, members: [甲山镇, 乙河镇]}}\n"
        "indicators:\n  a: {name: 甲, unit: 件, assured: {between: {2011: [1, 2], 2012: [3, 4]}}}\n"
        "  b: {name: 乙, unit: 件, for: towns, assured: {between: {甲山镇: [1, 2], 乙河镇: [3, 4]}}}\n"
    )
    assert result(plan, "a", {"a": 3})["assured"] is True
    assert result(plan, "a", {"a": 3}, year=2011)["assured"] is False
    assert result(plan, "b", {"b": 3}, subject="乙河镇")["assured"] is True
    assert result(plan, "b", {"b": 3}, subject="甲山镇")["assured"] is False


def test_years_and_subjects_may_be_nested(build: Build) -> None:
    plan = build(
        "subjects: {towns: {name: 镇, members: [甲山镇, 乙河镇]}}\n"
        "indicators:\n  a: {name: 甲, unit: 件, for: towns, assured: {at_least: {2012: {甲山镇: 5, 其余: 3}}}}\n"
    )
    assert result(plan, "a", {"a": 4}, subject="乙河镇")["assured"] is True
    assert result(plan, "a", {"a": 4}, subject="甲山镇")["assured"] is False


def test_deadlines_may_differ_by_year(build: Build) -> None:
    plan = build(
        "inputs: {d: {name: 日期, unit: 日期}}\n"
        "indicators:\n  a: {name: 甲, assured: {done_by: {2012: 2012-06, 2013: 2013-06}, dated: d}}\n"
    )
    assert result(plan, "a", {"a": "是", "d": "2012-06-30"})["assured"] is True
    assert result(plan, "a", {"a": "是", "d": "2012-07-01"})["assured"] is False


def test_not_below_last_year_is_a_bound_on_the_prior_figure(build: Build) -> None:
    plan = build("indicators:\n  a: {name: 甲, unit: 件, assured: {at_least: prior}}\n")
    assert result(plan, "a", {"a": 5, "prior(a)": 5})["status"] == "assured"
    assert result(plan, "a", {"a": 5})["status"] == "not_computable"


def test_one_of_several_is_enough_even_where_another_is_not_known(build: Build) -> None:
    plan = build(
        "inputs:\n  x: {name: 子, unit: 件}\n  y: {name: 丑, unit: 件}\n"
        "indicators:\n  a: {name: 甲, assured: {any_of: [{at_least: 5, of: x}, {at_least: 1, of: y}]}}\n"
    )
    assert result(plan, "a", {"y": 1})["status"] == "assured"
    assert result(plan, "a", {"x": 4, "y": 0})["gap"] == 1
    assert result(plan, "a", {"y": 0})["status"] == "not_computable"


def test_with_several_bounds_the_furthest_one_decides(build: Build) -> None:
    plan = build("indicators:\n  a: {name: 甲, unit: 亿元, assured: [{at_least: 100}, {at_least: 50 %, of: growth(self)}]}\n")
    assert result(plan, "a", {"a": 90, "prior(a)": 80})["gap"] == 37.5


def test_a_unit_of_the_plans_own_converts(build: Build) -> None:
    plan = build(
        "units: {袋: 50 千克, 亩产值: new}\ninputs: {kg: {name: 公斤数, unit: 公斤}}\n"
        "indicators:\n  a: {name: 甲, unit: 袋, formula: kg, assured: {at_most: 3}}\n"
    )
    assert result(plan, "a", {"kg": 150})["value"] == pytest.approx(3)


@pytest.mark.parametrize(
    ("span", "value"),
    [("", 40), ("Q1", 10), ("Q1..Q2", 20), ("01..06", 20), ("Q1..Q3", 30), ("01..11", 40)],
)
def test_a_period_takes_its_own_entry_or_the_years(span: str, value: float) -> None:
    assert entry({"Q1": 10, "2012-H1": 20, "09": 30, "2012": 40}, When(2012, span)) == value
    assert entry({"2013": 1}, When(2012, span)) is None


def test_a_cumulative_figure_needs_all_its_years(build: Build) -> None:
    plan = build('inputs: {x: {name: 子, unit: 件}}\nindicators:\n  a: {name: 甲, unit: 件, formula: "total(x, 2010)", assured: {at_least: 6}}\n')
    assert result(plan, "a", {"x": 3, "prior(x)": 2, "prior(x, 2)": 1})["value"] == 6
    assert result(plan, "a", {"x": 3, "prior(x)": 2})["status"] == "not_computable"


def test_checks_that_follow_from_parts_and_of_which_are_not_written_twice(build: Build) -> None:
    plan = build(
        "inputs:\n  t: {name: 合计, unit: 件, parts: [x, y]}\n  x: {name: 子, unit: 件}\n  y: {name: 丑, unit: 件}\n"
        "indicators:\n  a: {name: 甲, unit: 件, formula: t}\nchecks:\n  - {sum: [t, x, y], level: warning}\n"
    )
    assert [(check.form, check.level) for check in plan.checks if check.form == "sum"] == [("sum", "warning")]


def test_reported_rates_are_checked_whether_a_plan_says_so_or_not(build: Build) -> None:
    rate = "inputs:\n  x: {name: 子, unit: 件}\n  y: {name: 丑, unit: 件}\nindicators:\n  a: {name: 甲, unit: \"%\", formula: x / y}\n"
    stated = "checks:\n  - {reported: [a], tolerance: 1, level: warning}\n"
    assert [(check.form, check.inputs) for check in build(rate).checks] == [("reported", ("a",))]
    assert [(check.form, check.level) for check in build(rate + stated).checks] == [("reported", "warning")]


def test_a_price_index_may_be_divided_by_a_hundred(build: Build) -> None:
    plan = build('inputs:\n  cpi: {name: 价格指数, unit: ""}\nindicators:\n  up: {name: 涨幅, unit: "%", formula: cpi / 100 - 1}\n')
    assert plan.indicators["up"].tree is not None


def test_both_tiers_of_a_milestone_look_at_the_same_day(build: Build) -> None:
    plan = build(
        "inputs:\n  d: {name: 完成, unit: 是/否}\n  day: {name: 日期, unit: 日期}\n"
        "indicators:\n  d: {name: 完成, assured: {done_by: 2025-11, dated: day}, stretch: {done_by: 2025-08}}\n"
    )
    stretch = plan.indicators["d"].stretch
    assert stretch is not None
    assert stretch.bounds[0].dated == "day"


def test_plans_can_be_sent_to_workers(build: Build) -> None:
    import pickle

    plan = build("units: {袋: 50 千克}\nindicators:\n  a: {name: 甲, unit: 袋, assured: {at_least: 3}}\n")
    again = pickle.loads(pickle.dumps(plan))  # noqa: S301
    assert again.indicators == plan.indicators
    assert again.sha256 == plan.sha256
    assert again.units.parse("袋") == plan.units.parse("袋")


def test_a_target_on_its_own_growth_alone_needs_no_second_input(build: Build) -> None:
    plan = build("indicators:\n  a: {name: 甲, unit: 亿元, assured: {at_least: 5 %, of: growth(self)}}\n")
    assert result(plan, "a", {"a": 105, "prior(a)": 100})["status"] == "assured"
    assert result(plan, "a", {"a": 104, "prior(a)": 100})["gap"] == pytest.approx(1)
