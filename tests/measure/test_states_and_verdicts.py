"""The five states of a figure, carried to the verdict; ties, zero denominators, reasons, and what it would take."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from kpi_cli.measure.merge import merge
from kpi_cli.measure.panel import Panel
from kpi_cli.measure.results import Result, measure
from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Plan

PLAN = """
kpi: 1
plan: {id: small, name: 小计划, year: 2012}
subjects:
  towns: {name: 镇, members: [甲山镇, 乙河镇]}
inputs:
  rd: {name: 研发经费, unit: 亿元}
  gdp: {name: 生产总值, unit: 亿元}
  output: {name: 产值, unit: 亿元}
  total: {name: 合计, unit: 家, parts: [one, two]}
  one: {name: 甲类, unit: 家}
  two: {name: 乙类, unit: 家}
  built: {name: 建成, unit: 是/否}
  built_on: {name: 建成日期, unit: 日期}
  jobless: {name: 失业率, unit: "%"}
  fund: {name: 科技经费, unit: 万元}
  spend: {name: 财政支出, unit: 万元}
indicators:
  rd_gdp: {name: 研发强度, unit: "%", formula: rd / gdp, assured: {at_least: 1.9}, stretch: {at_least: 2.0}}
  growth: {name: 产值增长, unit: "%", formula: growth(output), assured: {at_least: 28}}
  more: {name: 产值增加, unit: 亿元, formula: change(output), assured: {above: 0}}
  total: {name: 合计, assured: {at_least: 10}}
  built: {name: 建成, assured: {done_by: 2012-12, dated: built_on}}
  jobless: {name: 失业率, assured: {at_most: 4.5}}
  level_and_growth:
    name: 总量和增幅
    unit: 亿元
    formula: output
    assured: [{at_least: 480}, {at_least: 28, of: growth(output), unit: "%"}]
  town_share: {name: 科技经费占比, unit: "%", for: towns, formula: fund / spend, assured: {at_least: 1.5}}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    loaded = load_plan(path)
    assert not loaded.findings
    assert loaded.plan is not None
    return loaded.plan


def figure(id: str, value: float | None = None, *, year: int = 2012, state: str = "value", subject: str = "全县", **more: Any) -> Observation:
    number = math.nan if value is None else float(value)
    fields: dict[str, Any] = {"cell": f"{id}{year}", "raw": str(value), **more}
    cell, raw = fields.pop("cell"), fields.pop("raw")
    return Observation("input", id, subject, year, "", "value", state, number, 0, "a.xlsx", "表", cell, raw, **fields)


def judged(plan: Plan, *figures: Observation) -> dict[tuple[str, str], Result]:
    kept, _ = merge(plan, figures)
    results, _ = measure(plan, Panel(plan, kept, plan.subjects()), When(2012))
    return {(each.indicator, each.subject): each for each in results}


def one(plan: Plan, indicator: str, *figures: Observation) -> Result:
    return judged(plan, *figures)[indicator, "全县"]


def test_a_target_met_exactly_is_met_although_binary_fractions_fall_short(plan: Plan) -> None:
    result = one(plan, "rd_gdp", figure("rd", 5.7), figure("gdp", 300))
    assert (result.status, result.assured.gap, result.assured.met) == ("assured", 0.0, True)  # type: ignore[union-attr]


def test_a_value_that_only_rounds_to_the_target_is_missed(plan: Plan) -> None:
    assert one(plan, "rd_gdp", figure("rd", 5.6997), figure("gdp", 300)).status == "missed"


def test_a_shortfall_is_told_in_the_numerator_at_todays_denominator(plan: Plan) -> None:
    result = one(plan, "rd_gdp", figure("rd", 5.76), figure("gdp", 300))
    assert result.stretch is not None
    assert result.stretch.shortfall is not None
    assert result.stretch.shortfall.input == "rd"
    assert result.stretch.shortfall.amount == pytest.approx(0.24)


def test_nothing_submitted_is_no_data_and_not_nought(plan: Plan) -> None:
    result = one(plan, "rd_gdp")
    assert (result.value, result.status, result.assured.met) == (None, "no_data", False)  # type: ignore[union-attr]


