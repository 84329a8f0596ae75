"""Results as markdown, for reports and for comments on a merge request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi_cli.assessment import Assessment
from kpi_cli.report.figures import (
    attainment_text,
    decisive,
    gap_text,
    target_text,
    unused,
    value_text,
)
from kpi_cli.report.table import by_part, short_line, summary
from kpi_cli.report.text import by_severity, place_text, plain
from kpi_cli.rules import Finding, hint, message
from kpi_cli.words import Language, say


def render_check(assessment: Assessment, language: Language, colour: bool = False) -> str:
    lines = [f"# {escaped(say('title-results', language, plan=assessment.plan.name, period=assessment.when.text))}", ""]
    lines += [escaped(line) for line in summary(assessment, language)]
    columns = ("indicator", "subject", "unit", "actual", "assured", "stretch", "attainment", "gap", "status")
    heads = [say(f"head-{head}", language) for head in columns]
    for part, results in by_part(assessment):
        lines += ["", f"## {escaped(part or say('other-part', language))}", "", table_line(heads), "|---|---|---|--:|--:|--:|--:|--:|---|"]
        for result in results:
            indicator = assessment.plan.indicators[result.indicator]
            targets = [target_text(tier, language) for tier in (result.assured, result.stretch)]
            rest = [attainment_text(result), gap_text(decisive(result)), say(f"status-{result.status}", language)]
            lines.append(table_line([indicator.name, result.subject, result.unit, value_text(result, language), *targets, *rest]))
    short = [
        f"- {escaped(short_line(assessment, result, name, tier, language))}"
        for result in assessment.results
        for name, tier in [("assured", result.assured) if result.assured else ("stretch", result.stretch)]
        if tier is not None and result.value is not None and not tier.met
    ]
    if short:
        lines += ["", f"## {say('title-short', language)}", "", *short]
    lines += findings_table(assessment.findings, language)
    rest = unused(assessment, language)
    if rest:
        lines += ["", f"## {say('title-not-used', language)}", "", *(f"- {escaped(line)}" for line in rest)]
    return "\n".join(lines)


def findings_table(findings: Sequence[Finding], language: Language) -> list[str]:
    """All findings as a table under a heading; nothing where there are none."""
    if not findings:
        return []
    heads = [say(f"head-{head}", language) for head in ("severity", "place", "finding", "hint", "rule")]
    rows = [
        table_line([say(each.severity, language), place_text(each.place), message(each, language), hint(each, language), each.rule])
        for each in by_severity(list(findings))
    ]
    return ["", f"## {say('title-findings', language)}", "", table_line(heads), "|---|---|---|---|---|", *rows]


def table_line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def escaped(text: str) -> str:
    """Text that markdown and HTML leave as it is."""
    return re.sub(r"([\\`*_\[\]|~#])", r"\\\1", plain(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
