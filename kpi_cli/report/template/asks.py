"""What a form asks of each figure, from the same rules that later find what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.nouns import Input, Plan
from kpi_cli.plan.units import DATE, FLAG, RATIO
from kpi_cli.rules import RULES
from kpi_cli.words import Language, say


class Ask(NamedTuple):
    """One thing asked: the rule that tells when it is not kept, and the facts of its sentence."""

    rule: str
    facts: dict[str, Any]


def asks(plan: Plan, noun: Input) -> list[Ask]:
    """All that a form asks of a figure."""
    return [*_of_the_cell(noun), *_of_others(plan, noun)]


def instruction(plan: Plan, noun: Input, language: Language) -> str:
    """What is asked, as the form says it."""
    return say("list-end", language).join(RULES[each.rule].asks[language].format_map(each.facts) for each in asks(plan, noun))


def _of_the_cell(noun: Input) -> Iterator[Ask]:
    kind = noun.unit.kind
    yield Ask("missing", {})
    if kind == FLAG:
        yield Ask("not-a-flag", {})
        return
    if kind == DATE:
        yield Ask("not-a-date", {})
        return
    yield Ask("not-whole" if noun.whole else "not-a-number", {"unit": noun.unit.text})
    if noun.unit.text:
        yield Ask("unit-mismatch", {"expected": noun.unit.text})
    if not noun.negative:
        yield Ask("negative", {})
    if kind == RATIO and noun.unit.factor == 0.01:
        yield Ask("ambiguous-percent", {})
    if noun.range is not None:
        yield Ask("out-of-range", {"low": f"{noun.range[0]:g}", "high": f"{noun.range[1]:g}"})


def _of_others(plan: Plan, noun: Input) -> Iterator[Ask]:
    for check in plan.checks:
        if check.form == "of_which" and check.part == noun.id:
            yield Ask("part-exceeds-whole", {"whole": plan.inputs[str(check.whole)].name})
        elif check.form == "sum" and check.inputs[0] == noun.id:
            yield Ask("parts-do-not-sum", {"parts": "、".join(plan.inputs[part].name for part in check.inputs[1:])})
        elif check.form == "unusual_change" and noun.id in check.inputs:
            yield Ask("unusual-change", {"limit": f"{check.tolerance if check.tolerance is not None else 50:g}"})
        elif check.form == "rule" and check.rule is not None and next(leaves(check.rule, When(plan.year)))[0] == noun.id:
            yield Ask("check-failed", {"rule": check.name or check.rule_text or check.id})
