"""``kpi check``: what is met, what is short, what it would take."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command
from kpi_cli.cli.options import (
    File,
    colour_wanted,
    fail_on_option,
    format_option,
    lang_option,
    limit_options,
    limits_of,
    output_option,
    plan_option,
    reading_options,
    subject_of,
    together,
)
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.plans import sound_plan
from kpi_cli.report import CHECK_WRITERS, writer
from kpi_cli.rules import ERROR, WARNING

NOTHING_CHECKED = 3


@click.command(cls=Command, help=word("help-check"))
@click.argument("files", nargs=-1, required=True, type=File(), metavar="FILE…")
@together(plan_option, reading_options, format_option(CHECK_WRITERS), output_option, fail_on_option(), lang_option, limit_options)
def command(
    files: tuple[str, ...], plan_file: str | None, format_: str, output: str | None, fail_on: str, prior: tuple[str, ...],
    subject: str | None, **options: Any,
) -> int:
    from kpi_cli.intake.heads import Period
    from kpi_cli.pipeline import Request, check

    language = language_here()
    refuse_overwriting(output, (*files, *prior))
    plan = sound_plan(plan_file, language)
    limits = limits_of(options["timeout"], options["memory"], options["max_cells"], options["max_text"])
    period = options["period"] or Period(None, None)
    request = Request(
        list(dict.fromkeys(files)), list(dict.fromkeys(prior)), options["year"], period, subject_of(plan, subject), limits, options["jobs"]
    )
    assessment = check(plan, request)
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
