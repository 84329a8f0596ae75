"""Every form of check fails where it should, holds where it should, and says why where it was not run."""

from __future__ import annotations

import pytest
from given import observed, run, run_observed, verdict

from kpi_cli.measure.checks import run_checks
from kpi_cli.measure.panel import Panel
from kpi_cli.plan.formula.evaluate import When


def test_a_part_above_its_whole_fails_at_the_part(plan_of):
    plan = plan_of("- {id: k, of_which: [a, b], level: error}")
    outcome = run(plan, {"a": 5, "b": 4})
    assert [(each.rule, each.input, each.severity) for each in outcome.findings] == [("part-exceeds-whole", "a", "error")]
    assert outcome.findings[0].facts["whole_value"] == 4


def test_a_part_equal_to_its_whole_holds(plan_of):
    assert verdict(run(plan_of("- {id: k, of_which: [a, b], level: error}"), {"a": 4, "b": 4})) == "held"


def test_binary_noise_breaks_no_sum(plan_of):
    plan = plan_of("- {id: k, sum: [total, money, money], level: error}")
    assert verdict(run(plan, {"total": 0.6, "money": 0.3})) == "held"
    plan = plan_of("- {id: k, rule: total == money * 3, level: error}")
    assert verdict(run(plan, {"total": 0.3, "money": 0.1})) == "held"


def test_a_total_that_is_not_the_sum_of_its_parts_fails_at_the_total(plan_of):
    outcome = run(plan_of("- {id: k, sum: [a, b, c], level: error}"), {"a": 11, "b": 2, "c": 8})
    assert [(each.rule, each.input, each.facts["sum"]) for each in outcome.findings] == [("parts-do-not-sum", "a", 10)]


@pytest.mark.parametrize(("total", "expected"), [(10.5, "held"), (9.5, "held"), (10.6, "failed")])
def test_a_sum_may_differ_by_its_tolerance(plan_of, total, expected):
    plan = plan_of("- {id: k, sum: [total, money, money], tolerance: 0.5, level: error}")
    assert verdict(run(plan, {"total": total, "money": 5})) == expected


@pytest.mark.parametrize(
    ("figures", "expected"), [({"a": 1, "b": 2}, "held"), ({"a": 1, "b": 0}, "failed"), ({"a": 0, "b": 0}, "held"), ({"a": 0, "b": 3}, "held")]
)
def test_if_then_is_only_asked_where_the_condition_holds(plan_of, figures, expected):
    plan = plan_of("- {id: k, name: 有甲必有乙, rule: b > 0, when: a > 0, level: error}")
    assert verdict(run(plan, figures)) == expected


def test_a_broken_relation_names_its_figures_and_says_the_rule(plan_of):
    outcome = run(plan_of("- {id: k, name: 乙加丙不多于甲, rule: a >= b + c, level: warning}"), {"a": 5, "b": 2, "c": 4})
    found = outcome.findings[0]
    assert (found.rule, found.severity, found.input) == ("check-failed", "warning", "a")
    assert found.facts["rule"] == "乙加丙不多于甲"
    assert found.facts["values"] == ["甲项 5", "乙项 2", "丙项 4"]


def test_a_relation_may_speak_of_last_year(plan_of):
    plan = plan_of("- {id: k, rule: a >= prior(a), level: error}")
    assert verdict(run(plan, {"a": 5}, prior={"a": 6})) == "failed"
    assert verdict(run(plan, {"a": 6}, prior={"a": 6})) == "held"
    assert verdict(run(plan, {"a": 6})) == "missing"


@pytest.mark.parametrize(
    ("said", "decimals", "expected"), [(27.1, 1, "held"), (27.14, 2, "held"), (27.2, 1, "failed"), (27.15, 2, "failed"), (27, 0, "held")]
)
def test_a_reported_rate_may_differ_by_half_a_unit_of_its_last_digit(plan_of, said, decimals, expected):
    plan = plan_of("- {id: k, reported: all, level: error}")
    figures = [observed(plan, "money", 95), observed(plan, "total", 350), observed(plan, "share", said, decimals=decimals)]
    assert verdict(run_observed(plan, figures)) == expected


def test_a_reported_rate_without_its_figures_is_not_judged(plan_of):
    plan = plan_of("- {id: k, reported: all, level: error}")
    assert verdict(run_observed(plan, [observed(plan, "share", 27.1, decimals=1)])) == "undefined"


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(150, 100, "held"), (151, 100, "failed"), (49, 100, "failed"), (5, 0, "undefined"), (5, "缺", "no-prior")],
)
def test_an_unusual_change_is_one_beyond_the_threshold(plan_of, now, before, expected):
    plan = plan_of("- {id: k, unusual_change: [a], tolerance: 50, level: warning}")
    assert verdict(run(plan, {"a": now}, prior={"a": before})) == expected


