"""Two submissions side by side, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tabulate import tabulate

from kpi_cli import __version__
from kpi_cli.comparison import Comparison, FigureChange, VerdictChange
from kpi_cli.measure.merge import name_of, place_of
from kpi_cli.observations import VALUE, Observation
from kpi_cli.report.json_ import dumps, file_payload, finding_payload
from kpi_cli.report.table import finding_lines
from kpi_cli.report.text import place_text, plain
from kpi_cli.rules import Finding
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import shown


def render_table(comparison: Comparison, language: Language, colour: bool = False) -> str:
    plan = comparison.new.plan
    blocks = [say("title-diff", language, plan=plan.name, period=comparison.when.text)]
    tables: tuple[tuple[str, Sequence[str]], ...] = (
        ("diff-figures", _figures(comparison, comparison.figures, language)),
        ("diff-restated", _figures(comparison, comparison.restated, language)),
        ("diff-verdicts", _verdicts(comparison, language)),
        ("diff-fixed", finding_lines(comparison.fixed, language, colour)),
        ("diff-remaining", finding_lines(comparison.remaining, language, colour)),
        ("diff-fresh", finding_lines(comparison.fresh, language, colour)),
    )
    for title, lines in tables:
        if lines:
            blocks += ["", say(title, language), *(f"  {line}" for line in lines)]
    return "\n".join([*blocks, "", say("diff-summary", language, **_summary(comparison))])


def _summary(comparison: Comparison) -> dict[str, int]:
    return {
        "figures": len(comparison.figures), "restated": len(comparison.restated), "verdicts": len(comparison.verdicts),
        "fixed": len(comparison.fixed), "remaining": len(comparison.remaining), "fresh": len(comparison.fresh),
    }


def _figures(comparison: Comparison, changes: Sequence[FigureChange], language: Language) -> list[str]:
    heads = [say(f"head-{head}", language) for head in ("indicator", "subject", "period", "before", "after", "place")]
    rows = [
        [
            name_of(comparison.new.plan, each.either), each.either.subject, _period(each.either), _value(each.before), _value(each.after),
            place_text(place_of(each.either)),
        ]
        for each in changes
    ]
    return tabulate(rows, headers=heads, tablefmt="simple", disable_numparse=True).splitlines() if rows else []


def _period(each: Observation) -> str:
    return f"{each.year}-{each.span}" if each.span else str(each.year)


def _value(each: Observation | None) -> str:
    if each is None:
        return "—"
    if each.state != VALUE:
        return plain(f"“{each.raw}”")
    return each.date.isoformat() if each.date else shown(each.value, 6)


def _verdicts(comparison: Comparison, language: Language) -> list[str]:
    heads = [say(f"head-{head}", language) for head in ("indicator", "subject", "before", "after")]
    rows = [
        [
            comparison.new.plan.indicators[each.indicator].name, each.subject, _verdict(each.before, each.value_before, language),
            _verdict(each.after, each.value_after, language),
        ]
        for each in comparison.verdicts
    ]
    return tabulate(rows, headers=heads, tablefmt="simple", disable_numparse=True).splitlines() if rows else []


def _verdict(status: str, value: float | None, language: Language) -> str:
    return f"{say(f'status-{status}', language)}（{shown(value)}）" if value is not None else say(f"status-{status}", language)


def render_json(comparison: Comparison, language: Language = "zh", colour: bool = False) -> str:
    plan = comparison.new.plan
    return dumps({
        "kpi": __version__,
        "plan": {"id": plan.id, "file": plan.file, "sha256": plan.sha256},
        "period": comparison.when.text,
        "old": [file_payload(file) for file in comparison.old.files],
        "new": [file_payload(file) for file in comparison.new.files],
        "figures": [_figure_payload(comparison, each) for each in comparison.figures],
        "restated": [_figure_payload(comparison, each) for each in comparison.restated],
        "verdicts": [_verdict_payload(comparison, each) for each in comparison.verdicts],
        "findings": {
            "fixed": _payloads(comparison.fixed), "remaining": _payloads(comparison.remaining), "new": _payloads(comparison.fresh),
        },
        "summary": _summary(comparison),
    })


def _payloads(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [finding_payload(each) for each in findings]


def _figure_payload(comparison: Comparison, each: FigureChange) -> dict[str, Any]:
    either = each.either
    return {
        "change": each.kind, "input" if either.kind == "input" else "indicator": either.id, "name": name_of(comparison.new.plan, either),
        "subject": either.subject, "period": _period(either), "role": either.role, "before": _side(each.before), "after": _side(each.after),
    }


def _side(each: Observation | None) -> dict[str, Any] | None:
    if each is None:
        return None
    value: Any = each.date.isoformat() if each.date else each.value if each.state == VALUE else None
    return {"state": each.state, "value": value, "raw": each.raw, "file": each.file, "sheet": each.sheet, "cell": each.cell}


def _verdict_payload(comparison: Comparison, each: VerdictChange) -> dict[str, Any]:
    return {**each._asdict(), "name": comparison.new.plan.indicators[each.indicator].name}
