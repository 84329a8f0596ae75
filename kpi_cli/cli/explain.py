"""``kpi explain``: one indicator, input or rule in full."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import USAGE_ERROR, Command
from kpi_cli.cli.options import (
    File,
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
from kpi_cli.report.explain import find, near_names, render


@click.command(cls=Command, help=word("help-explain"))
@click.argument("name", metavar="NAME")
@click.argument("files", nargs=-1, type=File(), metavar="[FILE…]")
@together(plan_option, reading_options, output_option, lang_option, limit_options)
def command(
    name: str, files: tuple[str, ...], plan_file: str | None, output: str | None, prior: tuple[str, ...],
    subject: str | None, **options: Any,
) -> int:
    language = language_here()
    refuse_overwriting(output, (*files, *prior))
    plan = sound_plan(plan_file, language)
    found = find(plan, name)
    if found is None:
        near = word("separator").join(near_names(plan, name)) or "—"
        click.echo(word("explain-unknown", name=name, near=near), err=True)
        return USAGE_ERROR
    assessment = None
    if files:
        from kpi_cli.intake.heads import Period
        from kpi_cli.pipeline import Request, check

        limits = limits_of(options["timeout"], options["memory"], options["max_cells"], options["max_text"])
        period = options["period"] or Period(None, None)
        request = Request(list(files), list(prior), options["year"], period, subject_of(plan, subject), limits, options["jobs"])
        assessment = check(plan, request)
    write(render(plan, *found, language, assessment), output)
    return 0
