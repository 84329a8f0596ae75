"""``kpi template``: the form to fill in, from the plan."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command, near
from kpi_cli.cli.options import File, PeriodType, lang_option, limit_options, limits_of, plan_option, subject_of, together
from kpi_cli.cli.output import refuse_overwriting, write, write_file
from kpi_cli.cli.plans import sound_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import ERROR
from kpi_cli.words import Language

if TYPE_CHECKING:
    from kpi_cli.pipeline_template import LastYear
    from kpi_cli.plan.formula.evaluate import When

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@click.command(cls=Command, help=word("help-template"))
@together(
    plan_option,
    click.option("--year", type=click.IntRange(1949, 2100), metavar="YEAR", help=word("option-year")),
    click.option("--period", type=PeriodType(), metavar="PERIOD", help=word("option-template-period")),
    click.option("--subject", "subjects", multiple=True, metavar="NAME", help=word("option-template-subject")),
    click.option("--group", metavar="NAME", help=word("option-template-group")),
    click.option("--prior", type=File(), multiple=True, metavar="FILE", help=word("option-template-prior")),
    click.option("--output", "-o", metavar="FILE", type=click.Path(), help=word("option-template-output")),
    lang_option,
    limit_options,
)
def command(
    plan_file: str | None, year: int | None, period: Any, subjects: tuple[str, ...], group: str | None, prior: tuple[str, ...],
    output: str | None, **options: Any,
) -> int:
    from kpi_cli.plan.formula.evaluate import When
    from kpi_cli.report.template.form import form_of
    from kpi_cli.report.template.workbook import render

    language = language_here()
    plan = sound_plan(plan_file, language)
    wanted = _subjects(plan, subjects, group)
    folder = _folder(output, len(wanted) > 1 or group is not None)
    refuse_overwriting(output if folder is None else None, prior)
    when = When(year or (period.year if period else None) or plan.year, (period.span if period else "") or "")
    plan = plan._replace(year=when.year)
    limits = limits_of(options["timeout"], options["memory"], options["max_cells"], options["max_text"])
    figures = _prior(plan, prior, when, limits, language) if prior else {}
    for subject in wanted:
        data = render(form_of(plan, subject, when, figures), language)
        if folder is None:
            write(data, output)
        else:
            path = folder / _file_name(plan, subject, when)
            refuse_overwriting(str(path), prior)
            write_file(path, data)
            click.echo(word("template-written", file=str(path)), err=True)
    return 0


def _subjects(plan: Plan, subjects: tuple[str, ...], group: str | None) -> list[str]:
    """Whom forms are made for: those named, the members of a group, else the whole."""
    found = [subject_of(plan, name.strip()) or "" for given in subjects for name in re.split("[,，、]", given) if name.strip()]
    if group is not None:
        by_name = {**{each.name: each for each in plan.groups.values()}, **plan.groups}
        if group not in by_name:
            raise click.UsageError(word("bad-group", name=group, near=near(group, by_name)))
        found += by_name[group].members
    return list(dict.fromkeys(found)) or [plan.subject]


def _folder(output: str | None, several: bool) -> Path | None:
    """The folder for several forms, None where there is one form that goes to a file or to standard output."""
    if output is None:
        if several or sys.stdout.isatty():
            raise click.UsageError(word("template-needs-output"))
        return None
    if not several and not Path(output).is_dir() and not output.endswith("/"):
        return None
    if Path(output).exists() and not Path(output).is_dir():
        raise click.UsageError(word("template-needs-folder", output=output))
    Path(output).mkdir(parents=True, exist_ok=True)
    return Path(output)


def _file_name(plan: Plan, subject: str, when: When) -> str:
    return _NOT_IN_NAMES.sub("_", f"{plan.id}_{subject}_{when.text}") + ".xlsx"


def _prior(plan: Plan, prior: tuple[str, ...], when: When, limits: Any, language: Language) -> LastYear:
    """Last year's figures. What is wrong with the files is told; a form is not filled in from what is in error."""
    from kpi_cli.intake.heads import Period
    from kpi_cli.pipeline import Request
    from kpi_cli.pipeline_template import last_year
    from kpi_cli.report.lint import render_findings

    request = Request((), list(dict.fromkeys(prior)), when.year, Period(None, None), None, limits)
    figures, findings = last_year(plan, request, when)
    errors = [each for each in findings if each.severity == ERROR]
    if errors:
        click.echo(render_findings(errors, language), err=True)
    if not figures:
        click.echo(word("template-no-prior", period=when._replace(year=when.year - 1).text), err=True)
    return figures
