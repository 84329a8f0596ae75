"""Relations between figures of one subject and period: parts and wholes, sums, and what a formula says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kpi_cli.measure.checks.outcome import (
    CLOSE,
    NEVER_SKIP,
    RAN,
    SKIP_ANY,
    UNDEFINED,
    Context,
    Outcome,
    Skip,
    failed,
    filled,
    present,
    settled,
    submitting,
)
from kpi_cli.measure.panel import MISSING, Array, Panel
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.nouns import Check
from kpi_cli.rules import Finding


def of_which(check: Check, context: Context) -> Iterator[Outcome]:
    """A part against its whole. The finding stands at the part."""
    part, whole = str(check.part), str(check.whole)
    parts, wholes = context.panel.figure(part, context.when), context.panel.figure(whole, context.when)
    part_states, whole_states = context.panel.states(part, context.when), context.panel.states(whole, context.when)
    for at, subject in _subjects(check, context, (part, whole)):
        found = settled(check, (float(parts[at]), float(wholes[at])), (int(part_states[at]), int(whole_states[at])))
        if found is None or isinstance(found, Skip):
            yield from () if found is None else (found,)
            continue
        yield RAN
        less, more = found
        # Equal at the level of the whole, a part that has siblings is the total copied into the wrong row.
        equal = check.proper and subject == context.plan.subject and more > 0 and less >= more * (1 - CLOSE)
        if equal or less > more + abs(more) * CLOSE:
            facts: dict[str, Any] = {
                "part": context.plan.inputs[part].name, "part_value": context.in_unit(part, less),
                "whole": context.plan.inputs[whole].name, "whole_value": context.in_unit(whole, more),
            }
            yield failed(context, check, "part-exceeds-whole", subject, (part, whole), **facts)


def sum_of_parts(check: Check, context: Context) -> Iterator[Outcome]:
    """A total against its parts. The finding stands at the total."""
    total = check.inputs[0]
    unit = context.plan.inputs[total].unit.factor
    for at, subject in _subjects(check, context, check.inputs):
        states = [context.state(name, at) for name in check.inputs]
        values = [context.value(name, at) for name in check.inputs]
        if states[0] <= MISSING:
            # Where the total was not submitted the sum of the parts stands in for it: that says nothing of the total.
            values[0] = float("nan")
        found = settled(check, values, states)
        if found is None or isinstance(found, Skip):
            yield from () if found is None else (found,)
            continue
        yield RAN
        whole, added = found[0], sum(found[1:])
        if abs(whole - added) > max(abs(whole), abs(added)) * CLOSE + (check.tolerance or 0.0) * unit * (1 + CLOSE):
            facts: dict[str, Any] = {
                "total": context.plan.inputs[total].name, "value": whole / unit, "sum": round(added / unit, 9),
                "parts": [context.plan.inputs[part].name for part in check.inputs[1:]],
            }
            yield failed(context, check, "parts-do-not-sum", subject, check.inputs, **facts)


def _subjects(check: Check, context: Context, names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The subjects to look at: those that submitted one of the figures, or, never to skip, those that submitted anything."""
    if check.missing != NEVER_SKIP:
        yield from submitting(context, *names)
        return
    here = present(context)
    yield from ((at, subject) for at, subject in enumerate(context.panel.subjects) if subject in here)


class _Filled:
    """A panel in which figures that were not submitted count as nought."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._panel, attribute)

    def figure(self, name: str, when: When) -> Array:
        return filled(self._panel.figure(name, when), self._panel.states(name, when))


def rule(check: Check, context: Context) -> Iterator[Outcome]:
    """A relation between figures, where its condition holds. The finding stands at the first figure that it names."""
    if check.rule is None:
        return
    panel, when = context.panel, context.when
    trees = [tree for tree in (check.rule, check.when) if tree is not None]
    read = list(dict.fromkeys(leaf for tree in trees for leaf in leaves(tree, when, panel.years())))
    figures: Any = panel if check.missing == SKIP_ANY else _Filled(panel)
    size = len(panel.subjects)
    holds = np.broadcast_to(evaluate(check.rule, figures, when), size)
    applies = np.broadcast_to(evaluate(check.when, figures, when), size) if check.when is not None else np.ones(size)
    values = {leaf: panel.figure(*leaf) for leaf in read}
    for at, subject in _subjects(check, context, tuple(dict.fromkeys(name for name, _ in read))):
        lacking = settled(check, [float(values[leaf][at]) for leaf in read], [context.state(name, at, then) for name, then in read])
        if applies[at] == 0:
            yield RAN
        elif isinstance(lacking, Skip):
            yield lacking
        elif lacking is not None and (np.isnan(holds[at]) or np.isnan(applies[at])):
            yield UNDEFINED
        elif lacking is not None:
            yield RAN
            if not holds[at]:
                yield _broken(check, context, check.rule, read, at, subject)


def _broken(check: Check, context: Context, tree: Expression, read: list[tuple[str, When]], at: int, subject: str) -> Finding:
    values = []
    for name, when in read:
        value = context.panel.figure(name, when)[at]
        label = context.plan.inputs[name].name + ("" if when == context.when else f"（{when.text}）")
        values.append(f"{label} {'—' if np.isnan(value) else f'{context.in_unit(name, value):.12g}'}")
    named = list(dict.fromkeys(leaves(tree, context.when, context.panel.years())))
    first = next((name for name, when in named if context.panel.seen.get(name, subject, when) is not None), named[0][0])
    when = next((when for name, when in named if name == first), context.when)
    names = (first, *(name for name, _ in named if name != first))
    shown = check.name or check.rule_text or check.id
    return failed(
        context, check, "check-failed", subject, names, when, rule=shown, values=values, note=check.note or check.rule_text or "",
    )
