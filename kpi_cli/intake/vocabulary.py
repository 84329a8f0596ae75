"""What a reader of submissions must know of a plan: names, subjects, units. Small, without formulas, and picklable, so
that worker processes get it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kpi_cli.observations import INPUT, REPORTED
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.matching import last_brackets, normal_name, strip_label
from kpi_cli.plan.nouns import Plan, Register
from kpi_cli.plan.units import DATE, FLAG, Unit, UnitTable


class Wanted(NamedTuple):
    """A figure that a form may hold: an input, or the rate that is reported for an indicator."""

    kind: str
    id: str
    name: str
    unit: Unit
    whole: bool = False
    negative: bool = True
    range: tuple[float, float] | None = None
    needs_prior: bool = False
    additive: bool = False

    @property
    def is_mark(self) -> bool:
        """Whether it is a flag or a date, not a number."""
        return self.unit.kind in (FLAG, DATE)


class Named(NamedTuple):
    """A text that names a figure: what it names, and the unit in its brackets."""

    wanted: Wanted
    unit: str | None


class Vocabulary:
    """Names → figures and subjects. ``find`` is cached by text: forms repeat the same few hundred names."""

    def __init__(
        self, wanted: Mapping[str, Wanted], subjects: Mapping[str, str], units: UnitTable, year: int, whole: str,
        registers: Mapping[str, Register] | None = None, prior: bool = False,
    ) -> None:
        self.prior = prior
        self.wanted, self.subjects, self.units, self.year, self.whole = dict(wanted), dict(subjects), units, year, whole
        self.registers = dict(registers or {})
        self._found: dict[str, Named | None] = {}

    def of_last_year(self) -> Vocabulary:
        """The same words for last year's submission: its year is the year before, and nothing in it is asked for."""
        return Vocabulary(self.wanted, self.subjects, self.units, self.year - 1, self.whole, self.registers, True)

    def find(self, text: str) -> Named | None:
        """What a text names, or None. Numbering, 其中, width, spaces and punctuation do not matter."""
        if text in self._found:
            return self._found[text]
        found = self._look_up(text) if len(text) <= 120 else None
        if len(self._found) < 50_000:
            self._found[text] = found
        return found

    def _look_up(self, text: str) -> Named | None:
        plain, unit = strip_label(text), None
        for _ in range(3):
            wanted = self.wanted.get(normal_name(plain))
            if wanted is not None:
                return Named(wanted, unit)
            parted = last_brackets(plain)
            if parted is None:
                return None
            plain = parted[0]
            if self.units.parse(parted[1]) is not None:
                unit = unit or parted[1]
        return None

    def subject(self, text: str) -> str | None:
        """The subject that a text names, or None."""
        return self.subjects.get(normal_name(text))

    def names(self) -> list[str]:
        """All names of figures, for near names."""
        return list(dict.fromkeys(wanted.name for wanted in self.wanted.values()))


def vocabulary(plan: Plan) -> Vocabulary:
    """The vocabulary of a plan."""
    prior = _needing_prior(plan)
    wanted: dict[str, Wanted] = {}
    for id, indicator in plan.indicators.items():
        computed = indicator.formula is not None or indicator.each is not None
        for name in (indicator.name, *indicator.aliases) if computed else indicator.aliases:
            wanted[normal_name(name)] = Wanted(REPORTED, id, indicator.name, indicator.unit)
    for id, each in plan.inputs.items():
        figure = Wanted(
            INPUT, id, each.name, each.unit, each.whole, each.negative, each.range, id in prior, each.additive
        )
        for name in (each.name, *each.aliases):
            wanted[normal_name(name)] = figure
    subjects = {normal_name(name): plan.subject for name in (plan.subject, *plan.subject_aliases)}
    for group in plan.groups.values():
        for member, aliases in group.members.items():
            subjects |= {normal_name(name): member for name in (*aliases, member)}
    return Vocabulary(wanted, subjects, plan.units, plan.year, plan.subject, plan.registers)


def _needing_prior(plan: Plan) -> set[str]:
    """The inputs of which some formula needs last year's figure."""
    now = When(plan.year)
    return {
        name
        for indicator in plan.indicators.values()
        if indicator.tree is not None
        for name, when in leaves(indicator.tree, now)
        if when.year < now.year
    }
