"""Worked examples: computed with the same formulas and bounds as submissions, on plain floats."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kpi_cli.plan.arithmetic import FLOATS, NAN
from kpi_cli.plan.example_rows import FLAGS, applicable, complying, over_register
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Expression, OverRegister, parse
from kpi_cli.plan.judge import judge, status_of
from kpi_cli.plan.kinds import read_date
from kpi_cli.plan.nouns import Example, Indicator, Plan
from kpi_cli.plan.units import UnitTable
from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import Finding, finding

_SPAN = r"(?:(\d{4})-?)?(Q[1-4]|H[12]|0[1-9]|1[0-2])?"
_SPANS = {"Q2": "Q1..Q2", "H1": "Q1..Q2", "Q3": "Q1..Q3", "Q4": "", "H2": "", "12": ""}


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
        self.registers = plan.registers
        self.rows = example.rows
        self.now = _period(example.period, example.year or plan.year)
        self.subject = example.subject or plan.subject
        self.figures: dict[tuple[str, When], float] = {}
        self.dates: dict[str, datetime.date] = {}
        for name, value in example.given.items():
            self._take(name, value)

    def _take(self, text: str, value: float | str) -> None:
        probe = NoFigures(self.units)
        evaluate(parse(text), probe, self.now)
        name, when = probe.asked[0]
        if not isinstance(value, str):
            self.figures[name, when] = value * self.inputs[name].unit.factor
        elif (date := read_date(value)) is not None:
            self.dates[name] = date
        elif value in FLAGS:
            self.figures[name, when] = FLAGS[value]

    def figure(self, name: str, when: When) -> float:
        parts = self.inputs[name].parts
        if (name, when) not in self.figures and parts:
            return sum(self.figures.get((part, when), NAN) for part in parts)
        return self.figures.get((name, when), NAN)

    def years(self) -> list[int]:
        return sorted({when.year for _, when in self.figures})

    def register(self, over: OverRegister) -> float:
        rows = self.rows.get(over.register)
        return NAN if rows is None else over_register(over, self.registers[over.register], list(rows), self.units)

    def has_any(self, indicator: Indicator) -> bool:
        """Whether anything that an indicator reads was given, or it reads no inputs at all."""
        read = list(leaves(indicator.tree, self.now, self.years())) if indicator.tree is not None else []
        with_parts = [(id, when) for name, when in read for id in (name, *self.inputs[name].parts)]
        return not read or any(each in self.figures for each in with_parts)

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
            digits = expected.get("digits")
            for key, value in expected.items():
                if key != "digits" and not _agrees(_rounded(found[key], digits if key in ("value", "gap") else None), value):
                    place = source.place("examples", str(index), "expect", id, key)
                    yield finding(
                        "example-fails", place, example=example.name, indicator=id, key=key, expected=value, found=found[key]
                    )


def _period(text: str | None, year: int) -> When:
    """2012-Q2 is the running total to the second quarter; a single quarter or month has no figures of its own here."""
    match = re.fullmatch(_SPAN, text) if text else None
    if match is None or not match[2]:
        return When(int(match[1]) if match and match[1] else year)
    months = f"01..{match[2]}" if match[2].isdigit() and match[2] != "01" else match[2]
    return When(int(match[1] or year), _SPANS.get(match[2], months))


def _rounded(found: Any, digits: Any) -> Any:
    if digits is None or not isinstance(found, float):
        return found
    from kpi_cli.words.numbers import round_half_up

    return round_half_up(found, int(digits))


def _agrees(found: Any, expected: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool) or not isinstance(found, float):
        return bool(found == expected)
    return isinstance(expected, float) and math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def outcome(indicator: Indicator, figures: GivenFigures) -> dict[str, Any]:
    """Value, status, gap to the lower tier, and whether each tier is met, for one indicator and one subject; for a rule
    that holds row by row, how many rows comply."""
    if indicator.register is not None and indicator.each is not None:
        return _row_by_row(indicator, figures)
    judged = judge(indicator, figures, figures.now)
    known = not math.isnan(judged.value)
    met = {name: tier.met == 1 for name, tier in judged.tiers.items() if not math.isnan(tier.met)}
    lower = judged.tiers.get("assured") or judged.tiers.get("stretch")
    known = known and (bool(met) or not judged.tiers or not indicator.scored)
    return {
        "value": float(judged.value) if known else None,
        "status": status_of(known, met) if known or figures.has_any(indicator) else "no_data",
        "assured": met.get("assured"),
        "stretch": met.get("stretch"),
        "gap": float(lower.bounds[int(lower.binding)].gap) if lower and known else None,
        "comply": None,
        "computable": None,
    }


def _row_by_row(indicator: Indicator, figures: GivenFigures) -> dict[str, Any]:
    id = str(indicator.register)
    met = []
    for row in applicable(indicator, figures.registers[id], list(figures.rows.get(id, ())), figures.units):
        tiers = judge(indicator, figures, figures.now, row.value(indicator.each)).tiers if indicator.each else {}
        lower = tiers.get("assured") or tiers.get("stretch")
        met.append(lower.met if lower else NAN)
    found = complying(met)
    return {"value": None, "status": "reported", "assured": None, "stretch": None, "gap": None, **found}