def test_last_years_figure_that_differs_from_last_years_file_is_told_at_this_years_cell(plan_of):
    plan = plan_of("- {id: k, prior: all, level: error}")
    last = When(2011)
    figures = [observed(plan, "a", 5), observed(plan, "a", 4, when=last, cell="E7"), observed(plan, "a", 3, when=last, prior_file=True)]
    outcome = run_observed(plan, figures)
    found = outcome.findings[0]
    assert (found.rule, found.severity, found.place.file, found.place.cell) == ("prior-disagrees", "error", "form.xlsx", "E7")
    assert found.facts["check"] == "k"


def test_without_last_years_file_last_years_figures_are_not_compared(plan_of):
    plan = plan_of("- {id: k, prior: all, level: warning}")
    assert verdict(run(plan, {"a": 5}, prior={"a": 4})) == "no-prior"


def test_a_running_total_that_falls_below_the_period_before_fails(plan_of):
    plan = plan_of("- {id: k, name: 累计不减, running_total: [a], level: error}")
    half, three = When(2012, "Q1..Q2"), When(2012, "Q1..Q3")
    earlier = observed(plan, "a", 8, when=half, prior_file=True)
    assert verdict(run_observed(plan, [earlier, observed(plan, "a", 7, when=three)], three)) == "failed"
    assert verdict(run_observed(plan, [earlier, observed(plan, "a", 8, when=three)], three)) == "held"
    assert verdict(run_observed(plan, [observed(plan, "a", 8, when=three)], three)) == "no-earlier"


def test_a_single_quarter_is_no_running_total(plan_of):
    plan = plan_of("- {id: k, running_total: [a], level: error}")
    three = When(2012, "Q1..Q3")
    figures = [observed(plan, "a", 9, when=When(2012, "Q2")), observed(plan, "a", 8, when=three)]
    assert verdict(run_observed(plan, figures, three)) == "no-earlier"


def test_the_county_differs_from_the_sum_of_its_towns(plan_of):
    plan = plan_of("- {id: k, subjects_sum: [a], level: error}")
    outcome = run(plan, {"a": 10}, 甲镇={"a": 4}, 乙镇={"a": 5})
    assert [(each.rule, each.subject, each.facts["sum"]) for each in outcome.findings] == [("total-disagrees", "全县", 9)]
    assert verdict(run(plan, {"a": 9}, 甲镇={"a": 4}, 乙镇={"a": 5})) == "held"


def test_a_town_that_was_not_assigned_a_figure_adds_nothing(plan_of):
    assert verdict(run(plan_of("- {id: k, subjects_sum: [a], level: error}"), {"a": 4}, 甲镇={"a": 4}, 乙镇={"a": "/"})) == "held"


def test_a_sum_over_towns_waits_for_the_last_town(plan_of):
    plan = plan_of("- {id: k, subjects_sum: [a], level: error}")
    assert verdict(run(plan, {"a": 9}, 甲镇={"a": 4})) == "subjects"
    assert verdict(run(plan, {"a": 9})) == "no-subjects"
    assert verdict(run(plan, {"a": 9}, 甲镇={"a": 4}, 乙镇={"a": "错"})) == "in-error"


def test_a_town_that_is_not_looked_at_has_not_submitted(plan_of):
    plan = plan_of("- {id: k, subjects_sum: [a], level: error}")
    panel = Panel(plan, [observed(plan, "a", 9), observed(plan, "a", 4, "甲镇")], ["全县", "甲镇"])
    assert verdict(run_checks(plan, panel, When(2012))) == "subjects"


def test_a_county_figure_in_a_towns_form_is_told(plan_of):
    plan = plan_of("- {id: k, name: 镇不填丙项, empty_for: [towns, c], level: warning}")
    assert verdict(run(plan, {"c": 1}, 甲镇={"c": 3})) == "failed"
    assert verdict(run(plan, {"c": 1}, 甲镇={"a": 3})) == "held"
    assert verdict(run(plan, {"c": 1})) == "no-subjects"


@pytest.mark.parametrize(("value", "rule"), [(-1, "negative"), (1.5, "not-whole"), (2, None)])
def test_a_count_is_whole_and_not_negative(plan_of, value, rule):
    outcome = run(plan_of("- {id: k, whole: all, level: error}"), {"a": value})
    assert [each.rule for each in outcome.findings] == ([rule] if rule else [])


def test_two_checks_that_fail_at_one_cell_are_both_told(plan_of):
    plan = plan_of("- {id: k, of_which: [a, b], level: error}\n- {id: l, of_which: [a, c], level: warning}")
    assert {each.facts["check"] for each in run(plan, {"a": 5, "b": 4, "c": 4}).findings} == {"k", "l"}
