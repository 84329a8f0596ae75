"""``kpi read``: how one file was read."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command
from kpi_cli.cli.options import File, colour_wanted, format_option, together
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.plans import sound_plan
from kpi_cli.report import READ_WRITERS, writer


@click.command(cls=Command, help=word("help-read"))
@click.argument("file", type=File(), metavar="FILE")
@together(format_option(READ_WRITERS), submission_options)
def command(file: str, plan_file: str | None, format_: str, output: str | None, **options: Any) -> int:
    from kpi_cli.pipeline import read_all

    language = language_here()
    refuse_overwriting(output, files_of([file], options))
    plan = sound_plan(plan_file, language)
    if options["year"]:
        plan = plan._replace(year=options["year"])
    read = next(iter(read_all(plan, request_of(plan, [file], options)._replace(detailed=True))))
    write(writer(READ_WRITERS, format_)(plan, read, language, colour_wanted(output)), output)
    return 1 if read.sha256 is None or read.kind is None else 0
