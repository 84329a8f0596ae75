"""Checks over subjects: the whole against its members, figures that members leave empty, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kpi_cli.measure.checks.outcome import (
    CLOSE,
    IN_ERROR,
    NEVER_SKIP,
    NO_SUBJECTS,
    RAN,
    SKIP_ANY,
    SUBJECTS_LACK,
    Context,
    Outcome,
    failed,
    present,
    submitting,
)
from kpi_cli.measure.panel import MISSING, NOT_APPLICABLE, UNREADABLE, VALUE
from kpi_cli.plan.nouns import Check, Plan

Array8 = np.ndarray[Any, np.dtype[np.int8]]


def subjects_sum(check: Check, context: Context) -> Iterator[Outcome]:
    """The whole's figure against the sum over its members, on one sheet or in many files. A member that was not assigned
    the figure adds nothing; one that did not submit it stops the check, unless its strategy counts that as nought."""
    panel, plan = context.panel, context.plan
    whole = panel.index.get(plan.subject)
    if whole is None:
        return
    for name in check.inputs:
        states = panel.states(name, context.when)
        if states[whole] != VALUE:
            continue
        members, all_here = _members(plan, context, name, states)
        theirs = states[members]
        if not len(members) or (not theirs.any() and check.missing != NEVER_SKIP):
            yield NO_SUBJECTS
        elif (theirs == UNREADABLE).any():
            yield IN_ERROR
        elif check.missing == SKIP_ANY and not (all_here and ((theirs == VALUE) | (theirs == NOT_APPLICABLE)).all()):
            yield SUBJECTS_LACK
        else:
            yield RAN
            values = panel.figure(name, context.when)
            unit = plan.inputs[name].unit.factor
            added, said = float(np.nansum(values[members])), float(values[whole])
            if abs(added - said) > max(abs(added), abs(said)) * CLOSE + (check.tolerance or 0.0) * unit * (1 + CLOSE):
                facts: dict[str, Any] = {"name": plan.inputs[name].name, "value": round(said / unit, 9), "sum": round(added / unit, 9)}
                yield failed(context, check, "total-disagrees", plan.subject, (name,), **facts)


def _members(plan: Plan, context: Context, name: str, states: Array8) -> tuple[list[int], bool]:
    """The members that make up the whole, of the groups in which anyone submitted the figure; and whether all of these
    groups' members are among the subjects that are looked at."""
    own = plan.inputs[name].group
    groups = [plan.groups[own]] if own is not None else list(plan.groups.values())
    index = context.panel.index
    of_group = [([index[each] for each in group.members if each in index], len(group.members)) for group in groups]
    submitted = [(members, size) for members, size in of_group if members and states[members].any()] or of_group
    return [at for members, _ in submitted for at in members], all(len(members) == size for members, size in submitted)


def empty_for(check: Check, context: Context) -> Iterator[Outcome]:
    """Figures of the whole that members of a group should not submit."""
    members = context.plan.groups[str(check.whole)].members if check.whole else {}
    here = present(context) & set(members)
    if not here:
        yield NO_SUBJECTS
    for _ in here:
        yield RAN
    for name in check.inputs:
        for at, subject in submitting(context, name):
            if subject in members and context.state(name, at) == VALUE:
                shown = f"{context.plan.inputs[name].name} {context.in_unit(name, context.value(name, at)):.12g}"
                facts: dict[str, Any] = {"rule": check.name or check.id, "values": [shown], "note": check.note or ""}
                yield failed(context, check, "check-failed", subject, (name,), **facts)


def whole(check: Check, context: Context) -> Iterator[Outcome]:
    """Counts are whole and not negative. What reading refused for that is told already, and is counted as run here."""
    for name in check.inputs:
        noun = context.plan.inputs[name]
        for at, subject in submitting(context, name):
            state = context.state(name, at)
            if state not in (VALUE, UNREADABLE):
                continue
            yield RAN
            value = context.in_unit(name, context.value(name, at))
            if state <= MISSING or np.isnan(value):
                continue
            seen = context.panel.seen.get(name, subject, context.when)
            raw = seen.raw if seen is not None else ""
            if value < 0:
                yield failed(context, check, "negative", subject, (name,), raw=raw, name=noun.name)
            elif abs(value - round(value)) > CLOSE * max(1.0, abs(value)):
                yield failed(context, check, "not-whole", subject, (name,), raw=raw, name=noun.name, unit=noun.unit.text)
