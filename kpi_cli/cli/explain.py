"""``kpi explain``: one indicator, input or rule in full."""

from __future__ import annotations

from typing import Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import USAGE_ERROR, Command
from kpi_cli.cli.options import File
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.paths import files_in
from kpi_cli.cli.plans import sound_plan
from kpi_cli.report.explain import find, near_names, render


@click.command(cls=Command, help=word("help-explain"))
@click.argument("name", metavar="NAME")
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@click.option("--scheme", "scheme_file", type=File(), metavar="FILE", help=word("option-scheme-explain"))
@submission_options
def command(
    name: str, paths: tuple[str, ...], scheme_file: str | None, plan_file: str | None, output: str | None, **options: Any
) -> int:
    language = language_here()
    files = files_in(paths)
    refuse_overwriting(output, files_of(files, options))
    if scheme_file is not None:
        return _subject(name, files, scheme_file, plan_file, output, options)
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


def _subject(name: str, files: list[str], scheme_file: str, plan_file: str | None, output: str | None, options: dict[str, Any]) -> int:
    """A subject's whole reckoning under a scheme, down to cells."""
    from kpi_cli.cli.options import subject_of
    from kpi_cli.cli.score import NOTHING_SCORED, sound_scheme
    from kpi_cli.pipeline_score import plan_for, score
    from kpi_cli.report.score_explain import render_subject

    language = language_here()
    loaded = sound_scheme(scheme_file, plan_file, language)
    if loaded.scheme is None or loaded.plan is None:  # a broken one has ended the run
        return USAGE_ERROR
    plan = plan_for(loaded.scheme, loaded.plan)
    subject = subject_of(plan, name)
    run = score(loaded.scheme, loaded.plan, request_of(plan, files, options))
    text = render_subject(run, str(subject), language)
    if text is None:
        click.echo(word("explain-unknown", name=name, near=word("separator").join(loaded.scheme.subjects())), err=True)
        return USAGE_ERROR
    write(text, output)
    if run.matched == 0:
        click.echo(word("explain-nothing-scored", files=len(files)), err=True)
        return NOTHING_SCORED
    return 0
