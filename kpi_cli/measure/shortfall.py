"""What it would take: how much of one figure an indicator is short, all others staying as they are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.panel import Array, Panel
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.nouns import Indicator, Plan
from kpi_cli.plan.units import Unit


class Lever(NamedTuple):
    """The figure to move (the first that the formula reads in this period: the numerator of a share, what grows), and how
    much the indicator moves with it, both in base units. NaN where the formula is no straight line in it."""

    input: str
    unit: Unit
    slope: Array


class _Moved:
    """A panel in which one figure of this period is replaced."""

    def __init__(self, panel: Panel, name: str, when: When, values: Array) -> None:
        self._panel, self._name, self._when, self._values = panel, name, when, values

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._panel, attribute)

    def figure(self, name: str, when: When) -> Array:
        return self._values if (name, when) == (self._name, self._when) else self._panel.figure(name, when)


def lever_of(plan: Plan, indicator: Indicator, panel: Panel, when: When) -> Lever | None:
    """The lever of an indicator; None where its formula reads no figure of this period that can be moved."""
    if indicator.tree is None:
        return None
    name = next((id for id, period in leaves(indicator.tree, when) if period == when and plan.inputs[id].unit.kind != "flag"), None)
    if name is None:
        return None
    return Lever(name, plan.inputs[name].unit, _slope(indicator.tree, name, panel, when))


def _slope(tree: Expression, name: str, panel: Panel, when: When) -> Array:
    """Rise over run from nought to the figure, where twice the figure lies on the same line."""
    now = panel.figure(name, when)
    step = np.where((now == 0) | np.isnan(now), panel.plan.inputs[name].unit.factor, now)

    def at(values: Array) -> Array:
        return np.asarray(evaluate(tree, _Moved(panel, name, when, values), when), dtype=float)

    zero, one, two = at(step * 0.0), at(step), at(step * 2.0)
    straight = np.abs((two - one) - (one - zero)) <= 1e-9 * np.maximum(np.abs(two), np.maximum(np.abs(one), np.abs(zero)))
    return np.where(straight, (one - zero) / step, np.nan)
