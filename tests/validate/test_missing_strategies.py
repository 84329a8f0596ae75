"""What checks do where figures are missing: one truth table a strategy."""

from __future__ import annotations

import pytest
from given import run, verdict

# a, b → what a check "a at most b" does under each strategy: 缺 not submitted, / not assigned, 错 in error.
TABLE = [
    #   a     b    skip-any    skip-all    never-skip
    (3, 5, "held", "held", "held"),
    (5, 3, "failed", "failed", "failed"),
    (3, "缺", "missing", "failed", "failed"),
    ("缺", 3, "missing", "held", "held"),
    ("缺", "缺", "no-figures", "no-figures", "held"),
    (3, "/", "missing", "failed", "failed"),
    ("/", 3, "missing", "held", "held"),
    (3, "错", "in-error", "in-error", "in-error"),
    ("错", 3, "in-error", "in-error", "in-error"),
    ("错", "缺", "in-error", "in-error", "in-error"),
]
FORMS = {"rule": "rule: a <= b", "of_which": "of_which: [a, b]"}
STRATEGIES = ("skip-any", "skip-all", "never-skip")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}")
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_relation_keeps_to_its_strategy(plan_of, form, row, strategy):
    plan = plan_of(f"- {{id: k, {FORMS[form]}, missing: {strategy}, level: error}}")
    # c shows that the subject has submitted something.
    assert verdict(run(plan, {"a": row[0], "b": row[1], "c": 1})) == row[2 + STRATEGIES.index(strategy)]


SUMS = [
    # total, parts → under each strategy
    (5, 2, 3, "held", "held", "held"),
    (6, 2, 3, "failed", "failed", "failed"),
    (5, 5, "缺", "missing", "held", "held"),
    (6, 5, "缺", "missing", "failed", "failed"),
    ("缺", 2, 3, "missing", "failed", "failed"),
    (5, "缺", "缺", "missing", "failed", "failed"),
    (5, 5, "/", "missing", "held", "held"),
    (5, 5, "错", "in-error", "in-error", "in-error"),
    ("缺", "缺", "缺", "no-figures", "no-figures", "held"),
]


@pytest.mark.parametrize("row", SUMS, ids=lambda row: "-".join(map(str, row[:3])))
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_sum_keeps_to_its_strategy(plan_of, row, strategy):
    plan = plan_of(f"- {{id: k, sum: [a, b, c], missing: {strategy}, level: error}}")
    assert verdict(run(plan, {"a": row[0], "b": row[1], "c": row[2], "money": 1})) == row[3 + STRATEGIES.index(strategy)]


TOWNS = [
    # county, two towns → under each strategy
    (5, 2, 3, "held", "held", "held"),
    (5, 5, "缺", "subjects", "held", "held"),
    (6, 5, "缺", "subjects", "failed", "failed"),
    (5, "错", 2, "in-error", "in-error", "in-error"),
]


@pytest.mark.parametrize("row", TOWNS, ids=lambda row: "-".join(map(str, row[:3])))
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_sum_over_subjects_keeps_to_its_strategy(plan_of, row, strategy):
    plan = plan_of(f"- {{id: k, subjects_sum: [a], missing: {strategy}, level: error}}")
    assert verdict(run(plan, {"a": row[0]}, 甲镇={"a": row[1]}, 乙镇={"a": row[2]})) == row[3 + STRATEGIES.index(strategy)]


@pytest.mark.parametrize(
    ("strategy", "figures", "expected"),
    [
        ("skip-any", {"a": 1, "c": 1}, "missing"), ("skip-all", {"a": 1, "c": 1}, "failed"), ("never-skip", {"a": 1, "c": 1}, "failed"),
        ("skip-any", {"a": 0, "c": 1}, "held"), ("never-skip", {"c": 1}, "held"),
    ],
)
def test_what_follows_from_a_condition_may_be_missing(plan_of, strategy, figures, expected):
    plan = plan_of(f"- {{id: k, rule: b > 0, when: a > 0, missing: {strategy}, level: error}}")
    assert verdict(run(plan, figures)) == expected
