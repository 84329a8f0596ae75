"""Bounds: attainment, gap and verdict agree, ties are ties, and binary noise decides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.plan.arithmetic import FLOATS
from kpi_cli.plan.bounds import BOUNDS, Judged

ONE_SIDED = ("at_least", "above", "at_most", "below")
AMOUNTS = st.integers(1, 10**9).map(lambda n: n / 1000)


def judged(kind: str, value: float, target: float | tuple[float, float], within: float = 0.0) -> Judged:
    return BOUNDS[kind].judge(FLOATS, value, target, within)


@given(st.sampled_from(ONE_SIDED), AMOUNTS, AMOUNTS)
def test_closing_the_gap_brings_attainment_to_one(kind: str, value: float, target: float) -> None:
    first = judged(kind, value, target)
    assert first.gap >= 0
    if first.gap > 0:
        closed = value + first.gap * BOUNDS[kind].direction
        noise = 1e-15 * max(value, target) / min(value, target)  # what the subtraction loses
        assert judged(kind, closed, target).attainment == pytest.approx(1, rel=1e-9 + noise)
        if noise < 1e-10:
            assert judged(kind, closed, target).met == float(not BOUNDS[kind].strict)


@given(st.sampled_from(("at_least", "at_most")), AMOUNTS, AMOUNTS)
def test_met_says_the_same_as_attainment_and_gap(kind: str, value: float, target: float) -> None:
    found = judged(kind, value, target)
    assert found.met == float(found.gap == 0)
    assert found.met == float(found.attainment >= 1 - 1e-9)


@given(AMOUNTS, st.floats(-9e-10, 9e-10))
def test_a_difference_below_the_tolerance_is_a_tie(target: float, noise: float) -> None:
    value = target * (1 + noise)
    assert judged("at_least", value, target).met == 1
    assert judged("at_most", value, target).met == 1
    assert judged("equals", value, target).met == 1
    assert judged("above", value, target).met == 0
    assert judged("below", value, target).met == 0


@given(AMOUNTS)
def test_a_difference_above_the_tolerance_is_none(target: float) -> None:
    assert judged("at_least", target * (1 - 1e-7), target).met == 0
    assert judged("above", target * (1 + 1e-7), target).met == 1


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_range_is_met_where_both_its_ends_are(value: float, one: float, two: float) -> None:
    low, high = sorted((one, two))
    found = judged("between", value, (low, high))
    assert found.met == float(judged("at_least", value, low).met and judged("at_most", value, high).met)
    assert (found.gap == 0) == bool(found.met)


@given(AMOUNTS, AMOUNTS, st.integers(0, 1000).map(lambda n: n / 10))
def test_about_is_a_range_around_its_target(value: float, target: float, within: float) -> None:
    assert judged("about", value, target, within) == judged("between", value, (target - within, target + within))


def test_a_strict_tie_is_missed_with_no_gap() -> None:
    found = judged("above", 0.0, 0.0)
    assert (found.met, found.gap) == (0, 0)
    assert found.attainment != found.attainment  # nothing can be divided by a target of nought


@pytest.mark.parametrize("kind", ONE_SIDED)
def test_an_unknown_value_is_neither_met_nor_missed(kind: str) -> None:
    found = judged(kind, float("nan"), 1.0)
    assert found.met != found.met
    assert found.gap != found.gap


def test_a_negative_value_has_a_gap_but_no_attainment() -> None:
    found = judged("at_least", -1.0, 4.0)
    assert (found.met, found.gap) == (0, 5)
    assert found.attainment != found.attainment
