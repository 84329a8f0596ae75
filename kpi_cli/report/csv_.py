"""Results as csv, a row a result, for further work in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from kpi_cli.assessment import Assessment
from kpi_cli.measure.results import Result, TierResult
from kpi_cli.report.cells import safe_cell
from kpi_cli.report.figures import reason_text
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import tidy

COLUMNS = (
    "part", "clause", "indicator", "name", "subject", "period", "unit", "value", "status", "status_text", "reason",
    "assured_target", "assured_met", "assured_attainment", "assured_gap", "assured_shortfall_input", "assured_shortfall", "assured_shortfall_unit",
    "stretch_target", "stretch_met", "stretch_attainment", "stretch_gap", "stretch_shortfall_input", "stretch_shortfall", "stretch_shortfall_unit",
    "cells",
)


def render_check(assessment: Assessment, language: Language, colour: bool = False) -> str:
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    for result in assessment.results:
        rows.writerow([_cell(value) for value in _row(assessment, result, language)])
    return stream.getvalue()


def _row(assessment: Assessment, result: Result, language: Language) -> list[Any]:
    indicator = assessment.plan.indicators[result.indicator]
    cells = "; ".join(f"{each.file}[{each.sheet + '!' if each.sheet else ''}{each.cell}]" for each in result.inputs)
    return [
        indicator.part, "、".join(indicator.clauses), indicator.id, indicator.name, result.subject, result.when.text, result.unit,
        result.value, result.status, say(f"status-{result.status}", language), reason_text(result, language),
        *_tier(result.assured), *_tier(result.stretch), cells,
    ]


def _tier(tier: TierResult | None) -> list[Any]:
    if tier is None:
        return [None] * 7
    short = tier.shortfall
    target = "–".join(map(str, tier.target)) if isinstance(tier.target, tuple) else tier.target
    takes = [short.input, short.amount if short.direction == "more" else -short.amount, short.unit] if short else [None] * 3
    return [target, tier.met, tier.attainment, tier.gap, *takes]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return tidy(value)
    return "" if value is None else safe_cell(value) if isinstance(value, str) else value
