"""``kpi check``: what is met, what is short, what it would take."""

from __future__ import annotations

import os.path
from typing import Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command
from kpi_cli.cli.options import File, colour_wanted, fail_on_option, format_option, together
from kpi_cli.cli.output import refuse_overwriting, write, write_file
from kpi_cli.cli.plans import sound_plan
from kpi_cli.report import CHECK_WRITERS, writer
from kpi_cli.rules import ERROR, WARNING

NOTHING_CHECKED = 3


@click.command(cls=Command, help=word("help-check"))
@click.argument("files", nargs=-1, type=File(), metavar="FILE…")
@together(
    format_option(CHECK_WRITERS), fail_on_option(),
    click.option("--rows", metavar="FILE", type=click.Path(dir_okay=False), help=word("option-rows")), submission_options,
)
def command(
    files: tuple[str, ...], plan_file: str | None, format_: str, output: str | None, fail_on: str, rows: str | None, **options: Any
) -> int:
    from kpi_cli.pipeline import check

    language = language_here()
    if not files and not options["registers"]:
        raise click.UsageError(word("missing-argument", name="FILE…"))
    for target in (output, rows):
        refuse_overwriting(target, files_of(files, options))
    if rows is not None and not rows.lower().endswith((".csv", ".xlsx")):
        raise click.UsageError(word("bad-rows", file=rows))
    plan = sound_plan(plan_file, language)
    assessment = check(plan, request_of(plan, files, options))
    if rows is not None:
        from kpi_cli.report.rows import ROWS_WRITERS

        write_file(rows, ROWS_WRITERS[os.path.splitext(rows)[1].lower()](assessment))
    write(writer(CHECK_WRITERS, format_)(assessment, language, colour_wanted(output)), output)
    return exit_code(assessment, fail_on)


def exit_code(assessment: Any, fail_on: str) -> int:
    """0, 1 or 3 as the contract has them: findings go before nothing having been checked."""
    severities = {each.severity for each in assessment.findings}
    missed = any(result.status == "missed" for result in assessment.results)
    failing = {
        "error": ERROR in severities,
        "warning": bool(severities & {ERROR, WARNING}),
        "missed": ERROR in severities or missed,
        "never": False,
    }[fail_on]
    if failing and not (assessment.nothing_checked and ERROR not in severities):
        return 1
    return NOTHING_CHECKED if assessment.nothing_checked else 0
