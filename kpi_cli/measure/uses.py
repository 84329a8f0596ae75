"""What an indicator concerns: the subjects that it is judged for, and every figure that it and its targets read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from kpi_cli.measure.panel import MISSING, Panel
from kpi_cli.measure.registers.figures import counts_in
from kpi_cli.observations import FIGURE, INPUT, VALUE, Observation
from kpi_cli.observations import MISSING as MISSING_STATE
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Text, Unary
from kpi_cli.plan.nouns import Bound, Indicator, Input, Plan
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
        elif id in panel.plan.inputs and panel.plan.inputs[id].from_register is not None:
            yield from _counted(panel, panel.plan.inputs[id], period, subject)
        elif subject == panel.plan.subject:
            for at in panel.added_up(id, period):
                member = panel.seen.get(id, panel.subjects[at], period)
                if member is not None:
                    yield member


def _counted(panel: Panel, noun: Input, period: When, subject: str) -> Iterator[Observation]:
    """The figure that was counted from a register, once for each table that it was counted from: the cells are the table's."""
    value = float(panel.figure(noun.id, period)[panel.index[subject]]) / noun.unit.factor
    state = MISSING_STATE if math.isnan(value) else VALUE
    for id in dict.fromkeys(over.register for over in counts_in(noun.from_register)):
        register = panel.registers.get(id)
        for file, sheet, cells in register.sources() if register is not None else ():
            raw = "" if math.isnan(value) else f"{value:.12g}"
            yield Observation(INPUT, noun.id, subject, period.year, period.span, FIGURE, state, value, 0, file, sheet, cells, raw)
