"""Indicator and figures → value, and per tier target, met, gap and attainment. The same code for one subject's floats
and for arrays over all subjects."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from kpi_cli.plan.arithmetic import NAN, Arithmetic
from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.formula.evaluate import Figures, When, evaluate
from kpi_cli.plan.nouns import Bound, Indicator, Tier
from kpi_cli.plan.tables import entry, is_period
from kpi_cli.plan.units import FLAG

TIERS = ("assured", "stretch")


class Subjects(Figures, Protocol):
    """Figures of one or many subjects, with what only bounds ask for."""

    def done_by(self, flag: Any, dated: str | None, deadline: datetime.date, when: When) -> Any:
        """1 where a thing is done and not after the deadline, 0 where it is not, NaN where it is not known."""

    def by_subject(self, table: Mapping[str, Any]) -> Any:
        """A table by subject → the value of each subject, NaN for subjects that are not in it."""


class BoundJudged(NamedTuple):
    """One bound judged. ``value``, ``target`` and ``gap`` are in the bound's unit; target is a pair for a range."""

    bound: Bound
    value: Any
    target: Any
    met: Any
    gap: Any
    attainment: Any


class TierJudged(NamedTuple):
    """A tier judged: ``met`` where all bounds (or, with any_of, one of them) are met; ``binding`` is the index of the bound
    that decides: the one furthest from being met, or, with any_of, the nearest."""

    bounds: tuple[BoundJudged, ...]
    met: Any
    binding: Any


class Judged(NamedTuple):
    """An indicator judged; ``value`` in the indicator's unit."""

    value: Any
    tiers: dict[str, TierJudged]


def judge(indicator: Indicator, figures: Subjects, when: When, value: Any = None) -> Judged:
    """Compute an indicator at a period and hold it against its tiers.

    ``value`` (base units) is given where it does not come from the indicator's own formula, as for a register's rows.
    """
    sums = figures.arithmetic
    if value is None:
        value = evaluate(indicator.tree, figures, when) if indicator.tree is not None else NAN
    tiers = {}
    shown = sums.divide(value, indicator.unit.factor)
    for name in TIERS:
        tier: Tier | None = getattr(indicator, name)
        if tier is not None:
            judged = [each for bound in tier.bounds if (each := _bound(bound, value, figures, when)) is not None]
            if judged:
                tiers[name] = _tier(sums, tuple(judged), tier.any_of)
    milestone = next((each for tier in tiers.values() for each in tier.bounds if each.bound.kind == "done_by" and each.bound.of is None), None)
    return Judged(shown if milestone is None else milestone.value, tiers)


def _tier(sums: Arithmetic, bounds: tuple[BoundJudged, ...], any_of: bool) -> TierJudged:
    unknown = -1.0 if any_of else 1e300  # what is not known never decides
    met, extreme = bounds[0].met, _nearness(sums, bounds[0], unknown)
    binding = sums.multiply(sums.known(met), 0.0)
    for index, each in enumerate(bounds[1:], 1):
        met = sums.either(met, each.met) if any_of else sums.both(met, each.met)
        near = _nearness(sums, each, unknown)
        decides = sums.less(extreme, near) if any_of else sums.less(near, extreme)
        binding = sums.where(decides, float(index), binding)
        extreme = sums.where(decides, near, extreme)
    return TierJudged(bounds, met, binding)


def _nearness(sums: Arithmetic, each: BoundJudged, unknown: float) -> Any:
    """How near a bound is to being met: its attainment, or 1 and 0 where that has no meaning; an unmet bound is always
    further than a met one."""
    ratio = sums.where(sums.known(each.attainment), each.attainment, each.met)
    near = sums.where(each.met, sums.larger(ratio, ratio * 0.0 + 1.0), sums.smaller(ratio, ratio * 0.0 + 0.999999999))
    return sums.where(sums.known(near), near, unknown)


def _bound(bound: Bound, value: Any, figures: Subjects, when: When) -> BoundJudged | None:
    sums = figures.arithmetic
    on = evaluate(bound.of, figures, when) if bound.of is not None else value
    deadline = entry(bound.value, when) if bound.kind == "done_by" and isinstance(bound.value, Mapping) else bound.value
    if isinstance(deadline, datetime.date):
        done = figures.done_by(on, bound.dated, deadline, when)
        found = BOUNDS[bound.kind].judge(sums, done, 1.0, 0.0)
        return BoundJudged(bound, done, 1.0, found.met, found.gap, found.attainment)
    target = target_of(bound, figures, when)
    if target is None:
        return None
    on = sums.divide(on, _factor(bound))
    found = BOUNDS[bound.kind].judge(sums, on, target, bound.within or 0.0)
    return BoundJudged(bound, on, target, found.met, found.gap, found.attainment)


def target_of(bound: Bound, figures: Subjects, when: When) -> Any:
    """What a bound asks for, in its unit: one number for all, an array over subjects, a pair for a range; None where its
    table has no entry for the period."""
    return _target(bound.value, figures, when, _factor(bound))


def _factor(bound: Bound) -> float:
    return bound.unit.factor if bound.unit.kind != FLAG else 1.0


def _target(value: Any, figures: Subjects, when: When, factor: float) -> Any:
    """The operand in the bound's unit: a number as written, a formula's value converted; None where a table has no entry
    for the period."""
    if isinstance(value, float):
        return value
    if value is None:
        return None
    if isinstance(value, Mapping):
        if all(is_period(key) for key in value):
            return _target(entry(value, when), figures, when, factor)
        own = {name: _target(each, figures, when, factor) for name, each in value.items()}
        return figures.by_subject({name: NAN if each is None else each for name, each in own.items()})
    if type(value) is tuple:
        pair = tuple(_target(each, figures, when, factor) for each in value)
        return None if None in pair else pair
    return figures.arithmetic.divide(evaluate(value, figures, when), factor)


def status_of(known: bool, met: Mapping[str, bool]) -> str:
    """The status of a result with a value: the highest tier met, missed, or reported where the plan sets no target."""
    if not known:
        return "not_computable"
    if not met:
        return "reported"
    if met.get("stretch") and met.get("assured", True):
        return "stretch"
    return "assured" if met.get("assured") else "missed"
