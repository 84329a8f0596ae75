"""Assessments and findings → text. One module a writer; the sentence is made here, last, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

# format → (module, function); imported when asked for, so that a command pays for one writer only.
CHECK_WRITERS = {
    "table": ("kpi_cli.report.table", "render_check"),
    "json": ("kpi_cli.report.json_", "render_check"),
    "csv": ("kpi_cli.report.csv_", "render_check"),
    "markdown": ("kpi_cli.report.markdown", "render_check"),
}
VALIDATE_WRITERS = {
    name: (f"kpi_cli.report.validation.{module}", "render")
    for name, module in {
        "table": "table", "json": "json_", "junit": "junit", "sarif": "sarif", "github": "github", "gitlab": "gitlab", "markdown": "markdown",
    }.items()
}
SCORE_WRITERS = {
    "table": ("kpi_cli.report.score_table", "render_score"),
    "json": ("kpi_cli.report.score_json", "render_score"),
    "csv": ("kpi_cli.report.score_csv", "render_score"),
    "markdown": ("kpi_cli.report.score_markdown", "render_score"),
    "xlsx": ("kpi_cli.report.score_xlsx", "render_score"),
}
DIFF_WRITERS = {
    "table": ("kpi_cli.report.comparison", "render_table"),
    "json": ("kpi_cli.report.comparison", "render_json"),
}
READ_WRITERS = {
    "table": ("kpi_cli.report.read", "render_table"),
    "json": ("kpi_cli.report.read", "render_json"),
}


def writer(table: dict[str, tuple[str, str]], name: str) -> Callable[..., str]:
    """The writer of a format, imported now."""
    module, function = table[name]
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
