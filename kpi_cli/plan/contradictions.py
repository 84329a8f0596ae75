"""Targets that contradict each other: a stretch weaker than what is assured, parts that exceed their whole, a multiple
and a yearly growth that do not lead to the same figure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Text, Unary
from kpi_cli.plan.nouns import Bound, Indicator, Plan, Tier
from kpi_cli.plan.tables import entry
from kpi_cli.plan.yamltree import Source

_SLACK = 1 + 1e-9


class Interval(NamedTuple):
    """The values that a bound allows; an open end excludes its number."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def holds(self, other: Interval) -> bool:
        """Whether all of ``other`` lies within."""
        low = other.low > self.low or (other.low == self.low and (other.low_open or not self.low_open))
        high = other.high < self.high or (other.high == self.high and (other.high_open or not self.high_open))
        return low and high


def interval(bound: Bound, value: Any) -> Interval | None:
    """What a bound with this plain value allows, None where the value is a formula."""
    if isinstance(value, datetime.date):
        return Interval(-math.inf, float(value.toordinal()))
    if type(value) is tuple and all(isinstance(each, float) for each in value):
        return Interval(*value)
    if not isinstance(value, float):
        return None
    if bound.kind in ("about", "equals"):
        return Interval(value - (bound.within or 0.0), value + (bound.within or 0.0))
    kind = BOUNDS[bound.kind]
    if kind.direction > 0:
        return Interval(value, math.inf, low_open=kind.strict)
    return Interval(-math.inf, value, high_open=kind.strict)


def stretch_weaker(plan: Plan, source: Source) -> None:
    """The stretch target must demand at least what is assured, for every year and subject that both name."""
    for id, indicator in plan.indicators.items():
        if indicator.assured is None or indicator.stretch is None or indicator.assured.any_of or indicator.stretch.any_of:
            continue
        for assured in indicator.assured.bounds:
            for stretch in indicator.stretch.bounds:
                if assured.of != stretch.of and _text(assured.of) != _text(stretch.of):
                    continue
                pair = next(_weaker(assured, stretch), None)
                if pair is not None:
                    place = source.place("indicators", id, "stretch")
                    shown = [_shown(bound, value) for bound, value in zip((assured, stretch), pair, strict=True)]
                    source.report("stretch-below-assured", place, indicator=indicator.name, assured=shown[0], stretch=shown[1])


def _weaker(assured: Bound, stretch: Bound) -> Iterator[tuple[Any, Any]]:
    scale = stretch.unit.factor / assured.unit.factor
    for low, high in _same_place(assured.value, stretch.value):
        must, may = interval(assured, low), interval(stretch, high)
        if must is not None and may is not None and assured.unit.dims == stretch.unit.dims:
            scaled = may._replace(low=may.low * scale, high=may.high * scale) if scale != 1.0 else may
            if not must.holds(scaled):
                yield low, high


def _same_place(left: Any, right: Any) -> Iterator[tuple[Any, Any]]:
    """Values of two operands for the same year or subject; what holds everywhere is compared with each."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in left.keys() & right.keys():
            yield from _same_place(left[key], right[key])
    elif isinstance(left, dict):
        for each in left.values():
            yield from _same_place(each, right)
    elif isinstance(right, dict):
        for each in right.values():
            yield from _same_place(left, each)
    else:
        yield left, right


def _shown(bound: Bound, value: Any) -> str:
    if type(value) is tuple:
        return f"[{', '.join(f'{each:.12g}' for each in value)}]"
    number = f"{value:.12g}" if isinstance(value, float) else str(value)
    return f"{BOUNDS[bound.kind].symbol} {number}" + (f" ± {bound.within:.12g}" if bound.within is not None else "")


def parts_exceed(plan: Plan, source: Source) -> None:
    """The parts' assured targets may fall short of the whole's (any mix may fill the rest) but not exceed it."""
    told = set()
    floors = _floors(plan)
    for check in plan.checks:
        whole, parts = (check.inputs[0], check.inputs[1:]) if check.form == "sum" else (check.whole, (check.part,))
        known = [part for part in parts if part in floors]
        if check.form not in ("sum", "of_which") or whole not in floors or not known or (whole, *parts) in told:
            continue
        total, (owner, target) = sum(floors[part][1] for part in known), floors[whole]
        if total > target * _SLACK:
            told.add((whole, *parts))
            factor = plan.inputs[whole].unit.factor
            source.report(
                "parts-exceed-target", source.place("indicators", owner, "assured"), whole=plan.inputs[whole].name,
                target=target / factor, sum=total / factor, parts=[plan.inputs[part].name for part in known],
            )


def _floors(plan: Plan) -> dict[str, tuple[str, float]]:
    """Input → (indicator, the assured floor on it in base units) for the plan's year."""
    found: dict[str, tuple[str, float]] = {}
    for id, indicator in plan.indicators.items():
        if not isinstance(indicator.tree, Name) or indicator.same_as is not None or not indicator.scored:
            continue
        for bound in _all_of(indicator.assured):
            value = entry(bound.value, When(plan.year)) if isinstance(bound.value, dict) else bound.value
            if bound.kind in ("at_least", "above", "equals") and bound.of is None and isinstance(value, float):
                found.setdefault(indicator.tree.name, (id, value * bound.unit.factor))
    return found


