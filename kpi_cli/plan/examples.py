"""Worked examples: computed with the same formulas and bounds as submissions, on plain floats."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from typing import Any

from kpi_cli.plan.arithmetic import FLOATS, NAN
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Expression, OverRegister, parse
from kpi_cli.plan.judge import judge, status_of
from kpi_cli.plan.kinds import read_date
from kpi_cli.plan.nouns import Example, Indicator, Plan
from kpi_cli.plan.units import UnitTable
from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import Finding, finding

_FLAGS = {"是": 1.0, "yes": 1.0, "true": 1.0, "否": 0.0, "no": 0.0, "false": 0.0}


class NoFigures:
    """Figures of nothing; notes what it is asked for, which tells what a name such as ``prior(x)`` means."""

    arithmetic = FLOATS

    def __init__(self, units: UnitTable) -> None:
        self.units = units
        self.asked: list[tuple[str, When]] = []

    def figure(self, name: str, when: When) -> Any:
        self.asked.append((name, when))
        return NAN

    def years(self) -> list[int]:
        return []

    def submitted_target(self, name: str) -> Any:
        return NAN

    def register(self, over: OverRegister) -> Any:
        return NAN

    def group(self, tree: Expression, when: When, mean: bool) -> Any:
        return NAN

    def done_by(self, flag: Any, dated: str | None, deadline: datetime.date, when: When) -> Any:
        return NAN

    def by_subject(self, table: Mapping[str, Any]) -> Any:
        return NAN


class GivenFigures(NoFigures):
    """The figures of one example, as formulas look them up."""

    def __init__(self, plan: Plan, example: Example) -> None:
        super().__init__(plan.units)
        self.inputs = plan.inputs
        self.now = When(example.year or plan.year)
        self.subject = example.subject or plan.subject
        self.figures: dict[tuple[str, When], float] = {}
        self.dates: dict[str, datetime.date] = {}
        for name, value in example.given.items():
            self._take(name, value)

    def _take(self, text: str, value: float | str) -> None:
        probe = NoFigures(self.units)
        evaluate(parse(text), probe, self.now)
        name, when = probe.asked[0]
        if isinstance(value, float):
            self.figures[name, when] = value * self.inputs[name].unit.factor
        elif (date := read_date(value)) is not None:
            self.dates[name] = date
        elif value in _FLAGS:
            self.figures[name, when] = _FLAGS[value]

    def figure(self, name: str, when: When) -> float:
        parts = self.inputs[name].parts
        if (name, when) not in self.figures and parts:
            return sum(self.figures.get((part, when), NAN) for part in parts)
        return self.figures.get((name, when), NAN)

    def years(self) -> list[int]:
        return sorted({when.year for _, when in self.figures})

    def done_by(self, flag: Any, dated: str | None, deadline: datetime.date, when: When) -> float:
        late = dated in self.dates and self.dates[str(dated)] > deadline
        return NAN if flag != flag else float(flag > 0 and not late)

    def by_subject(self, table: Mapping[str, Any]) -> float:
        return float(table.get(self.subject, NAN))


def run_examples(plan: Plan, source: Source) -> Iterator[Finding]:
    """A finding for each expectation that the plan does not fulfil."""
    for index, example in enumerate(plan.examples):
        figures = GivenFigures(plan, example)
        for id, expected in example.expect.items():
            found = outcome(plan.indicators[id], figures)
            for key, value in expected.items():
                if not _agrees(found[key], value):
                    place = source.place("examples", str(index), "expect", id, key)
                    yield finding(
                        "example-fails", place, example=example.name, indicator=id, key=key, expected=value, found=found[key]
                    )


def _agrees(found: Any, expected: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool) or not isinstance(found, float):
        return bool(found == expected)
    return isinstance(expected, float) and math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)


def outcome(indicator: Indicator, figures: GivenFigures) -> dict[str, Any]:
    """Value, status, gap to the lower tier, and whether each tier is met, for one indicator and one subject."""
    judged = judge(indicator, figures, figures.now)
    known = not math.isnan(judged.value)
    met = {name: tier.met == 1 for name, tier in judged.tiers.items() if not math.isnan(tier.met)}
    lower = judged.tiers.get("assured") or judged.tiers.get("stretch")
    return {
        "value": judged.value if known else None,
        "status": status_of(known, met),
        "assured": met.get("assured"),
        "stretch": met.get("stretch"),
        "gap": lower.bounds[int(lower.binding)].gap if lower and known else None,
    }
