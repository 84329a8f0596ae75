"""Bounds: what a target demands, and how far a value is from it. The same code judges one float or an array of subjects.

Each judge takes (sums, value, target, within) and gives ``met`` (1, 0 or NaN), ``gap`` (in the value's unit, 0 where
met) and ``attainment`` (a ratio, NaN where the quotient has no meaning: a target that is not positive, a value below 0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kpi_cli.plan.arithmetic import NAN, Arithmetic, not_less


class Judged(NamedTuple):
    met: Any
    gap: Any
    attainment: Any


Judge = Callable[[Arithmetic, Any, Any, float], Judged]


class BoundKind(NamedTuple):
    """``operand``: number, pair or date. ``direction``: 1 more is better, -1 less is better, 0 neither."""

    judge: Judge
    operand: str
    direction: int
    strict: bool
    symbol: str
    zh: str
    en: str


def _quotient(sums: Arithmetic, above: Any, below: Any) -> Any:
    """above / below where the quotient has a meaning: below positive, above not negative."""
    sound = sums.both(sums.less(0.0, below), not_less(sums, above, 0.0))
    return sums.divide(above, sums.where(sound, below, NAN))


def _shortfall(sums: Arithmetic, met: Any, distance: Any) -> Any:
    return sums.where(met, sums.multiply(distance, 0.0), sums.larger(distance, sums.multiply(distance, 0.0)))


def _at_least(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    met = not_less(sums, value, target)
    return Judged(met, _shortfall(sums, met, sums.subtract(target, value)), _quotient(sums, value, target))


def _above(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    met = sums.less(target, value)
    return Judged(met, _shortfall(sums, met, sums.subtract(target, value)), _quotient(sums, value, target))


def _at_most(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    met = not_less(sums, target, value)
    return Judged(met, _shortfall(sums, met, sums.subtract(value, target)), _quotient(sums, target, value))


def _below(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    met = sums.less(value, target)
    return Judged(met, _shortfall(sums, met, sums.subtract(value, target)), _quotient(sums, target, value))


def _between(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    low, high = target
    least, most = _at_least(sums, value, low, 0.0), _at_most(sums, value, high, 0.0)
    met = sums.both(least.met, most.met)
    ratio = sums.where(least.met, sums.where(most.met, 1.0, most.attainment), least.attainment)
    return Judged(met, sums.add(least.gap, most.gap), ratio)


def _about(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    return _between(sums, value, (sums.subtract(target, within), sums.add(target, within)), 0.0)


def _equals(sums: Arithmetic, value: Any, target: Any, within: float) -> Judged:
    return _between(sums, value, (target, target), 0.0)


BOUNDS: dict[str, BoundKind] = {
    "at_least": BoundKind(_at_least, "number", 1, False, "≥", "不低于、达到、以上", "not below"),
    "above": BoundKind(_above, "number", 1, True, ">", "超过、高于", "more than"),
    "at_most": BoundKind(_at_most, "number", -1, False, "≤", "不超过、以内", "not above"),
    "below": BoundKind(_below, "number", -1, True, "<", "低于", "less than"),
    "between": BoundKind(_between, "pair", 0, False, "∈", "在 [低, 高] 之间", "between [low, high], both included"),
    "about": BoundKind(_about, "number", 0, False, "≈", "左右（偏差见 within）", "about, give or take within"),
    "equals": BoundKind(_equals, "number", 0, False, "=", "等于", "equal to"),
    "done_by": BoundKind(_at_least, "date", 1, False, "≤", "于该日前完成（2012-12 指月末）", "done by this day (2012-12: the end of the month)"),
}
