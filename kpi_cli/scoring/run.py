"""What a scoring run hands to the writers."""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.reading import FileRead
from kpi_cli.measure.figures import Figures
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding
from kpi_cli.scoring.engine import Scores
from kpi_cli.scoring.nouns import Scheme


class ScoreRun(NamedTuple):
    """``files`` in the order given; ``observations`` those in use; ``findings`` of reading, checking and scoring in order."""

    scheme: Scheme
    plan: Plan
    when: When
    files: tuple[FileRead, ...]
    observations: Figures
    scores: Scores
    findings: list[Finding]

    @property
    def matched(self) -> int:
        """How many figures of the scheme's subjects matched the plan: 0 means that nothing was scored."""
        subjects = set(self.scheme.subjects())
        columns = map(self.observations.column, ("subject", "prior_file"))
        return sum(1 for subject, prior_file in zip(*columns, strict=True) if subject in subjects and not prior_file)