def test_one_component_missing_is_not_computable_and_says_which(plan: Plan) -> None:
    result = one(plan, "rd_gdp", figure("gdp", 300), figure("rd", state="missing"))
    assert result.status == "not_computable"
    assert result.reason == ("reason-missing", {"names": ["研发经费（2012）"]})


def test_a_reported_nought_is_a_value(plan: Plan) -> None:
    result = one(plan, "rd_gdp", figure("rd", 0), figure("gdp", 300))
    assert (result.value, result.status) == (0.0, "missed")


def test_a_figure_in_error_makes_what_needs_it_not_computable(plan: Plan) -> None:
    result = one(plan, "rd_gdp", figure("rd", 6), figure("gdp", state="unreadable"))
    assert (result.status, result.reason) == ("not_computable", ("reason-unreadable", {"names": ["生产总值（2012）"]}))


def test_a_slash_is_not_applicable_neither_missing_nor_nought(plan: Plan) -> None:
    assert one(plan, "rd_gdp", figure("rd", state="not_applicable"), figure("gdp", 300)).status == "not_applicable"


def test_a_zero_denominator_is_not_computable(plan: Plan) -> None:
    result = one(plan, "rd_gdp", figure("rd", 5), figure("gdp", 0))
    assert (result.value, result.status, result.reason) == (None, "not_computable", ("reason-undefined", {}))


def test_growth_on_a_base_that_is_not_positive_is_not_computable(plan: Plan) -> None:
    assert one(plan, "growth", figure("output", 480), figure("output", -3, year=2011)).status == "not_computable"


def test_a_tie_misses_a_strict_target_with_a_gap_of_nought(plan: Plan) -> None:
    result = one(plan, "more", figure("output", 375.3), figure("output", 375.3, year=2011))
    assert (result.value, result.status, result.assured.gap) == (0.0, "missed", 0.0)  # type: ignore[union-attr]


def test_noise_of_binary_fractions_is_no_rise(plan: Plan) -> None:
    result = one(plan, "more", figure("output", 0.1 + 0.2), figure("output", 0.3, year=2011))
    assert result.status == "missed"


def test_a_total_that_was_not_submitted_is_the_sum_of_its_parts(plan: Plan) -> None:
    result = one(plan, "total", figure("one", 4), figure("two", 6))
    assert (result.value, result.status) == (10.0, "assured")
    assert [each.id for each in result.inputs] == ["one", "two"]


def test_a_total_with_a_part_missing_is_not_computable(plan: Plan) -> None:
    assert one(plan, "total", figure("one", 12)).status == "not_computable"


def test_a_submitted_total_goes_before_the_sum_of_its_parts(plan: Plan) -> None:
    assert one(plan, "total", figure("total", 9), figure("one", 4), figure("two", 6)).value == 9.0


@pytest.mark.parametrize(
    ("flag", "date", "value", "status"),
    [
        (1, "2012-12-31", 1.0, "assured"), (1, None, 1.0, "assured"), (1, "2013-01-01", 0.0, "missed"), (0, None, 0.0, "missed"),
        (0, "2012-05-01", 0.0, "missed"),
    ],
)
def test_a_milestone_counts_when_it_is_done_and_in_time(plan: Plan, flag: int, date: str | None, value: float, status: str) -> None:
    figures = [figure("built", flag)]
    if date:
        figures.append(figure("built_on", date=datetime.date.fromisoformat(date)))
    result = one(plan, "built", *figures)
    assert (result.value, result.status) == (value, status)


def test_a_date_that_cannot_be_read_leaves_the_milestone_open(plan: Plan) -> None:
    assert one(plan, "built", figure("built", 1), figure("built_on", state="unreadable")).status == "not_computable"


