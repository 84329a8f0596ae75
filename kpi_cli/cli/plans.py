"""Which plan a command uses, and the refusal of a broken one."""

from __future__ import annotations

from pathlib import Path

import click

import kpi_cli
from kpi_cli.cli.main import USAGE_ERROR
from kpi_cli.plan.load import Loaded, load_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import ERROR, worst
from kpi_cli.words import Language

DEFAULT = "indicators.yaml"


def plan_path(given: str | None) -> tuple[Path, str]:
    """The plan's file and how it is shown: as given, else here, else the one that comes with the program."""
    if given is not None:
        return Path(given), given
    if Path(DEFAULT).is_file():
        return Path(DEFAULT), DEFAULT
    package = Path(kpi_cli.__file__).parent
    shipped = package / "plans" / DEFAULT
    return (shipped if shipped.is_file() else package.parent / DEFAULT), DEFAULT


def load(given: str | None) -> Loaded:
    path, shown = plan_path(given)
    return load_plan(path, shown)


def sound_plan(given: str | None, language: Language) -> Plan:
    """The plan, ready for use. A broken one ends the run with all its mistakes, before any submission is opened."""
    loaded = load(given)
    if loaded.plan is None or worst(loaded.findings) == ERROR:
        from kpi_cli.report.lint import render_findings

        click.echo(render_findings(loaded.findings, language), err=True)
        raise click.exceptions.Exit(USAGE_ERROR)
    return loaded.plan
