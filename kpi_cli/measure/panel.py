"""Observations as formulas look them up: an array over subjects for each input and period, and the state of each figure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from kpi_cli.measure.arrays import ARRAYS
from kpi_cli.measure.figures import Figures, picked
from kpi_cli.measure.seen import TARGET_OF, Seen
from kpi_cli.observations import ALLOTTED, REPORTED, Observation
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Binary, Expression, OverRegister
from kpi_cli.plan.nouns import Plan

ABSENT, MISSING, NOT_APPLICABLE, UNREADABLE, VALUE = range(5)
_STATES = {"missing": MISSING, "blank": MISSING, "not_applicable": NOT_APPLICABLE, "unreadable": UNREADABLE, "value": VALUE}

Array = np.ndarray[Any, np.dtype[np.float64]]
Key = tuple[str, When]


class RegisterFigures(Protocol):
    """What a submitted register answers to a count or a sum over its rows."""

    def aggregate(self, over: OverRegister, subjects: Sequence[str]) -> Array:
        """One value a subject, in base units; the first subject is the whole."""

    def sources(self) -> Sequence[tuple[str, str | None, str]]:
        """(file, sheet, range of cells) of each table that its rows come from."""


class _Figure(NamedTuple):
    values: Array
    states: np.ndarray[Any, np.dtype[np.int8]]


class _Spread(NamedTuple):
    """What was submitted of one figure over all subjects; ``places``: where each subject's observation stands;
    ``dates`` by a subject's place."""

    values: Array
    states: np.ndarray[Any, np.dtype[np.int8]]
    places: dict[str, int]
    dates: dict[int, datetime.date]


class _Whose(NamedTuple):
    """Those of some subjects that a panel looks at, each once: ``chosen`` which of them they are, the last where one comes several
    times, ``at`` their places in the panel's arrays."""

    names: list[str]
    chosen: list[int]
    at: np.ndarray[Any, np.dtype[np.intp]]


