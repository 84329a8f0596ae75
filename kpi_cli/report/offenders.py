"""Rules that hold row by row, for the reader: the rate of the sums beside the share that complies, and who is most short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_cli.report.text import place_text, plain
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import shown

if TYPE_CHECKING:
    from kpi_cli.assessment import Assessment
    from kpi_cli.measure.registers.results import Offender, RowResults

MOST_OFFENDERS = 5


def offender_lines(assessment: Assessment, language: Language) -> list[str]:
    """For each rule: Σ/Σ of its class, what all are short of together, and the worst few with their cells."""
    lines = []
    for register in assessment.registers:
        for results in register.results:
            if results.compliance.computable:
                lines += _of_rule(results, language)
    return lines


def _of_rule(results: RowResults, language: Language) -> list[str]:
    compliance, indicator = results.compliance, results.indicator
    missed = compliance.computable - compliance.comply
    facts = {"name": indicator.name, "missed": missed, "pooled": shown(results.pooled), "unit": indicator.unit.text}
    lines = [say("offenders-rule", language, **facts)]
    if missed and results.short is not None:
        column = results.entities.rows.register.columns[results.short.input].name
        lines[0] += say("offenders-short", language, column=column, amount=shown(results.short.amount), unit=results.short.unit)
    worst = results.worst(MOST_OFFENDERS)
    lines += [f"  {_offender(each, indicator.unit.text, language)}" for each in worst]
    if missed > len(worst):
        lines.append("  " + say("offenders-more", language, count=missed - len(worst)))
    return lines


def _offender(each: Offender, unit: str, language: Language) -> str:
    facts = {"name": plain(each.subject), "value": shown(each.value, 2, each.target), "target": shown(each.target), "unit": unit}
    line = say("offender", language, **facts, place=place_text(each.place))
    if each.amount is None:
        return line
    return line + say("offender-short", language, column=each.column, amount=shown(each.amount), unit=each.unit)
