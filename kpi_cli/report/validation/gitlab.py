"""The audit as a GitLab code quality report."""

from __future__ import annotations

from kpi_cli.report.json_ import dumps
from kpi_cli.report.text import plain
from kpi_cli.report.validation import sentence
from kpi_cli.rules import Finding
from kpi_cli.validation import Validation, fingerprint
from kpi_cli.words import Language

_SEVERITIES = {"error": "major", "warning": "minor"}


def render(validation: Validation, language: Language, colour: bool = False) -> str:
    return dumps([_issue(each, language) for each in validation.findings])


def _issue(each: Finding, language: Language) -> dict[str, object]:
    """The cell stands in the description; its row is the line that GitLab asks for."""
    cell = "!".join(plain(part) for part in (each.place.sheet, each.place.cell) if part)
    row = "".join(letter for letter in each.place.cell or "" if letter.isdigit())
    return {
        "description": f"{cell} {sentence(each, language)}".strip(), "check_name": each.rule, "fingerprint": fingerprint(each),
        "severity": _SEVERITIES[each.severity],
        "location": {"path": (each.place.file or "").removeprefix("./"), "lines": {"begin": int(row) if row else 1}},
    }
