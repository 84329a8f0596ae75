"""Which plan a command uses, and the refusal of a broken one."""

from __future__ import annotations

import gc
import os.path

import click

import kpi_cli
from kpi_cli.cli.main import USAGE_ERROR
from kpi_cli.plan.load import Loaded, load_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import ERROR, worst
from kpi_cli.words import Language

DEFAULT = "indicators.yaml"


def plan_path(given: str | None) -> tuple[str, str]:
    """The plan's file and how it is shown: as given, else here, else the one that comes with the program."""
    if given is not None:
        return given, given
    if os.path.isfile(DEFAULT):
        return DEFAULT, DEFAULT
    package = os.path.dirname(kpi_cli.__file__)
    shipped = os.path.join(package, "plans", DEFAULT)
    return shipped if os.path.isfile(shipped) else os.path.join(os.path.dirname(package), DEFAULT), DEFAULT


def load(given: str | None) -> Loaded:
    path, shown = plan_path(given)
    # A plan is thousands of small objects and no garbage: collecting while it loads costs a tenth of the time.
    gc.disable()
    try:
        return load_plan(path, shown)
    finally:
        gc.enable()


def sound_plan(given: str | None, language: Language) -> Plan:
    """The plan, ready for use. A broken one ends the run with all its mistakes, before any submission is opened."""
    loaded = load(given)
    if loaded.plan is None or worst(loaded.findings) == ERROR:
        from kpi_cli.report.lint import render_findings

        click.echo(render_findings(loaded.findings, language), err=True)
        raise click.exceptions.Exit(USAGE_ERROR)
    return loaded.plan
