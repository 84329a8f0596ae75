"""``kpi diff``: what changed between two submissions."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command
from kpi_cli.cli.options import colour_wanted, fail_on_option, format_option, together
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.paths import expand
from kpi_cli.cli.plans import sound_plan
from kpi_cli.report import DIFF_WRITERS, writer
from kpi_cli.rules import worst

FAIL_ON = ("error", "warning", "never")
NOTHING_CHECKED = 3


@click.command(cls=Command, help=word("help-diff"))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@together(format_option(DIFF_WRITERS), fail_on_option(FAIL_ON), submission_options)
def command(old: str, new: str, plan_file: str | None, format_: str, output: str | None, fail_on: str, **options: Any) -> int:
    from kpi_cli.pipeline_diff import compare

    language = language_here()
    plan = sound_plan(plan_file, language)
    sides = [_files(old), _files(new)]
    refuse_overwriting(output, files_of([*sides[0], *sides[1]], options))
    comparison = compare(plan, *(request_of(plan, files, options) for files in sides))
    write(writer(DIFF_WRITERS, format_)(comparison, language, colour_wanted(output)), output)
    gravest = worst(comparison.new.findings)
    if gravest is not None and fail_on != "never" and (gravest == "error" or (fail_on == "warning" and not comparison.new.nothing_checked)):
        return 1
    return NOTHING_CHECKED if comparison.new.nothing_checked else 0


def _files(path: str) -> list[str]:
    files, _, nothing = expand([path])
    if nothing or not files:
        raise click.UsageError(word("no-such-file", file=path))
    return files
