"""What a form holds: its rows for one subject, in the order and under the parts of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.nouns import Input, Plan
from kpi_cli.plan.units import DATE, FLAG


class Row(NamedTuple):
    """One figure. ``depth`` is 0 for a figure of its own, 1 for a part of it, 2 for a part of that; ``needs_prior`` says
    that last year's is needed too;
    ``prior`` is last year's figure in the input's unit (a day for a date), None where it is not known."""

    noun: Input
    depth: int
    needs_prior: bool
    prior: object


class Section(NamedTuple):
    title: str
    rows: list[Row]


class Form(NamedTuple):
    """A form of one subject for one period."""

    plan: Plan
    subject: str
    when: When
    sections: list[Section]


def form_of(plan: Plan, subject: str, when: When, prior: Mapping[tuple[str, str], Observation]) -> Form:
    """The form. ``prior`` are last year's figures by input and subject."""
    needed = {
        name for indicator in plan.indicators.values() if indicator.tree is not None
        for name, then in leaves(indicator.tree, when) if then.year < when.year
    }
    sections: dict[str, list[Row]] = {title: [] for title in (*plan.parts.values(), "")}
    listed = {each.id: each for each in inputs_of(plan, subject)}
    above = {id: _above(plan, id, listed) for id in listed}
    for root in (id for id in listed if above[id] is None):
        rows = sections.setdefault(_part_of(plan, root), [])
        for id, depth in _under(root, 0, above):
            seen = prior.get((id, subject))
            kind = listed[id].unit.kind
            value = None if seen is None else seen.date or (None if kind == DATE else seen.value)
            rows.append(Row(listed[id], depth, id in needed, value))
    return Form(plan, subject, when, [Section(title, rows) for title, rows in sections.items() if rows])


def _above(plan: Plan, id: str, listed: Mapping[str, Input]) -> str | None:
    """The figure of the form that this one is a part of, None where there is none."""
    whole = plan.inputs[id].of_which or next((each.id for each in plan.inputs.values() if id in each.parts), None)
    return whole if whole in listed else None


def _under(id: str, depth: int, above: Mapping[str, str | None]) -> Iterator[tuple[str, int]]:
    """A figure and its parts below it, in the plan's order, with their depths."""
    yield id, depth
    for part, whole in above.items():
        if whole == id:
            yield from _under(part, depth + 1, above)


def inputs_of(plan: Plan, subject: str) -> list[Input]:
    """What a subject submits: the whole, all that is not some group's; a member of a group, its group's own figures and
    those that add up to the whole's, without what it is told to leave empty."""
    if subject == plan.subject:
        return [each for each in plan.inputs.values() if each.group is None]
    groups = {group.id for group in plan.groups.values() if subject in group.members}
    empty = {name for check in plan.checks if check.form == "empty_for" and check.whole in groups for name in check.inputs}
    return [
        each for each in plan.inputs.values()
        if each.group in groups or (each.group is None and each.additive and each.id not in empty and each.unit.kind not in (FLAG, DATE))
    ]


def _part_of(plan: Plan, id: str) -> str:
    """The part of the plan in which a figure is first used."""
    for indicator in plan.indicators.values():
        if indicator.tree is not None and any(name == id for name, _ in leaves(indicator.tree, When(plan.year))):
            return indicator.part
    return ""
