"""Figures that were submitted more than once, in one file or in several: kept once, or refused where they differ."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from kpi_cli.measure.figures import Figures
from kpi_cli.measure.panel import Panel
from kpi_cli.observations import BLANK, MISSING, UNREADABLE, VALUE, Observation
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding, Place, finding

_SAME = 1e-9


def merge(plan: Plan, observations: Iterable[Observation]) -> tuple[Figures, list[Finding]]:
    """One observation for each figure, in the order of reading, and a finding for each repetition.

    The same figure again is a warning; another one is an error, and neither is used. What this year's form says of last
    year goes before last year's own file; where they differ, that is a warning too.
    """
    figures = Figures.of(observations)
    # Most submissions say every figure once, which is told in a fifth of the time.
    if figures.once:
        return figures, []
    kept: dict[tuple[object, ...], Observation] = {}
    first: dict[tuple[object, ...], Observation] = {}
    findings: list[Finding] = []
    for each in figures:
        key = each[:6]
        before = kept.get(key)
        if before is None:
            kept[key] = first[key] = each
        elif before.prior_file != each.prior_file:
            ours, theirs = (before, each) if each.prior_file else (each, before)
            both = ours.state == VALUE and theirs.state == VALUE
            kept[key] = ours._replace(compared=both) if ours.state not in (BLANK, MISSING) else theirs
            findings += _restated(plan, ours, theirs) if both else []
        else:
            kept[key], found = _again(plan, first[key], before, each)
            findings += found
    return Figures.of(kept.values()), findings


def name_of(plan: Plan, each: Observation) -> str:
    """The plan's name of what an observation is a figure of."""
    noun = plan.inputs.get(each.id) if each.kind == "input" else plan.indicators.get(each.id)
    return noun.name if noun else each.id


def place_of(each: Observation) -> Place:
    return Place(each.file, each.sheet, each.cell)


def _again(plan: Plan, first: Observation, before: Observation, each: Observation) -> tuple[Observation, list[Finding]]:
    if each.state in (BLANK, MISSING):
        return before, []
    if before.state in (BLANK, MISSING):
        return each, []
    if before.state == each.state == UNREADABLE:
        return before, []  # why neither is read is told of each
    facts = {"name": name_of(plan, each), "first": _shown(first, each)}
    who = {"indicator" if each.kind == "reported" else "input": each.id, "subject": each.subject}
    if _agree(first, each):
        return before, [finding("duplicate", place_of(each), **who, **facts)]
    facts |= {"first_value": first.raw, "value": each.raw}
    return before._replace(state=UNREADABLE, value=math.nan), [finding("conflicting-duplicate", place_of(each), **who, **facts)]


def _agree(left: Observation, right: Observation) -> bool:
    if left.state != right.state:
        return False
    if left.state != VALUE:
        return True
    return left.date == right.date and (
        math.isclose(left.value, right.value, rel_tol=_SAME) or (math.isnan(left.value) and math.isnan(right.value))
    )


def _restated(plan: Plan, ours: Observation, theirs: Observation) -> list[Finding]:
    """What this year's form says of last year, where last year's own file says otherwise. The plan's check of the figure
    gives its severity and what difference is allowed."""
    check = next((each for each in plan.checks if each.form == "prior" and ours.id in each.inputs), None)
    allowed = check.tolerance or 0.0 if check else 0.0
    if _agree(ours, theirs) or abs(ours.value - theirs.value) <= allowed:
        return []
    facts: dict[str, Any] = {"name": name_of(plan, ours), "value": ours.raw, "prior": theirs.raw, "place": _shown(theirs, ours)}
    facts |= {"check": check.id} if check else {}
    severity = check.level if check else None
    return [finding("prior-disagrees", place_of(ours), severity=severity, input=ours.id, subject=ours.subject, **facts)]


def _shown(each: Observation, beside: Observation) -> str:
    """A cell's place as told beside another: only what differs from the other's file and sheet."""
    file = f"{each.file} " if each.file != beside.file else ""
    sheet = f"{each.sheet}!" if each.sheet and (each.sheet != beside.sheet or file) else ""
    return f"{file}{sheet}{each.cell}"


def added_up(plan: Plan, panel: Panel, when: When, file: str | None) -> list[Finding]:
    """One finding that names the figures of the whole which were added up from its members."""
    names = [each.name for id, each in plan.inputs.items() if panel.added_up(id, when)]
    if not names:
        return []
    members = len({name for group in plan.groups.values() for name in group.members})
    return [finding("added-up", Place(file), subject=plan.subject, whole=plan.subject, count=len(names), members=members, names=names)]


def missing_subjects(plan: Plan, panel: Panel, file: str | None) -> list[Finding]:
    """The members of a group that submitted nothing while at least two others of it did."""
    present = panel.seen.subjects()
    found = []
    for group in plan.groups.values():
        absent = [name for name in group.members if name not in present]
        if absent and len(group.members) - len(absent) >= 2:
            found.append(finding("missing-subject", Place(file), subject=group.name, count=len(absent), names=absent, whole=plan.subject))
    return found
