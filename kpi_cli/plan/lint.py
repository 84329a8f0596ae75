"""What is wrong with a plan as a whole: contradictions between its targets, inputs nobody uses, names that stand for two
things, worked examples that do not come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.examples import run_examples
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Unary, names
from kpi_cli.plan.load import Loaded
from kpi_cli.plan.matching import normal_name
from kpi_cli.plan.nouns import Bound, Indicator, Plan
from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import ERROR, Finding, worst


def lint(loaded: Loaded) -> list[Finding]:
    """Everything wrong with a plan, by line. Contradictions are only looked for in a plan that could be built."""
    if loaded.plan is None:
        return loaded.findings
    source = Source(loaded.source.file)
    source._places = loaded.source._places
    checks = (_stretch_weaker, _parts_exceed, _unused_inputs, _ambiguous_names, _multiples_disagree)
    for check in checks:
        check(loaded.plan, source)
    found = [*loaded.findings, *source.findings]
    if worst(found) != ERROR:
        found += run_examples(loaded.plan, source)
    return sorted(found, key=lambda each: (each.place.line or 0, each.place.column or 0))


def _single(indicator: Indicator, tier: str) -> Bound | None:
    found = getattr(indicator, tier)
    return found.bounds[0] if found and len(found.bounds) == 1 else None


def _stretch_weaker(plan: Plan, source: Source) -> None:
    for id, indicator in plan.indicators.items():
        assured, stretch = _single(indicator, "assured"), _single(indicator, "stretch")
        if assured is None or stretch is None or assured.of_text != stretch.of_text:
            continue
        for low, high in _comparable(assured.value, stretch.value):
            directions = {BOUNDS[assured.kind].direction, BOUNDS[stretch.kind].direction}
            if len(directions) == 1 and (high - low) * directions.pop() < 0:
                place = source.place("indicators", id, "stretch")
                source.report("stretch-below-assured", place, indicator=indicator.name, assured=low, stretch=high)


def _comparable(left: Any, right: Any) -> Iterator[tuple[float, float]]:
    """Pairs of numbers for the same year or subject; dates count by their day."""
    if isinstance(left, float) and isinstance(right, float):
        yield left, right
    elif isinstance(left, dict) and isinstance(right, dict):
        for key in left.keys() & right.keys():
            yield from _comparable(left[key], right[key])


def _parts_exceed(plan: Plan, source: Source) -> None:
    """The parts' assured targets may fall short of the total's (any mix may fill the rest) but not exceed it."""
    for id, total in plan.inputs.items():
        target = _assured_number(plan, id)
        parts = [(plan.inputs[part].name, _assured_number(plan, part)) for part in total.parts]
        known = [(name, value) for name, value in parts if value is not None]
        if target is not None and known and sum(value for _, value in known) > target * (1 + 1e-9):
            place = source.place("indicators", id, "assured")
            source.report(
                "parts-exceed-target", place, whole=total.name, target=target, sum=sum(value for _, value in known),
                parts=[name for name, _ in known],
            )
    for id, part in plan.inputs.items():
        whole = part.of_which
        ours, theirs = _assured_number(plan, id), _assured_number(plan, whole) if whole else None
        if ours is not None and theirs is not None and ours > theirs * (1 + 1e-9):
            place = source.place("indicators", id, "assured")
            name = plan.inputs[str(whole)].name
            source.report("parts-exceed-target", place, whole=name, target=theirs, sum=ours, parts=[part.name])


def _assured_number(plan: Plan, input: str) -> float | None:
    """The assured at-least target set on an input itself, in its indicator's unit's base."""
    for indicator in plan.indicators.values():
        if isinstance(indicator.tree, Name) and indicator.tree.name == input and indicator.same_as is None:
            bound = _single(indicator, "assured")
            if bound and bound.kind in ("at_least", "above") and isinstance(bound.value, float):
                return bound.value * bound.unit.factor / plan.inputs[input].unit.factor
    return None


def _used(plan: Plan) -> set[str]:
    used: set[str] = set()
    now = When(plan.year)
    for indicator in plan.indicators.values():
        trees = [indicator.tree]
        for tier in (indicator.assured, indicator.stretch):
            for bound in tier.bounds if tier else ():
                trees += [bound.of, *_trees(bound.value)]
                used |= {bound.dated} if bound.dated else set()
        used |= {name for tree in trees if tree is not None for name, _ in leaves(tree, now, [now.year - 1])}
    for check in plan.checks:
        used |= {*check.inputs, check.part or "", check.whole or ""}
        used |= {name.name for tree in (check.rule, check.when) if tree is not None for name in names(tree)}
    for each in plan.inputs.values():
        used |= {each.of_which or "", *each.parts}
    return used


def _trees(value: Any) -> list[Expression]:
    if isinstance(value, dict):
        return [tree for each in value.values() for tree in _trees(each)]
    if isinstance(value, tuple) and not isinstance(value, Name | Number | Unary | Binary | Call | OverRegister):
        return [tree for each in value for tree in _trees(each)]
    return [value] if isinstance(value, Name | Unary | Binary | Call | OverRegister) else []


def _unused_inputs(plan: Plan, source: Source) -> None:
    used = _used(plan)
    for id in plan.inputs:
        if id not in used:
            source.report("unused-input", source.place("inputs", id), input=id)


def _ambiguous_names(plan: Plan, source: Source) -> None:
    """A name on a form must lead to one thing: an input, or a rate that is reported for an indicator."""
    taken: dict[str, str] = {}
    for section, nouns in (("inputs", plan.inputs), ("indicators", plan.indicators)):
        for id, noun in nouns.items():
            computed = section == "inputs" or (noun.formula is not None and noun.tree is not None)  # type: ignore[attr-defined]
            for name in (noun.name, *noun.aliases) if computed else noun.aliases:  # type: ignore[attr-defined]
                key = normal_name(name)
                if taken.setdefault(key, id) != id:
                    place = source.place(section, id, "aliases" if name != noun.name else "name")  # type: ignore[attr-defined]
                    source.report("ambiguous-name", place, name=name, first=taken[key], second=id)


def _multiples_disagree(plan: Plan, source: Source) -> None:
    """翻一番 beside 年均 11 %: both say how far a figure is to rise from one base year; they must say the same."""
    for id, indicator in plan.indicators.items():
        for tier_name in ("assured", "stretch"):
            tier = getattr(indicator, tier_name)
            if tier is None or len(tier.bounds) < 2:
                continue
            meant = [(bound, *found) for bound in tier.bounds if (found := _multiple_of(bound, indicator, plan.year))]
            for (first, base, times), (second, other, again) in zip(meant, meant[1:], strict=False):
                if base == other and abs(times - again) > 0.005 * max(times, again):
                    place = source.place("indicators", id, tier_name)
                    source.report(
                        "targets-disagree", place, indicator=indicator.name, first=_told(first), second=_told(second),
                        first_means=f"{times:.4g} ×", second_means=f"{again:.4g} ×",
                    )


def _multiple_of(bound: Bound, indicator: Indicator, year: int) -> tuple[int, float] | None:
    """(base year, the multiple of it) that a bound asks for: on multiple(), cagr() or growth() to a year, or n * at()."""
    tree = bound.of or indicator.tree
    if isinstance(tree, Call) and len(tree.arguments) == 2 and isinstance(bound.value, float):
        base_year = tree.arguments[1]
        if isinstance(base_year, Number) and tree.function in ("multiple", "cagr", "growth"):
            base, rate = int(base_year.value), bound.value * bound.unit.factor
            return base, {"multiple": rate, "growth": 1 + rate, "cagr": (1 + rate) ** (year - base)}[tree.function]
    if isinstance(bound.value, Binary) and bound.value.operator == "*":
        for number, base_call in ((bound.value.left, bound.value.right), (bound.value.right, bound.value.left)):
            if isinstance(number, Number) and isinstance(base_call, Call) and base_call.function == "at":
                return int(base_call.arguments[1].value), number.value  # type: ignore[union-attr]
    return None


def _told(bound: Bound) -> str:
    value = f"{bound.value:g}" if isinstance(bound.value, float) else "…"
    return re.sub(r"\s+", " ", f"{bound.of_text or ''} {BOUNDS[bound.kind].symbol} {value} {bound.unit.text}").strip()
