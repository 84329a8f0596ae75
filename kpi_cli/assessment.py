"""What a run of the pipeline hands to the writers: results and findings, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kpi_cli.intake.reading import FileRead
from kpi_cli.measure.figures import Figures
from kpi_cli.observations import UNREADABLE
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding

if TYPE_CHECKING:
    # Only for types: numpy is imported while the workers read, not before they start.
    from kpi_cli.measure.checks import Ran
    from kpi_cli.measure.registers.run import MeasuredRegister
    from kpi_cli.measure.results import Compliance, Result


class Assessment(NamedTuple):
    """``files`` in the order given; ``observations`` are those in use, each figure once. ``registers``: the rows of firm lists
    and the like, with the results of the rules that hold row by row."""

    plan: Plan
    when: When
    files: tuple[FileRead, ...]
    observations: Figures
    results: list[Result]
    compliance: list[Compliance]
    findings: list[Finding]
    checks: list[Ran]
    registers: tuple[MeasuredRegister, ...] = ()

    @property
    def matched(self) -> int:
        """How many figures matched the plan."""
        return sum(count for each, count in self.observations.periods.items() if not each.prior_file)

    @property
    def nothing_checked(self) -> bool:
        """Whether no figure that can be used and no row in the files matched the plan, so that no verdict means anything."""
        told = zip(*map(self.observations.column, ("year", "prior_file", "state")), strict=True)
        ours = any(year == self.when.year and not prior_file and state != UNREADABLE for year, prior_file, state in told)
        return not ours and not any(each.entities.size for each in self.registers)
