"""``kpi explain``: one indicator, input or rule in full."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import USAGE_ERROR, Command
from kpi_cli.cli.options import File
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.plans import sound_plan
from kpi_cli.report.explain import find, near_names, render


@click.command(cls=Command, help=word("help-explain"))
@click.argument("name", metavar="NAME")
@click.argument("files", nargs=-1, type=File(), metavar="[FILE…]")
@submission_options
def command(name: str, files: tuple[str, ...], plan_file: str | None, output: str | None, **options: Any) -> int:
    language = language_here()
    refuse_overwriting(output, files_of(files, options))
    plan = sound_plan(plan_file, language)
    found = find(plan, name)
    if found is None:
        near = word("separator").join(near_names(plan, name)) or "—"
        click.echo(word("explain-unknown", name=name, near=near), err=True)
        return USAGE_ERROR
    assessment = None
    if files:
        from kpi_cli.pipeline import check

        assessment = check(plan, request_of(plan, files, options))
    write(render(plan, *found, language, assessment), output)
    return 0
