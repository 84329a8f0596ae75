"""Last year's submissions → the figures that a new form is filled in with."""

from __future__ import annotations

from kpi_cli.measure.figures import Figures
from kpi_cli.measure.merge import merge
from kpi_cli.observations import FIGURE, INPUT, VALUE, Observation
from kpi_cli.pipeline import Request, read_all
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding

LastYear = dict[tuple[str, str], Observation]


def last_year(plan: Plan, request: Request, when: When) -> tuple[LastYear, list[Finding]]:
    """The figures of the same period a year before, by input and subject, and what was wrong with the files."""
    wanted = when._replace(year=when.year - 1)
    files = list(read_all(plan, request))
    observations, repeated = merge(plan, Figures(file.observations for file in files))
    figures = {
        (each.id, each.subject): each
        for each in observations
        if each.kind == INPUT and each.role == FIGURE and each.state == VALUE and When(each.year, each.span) == wanted
    }
    return figures, [each for file in files for each in file.findings] + repeated
