"""Where an item's 100 % mark comes from: the plan, the allotment sheet, last year, the group, or the scheme itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.judge import judge, target_of
from kpi_cli.plan.units import FLAG
from kpi_cli.scoring import nouns
from kpi_cli.scoring.exact import Array, reaches
from kpi_cli.scoring.field import Field
from kpi_cli.scoring.nouns import Item, Target

_SIMPLE = frozenset({"at_least", "above", "at_most", "below"})


class Mark(NamedTuple):
    """``target`` in the item's unit, one number for all or an array. ``ratio`` and ``met`` are given where the target is more
    than one number, as the plan judges it."""

    target: Any
    ratio: Array | None = None
    met: Any = None


def mark_of(field: Field, item: Item, when: When, value: Array) -> Mark | None:
    """The target of an item at a period, None where it has none."""
    wanted = item.options.get("against", item.target)
    if wanted is None:
        return None
    if wanted.kind in (nouns.ASSURED, nouns.STRETCH) and not _is_plain(field, item, wanted.kind):
        return _judged(field, item, wanted.kind, when)
    target = _target(field, item, wanted, when, value)
    if isinstance(item.path, str):
        target = target * due(when)
    elif item.path is not None:
        target = target * item.path.get(str(when.year), np.nan)
    if wanted.kind in REFERENCES:
        # Of what others did, or this subject before, there is no share where it is nought or less.
        return Mark(target, np.where(np.asarray(target) > 0, attainment(value, target, item.better or nouns.HIGHER), np.nan))
    return Mark(target)


def due(when: When) -> float:
    """The part of a yearly target that is due at a period's end, by months."""
    end = when.span.rsplit("..", 1)[-1]
    if not end:
        return 1.0
    return int(end[1:]) / (4.0 if end[0] == "Q" else 2.0) if end[0] in "QH" else int(end) / 12.0


def _is_plain(field: Field, item: Item, tier: str) -> bool:
    found = getattr(field.plan.indicators[str(item.indicator)], tier)
    return len(found.bounds) == 1 and found.bounds[0].kind in _SIMPLE and found.bounds[0].of is None


def _judged(field: Field, item: Item, tier: str, when: When) -> Mark:
    """Targets that are more than one number (ranges, days, several bounds), as the plan judges them."""
    found = judge(field.plan.indicators[str(item.indicator)], field.panel, when).tiers.get(tier)
    if found is None:
        nothing = np.full(field.size, np.nan)
        return Mark(nothing, nothing, nothing > 0)
    met = np.broadcast_to(found.met, field.size)
    ratio = np.broadcast_to(found.bounds[0].attainment, field.size)
    ratio = np.where(np.isnan(ratio), met, ratio) if len(found.bounds) == 1 else met
    return Mark(met * 0.0 + 1.0, ratio, met > 0)


def _target(field: Field, item: Item, wanted: Target, when: When, value: Array) -> Any:
    if wanted.kind == "number":
        return wanted.value
    if wanted.kind == "formula":
        return evaluate(wanted.value, field.panel, when) / item.unit.factor
    if wanted.kind in (nouns.ASSURED, nouns.STRETCH):
        bound = getattr(field.plan.indicators[str(item.indicator)], wanted.kind).bounds[0]
        found = target_of(bound, field.panel, when)
        same = bound.unit.factor == item.unit.factor or item.unit.kind == FLAG
        if found is None:
            return np.nan
        return _of_own_group(field, found if same else found * (bound.unit.factor / item.unit.factor))
    if wanted.kind == nouns.SUBMITTED:
        return field.panel.submitted_target(str(item.indicator)) / item.unit.factor
    if wanted.kind == "table":
        return _table(field, item, wanted.value, when)
    return REFERENCES[wanted.kind](field, item, when, value)


def _of_own_group(field: Field, target: Any) -> Any:
    """The plan's target of a subject that the scheme counts to another group: what the plan gives to that group's own members,
    where it gives the same to all; a target of the subject's own, unlike those around it, stays."""
    if np.ndim(target) == 0:
        return target
    own = [np.array([field.panel.index[name] for name in group.members if name in field.panel.index], dtype=np.intp) for group in field.groups]
    common = [float(target[places[0]]) if len(places) and (target[places] == target[places[0]]).all() else np.nan for places in own]
    found = np.array(target, dtype=float)
    for number, members in enumerate(field.members):
        for at in np.setdiff1d(members, own[number]):
            former = next((common[other] for other, places in enumerate(own) if at in places), np.nan)
            if np.isnan(target[at]) or target[at] == former:
                found[at] = common[number]
    return found


def _table(field: Field, item: Item, table: Mapping[str, Any], when: When) -> Array:
    """A target by group or by subject; what a subject itself is given goes before its group's."""
    found = np.full(field.size, np.nan)
    cells = {
        name: np.broadcast_to(each if isinstance(each, float) else evaluate(each, field.panel, when) / item.unit.factor, field.size)
        for name, each in table.items()
    }
    for group, members in zip(field.groups, field.members, strict=True):
        if group.id in cells:
            found[members] = cells[group.id][members]
    for name, each in cells.items():
        at = field.panel.index.get(name)
        if at is not None:
            found[at] = each[at]
    return found


def _extreme(pick: Callable[[Any], Any]) -> Callable[[Field, Item, When, Array], Array]:
    def find(field: Field, item: Item, when: When, value: Array) -> Array:
        found = np.full(field.size, np.nan)
        for members in field.members:
            known = value[members][~np.isnan(value[members])]
            if len(known):
                found[members] = pick(known)
        return found

    return find


def _of_tree(give: Callable[[Field, Expression, When], Any]) -> Callable[[Field, Item, When, Array], Array]:
    def find(field: Field, item: Item, when: When, value: Array) -> Array:
        if item.tree is None:
            return np.full(field.size, np.nan)
        return np.asarray(np.broadcast_to(give(field, item.tree, when), field.size) / item.unit.factor)

    return find


# A figure to compare with, in the item's unit.
REFERENCES: dict[str, Callable[[Field, Item, When, Array], Array]] = {
    nouns.MEAN: _of_tree(lambda field, tree, when: field.panel.group(tree, when, True, False)),
    nouns.OVERALL: _of_tree(lambda field, tree, when: field.everyone.group(tree, when, True, False)),
    nouns.PRIOR: _of_tree(lambda field, tree, when: evaluate(tree, field.panel, when._replace(year=when.year - 1))),
    nouns.BEST: _extreme(np.max),
    nouns.LEAST: _extreme(np.min),
}


def attainment(value: Array, target: Any, better: int) -> Array:
    """Attainment (1 = 100 %). Where less is better it is target / value, without limit for a value of nought. Where the
    quotient has no meaning (a target that is not positive) it is 1 or 0, as the target is met or not."""
    sound = np.asarray(target) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = value / target
        if better == nouns.LOWER:
            ratio = np.where(value > 0, target / value, np.where(np.isnan(value), np.nan, np.inf))
        if not sound.all():
            unknown = np.isnan(value) | np.isnan(target)
            ratio = np.where(sound, ratio, np.where(unknown, np.nan, is_met(value, target, better).astype(float)))
    return np.asarray(ratio)


def is_met(value: Array, target: Any, better: int) -> Any:
    """Where a target is reached, a tie within the tolerance included; False where either is not known."""
    return reaches(value, target) if better == nouns.HIGHER else reaches(target, value)
