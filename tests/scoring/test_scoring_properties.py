"""What holds for every scheme and all figures."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_made import item_score, plan_of, ranks, scheme_of, scored

from kpi_cli.scoring.cases import JUDGED
from kpi_cli.scoring.exact import round_to, whole
from kpi_cli.scoring.language import AGGREGATES, METHOD_KEYS
from kpi_cli.scoring.methods import METHODS
from kpi_cli.scoring.ranks import places
from kpi_cli.words.numbers import round_half_up

PLAN = plan_of({"x": "亿元", "y": "亿元"})
FIGURE = st.decimals(0, 300, places=2).map(float)
RULES: dict[str, dict[str, Any]] = {
    "proportional": {"method": "proportional", "bonus_cap": 4},
    "zero below": {"method": "proportional", "zero_below": "80 % of target", "cap": "150 %"},
    "stairs": {"method": "proportional", "stairs": "10 % of target"},
    "whole steps": {
        "method": "steps", "steps": "whole", "up": {"each": "10 % of target", "points": 1, "cap": 3}, "down": {"each": "5 % of target", "points": 1},
    },
    "linear steps": {
        "method": "steps", "steps": "linear", "up": {"each": "1 pp of attainment", "points": 0.2, "cap": 5},
        "down": {"each": "1 pp of attainment", "points": 0.2},
    },
    "tiers": {
        "method": "tiers", "by": "attainment",
        "tiers": [{"from": "100 %", "points": 10}, {"from": "90 %", "points": 6}, {"above": "80 %", "points": 3}],
    },
    "gate": {"method": "gate"},
    "rank": {"method": "rank", "drop": "5 %"},
    "efficacy": {"method": "efficacy", "low": 50, "high": 150},
    "group efficacy": {"method": "efficacy", "low": "group_min", "high": "group_max"},
    "benchmark": {"method": "benchmark", "against": 120},
    "around the mean": {
        "method": "steps", "steps": "linear", "target": "mean", "up": {"each": "5 % of target", "points": 0.5},
        "down": {"each": "5 % of target", "points": 0.5},
    },
}


def scheme(rule: str, subjects: list[str], better: str = "higher") -> dict[str, Any]:
    target = {} if "target" in RULES[rule] else {"target": 100}
    item = {"indicator": "x", "points": 10, **target, **RULES[rule]}
    if better == "lower" and rule == "efficacy":
        item |= {"low": 150, "high": 50}
    if better == "lower" and rule == "group efficacy":
        item |= {"low": "group_max", "high": "group_min"}
    return scheme_of([item], subjects, head={"better": better})


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("better", ["higher", "lower"])
@settings(max_examples=15, deadline=None)
@given(figures=st.lists(FIGURE, min_size=3, max_size=6), more=st.decimals("0.01", 80, places=2).map(float))
def test_a_better_figure_never_lowers_the_score(rule: str, better: str, figures: list[float], more: float) -> None:
    names = [f"镇{number}" for number in range(len(figures))]
    before = scored(PLAN, scheme(rule, names, better), {name: {"x": figure} for name, figure in zip(names, figures, strict=True)})
    improved = figures[0] + more if better == "higher" else max(figures[0] - more, 0.0)
    rows = {name: {"x": figure} for name, figure in zip(names, [improved, *figures[1:]], strict=True)}
    after = scored(PLAN, scheme(rule, names, better), rows)
    assert item_score(after, names[0], "x") >= item_score(before, names[0], "x") - 1e-9
    assert ranks(after)[names[0]] <= ranks(before)[names[0]]


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=10, deadline=None)
@given(figures=st.lists(FIGURE, min_size=2, max_size=6), seed=st.integers(0, 99))
def test_the_order_of_subjects_changes_nothing(rule: str, figures: list[float], seed: int) -> None:
    names = [f"镇{number}" for number in range(len(figures))]
    rows = {name: {"x": figure} for name, figure in zip(names, figures, strict=True)}
    other = names.copy()
    random.Random(seed).shuffle(other)  # noqa: S311
    one, two = scored(PLAN, scheme(rule, names), rows), scored(PLAN, scheme(rule, other), {name: rows[name] for name in other})
    assert ranks(one) == ranks(two)
    for name in names:
        assert item_score(one, name, "x") == pytest.approx(item_score(two, name, "x"), rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_equal_scores_share_a_place_and_the_next_is_skipped(values: list[int]) -> None:
    found = places([np.array(values, dtype=float)], [np.arange(len(values))])
    assert found.tolist() == [1 + sum(other > value for other in values) for value in values]


@given(st.decimals(-1000, 1000, places=3), st.integers(0, 2))
def test_rounding_is_half_up_as_on_paper(value: Decimal, digits: int) -> None:
    paper = float(value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
    assert float(round_to(np.array([float(value)]), digits)[0]) == paper == round_half_up(float(value), digits)


@given(st.lists(st.decimals(0, 20, places=3), min_size=2, max_size=8))
def test_a_sum_of_decimals_is_rounded_as_on_paper(parts: list[Decimal]) -> None:
    total = np.sum([np.array([float(part)]) for part in parts], axis=0)
    assert float(round_to(total, 2)[0]) == float(sum(parts, Decimal(0)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


@given(st.integers(1, 400), st.integers(1, 50))
def test_a_step_reached_exactly_is_a_step(steps: int, size: int) -> None:
    each = size / 100
    assert float(whole(np.array([(1.0 + steps * each - 1.0) / each]))[0]) == steps


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(FIGURE, FIGURE), min_size=1, max_size=6))
def test_scores_agree_with_exact_decimals(rows: list[tuple[float, float]]) -> None:
    """Proportional with a cap, and whole steps: totals rounded half up and ranked, as a clerk would with paper."""
    names = [f"镇{number}" for number in range(len(rows))]
    items = [
        {"indicator": "x", "points": 40, "target": 80, "method": "proportional", "bonus_cap": 4},
        {"indicator": "y", "points": 60, "target": 125, "method": "steps", "steps": "whole",
         "up": {"each": "10 % of target", "points": 0.5, "cap": 3}, "down": {"each": "5 % of target", "points": 1.5}},
    ]
    figures = {name: {"x": x, "y": y} for name, (x, y) in zip(names, rows, strict=True)}
    found = scored(PLAN, scheme_of(items, names, head={"round": 2, "better": "higher"}), figures)
    totals = []
    for x, y in rows:
        first = min(Decimal(40) * Decimal(str(x)) / 80, Decimal(44))
        away = Decimal(str(y)) - 125
        up = min(Decimal("0.5") * int(max(away, Decimal(0)) / Decimal("12.5")), Decimal(3))
        down = Decimal("1.5") * int(max(-away, Decimal(0)) / Decimal("6.25"))
        totals.append((first + max(60 + up - down, Decimal(0))).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    table = found.table.set_index("subject")
    assert [table.loc[name, "score"] for name in names] == [float(total) for total in totals]
    assert [table.loc[name, "rank"] for name in names] == [1 + sum(other > total for other in totals) for total in totals]


def test_every_method_of_the_language_is_reckoned_and_no_other() -> None:
    assert set(METHODS) == set(METHOD_KEYS)
    assert not set(METHODS) & set(AGGREGATES)


def test_all_figures_present_are_all_judged() -> None:
    found = scored(PLAN, scheme("proportional", ["镇1", "镇2"]), {"镇1": {"x": 0}, "镇2": {"x": 5}})
    assert found.table["coverage"].tolist() == [1, 1]
    assert (found.items[0].status[1:] == JUDGED).all()
