"""``kpi validate``: what is wrong with submissions, before anything is judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command, near
from kpi_cli.cli.options import (
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
from kpi_cli.cli.paths import expand
from kpi_cli.cli.plans import sound_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.report import VALIDATE_WRITERS, writer
from kpi_cli.rules import ERROR, RULES

if TYPE_CHECKING:
    from kpi_cli.validation import Choice, Validation

FAIL_ON = ("error", "warning", "never")
NOTHING_CHECKED = 3

choice_options = together(
    click.option("--only", multiple=True, metavar="RULE", help=word("option-only")),
    click.option("--ignore", multiple=True, metavar="RULE", help=word("option-ignore")),
    click.option("--since", metavar="FILE", type=click.Path(), help=word("option-since")),
    click.option("--annotate", metavar="FILE", type=click.Path(), help=word("option-annotate")),
)


@click.command(cls=Command, help=word("help-validate"))
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@together(
    plan_option, reading_options, format_option(VALIDATE_WRITERS), output_option, choice_options, fail_on_option(FAIL_ON), lang_option,
    limit_options,
)
def command(
    paths: tuple[str, ...], plan_file: str | None, format_: str, output: str | None, fail_on: str, prior: tuple[str, ...],
    subject: str | None, only: tuple[str, ...], ignore: tuple[str, ...], since: str | None, annotate: str | None, **options: Any,
) -> int:
    language = language_here()
    plan = sound_plan(plan_file, language)
    files, left_out, nothing = expand(paths)
    for path in nothing:
        if "*" not in path and "?" not in path and "[" not in path:
            raise click.UsageError(word("no-such-file", file=path))
        click.echo(word("no-match", path=path), err=True)
    refuse_overwriting(output, (*files, *prior))
    if annotate is not None:
        from kpi_cli.cli.annotating import check_target, write_copies

        check_target(annotate, files, prior)
    from kpi_cli.intake.heads import Period
    from kpi_cli.pipeline import Request
    from kpi_cli.pipeline_validate import validate

    limits = limits_of(options["timeout"], options["memory"], options["max_cells"], options["max_text"])
    request = Request(
        files, list(dict.fromkeys(prior)), options["year"], options["period"] or Period(None, None), subject_of(plan, subject), limits,
        options["jobs"],
    )
    validation = validate(plan, request, choice_of(plan, only, ignore, since, fail_on), left_out)
    if annotate is not None:
        write_copies(validation, annotate, limits, language)
    write(writer(VALIDATE_WRITERS, format_)(validation, language, colour_wanted(output)), output)
    return exit_code(validation)


def choice_of(plan: Plan, only: tuple[str, ...], ignore: tuple[str, ...], since: str | None, fail_on: str) -> Choice:
    """Which findings count, as the options say. A usage error for a name that is no rule and no check."""
    from kpi_cli.validation import Choice

    accepted = _baseline(since) if since is not None else frozenset()
    return Choice(_rules(plan, only), _rules(plan, ignore), accepted, fail_on)


def _rules(plan: Plan, names: tuple[str, ...]) -> frozenset[str]:
    codes = {rule.code.casefold(): rule.name for rule in RULES.values()}
    known = {**{name: name for name in RULES}, **{check.id: check.id for check in plan.checks}}
    found = set()
    for name in (each.strip() for given in names for each in given.split(",")):
        meant = known.get(name) or codes.get(name.casefold())
        if meant is None:
            raise click.UsageError(word("bad-rule", name=name, near=near(name, [*known, *codes])))
        found.add(meant)
    return frozenset(found)


def _baseline(since: str) -> frozenset[str]:
    from kpi_cli.report.validation.json_ import NotABaseline, baseline

    try:
        return baseline(Path(since).read_bytes())
    except OSError as error:
        raise click.UsageError(word("bad-baseline", file=since, reason=error.strerror)) from None
    except NotABaseline as error:
        raise click.UsageError(word("bad-baseline", file=since, reason=error)) from None


def exit_code(validation: Validation) -> int:
    """0, 1 or 3 as the contract has them: an error goes before nothing having been checked."""
    severities = {each.severity for each in validation.findings}
    failing = validation.choice.fail_on != "never" and bool(severities & set(validation.choice.failing))
    nothing = validation.figures == 0
    if failing and not (nothing and ERROR not in severities):
        return 1
    return NOTHING_CHECKED if nothing else 0
