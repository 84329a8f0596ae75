"""What an item is scored on: its figure, target and attainment for every subject, and why there is none where there is none."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.panel import MISSING as NOT_SUBMITTED
from kpi_cli.measure.panel import NOT_APPLICABLE, UNREADABLE, Panel
from kpi_cli.plan import nouns as plan_nouns
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.judge import judge, target_of
from kpi_cli.plan.units import FLAG
from kpi_cli.scoring import nouns
from kpi_cli.scoring.exact import Array, passes, reaches, round_to
from kpi_cli.scoring.nouns import Item, Scheme, Target
from kpi_cli.scoring.ranks import Members

# Why an item of a subject is or is not judged.
JUDGED, OUTSIDE, MISSING, BAD, NOT_COMPUTABLE, NO_TARGET, NOT_ASSIGNED, UNASKED = range(8)
REASONS = {MISSING: "why-missing", BAD: "why-unreadable", NOT_COMPUTABLE: "why-not-computable", NO_TARGET: "why-no-target", NOT_ASSIGNED: "why-not-assigned"}
_SIMPLE = frozenset({"at_least", "above", "at_most", "below"})
States = np.ndarray[Any, np.dtype[np.int8]]


class Field:
    """The subjects of a scheme with their figures at one period. Arrays run over ``panel.subjects``.

    ``groups`` and ``members`` go together: the scheme's groups and the places of their subjects, subjects that moved to
    another group counted there.
    """

    def __init__(self, scheme: Scheme, plan: plan_nouns.Plan, panel: Panel, when: When, events: Mapping[str, Any] | None = None) -> None:
        self.scheme, self.when = scheme, when
        self.events = dict(events or {})
        self.size = len(panel.subjects)
        self.plan = plan
        self._met: dict[str, Any] = {}
        named = {id: [name for name in group.members if name in panel.index] for id, group in scheme.groups.items()}
        for id, group in scheme.groups.items():
            if group.takes_when is not None:
                holds = np.broadcast_to(evaluate(group.takes_when, panel, when), self.size) > 0
                moved = {name for other in named if other != id for name in named[other] if holds[panel.index[name]]}
                named = {other: [name for name in names if name not in moved] for other, names in named.items()}
                named[id] += sorted(moved, key=lambda name: panel.index[name])
        self.groups = list(scheme.groups.values())
        self.members: list[Members] = [np.array([panel.index[name] for name in named[group.id]], dtype=np.intp) for group in self.groups]
        self.panel = copy.copy(panel)
        self.panel.plan = plan._replace(groups={
            group.id: plan_nouns.Group(group.id, group.name, {panel.subjects[at]: () for at in members})
            for group, members in zip(self.groups, self.members, strict=True)
        })

    @cached_property
    def everyone(self) -> Panel:
        """The same figures with all subjects in one group."""
        panel = copy.copy(self.panel)
        names = {panel.subjects[at]: () for members in self.members for at in members}
        panel.plan = self.plan._replace(groups={"all": plan_nouns.Group("all", "all", dict(names))})
        return panel

    @cached_property
    def allotted(self) -> dict[tuple[str, str], str]:
        """The state of every cell of a submitted allotment of targets, by indicator and subject."""
        return {(id.removeprefix("target:"), subject): each.state for (id, subject, _), each in self.panel.seen.items() if id.startswith("target:")}

    def met(self, id: str) -> Any:
        """Where the target of an item is met, whoever it holds for."""
        if id not in self._met:
            found = np.zeros(self.size, dtype=bool)
            for item in self.scheme.items:
                for leaf in item.leaves():
                    if leaf.id == id:
                        case = case_of(self, leaf)
                        found |= (case.met if case.met is not None else case.value > 0) & (case.status == JUDGED)
            self._met[id] = found
        return self._met[id]

    def points(self, item: Item) -> Array:
        """The item's points for every subject, NaN for those it does not hold for."""
        found = np.full(self.size, np.nan)
        for group, members in zip(self.groups, self.members, strict=True):
            if group.id in item.points:
                found[members] = item.points[group.id]
        if item.only is not None:
            outside = [at for at, name in enumerate(self.panel.subjects) if name not in item.only]
            found[outside] = np.nan
        return found

    def holds(self, tree: Expression, when: When | None = None) -> Array:
        """Where a condition is true (1), false (0) or not known (NaN)."""
        return np.broadcast_to(evaluate(tree, self.panel, when or self.when), self.size).astype(float)

    def only(self, names: frozenset[str] | None) -> Any:
        """A mask of the subjects named; all where None."""
        if names is None:
            return np.ones(self.size, dtype=bool)
        return np.array([name in names for name in self.panel.subjects])