class Panel:
    """The figures of all subjects. ``subjects`` fixes the order of every array; values are in base units.

    Where a total was not submitted the sum of its parts stands in; where an input comes from a register, the register.
    """

    arithmetic = ARRAYS

    def __init__(
        self, plan: Plan, observations: Iterable[Observation], subjects: Sequence[str],
        registers: Mapping[str, RegisterFigures] | None = None,
    ) -> None:
        self.plan, self.units, self.subjects = plan, plan.units, list(subjects)
        self.index = {subject: number for number, subject in enumerate(self.subjects)}
        self.registers = dict(registers or {})
        self._figures: dict[Key, _Figure] = {}
        self._targets: dict[str, Array] = {}
        self._dates: dict[Key, Array] = {}
        figures = Figures.of(observations)
        self.seen = Seen(figures)
        self.reported: list[Observation] = []
        self._years: set[int] = set()
        self._computed: dict[Key, Array] = {}
        self._last: tuple[tuple[str, ...], _Whose] = ((), _Whose([], [], np.zeros(0, dtype=np.intp)))
        self._group_members: dict[str | None, list[int]] = {}
        for figure, places in figures.places.items():
            when, spread = When(figure.year, figure.span), self._spread(figures, places)
            if figure.role == ALLOTTED:
                self._allot(figure.id, when, spread)
            elif figure.kind != REPORTED:
                self._take(figure.id, when, spread)
            else:
                self.reported += map(figures.__getitem__, spread.places.values())

    def _take(self, id: str, when: When, found: _Spread) -> None:
        """All observations of one figure in one period."""
        self._figures[id, when] = _Figure(found.values * self.plan.inputs[id].unit.factor, found.states)
        self._years.add(when.year)
        self.seen.add(id, when, found.places)
        if found.dates:
            days = self._dates[id, when] = self._blank()
            for at, day in found.dates.items():
                days[at] = day.toordinal()

    def _allot(self, id: str, when: When, found: _Spread) -> None:
        """The targets for one indicator that were submitted for one period; the last submitted stand."""
        noun = self.plan.inputs.get(id) or self.plan.indicators[id]
        given = np.where(found.states == VALUE, found.values * noun.unit.factor, np.nan)
        self._targets[id] = np.where(found.states == ABSENT, self.submitted_target(id), given)
        self.seen.add(TARGET_OF + id, when, found.places)

    def _spread(self, figures: Figures, places: list[int]) -> _Spread:
        """The observations at some places, over the subjects that are looked at: of several for one subject the last."""
        whose = self._whose(picked(places)(figures.column("subject")))
        values, states = self._blank(), np.zeros(len(self.subjects), dtype=np.int8)
        if not whose.names:
            return _Spread(values, states, {}, {})
        of = dict(zip(whose.names, picked(whose.chosen)(places) if len(whose.chosen) < len(places) else places, strict=True))
        take, own = picked(list(of.values())), whose.at
        values[own] = take(figures.column("value"))
        states[own] = list(map(_STATES.__getitem__, take(figures.column("state"))))
        days = zip(own.tolist(), take(figures.column("date")), strict=True) if not figures.undated else ()
        return _Spread(values, states, of, {at: day for at, day in days if day is not None})

    def _whose(self, subjects: tuple[str, ...]) -> _Whose:
        """Which of these subjects are looked at. One figure after the other is of the same."""
        if subjects != self._last[0]:
            last = {subject: number for number, subject in enumerate(subjects) if subject in self.index}
            at = np.array(list(map(self.index.__getitem__, last)), dtype=np.intp)
            self._last = subjects, _Whose(list(last), list(last.values()), at)
        return self._last[1]

    def _blank(self) -> Array:
        return np.full(len(self.subjects), np.nan)

    # ---- what formulas ask

    def figure(self, name: str, when: When) -> Array:
        """The figure for every subject, computed once; not to be written to."""
        known = self._computed.get((name, when))
        if known is None:
            known = self._computed[name, when] = self._figure(name, when)
        return known

    def _figure(self, name: str, when: When) -> Array:
        found = self._figures.get((name, when))
        values = found.values if found else self._blank()
        noun = self.plan.inputs[name]
        if noun.parts and (found is None or (found.states <= MISSING).any()):
            total = self.figure(noun.parts[0], when)
            for part in noun.parts[1:]:
                total = ARRAYS.add(total, self.figure(part, when))
            values = np.where(self.states(name, when) <= MISSING, total, values)
        if noun.from_register is not None:
            counted = evaluate(noun.from_register, self, when)
            values = np.where(self.states(name, when) <= MISSING, counted, values)
        members = self.added_up(name, when)
        if members:
            values = values.copy()
            values[self.index[self.plan.subject]] = np.nansum(values[members])
        return values

    def added_up(self, name: str, when: When) -> list[int]:
        """The subjects whose figures stand in for the whole's: all members of the plan's groups, where the whole itself
        submitted nothing, each of them has the figure or was not assigned it, and the figure is one that adds up."""
        found, whole = self._figures.get((name, when)), self.index.get(self.plan.subject)
        if found is None or whole is None or not self.plan.inputs[name].additive or found.states[whole] > ABSENT:
            return []
        members = self._members(name)
        if not members:
            return []
        states = found.states[members]
        whole_parts = self.plan.inputs[name].parts and any(self.states(part, when)[whole] > MISSING for part in self.plan.inputs[name].parts)
        complete = bool(len(states)) and bool(np.isin(states, (VALUE, NOT_APPLICABLE)).all()) and bool((states == VALUE).any())
        return members if complete and not whole_parts else []

    def _members(self, name: str) -> list[int]:
        """The subjects that a figure is asked of: the input's own group, or the members of all groups; none where some of
        them are not looked at."""
        own = self.plan.inputs[name].group
        known = self._group_members.get(own)
        if known is None:
            groups = [self.plan.groups[own]] if own is not None and own in self.plan.groups else list(self.plan.groups.values())
            members = [member for group in groups for member in group.members]
            whole = all(member in self.index for member in members)
            known = self._group_members[own] = [self.index[member] for member in members] if whole else []
        return known

    def states(self, name: str, when: When) -> np.ndarray[Any, np.dtype[np.int8]]:
        """The state of a figure for every subject."""
        found = self._figures.get((name, when))
        return found.states if found else np.zeros(len(self.subjects), dtype=np.int8)

    def years(self) -> list[int]:
        return sorted(self._years)

    def submitted_target(self, name: str) -> Array:
        return self._targets.get(name, self._blank())

    def register(self, over: OverRegister) -> Array:
        register = self.registers.get(over.register)
        return register.aggregate(over, self.subjects) if register is not None else self._blank()

    def done_by(self, flag: Any, dated: str | None, deadline: datetime.date, when: When) -> Array:
        done = np.where(np.isnan(flag), np.nan, (np.asarray(flag) > 0).astype(float))
        if dated is None:
            return done
        day = self._dates.get((dated, when), self._blank())
        done = np.where(day > deadline.toordinal(), np.minimum(done, 0.0), done)
        # A date that was given and cannot be read leaves the milestone open.
        return np.where((self.states(dated, when) == UNREADABLE) & (done > 0), np.nan, done)

    def by_subject(self, table: Mapping[str, Any]) -> Array:
        values = self._blank()
        for name, value in table.items():
            at = self.index.get(name)
            if at is not None:
                values[at] = np.broadcast_to(value, len(self.subjects))[at] if isinstance(value, np.ndarray) else value
        return values

    def group(self, tree: Expression, when: When, mean: bool, complete: bool = True) -> Array:
        """Sum over each subject's group, or its mean: of a quotient the quotient of the sums, of anything else the mean of the
        members' values. Members that were not assigned the figure do not count. With ``complete``, a member whose figure is
        missing or unreadable leaves the group's undefined: a sum of whoever reported is no sum of the group."""
        own = np.broadcast_to(evaluate(tree, self, when), len(self.subjects))
        excused = self._not_assigned(tree, when)
        result = self._blank()
        for group in self.plan.groups.values():
            members = [self.index[name] for name in group.members if name in self.index]
            known = [at for at in members if not np.isnan(own[at])]
            if not known or (complete and any(at not in known and not excused[at] for at in members)):
                continue
            total = float(own[known].sum())
            if mean and isinstance(tree, Binary) and tree.operator == "/":
                total = float(np.atleast_1d(evaluate(tree, _Pooled(self, known), when))[0])
            elif mean:
                total /= len(known)
            result[members] = total
        return result

    def _not_assigned(self, tree: Expression, when: When) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which subjects were not assigned some figure that a tree reads."""
        found = np.zeros(len(self.subjects), dtype=bool)
        for name, period in leaves(tree, when):
            found |= self.states(name, period) == NOT_APPLICABLE
        return found


class _Pooled:
    """The figures of a few subjects added up, as if they were one."""

    arithmetic = ARRAYS

    def __init__(self, panel: Panel, members: list[int]) -> None:
        self.panel, self.units, self.members = panel, panel.units, members

    def figure(self, name: str, when: When) -> Array:
        return np.atleast_1d(self.panel.figure(name, when)[self.members].sum())

    def years(self) -> list[int]:
        return self.panel.years()

    def submitted_target(self, name: str) -> Array:
        return np.atleast_1d(self.panel.submitted_target(name)[self.members].sum())

    def register(self, over: OverRegister) -> Array:
        return np.atleast_1d(self.panel.register(over)[self.members].sum())

    def group(self, tree: Expression, when: When, mean: bool) -> Array:
        return np.atleast_1d(np.nan)
