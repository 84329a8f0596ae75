"""What an indicator concerns: the subjects that it is judged for, and every figure that it and its targets read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpi_cli.measure.panel import MISSING, Panel
from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Text, Unary
from kpi_cli.plan.nouns import Bound, Indicator, Plan
from kpi_cli.plan.tables import is_period

_TREES = (Binary, Call, Name, Number, OverRegister, Text, Unary)


def subjects_of(plan: Plan, indicator: Indicator) -> list[str]:
    """The subjects that an indicator is judged for: its group's, those that its targets name, or the whole."""
    if indicator.group is not None:
        return list(plan.groups[indicator.group].members)
    named = {name: None for bound in bounds_of(indicator) for name in _named(bound.value)}
    return list(named) or [plan.subject]


def bounds_of(indicator: Indicator) -> Iterator[Bound]:
    """Every bound of both tiers."""
    for tier in (indicator.assured, indicator.stretch):
        yield from tier.bounds if tier else ()


def _named(value: Any) -> Iterator[str]:
    """The subjects that a target's tables name, tables within tables and within ranges included."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not is_period(key):
                yield key
            yield from _named(inner)
    elif type(value) is tuple:
        for inner in value:
            yield from _named(inner)


def _trees(value: Any) -> Iterator[Expression]:
    """The formulas in a bound's value."""
    if isinstance(value, _TREES):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _trees(inner)
    elif type(value) is tuple:
        for inner in value:
            yield from _trees(inner)


def read_by(plan: Plan, indicator: Indicator, panel: Panel, when: When) -> list[tuple[str, When]]:
    """Every figure that an indicator reads, each once, in order: its formula's first, then those of its bounds; the parts of
    totals that were not submitted included."""
    trees = [indicator.tree] if indicator.tree is not None else []
    dated = []
    for bound in bounds_of(indicator):
        trees += [bound.of] if bound.of is not None else []
        trees += _trees(bound.value)
        dated += [(bound.dated, when)] if bound.dated else []
    found: dict[tuple[str, When], None] = {}
    for tree in trees:
        for id, period in leaves(tree, when, panel.years()):
            found[id, period] = None
            parts = plan.inputs[id].parts if id in plan.inputs else ()
            if parts and (panel.states(id, period) <= MISSING).any():
                found |= {(part, period): None for part in parts}
    return list(found | dict.fromkeys(dated))


def used_by(panel: Panel, read: list[tuple[str, When]], subject: str) -> Iterator[Observation]:
    """The observations behind the figures that were read: the subject's own, or those that were added up for the whole."""
    for id, period in read:
        own = panel.seen.get(id, subject, period)
        if own is not None:
            yield own
        elif subject == panel.plan.subject:
            for at in panel.added_up(id, period):
                member = panel.seen.get(id, panel.subjects[at], period)
                if member is not None:
                    yield member