class Case(NamedTuple):
    """One item at one period. ``value`` and ``target`` in the item's unit; ``ratio`` the attainment (1 = 100 %), ``met`` where
    the target is reached (both None without a target); ``status`` one of the words above; ``groups``: the places of the
    subjects judged, group by group."""

    field: Field
    item: Item
    when: When
    points: Array
    value: Array
    target: Array | None
    ratio: Array | None
    met: Any
    status: States
    groups: Sequence[Members]

    def reference(self, kind: str) -> Array:
        """A figure to compare with, in the item's unit: mean, overall_mean, prior, group_max, group_min."""
        return REFERENCES[kind](self.field, self.item, self.when, self.value)

    def operand(self, value: Any) -> Any:
        """A number or a formula in the item's unit."""
        if isinstance(value, float):
            return value
        if value in (nouns.BEST, nouns.LEAST):
            return self.reference(value)
        return np.broadcast_to(evaluate(value, self.field.panel, self.when), self.field.size) / self.item.unit.factor


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


REFERENCES: dict[str, Callable[[Field, Item, When, Array], Array]] = {
    nouns.MEAN: _of_tree(lambda field, tree, when: field.panel.group(tree, when, True)),
    nouns.OVERALL: _of_tree(lambda field, tree, when: field.everyone.group(tree, when, True)),
    nouns.PRIOR: _of_tree(lambda field, tree, when: evaluate(tree, field.panel, when._replace(year=when.year - 1))),
    nouns.BEST: _extreme(np.max),
    nouns.LEAST: _extreme(np.min),
}


def case_of(field: Field, item: Item, span: str | None = None) -> Case:
    """An item's figures at the scheme's period, or at ``span`` of its year."""
    when = When(field.when.year - item.years_back, span if span is not None else item.period if item.period is not None else field.when.span)
    points = field.points(item)
    value = _value(field, item, when)
    target, ratio, met = _against(field, item, when, value)
    status = _status(field, item, when, points, value, target)
    judged = status == JUDGED
    groups = field.members if judged.all() else [members[judged[members]] for members in field.members]
    return Case(field, item, when, points, value, target, ratio, met, status, groups)


def _value(field: Field, item: Item, when: When) -> Array:
    if item.tree is None:
        return np.full(field.size, np.nan)
    factor = item.unit.factor
    found = np.broadcast_to(evaluate(item.tree, field.panel, when), field.size)
    return round_to(found if factor == 1.0 else found / factor, field.scheme.rounding.value, field.scheme.rounding.mode)  # type: ignore[no-any-return]


def _against(field: Field, item: Item, when: When, value: Array) -> tuple[Array | None, Array | None, Any]:
    """(target, attainment, met) of an item that has a target."""
    wanted = item.options.get("against", item.target)
    if wanted is None:
        return None, None, None
    if wanted.kind in (nouns.ASSURED, nouns.STRETCH) and not _is_plain(field, item, wanted.kind):
        return _judged(field, item, wanted.kind, when)
    target = _target(field, item, wanted, when, value)
    if isinstance(item.path, str):
        target = target * due(when)
    elif item.path is not None:
        target = target * item.path.get(str(when.year), np.nan)
    ratio, met = attainment(value, target, item.better or nouns.HIGHER)
    digits = field.scheme.rounding.attainment
    if digits is not None:
        ratio = round_to(ratio * 100.0, digits, field.scheme.rounding.mode) / 100.0
    return target, ratio, met


def _is_plain(field: Field, item: Item, tier: str) -> bool:
    found = getattr(field.plan.indicators[str(item.indicator)], tier)
    return len(found.bounds) == 1 and found.bounds[0].kind in _SIMPLE and found.bounds[0].of is None


def _judged(field: Field, item: Item, tier: str, when: When) -> tuple[Array, Array, Any]:
    """Targets that are more than one number (ranges, days, several bounds), as the plan judges them."""
    found = judge(field.plan.indicators[str(item.indicator)], field.panel, when).tiers.get(tier)
    if found is None:
        nothing = np.full(field.size, np.nan)
        return nothing, nothing, nothing > 0
    size = field.size
    met = np.broadcast_to(found.met, size)
    ratio = np.broadcast_to(found.bounds[0].attainment, size)
    ratio = np.where(np.isnan(ratio), met, ratio) if len(found.bounds) == 1 else met
    return met * 0.0 + 1.0, ratio, met > 0


def due(when: When) -> float:
    """The part of a yearly target that is due at a period's end, by months."""
    end = when.span.rsplit("..", 1)[-1]
    if not end:
        return 1.0
    return int(end[1:]) / (4.0 if end[0] == "Q" else 2.0) if end[0] in "QH" else int(end) / 12.0


