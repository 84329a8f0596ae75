"""What an item is scored on: its figure, target and attainment for every subject, and why there is none where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kpi_cli.measure.panel import MISSING as NOT_SUBMITTED
from kpi_cli.measure.panel import NOT_APPLICABLE, UNREADABLE
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.scoring import nouns
from kpi_cli.scoring.exact import Array, passes, round_to
from kpi_cli.scoring.field import Field
from kpi_cli.scoring.nouns import Item
from kpi_cli.scoring.ranks import Members
from kpi_cli.scoring.targets import REFERENCES, Mark, attainment, is_met, mark_of

# Why an item of a subject is or is not judged; those after OUTSIDE ask for a policy.
JUDGED, OUTSIDE, MISSING, BAD, NOT_COMPUTABLE, NO_TARGET, NOT_ASSIGNED, UNASKED = range(8)
REASONS = {
    MISSING: "why-missing", BAD: "why-unreadable", NOT_COMPUTABLE: "why-not-computable", NO_TARGET: "why-no-target",
    NOT_ASSIGNED: "why-not-assigned",
}
States = np.ndarray[Any, np.dtype[np.int8]]


@dataclass(frozen=True)
class Case:
    """One item at one period. ``value`` in the item's unit; ``worth`` its points, one number where they are the same for all;
    ``status`` one of the words above; ``groups``: the places of the subjects judged, group by group."""

    field: Field
    item: Item
    when: When
    points: Array
    worth: Any
    value: Array
    mark: Mark | None
    status: States
    groups: Sequence[Members]

    @property
    def target(self) -> Any:
        return self.mark.target if self.mark is not None else None

    @cached_property
    def ratio(self) -> Array:
        """The attainment, 1 = 100 %; NaN without a target."""
        if self.mark is None:
            return np.full(self.field.size, np.nan)
        found = self.mark.ratio
        if found is None:
            found = attainment(self.value, self.mark.target, self.item.better or nouns.HIGHER)
        rounding = self.field.scheme.rounding
        return found if rounding.attainment is None else round_to(found * 100.0, rounding.attainment, rounding.mode) / 100.0

    @cached_property
    def met(self) -> Any:
        """Where the target is reached."""
        if self.mark is None:
            return np.zeros(self.field.size, dtype=bool)
        if self.mark.met is not None:
            return self.mark.met
        return is_met(self.value, self.mark.target, self.item.better or nouns.HIGHER)

    @property
    def passed(self) -> Any:
        """Where the target is passed, not only reached."""
        if self.mark is None:
            return np.zeros(self.field.size, dtype=bool)
        higher = self.item.better != nouns.LOWER
        return passes(self.value, self.mark.target) if higher else passes(self.mark.target, self.value)

    def reference(self, kind: str) -> Array:
        """A figure to compare with, in the item's unit: mean, overall_mean, prior, group_max, group_min."""
        return REFERENCES[kind](self.field, self.item, self.when, self.value)

    def operand(self, value: Any) -> Any:
        """A number, a formula or an extreme of the group, in the item's unit."""
        if isinstance(value, float):
            return value
        if value in (nouns.BEST, nouns.LEAST):
            return self.reference(value)
        return np.broadcast_to(evaluate(value, self.field.panel, self.when), self.field.size) / self.item.unit.factor


def case_of(field: Field, item: Item, span: str | None = None) -> Case:
    """An item's figures at the scheme's period, or at ``span`` of its year."""
    when = When(field.when.year - item.years_back, span if span is not None else item.period if item.period is not None else field.when.span)
    points = field.points(item)
    value = _value(field, item, when)
    mark = mark_of(field, item, when, value)
    status = _status(field, item, when, value, mark.target if mark is not None else None)
    groups = field.members
    if status.max(initial=0) > OUTSIDE:
        judged = status == JUDGED
        groups = [members[judged[members]] for members in field.members]
    alike = set(item.points.values())
    return Case(field, item, when, points, alike.pop() if len(alike) == 1 else points, value, mark, status, groups)


def met_of(field: Field, id: str) -> Any:
    """Where the target of an item is met, whoever it holds for."""
    found = np.zeros(field.size, dtype=bool)
    for item in field.scheme.items:
        for leaf in item.leaves():
            if leaf.id == id:
                case = case_of(field, leaf)
                found |= (case.met if case.mark is not None else case.value > 0) & (case.status == JUDGED)
    return found


def _value(field: Field, item: Item, when: When) -> Array:
    if item.tree is None:
        return np.full(field.size, np.nan)
    factor = item.unit.factor
    found = np.broadcast_to(evaluate(item.tree, field.panel, when), field.size)
    return round_to(found if factor == 1.0 else found / factor, field.scheme.rounding.value, field.scheme.rounding.mode)  # type: ignore[no-any-return]


def _status(field: Field, item: Item, when: When, value: Array, target: Any) -> States:
    outside = field.outside(item)
    status: States = outside.astype(np.int8)  # JUDGED is 0, OUTSIDE 1
    if item.suspended:
        status[~outside] = NOT_ASSIGNED
    if item.tree is not None:
        unknown = np.isnan(value)
        unknown &= status == JUDGED
        if unknown.any():
            places = np.flatnonzero(unknown)
            status[places] = _why_unknown(field, item.tree, when, places)
    lacking = np.isnan(target) if target is not None else None
    if lacking is not None and lacking.any():
        for at in np.flatnonzero(lacking & ((status == JUDGED) | (status == MISSING))):
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
    found = np.full(len(unknown), NOT_COMPUTABLE, dtype=np.int8)
    if len(states):
        found[(states <= NOT_SUBMITTED).all(axis=0)] = MISSING
        found[(states == UNREADABLE).any(axis=0)] = BAD
        found[(states == NOT_APPLICABLE).any(axis=0)] = NOT_ASSIGNED
    return found