def test_a_ceiling_is_attained_by_staying_below_it(plan: Plan) -> None:
    below, above = one(plan, "jobless", figure("jobless", 4.0)), one(plan, "jobless", figure("jobless", 5.0))
    assert (below.status, below.assured.attainment) == ("assured", pytest.approx(1.125))  # type: ignore[union-attr]
    assert (above.status, above.assured.gap) == ("missed", pytest.approx(0.5))  # type: ignore[union-attr]


def test_of_several_bounds_all_must_hold_and_the_furthest_one_is_told(plan: Plan) -> None:
    result = one(plan, "level_and_growth", figure("output", 482), figure("output", 380, year=2011))
    assert result.status == "missed"
    assert result.assured is not None
    assert (result.assured.unit, result.assured.target) == ("%", 28.0)
    assert [each.met for each in result.assured.bounds] == [True, False]


def test_a_rule_for_each_town_gives_a_result_for_each_town_that_reported(plan: Plan) -> None:
    results = judged(plan, figure("fund", 48, subject="甲山镇"), figure("spend", 3200, subject="甲山镇"))
    assert results["town_share", "甲山镇"].status == "assured"
    assert ("town_share", "乙河镇") not in results


def test_the_same_figure_again_is_a_warning_and_another_one_makes_both_unusable(plan: Plan) -> None:
    same, first = merge(plan, [figure("rd", 5.7, cell="D1"), figure("rd", 5.7, cell="D2")])
    other, second = merge(plan, [figure("rd", 5.7, cell="D1"), figure("rd", 5.8, cell="D2")])
    assert ([each.rule for each in first], [each.state for each in same]) == (["duplicate"], ["value"])
    assert ([each.rule for each in second], [each.state for each in other]) == (["conflicting-duplicate"], ["unreadable"])
    assert second[0].place.cell == "D2"


def test_this_years_word_on_last_year_goes_before_last_years_file_and_the_difference_is_told(plan: Plan) -> None:
    kept, findings = merge(plan, [figure("output", 375, year=2011, cell="E7"), figure("output", 374, year=2011, cell="D7", prior_file=True)])
    assert [each.value for each in kept] == [375.0]
    assert [(each.rule, each.place.cell) for each in findings] == [("prior-disagrees", "E7")]


def test_last_years_file_fills_what_this_years_form_leaves_out(plan: Plan) -> None:
    kept, findings = merge(plan, [figure("output", year=2011, state="missing"), figure("output", 374, year=2011, prior_file=True)])
    assert ([each.value for each in kept], findings) == ([374.0], [])



def test_figures_of_all_towns_add_up_to_the_whole_where_it_has_no_total(plan: Plan) -> None:
    rd = [figure("rd", 2, subject="甲山镇"), figure("rd", 4, subject="乙河镇")]
    gdp = [figure("gdp", 100, subject="甲山镇"), figure("gdp", 200, subject="乙河镇")]
    result = judged(plan, *rd, *gdp)["rd_gdp", "全县"]
    assert (result.value, len(result.inputs)) == (pytest.approx(2.0), 4)


def test_figures_of_some_towns_are_no_total(plan: Plan) -> None:
    results = judged(plan, figure("rd", 2, subject="甲山镇"), figure("gdp", 100, subject="甲山镇"))
    assert ("rd_gdp", "全县") not in results
    assert (results["rd_gdp", "甲山镇"].status, results["rd_gdp", "甲山镇"].assured) == ("reported", None)


def test_rates_of_towns_are_never_added_up(plan: Plan) -> None:
    results = judged(plan, figure("jobless", 4, subject="甲山镇"), figure("jobless", 5, subject="乙河镇"), figure("rd", 1))
    assert results["jobless", "全县"].status == "no_data"


def test_targets_by_period_name_no_subject_and_targets_by_subject_do(tmp_path: Any) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        """
kpi: 1
plan: {id: t, name: 表, year: 2012}
subjects: {towns: {name: 镇, members: [甲山镇, 乙河镇]}}
inputs: {x: {name: X, unit: 家}, y: {name: Y, unit: 家}}
indicators:
  x: {name: X, assured: {at_least: {Q2: 5, 2012: 10}}}
  y: {name: Y, assured: {between: [1, 4]}, stretch: {at_least: {甲山镇: 3, 乙河镇: 2}}}
""",
        encoding="utf-8",
    )
    plan = load_plan(path).plan
    assert plan is not None
    results = judged(plan, figure("x", 12), figure("y", 3, subject="甲山镇"), figure("y", 1, subject="乙河镇"))
    assert results["x", "全县"].assured.target == 10.0  # type: ignore[union-attr]
    assert (results["y", "甲山镇"].status, results["y", "乙河镇"].status) == ("stretch", "assured")


