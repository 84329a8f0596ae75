"""The audit as a submitter reads it in a terminal."""

from __future__ import annotations

from tabulate import tabulate

from kpi_cli.report.table import finding_lines
from kpi_cli.report.text import plain
from kpi_cli.report.validation import accepted_lines, summary
from kpi_cli.validation import Suite, Validation
from kpi_cli.words import Language, say


def render(validation: Validation, language: Language, colour: bool = False) -> str:
    blocks = [say("title-validation", language, plan=validation.plan.name, period=validation.when.text)]
    if len(validation.suites) > 1:
        blocks += ["", *_files(validation, language)]
    left_out = [say("left-out-line", language, file=plain(path), why=say(why, language)) for path, why in validation.left_out]
    for title, lines in (
        ("title-findings", finding_lines(validation.findings, language, colour)),
        ("title-accepted", accepted_lines(validation, language)),
        ("title-left-out", left_out),
    ):
        if lines:
            blocks += ["", say(title, language), *(f"  {line}" for line in lines)]
    if not validation.findings:
        blocks += ["", say("no-findings", language)]
    return "\n".join([*blocks, "", summary(validation, language)])


def _files(validation: Validation, language: Language) -> list[str]:
    heads = [say(f"head-{head}", language) for head in ("file", "figures", "checks-run", "checks-skipped", "errors", "warnings")]
    return tabulate([_file(suite, language) for suite in validation.suites], headers=heads, tablefmt="simple").splitlines()


def _file(suite: Suite, language: Language) -> list[object]:
    ran = sum(1 for each in suite.checks if each.ran)
    errors = sum(1 for each in suite.findings if each.severity == "error")
    name = plain(suite.file.file) if suite.file is not None else say("all-files", language)
    return [name, suite.figures, ran, len(suite.checks) - ran, errors, len(suite.findings) - errors]