def _all_of(tier: Tier | None) -> tuple[Bound, ...]:
    return tier.bounds if tier is not None and not tier.any_of else ()


class Rise(NamedTuple):
    """How far a figure is to rise from a base year: ``times`` its value then."""

    bound: Bound
    indicator: Indicator
    written: Expression | None
    times: float


def multiples_disagree(plan: Plan, source: Source) -> None:
    """翻一番 beside 年均 11 %: both say how far a figure is to rise from one base year; they must say the same."""
    meant: dict[tuple[str, int, str], Rise] = {}
    for id, indicator in plan.indicators.items():
        for tier_name in ("assured", "stretch"):
            for bound in _all_of(getattr(indicator, tier_name)):
                found = _rise_of(bound, indicator, plan.year)
                if found is None:
                    continue
                figure, base, times = found
                now = Rise(bound, indicator, bound.value if isinstance(bound.value, Binary) else None, times)
                first = meant.setdefault((figure, base, tier_name), now)
                if abs(first.times - times) > 0.005 * max(first.times, times):
                    source.report(
                        "targets-disagree", source.place("indicators", id, tier_name), indicator=indicator.name,
                        first=_told(first), second=_told(now), first_means=f"{first.times:.4g} ×", second_means=f"{times:.4g} ×",
                    )


def _rise_of(bound: Bound, indicator: Indicator, year: int) -> tuple[str, int, float] | None:
    """(figure, base year, multiple of it) that a bound asks for: on multiple(), cagr() or growth() since a year, or as
    n * at(self, year)."""
    tree = bound.of or indicator.tree
    if BOUNDS[bound.kind].direction <= 0:
        return None
    if isinstance(tree, Call) and len(tree.arguments) == 2 and isinstance(bound.value, float):
        base_year = tree.arguments[1]
        if isinstance(base_year, Number) and tree.function in ("multiple", "cagr", "growth"):
            base, rate = int(base_year.value), bound.value * bound.unit.factor
            times = {"multiple": rate, "growth": 1 + rate, "cagr": max(1 + rate, 0.0) ** (year - base)}[tree.function]
            return _text(tree.arguments[0]), base, times
    if isinstance(bound.value, Binary) and bound.value.operator == "*":
        for number, then in ((bound.value.left, bound.value.right), (bound.value.right, bound.value.left)):
            if isinstance(number, Number) and isinstance(then, Call) and then.function == "at" and isinstance(then.arguments[1], Number):
                return _text(then.arguments[0]), int(then.arguments[1].value), number.value
    return None


def _told(rise: Rise) -> str:
    value = f"{rise.bound.value:g}" if isinstance(rise.bound.value, float) else _text(rise.written)
    of = rise.bound.of_text or rise.indicator.formula or rise.indicator.name
    return f"{of} {BOUNDS[rise.bound.kind].symbol} {value} {rise.bound.unit.text}".strip()


def _text(tree: Expression | None) -> str:
    """A tree as text, wherever it stood: equal texts are equal formulas."""
    if tree is None:
        return ""
    if isinstance(tree, Number):
        return f"{tree.value:.12g}{tree.unit or ''}"
    if isinstance(tree, Text):
        return repr(tree.value)
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Unary):
        return f"({tree.operator} {_text(tree.operand)})"
    if isinstance(tree, Binary):
        return f"({_text(tree.left)} {tree.operator} {_text(tree.right)})"
    if isinstance(tree, OverRegister):
        return f"{tree.function}({tree.register}, {_text(tree.value)}, {_text(tree.condition)})"
    return f"{tree.function}({', '.join(_text(each) for each in tree.arguments)})"
