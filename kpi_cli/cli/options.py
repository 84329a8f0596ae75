"""The options that commands share, and what they turn into."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kpi_cli.cli.language import word
from kpi_cli.cli.main import near
from kpi_cli.plan.nouns import Plan
from kpi_cli.words import LANGUAGES

if TYPE_CHECKING:
    # Imported where they are used: commands that read no file should not pay for them.
    from kpi_cli.intake.heads import Period
    from kpi_cli.intake.limits import Limits

FAIL_ON = ("error", "warning", "missed", "never")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class File(click.ParamType[str]):
    """A file that is there. Whether it can be read is the readers' concern."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not os.path.exists(value):
            raise click.UsageError(word("no-such-file", file=value), ctx)
        return str(value)


class PeriodType(click.ParamType["Period"]):
    """A reporting period such as 2012-Q1..Q3."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        from kpi_cli.intake.heads import parse_period

        found = parse_period(str(value))
        if found is None:
            raise click.UsageError(word("bad-period", period=value), ctx)
        return found


def together(*decorators: Decorator) -> Decorator:
    """Several decorators as one, in the order that help shows them."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


plan_option = click.option("--plan", "plan_file", type=File(), metavar="FILE", help=word("option-plan"))
# Read before options are parsed (see language.py), so that help speaks it too; here it is only checked.
lang_option = click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help=word("option-lang"))
output_option = click.option("--output", "-o", metavar="FILE", type=click.Path(dir_okay=False), help=word("option-output"))


def format_option(formats: Any) -> Decorator:
    names = list(formats)
    return click.option(
        "--format", "-f", "format_", type=click.Choice(names), default=names[0], metavar="NAME",
        help=word("option-format", formats=word("separator").join(names)),
    )


def fail_on_option(choices: tuple[str, ...] = FAIL_ON) -> Decorator:
    help_ = word("option-fail-on" if "missed" in choices else "option-fail-on-findings")
    return click.option("--fail-on", type=click.Choice(choices), default="error", metavar="WHEN", help=help_)


reading_options = together(
    click.option("--year", type=click.IntRange(1949, 2100), metavar="YEAR", help=word("option-year")),
    click.option("--period", type=PeriodType(), metavar="PERIOD", help=word("option-period")),
    click.option("--subject", metavar="NAME", help=word("option-subject")),
    click.option("--prior", type=File(), multiple=True, metavar="FILE", help=word("option-prior")),
)
limit_options = together(
    click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help=word("option-jobs")),
    click.option("--timeout", type=click.FloatRange(0.1, 86400), metavar="SECONDS", envvar="KPI_TIMEOUT", help=word("option-timeout")),
    click.option("--memory", type=click.IntRange(16), metavar="MIB", envvar="KPI_MEMORY", help=word("option-memory")),
    click.option("--max-cells", type=click.IntRange(1), metavar="N", envvar="KPI_MAX_CELLS", help=word("option-max-cells")),
    click.option("--max-text", type=click.IntRange(1), metavar="N", envvar="KPI_MAX_TEXT", help=word("option-max-text")),
)


def limits_of(timeout: float | None, memory: int | None, max_cells: int | None, max_text: int | None) -> Limits:
    """The limits for reading one file: the defaults, changed where the user said so."""
    from dataclasses import replace

    from kpi_cli.intake.limits import MEBIBYTE, Limits

    changes: dict[str, Any] = {}
    if timeout is not None:
        changes |= {"seconds": timeout, "seconds_per_mebibyte": 0.0}
    if memory is not None:
        changes |= {"memory": memory * MEBIBYTE, "memory_per_byte": 0}
    if max_cells is not None:
        changes["cells"] = max_cells
    if max_text is not None:
        changes["file_text"] = max_text
    return replace(Limits(), **changes)


def subject_of(plan: Plan, name: str | None) -> str | None:
    """The plan's subject that --subject names. A usage error where there is none of that name."""
    if name is None:
        return None
    from kpi_cli.plan.matching import normal_name

    known = {normal_name(alias): plan.subject for alias in (plan.subject, *plan.subject_aliases)}
    for group in plan.groups.values():
        known |= {normal_name(alias): member for member, aliases in group.members.items() for alias in (member, *aliases)}
    found = known.get(normal_name(name))
    if found is None:
        raise click.UsageError(word("bad-subject", name=name, near=near(name, plan.subjects())))
    return found


def colour_wanted(output: str | None) -> bool:
    """Colour only on a terminal, and never where NO_COLOR is set."""
    return output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
