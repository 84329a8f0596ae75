"""``kpi validate``: what is wrong with submissions, before anything is judged."""

from __future__ import annotations

from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_cli.cli.asking import files_of, request_of, submission_options
from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import Command, near
from kpi_cli.cli.options import colour_wanted, fail_on_option, format_option, together
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
@click.argument("paths", nargs=-1, metavar="PATH…")
@together(format_option(VALIDATE_WRITERS), choice_options, fail_on_option(FAIL_ON), submission_options)
def command(
    paths: tuple[str, ...], plan_file: str | None, format_: str, output: str | None, fail_on: str, only: tuple[str, ...],
    ignore: tuple[str, ...], since: str | None, annotate: str | None, **options: Any,
) -> int:
    language = language_here()
    if not paths and not options["registers"]:
        raise click.UsageError(word("missing-argument", name="PATH…"))
    plan = sound_plan(plan_file, language)
    files, left_out, nothing = expand(paths)
    for path in nothing:
        if not has_magic(path):
            raise click.UsageError(word("no-such-file", file=path))
        click.echo(word("no-match", path=path), err=True)
    read = files_of(files, options)
    refuse_overwriting(output, read)
    if annotate is not None:
        from kpi_cli.cli.annotating import check_target, write_copies

        check_target(annotate, files, read)
    choice = choice_of(plan, only, ignore, since, fail_on)
    from kpi_cli.pipeline_validate import validate

    request = request_of(plan, files, options)
    validation = validate(plan, request, choice, left_out)
    if annotate is not None:
        write_copies(validation, annotate, request.limits, language)
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
    from kpi_cli.report.validation.json_ import NotABaselineError, baseline

    try:
        return baseline(Path(since).read_bytes())
    except OSError as error:
        raise click.UsageError(word("bad-baseline", file=since, reason=error.strerror)) from None
    except NotABaselineError as error:
        raise click.UsageError(word("bad-baseline", file=since, reason=error)) from None


def exit_code(validation: Validation) -> int:
    """0, 1 or 3 as the contract has them: an error goes before nothing having been checked."""
    severities = {each.severity for each in validation.findings}
    failing = validation.choice.fail_on != "never" and bool(severities & set(validation.choice.failing))
    nothing = validation.figures == 0
    if failing and not (nothing and ERROR not in severities):
        return 1
    return NOTHING_CHECKED if nothing else 0
