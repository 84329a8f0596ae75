"""``kpi read``: how one file was read."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command
from kpi_cli.cli.options import (
    File,
    colour_wanted,
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
from kpi_cli.report import READ_WRITERS, writer


@click.command(cls=Command, help=word("help-read"))
@click.argument("file", type=File(), metavar="FILE")
@together(plan_option, reading_options, format_option(READ_WRITERS), output_option, lang_option, limit_options)
def command(
    file: str, plan_file: str | None, format_: str, output: str | None, subject: str | None, **options: Any
) -> int:
    from kpi_cli.intake.heads import Period
    from kpi_cli.pipeline import Request, read_all

    language = language_here()
    refuse_overwriting(output, [file])
    plan = sound_plan(plan_file, language)
    limits = limits_of(options["timeout"], options["memory"], options["max_cells"], options["max_text"])
    if options["year"]:
        plan = plan._replace(year=options["year"])
    request = Request([file], (), options["year"], options["period"] or Period(None, None), subject_of(plan, subject), limits, 1)
    read = next(iter(read_all(plan, request)))
    write(writer(READ_WRITERS, format_)(plan, read, language, colour_wanted(output)), output)
    return 1 if read.sha256 is None or read.kind is None else 0
