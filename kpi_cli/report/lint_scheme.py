"""Findings of schemes, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kpi_cli import __version__
from kpi_cli.report.json_lint import finding_of
from kpi_cli.report.lint import render_findings
from kpi_cli.rules import Finding
from kpi_cli.scoring.load import LoadedScheme
from kpi_cli.words import Language, say


def render_lint_scheme(loaded: LoadedScheme, findings: Sequence[Finding], language: Language) -> str:
    """The findings and a closing line with their number, or with what a clean scheme holds."""
    scheme = loaded.scheme
    if not findings and scheme is not None:
        return say(
            "lint-clean-scheme", language, file=scheme.file, items=len(scheme.items), groups=len(scheme.groups), subjects=len(scheme.subjects())
        )
    errors = sum(1 for each in findings if each.severity == "error")
    closing = say("lint-summary", language, file=loaded.source.file, errors=errors, warnings=len(findings) - errors)
    return f"{render_findings(findings, language)}\n{closing}"


def render_lint_scheme_json(loaded: LoadedScheme, findings: Sequence[Finding]) -> str:
    errors = sum(1 for each in findings if each.severity == "error")
    scheme = {"id": loaded.scheme.id, "file": loaded.scheme.file, "sha256": loaded.scheme.sha256} if loaded.scheme else None
    payload = {
        "kpi": __version__, "scheme": scheme, "findings": [finding_of(each) for each in findings],
        "summary": {"errors": errors, "warnings": len(findings) - errors},
    }
    return json.dumps(payload, ensure_ascii=False, indent=1)
