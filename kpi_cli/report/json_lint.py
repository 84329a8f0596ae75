"""Findings of a plan as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kpi_cli import __version__
from kpi_cli.plan.load import Loaded
from kpi_cli.rules import RULES, Finding, hint, message
from kpi_cli.words import LANGUAGES


def render_lint(loaded: Loaded, findings: Sequence[Finding]) -> str:
    found = [finding_of(each) for each in findings]
    errors = sum(1 for each in findings if each.severity == "error")
    plan = {"id": loaded.plan.id, "file": loaded.plan.file, "sha256": loaded.plan.sha256} if loaded.plan else None
    payload = {"kpi": __version__, "plan": plan, "findings": found, "summary": {"errors": errors, "warnings": len(findings) - errors}}
    return json.dumps(payload, ensure_ascii=False, indent=1)


def finding_of(each: Finding) -> dict[str, Any]:
    """One finding of a plan or a scheme, at its line."""
    return {
        "code": RULES[each.rule].code, "rule": each.rule, "severity": each.severity, "file": each.place.file, "line": each.place.line,
        "column": each.place.column, "message": {language: message(each, language) for language in LANGUAGES},
        "hint": {language: hint(each, language) for language in LANGUAGES},
    }
