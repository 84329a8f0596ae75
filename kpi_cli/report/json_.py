"""The machine contract: results, findings and their cells as JSON."""

from __future__ import annotations

import json
from typing import Any

from kpi_cli import __version__
from kpi_cli.assessment import Assessment
from kpi_cli.intake.reading import FileRead
from kpi_cli.measure.results import BoundResult, Result, Shortfall, TierResult
from kpi_cli.observations import Observation
from kpi_cli.plan.nouns import Plan
from kpi_cli.report.figures import counts, reason_text
from kpi_cli.rules import RULES, Finding, hint, message
from kpi_cli.words import LANGUAGES
from kpi_cli.words.numbers import tidy


def render_check(assessment: Assessment, language: str = "zh", colour: bool = False) -> str:
    """The payload of ``kpi check --format json``; both languages are in it, so ``language`` changes nothing."""
    return dumps(check_payload(assessment))


def dumps(payload: Any) -> str:
    return json.dumps(_tidied(payload), ensure_ascii=False, indent=1, allow_nan=False)


def _tidied(payload: Any) -> Any:
    if isinstance(payload, float):
        return tidy(payload)
    if isinstance(payload, dict):
        return {key: _tidied(value) for key, value in payload.items()}
    return [_tidied(value) for value in payload] if isinstance(payload, list | tuple) else payload


def check_payload(assessment: Assessment) -> dict[str, Any]:
    plan = assessment.plan
    return {
        "kpi": __version__,
        "plan": {"id": plan.id, "file": plan.file, "sha256": plan.sha256},
        "year": assessment.when.year,
        "period": assessment.when.text,
        "files": [file_payload(file) for file in assessment.files],
        "results": [_result(plan, result) for result in assessment.results],
        "compliance": [{**each._asdict(), "share": each.share} for each in assessment.compliance],
        "findings": [finding_payload(each) for each in assessment.findings],
        "summary": counts(assessment),
    }


def file_payload(file: FileRead) -> dict[str, Any]:
    sheets = [
        {"sheet": sheet.sheet, "layout": sheet.layout, "matched": sheet.names, "skipped": len(sheet.skipped), "unknown": len(sheet.unknown)}
        for sheet in file.sheets
    ]
    return {"file": file.file, "sha256": file.sha256, "sheets": sheets}


def finding_payload(each: Finding) -> dict[str, Any]:
    """A finding as the contract has it; facts as they are, the sentence in both languages."""
    return {
        "code": RULES[each.rule].code, "rule": each.rule, "severity": each.severity, "file": each.place.file, "sheet": each.place.sheet,
        "cell": each.place.cell, "line": each.place.line, "column": each.place.column, "indicator": each.indicator, "input": each.input,
        "subject": each.subject, "facts": {key: _fact(value) for key, value in each.facts.items()},
        "message": {language: message(each, language) for language in LANGUAGES},
        "hint": {language: hint(each, language) for language in LANGUAGES},
    }


def _fact(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_fact(each) for each in value]
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return value if isinstance(value, bool | int | type(None)) else str(value)


def _result(plan: Plan, result: Result) -> dict[str, Any]:
    indicator = plan.indicators[result.indicator]
    reason = {language: reason_text(result, language) for language in LANGUAGES} if result.reason else None
    return {
        "indicator": result.indicator, "name": indicator.name, "clause": "、".join(indicator.clauses) or None, "subject": result.subject,
        "period": result.when.text, "unit": result.unit, "value": result.value, "status": result.status, "reason": reason,
        "assured": _tier(result.assured), "stretch": _tier(result.stretch),
        "inputs": [_observation(plan, each) for each in result.inputs],
    }


def _tier(tier: TierResult | None) -> dict[str, Any] | None:
    if tier is None:
        return None
    found: dict[str, Any] = {"target": tier.target, "met": tier.met, "attainment": tier.attainment, "gap": tier.gap}
    found["shortfall"] = _shortfall(tier.shortfall)
    if tier.bounds:
        # The figures above are of the bound that decides, which need not be in the indicator's unit.
        found |= {"unit": tier.unit, "value": tier.value, "on": tier.on, "bounds": [_bound(each) for each in tier.bounds]}
    return found


def _shortfall(short: Shortfall | None) -> dict[str, Any] | None:
    """What it would take; ``direction`` is told where there must be less of the input and not, as nearly always, more."""
    if short is None:
        return None
    found: dict[str, Any] = {"input": short.input, "amount": short.amount, "unit": short.unit}
    return found if short.direction == "more" else {**found, "direction": short.direction}


def _bound(each: BoundResult) -> dict[str, Any]:
    return each._asdict()


def _observation(plan: Plan, each: Observation) -> dict[str, Any]:
    period = f"{each.year}-{each.span}" if each.span else str(each.year)
    noun = plan.inputs.get(each.id) or plan.indicators[each.id]
    value: Any = each.date.isoformat() if each.date else each.value if each.state == "value" else None
    return {
        "input": each.id, "period": period, "value": value, "unit": noun.unit.text, "state": each.state, "file": each.file,
        "sheet": each.sheet, "cell": each.cell, "raw": each.raw,
    }
