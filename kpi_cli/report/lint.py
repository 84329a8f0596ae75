"""Findings of plans, a line each with file, line and column."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_cli.plan.nouns import Plan
from kpi_cli.report.text import place_text, plain
from kpi_cli.rules import Finding, hint, message
from kpi_cli.words import Language, say


def render_findings(findings: Sequence[Finding], language: Language) -> str:
    lines = []
    for each in findings:
        lines.append(f"{place_text(each.place)} {say(each.severity, language)} {plain(message(each, language))} [{each.rule}]")
        lines.append(f"     → {plain(hint(each, language))}")
    return "\n".join(lines)


def render_lint(file: str, plan: Plan | None, findings: Sequence[Finding], language: Language) -> str:
    """The findings and a closing line with their number, or with what a clean plan holds."""
    if not findings and plan is not None:
        return say(
            "lint-clean", language, file=file, indicators=len(plan.indicators), inputs=len(plan.inputs), checks=len(plan.checks),
            examples=len(plan.examples),
        )
    errors = sum(1 for each in findings if each.severity == "error")
    closing = say("lint-summary", language, file=file, errors=errors, warnings=len(findings) - errors)
    return f"{render_findings(findings, language)}\n{closing}"
