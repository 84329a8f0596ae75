"""The subjects of a scheme with their figures at one period, and the groups that they are compared in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from kpi_cli.measure.panel import Panel
from kpi_cli.measure.seen import TARGET_OF
from kpi_cli.plan import nouns as plan_nouns
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.scoring.exact import Array
from kpi_cli.scoring.nouns import Item, Scheme
from kpi_cli.scoring.ranks import Members


class _WhenAsked(Mapping[str, plan_nouns.Group]):
    """Groups made when something is first compared within them: most schemes never ask."""

    def __init__(self, make: Callable[[], dict[str, plan_nouns.Group]]) -> None:
        self._make = make

    @cached_property
    def _groups(self) -> dict[str, plan_nouns.Group]:
        return self._make()

    def __getitem__(self, id: str) -> plan_nouns.Group:
        return self._groups[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)


class Field:
    """Arrays run over ``panel.subjects``.

    ``groups`` and ``members`` go together: the scheme's groups and the places of their subjects, subjects that moved to
    another group counted there. ``events``: register → its rows.
    """

    def __init__(self, scheme: Scheme, plan: plan_nouns.Plan, panel: Panel, when: When, events: Mapping[str, Any] | None = None) -> None:
        self.scheme, self.plan, self.when = scheme, plan, when
        self.events = dict(events or {})
        self.size = len(panel.subjects)
        self.groups = list(scheme.groups.values())
        self.members = _members(scheme, panel, when)
        self.panel = _regrouped(plan, panel, lambda: {
            group.id: _group(panel, group.id, members) for group, members in zip(self.groups, self.members, strict=True)
        })
        self._points: dict[Any, Array] = {}
        self._outside: dict[int, Any] = {}

    @cached_property
    def everyone(self) -> Panel:
        """The same figures with all subjects in one group."""
        return _regrouped(self.plan, self.panel, lambda: {"all": _group(self.panel, "all", np.concatenate(self.members))})

    @cached_property
    def allotted(self) -> dict[tuple[str, str], str]:
        """The state of every cell of a submitted allotment of targets, by indicator and subject."""
        return {
            (id.removeprefix(TARGET_OF), subject): each.state
            for id, _, by_subject in self.panel.seen.figures() if id.startswith(TARGET_OF)
            for subject, each in by_subject.items()
        }

    def points(self, item: Item) -> Array:
        """The item's points for every subject, NaN for those it does not hold for. One array for items that weigh alike:
        it is not to be changed."""
        key = (tuple(item.points.items()), item.only)
        if key not in self._points:
            found = np.full(self.size, np.nan)
            for group, members in zip(self.groups, self.members, strict=True):
                if group.id in item.points:
                    found[members] = item.points[group.id]
            if item.only is not None:
                found[~self.only(item.only)] = np.nan
            self._points[key] = found
        return self._points[key]

    def outside(self, item: Item) -> Any:
        """Where an item does not hold; a mask that is not to be changed."""
        points = self.points(item)
        if id(points) not in self._outside:
            self._outside[id(points)] = np.isnan(points)
        return self._outside[id(points)]

    def holds(self, tree: Expression, when: When | None = None) -> Array:
        """Where a condition is true (1), false (0) or not known (NaN)."""
        return np.broadcast_to(evaluate(tree, self.panel, when or self.when), self.size).astype(float)

    def only(self, names: frozenset[str] | None) -> Any:
        """A mask of the subjects named; all where None."""
        if names is None:
            return np.ones(self.size, dtype=bool)
        return np.array([name in names for name in self.panel.subjects])


def _group(panel: Panel, id: str, members: Members) -> plan_nouns.Group:
    return plan_nouns.Group(id, id, {panel.subjects[at]: () for at in members})


def _regrouped(plan: plan_nouns.Plan, panel: Panel, make: Callable[[], dict[str, plan_nouns.Group]]) -> Panel:
    """The same figures, compared within other groups."""
    found = copy.copy(panel)
    found.plan = plan._replace(groups=_WhenAsked(make))
    return found


def _members(scheme: Scheme, panel: Panel, when: When) -> list[Members]:
    """The places of each group's subjects, those moved that fulfil another group's condition."""
    found = [_places(panel, list(group.members)) for group in scheme.groups.values()]
    for number, group in enumerate(scheme.groups.values()):
        if group.takes_when is not None:
            holds = np.broadcast_to(evaluate(group.takes_when, panel, when), len(panel.subjects)) > 0
            moved = np.concatenate([members[holds[members]] for other, members in enumerate(found) if other != number])
            found = [members if other == number else members[~holds[members]] for other, members in enumerate(found)]
            found[number] = np.concatenate([found[number], np.sort(moved)])
    return found


def _places(panel: Panel, names: Sequence[str]) -> Members:
    start = panel.index.get(names[0], 0) if names else 0
    if panel.subjects[start : start + len(names)] == names:
        return np.arange(start, start + len(names), dtype=np.intp)
    return np.array([panel.index[name] for name in names if name in panel.index], dtype=np.intp)
