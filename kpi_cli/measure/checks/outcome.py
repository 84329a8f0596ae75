"""What a check makes of one subject: it ran (with or without a finding), or it was skipped for a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.merge import place_of
from kpi_cli.measure.panel import MISSING, NOT_APPLICABLE, UNREADABLE, Array, Panel
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Check, Plan
from kpi_cli.rules import Finding, Place, finding

# Relative slack: binary noise breaks no relation.
CLOSE = 1e-9

SKIP_ANY, SKIP_ALL, NEVER_SKIP = "skip-any", "skip-all", "never-skip"


class Skip(str):
    """Why a check was not run: a word's key."""

    __slots__ = ()


LACKS = Skip("check-skip-missing")
IN_ERROR = Skip("check-skip-in-error")
UNDEFINED = Skip("check-skip-undefined")
NO_PRIOR = Skip("check-skip-no-prior")
NO_EARLIER = Skip("check-skip-no-earlier")
NO_FIGURES = Skip("check-skip-no-figures")
SUBJECTS_LACK = Skip("check-skip-subjects")
NO_SUBJECTS = Skip("check-skip-no-subjects")

RAN = "ran"
Outcome = Finding | Skip | str


class Context(NamedTuple):
    """The figures that checks look at, and the period that is checked."""

    plan: Plan
    panel: Panel
    when: When

    def value(self, name: str, at: int) -> float:
        return float(self.panel.figure(name, self.when)[at])

    def state(self, name: str, at: int, when: When | None = None) -> int:
        return int(self.panel.states(name, when or self.when)[at])

    def in_unit(self, name: str, value: float) -> float:
        """A value in base units → in the unit of its input."""
        return float(value / self.plan.inputs[name].unit.factor)


Form = Callable[[Check, Context], Iterator[Outcome]]


def submitting(context: Context, *names: str) -> Iterator[tuple[int, str]]:
    """Subjects for which at least one of the figures was submitted, readable or not."""
    known = np.zeros(len(context.panel.subjects), dtype=bool)
    for name in names:
        known |= context.panel.states(name, context.when) > MISSING
    for at in np.flatnonzero(known):
        yield int(at), context.panel.subjects[at]


def present(context: Context) -> set[str]:
    """Subjects that submitted anything for the period."""
    return context.panel.seen.subjects(context.when)


def settled(check: Check, values: Sequence[float], states: Sequence[int]) -> list[float] | Skip | None:
    """The values that a check compares under its strategy for missing figures: None where no one submitted anything, a
    ``Skip`` where it cannot run. A figure that is in error is never guessed; one that is missing or not assigned counts
    as nought, unless the strategy is to skip."""
    # NaN alone differs from itself, and asking so is quick.
    lacking = [value != value for value in values]
    if not any(lacking):
        return list(values)
    if any(lack and state == UNREADABLE for lack, state in zip(lacking, states, strict=True)):
        return IN_ERROR
    if all(lacking) and check.missing != NEVER_SKIP:
        return LACKS if any(state == NOT_APPLICABLE for state in states) else None
    if check.missing == SKIP_ANY:
        return LACKS
    return [0.0 if lack else value for lack, value in zip(lacking, values, strict=True)]


def failed(
    context: Context, check: Check, rule: str, subject: str, names: Sequence[str], when: When | None = None, /, **facts: Any
) -> Finding:
    """A finding at the first of the figures that was submitted."""
    seen = (context.panel.seen.get(name, subject, when or context.when) for name in names)
    first = next((each for each in seen if each is not None), None)
    place = place_of(first) if first else Place()
    return finding(rule, place, severity=check.level, input=names[0], subject=subject, check=check.id, **facts)


def filled(values: Array, states: Any) -> Array:
    """Values in which what was not submitted counts as nought; what is in error stays unknown."""
    return np.where(np.isnan(values) & (states != UNREADABLE), 0.0, values)
