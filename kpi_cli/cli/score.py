"""``kpi score``: who ranks where, and why every point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import USAGE_ERROR, Command
from kpi_cli.cli.options import File, colour_wanted, fail_on_option, format_option
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.paths import files_in
from kpi_cli.cli.plans import plan_path
from kpi_cli.report import SCORE_WRITERS, writer
from kpi_cli.rules import ERROR, WARNING, worst
from kpi_cli.words import Language

if TYPE_CHECKING:
    from kpi_cli.scoring.load import LoadedScheme
    from kpi_cli.scoring.run import ScoreRun

FAIL_ON = ("error", "warning", "never")
NOTHING_SCORED = 3


@click.command(cls=Command, help=word("help-score"))
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--scheme", "scheme_file", type=File(), required=True, metavar="FILE", help=word("option-scheme"))
@format_option(SCORE_WRITERS)
@fail_on_option(FAIL_ON)
@submission_options
def command(
    paths: tuple[str, ...], scheme_file: str, plan_file: str | None, format_: str, output: str | None, fail_on: str, **options: Any
) -> int:
    language = language_here()
    loaded = sound_scheme(scheme_file, plan_file, language)
    files = files_in(paths)
    refuse_overwriting(output, (*files_of(files, options), scheme_file))
    if format_ == "xlsx" and output is None:
        raise click.UsageError(word("needs-output", format=format_))
    from kpi_cli.pipeline_score import plan_for, score

    scheme, plan = loaded.scheme, loaded.plan
    if scheme is None or plan is None:  # a broken one has ended the run
        return USAGE_ERROR
    run = score(scheme, plan, request_of(plan_for(scheme, plan), files, options))
    write(writer(SCORE_WRITERS, format_)(run, language, colour_wanted(output)), output)
    return exit_code(run, fail_on)


def sound_scheme(file: str, plan_file: str | None, language: Language) -> LoadedScheme:
    """The scheme with its plan, ready for use. A broken one ends the run with all its mistakes, before any submission is
    opened."""
    from kpi_cli.scoring.lint import lint_scheme
    from kpi_cli.scoring.load import load_scheme

    loaded = load_scheme(file, file, plan_file, Path(plan_path(None)[0]))
    findings = lint_scheme(loaded)
    if worst(findings) == ERROR:
        from kpi_cli.report.lint import render_findings

        told = [*findings, *(loaded.plan_loaded.findings if loaded.plan_loaded and loaded.scheme is None else [])]
        click.echo(render_findings([each for each in told if each.severity == ERROR], language), err=True)
        raise click.exceptions.Exit(USAGE_ERROR)
    return loaded


def exit_code(run: ScoreRun, fail_on: str) -> int:
    """0, 1 or 3 as the contract has them: an error goes before nothing having been scored."""
    severities = {each.severity for each in run.findings}
    wanted = {"error": {ERROR}, "warning": {ERROR, WARNING}, "never": set()}[fail_on]
    if run.matched == 0 and not any(each.severity == ERROR and each.rule != "nothing-judged" for each in run.findings):
        return NOTHING_SCORED
    if severities & wanted:
        return 1
    return NOTHING_SCORED if run.matched == 0 else 0
