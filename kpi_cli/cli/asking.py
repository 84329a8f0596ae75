"""What a command asks of the pipeline: the options on submissions, and the request that they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from kpi_cli.cli.batch import batch_options, batched
from kpi_cli.cli.language import word
from kpi_cli.cli.options import File, lang_option, limit_options, limits_of, output_option, plan_option, reading_options, subject_of, together
from kpi_cli.plan.nouns import Plan

if TYPE_CHECKING:
    # Imported where it is used: help needs no pipeline.
    from kpi_cli.pipeline import Request

register_option = click.option("--register", "registers", multiple=True, metavar="NAME=FILE", help=word("option-register"))
# What every command that reads submissions takes, beside its own options.
submission_options = together(plan_option, reading_options, register_option, output_option, lang_option, limit_options, batch_options)


def request_of(plan: Plan, files: Iterable[str], options: dict[str, Any]) -> Request:
    """The request that the submission options make; a usage error for a subject or register that the plan does not have."""
    from kpi_cli.intake.heads import Period
    from kpi_cli.pipeline import Request

    limits = limits_of(options["timeout"], options["memory"], options["max_cells"], options["max_text"])
    request = Request(
        list(dict.fromkeys(files)), list(dict.fromkeys(options["prior"])), options["year"], options["period"] or Period(None, None),
        subject_of(plan, options["subject"]), limits, options["jobs"], registers_of(plan, options["registers"]),
    )
    return batched(request, options)


def registers_of(plan: Plan, given: Iterable[str]) -> list[tuple[str, str]]:
    """(register, file) for each NAME=FILE."""
    found = []
    for each in given:
        name, equals, file = each.partition("=")
        if not equals or name not in plan.registers:
            known = word("separator").join(plan.registers) or "—"
            raise click.UsageError(word("bad-register", known=known))
        found.append((name, File().convert(file, None, None)))
    return found


def files_of(files: Iterable[str], options: dict[str, Any]) -> list[str]:
    """Every file that the options name, which no output may replace."""
    return [*files, *options["prior"], *(each.partition("=")[2] for each in options["registers"])]