def _target(field: Field, item: Item, wanted: Target, when: When, value: Array) -> Array:
    if wanted.kind == "number":
        return np.full(field.size, wanted.value)
    if wanted.kind == "formula":
        return np.asarray(np.broadcast_to(evaluate(wanted.value, field.panel, when), field.size) / item.unit.factor)
    if wanted.kind in (nouns.ASSURED, nouns.STRETCH):
        bound = getattr(field.plan.indicators[str(item.indicator)], wanted.kind).bounds[0]
        found = target_of(bound, field.panel, when)
        same = bound.unit.factor == item.unit.factor or item.unit.kind == FLAG
        found = np.nan if found is None else found if same else found * (bound.unit.factor / item.unit.factor)
        return np.broadcast_to(np.asarray(found, dtype=float), field.size)
    if wanted.kind == nouns.SUBMITTED:
        return field.panel.submitted_target(str(item.indicator)) / item.unit.factor
    if wanted.kind == "table":
        return _table(field, item, wanted.value, when)
    return REFERENCES[wanted.kind](field, item, when, value)


def _table(field: Field, item: Item, table: Mapping[str, Any], when: When) -> Array:
    """A target by group or by subject; what a subject itself is given goes before its group's."""
    found = np.full(field.size, np.nan)
    cells = {name: each if isinstance(each, float) else np.broadcast_to(evaluate(each, field.panel, when), field.size) / item.unit.factor for name, each in table.items()}
    for group, members in zip(field.groups, field.members, strict=True):
        if group.id in cells:
            found[members] = cells[group.id] if isinstance(cells[group.id], float) else cells[group.id][members]
    for name, each in cells.items():
        at = field.panel.index.get(name)
        if at is not None:
            found[at] = each if isinstance(each, float) else each[at]
    return found


def attainment(value: Array, target: Array, better: int) -> tuple[Array, Any]:
    """(attainment, met). Where less is better it is target / value, without limit for a value of nought. Where the quotient
    has no meaning (a target that is not positive) it is 1 or 0, as the target is met or not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if better == nouns.HIGHER:
            met, ratio, sound = reaches(value, target), value / target, target > 0
        else:
            met, sound = reaches(target, value), target > 0
            ratio = np.where(value > 0, target / value, np.inf)
        if not sound.all():
            ratio = np.where(sound, ratio, np.where(np.isnan(target), np.nan, met.astype(float)))
        if better == nouns.LOWER:
            ratio = np.where(np.isnan(value), np.nan, ratio)
    return ratio, met


def strictly(case: Case) -> Any:
    """Where the target is passed, not only reached."""
    if case.target is None:
        return np.zeros(case.field.size, dtype=bool)
    return passes(case.value, case.target) if case.item.better != nouns.LOWER else passes(case.target, case.value)


def _status(field: Field, item: Item, when: When, points: Array, value: Array, target: Array | None) -> States:
    status = np.zeros(field.size, dtype=np.int8)
    status[np.isnan(points)] = OUTSIDE
    if item.suspended:
        status[status == JUDGED] = NOT_ASSIGNED
    if item.tree is not None:
        unknown = np.flatnonzero(np.isnan(value) & (status == JUDGED))
        if len(unknown):
            status[unknown] = _why_unknown(field, item.tree, when, unknown)
    if target is not None:
        without = np.flatnonzero(np.isnan(target) & ((status == JUDGED) | (status == MISSING)))
        for at in without:
            state = field.allotted.get((str(item.indicator), field.panel.subjects[at]))
            if state == "not_applicable":
                status[at] = UNASKED if status[at] == JUDGED and value[at] > 0 else NOT_ASSIGNED
            elif status[at] == JUDGED:
                status[at] = NO_TARGET
    return status


def _why_unknown(field: Field, tree: Expression, when: When, unknown: Members) -> States:
    """Not assigned, missing, unusable or not computable: from the states of all that the formula reads."""
    read = dict.fromkeys(leaves(tree, when, field.panel.years()))
    states = np.array([field.panel.states(name, period)[unknown] for name, period in read])
    if not len(states):
        return np.full(len(unknown), NOT_COMPUTABLE, dtype=np.int8)
    found = np.full(len(unknown), NOT_COMPUTABLE, dtype=np.int8)
    found[(states <= NOT_SUBMITTED).all(axis=0)] = MISSING
    found[(states == UNREADABLE).any(axis=0)] = BAD
    found[(states == NOT_APPLICABLE).any(axis=0)] = NOT_ASSIGNED
    return found