def test_a_result_is_traced_to_the_figures_of_its_target_too(tmp_path: Any) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "kpi: 1\nplan: {id: t, name: 表, year: 2012}\ninputs: {x: {name: X, unit: 家}}\n"
        "indicators: {x: {name: X, assured: {above: prior}}}\n",
        encoding="utf-8",
    )
    plan = load_plan(path).plan
    assert plan is not None
    result = one(plan, "x", figure("x", 12), figure("x", 11, year=2011))
    assert (result.status, [each.year for each in result.inputs]) == ("assured", [2012, 2011])


def test_the_sum_of_a_group_waits_for_all_its_members(tmp_path: Any) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        """
kpi: 1
plan: {id: t, name: 表, year: 2012}
subjects: {towns: {name: 镇, members: [甲山镇, 乙河镇, 丙林镇]}}
inputs: {x: {name: X, unit: 家}, y: {name: Y, unit: 家}}
indicators:
  part: {name: 占全县, unit: "%", for: towns, formula: x / group_sum(x), assured: {at_least: 30}}
  mean: {name: 均值, unit: 家, for: towns, formula: "group_mean(max(x, 2 家))"}
  share: {name: 均占比, unit: "%", for: towns, formula: group_mean(x / y)}
""",
        encoding="utf-8",
    )
    plan = load_plan(path).plan
    assert plan is not None
    figures = [figure("x", 1, subject="甲山镇"), figure("x", 5, subject="乙河镇"), figure("y", 4, subject="甲山镇"), figure("y", 6, subject="乙河镇")]
    open_ = judged(plan, *figures)
    whole = judged(plan, *figures, figure("x", 6, subject="丙林镇"), figure("y", 10, subject="丙林镇"))
    assert open_["part", "甲山镇"].status == "not_computable"
    assert whole["part", "乙河镇"].value == pytest.approx(100 * 5 / 12)
    assert whole["mean", "甲山镇"].value == pytest.approx(13 / 3)
    assert whole["share", "甲山镇"].value == pytest.approx(60)


def test_every_member_of_a_matrix_is_accounted_for(plan: Plan, tmp_path: Any) -> None:
    path = tmp_path / "three.yaml"
    path.write_text(PLAN.replace("[甲山镇, 乙河镇]", "[甲山镇, 乙河镇, 丙林镇]"), encoding="utf-8")
    three = load_plan(path).plan
    assert three is not None
    towns = [figure(id, value, subject=name) for name in ("甲山镇", "乙河镇") for id, value in (("fund", 48), ("spend", 3000))]
    assert judged(three, *towns)["town_share", "丙林镇"].status == "no_data"


def test_too_much_is_told_as_too_much(tmp_path: Any) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "kpi: 1\nplan: {id: t, name: 表, year: 2012}\ninputs: {x: {name: X, unit: 吨}, y: {name: Y, unit: 吨}}\n"
        "indicators:\n  a: {name: 比, unit: '%', formula: x / y, assured: {between: [20, 30]}}\n"
        "  f: {name: 降, unit: '%', formula: fall(x), assured: {at_least: 5}}\n",
        encoding="utf-8",
    )
    plan = load_plan(path).plan
    assert plan is not None
    results = judged(plan, figure("x", 40), figure("y", 100), figure("x", 40, year=2011))
    for id, amount in (("a", 10.0), ("f", 2.0)):
        short = results[id, "全县"].assured.shortfall  # type: ignore[union-attr]
        assert (short.input, short.direction, short.amount) == ("x", "less", pytest.approx(amount))  # type: ignore[union-attr]
