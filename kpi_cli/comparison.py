"""Two submissions side by side: what was changed, what that changed in the verdicts, and what became of the findings."""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.assessment import Assessment
from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.rules import Finding

CHANGED, ADDED, REMOVED = "changed", "added", "removed"


class FigureChange(NamedTuple):
    """A figure that differs. ``before`` is None where it was added, ``after`` where it was removed."""

    kind: str
    before: Observation | None
    after: Observation | None

    @property
    def either(self) -> Observation:
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two is always there
        return found


class VerdictChange(NamedTuple):
    """A result whose status differs; values in the indicator's unit, None where there is none."""

    indicator: str
    subject: str
    unit: str
    before: str
    after: str
    value_before: float | None
    value_after: float | None


class Comparison(NamedTuple):
    """``figures`` are this year's, ``restated`` those of earlier years. Of the findings, ``fixed`` are the old one's alone,
    ``fresh`` the new one's alone, ``remaining`` as the new one has them."""

    old: Assessment
    new: Assessment
    when: When
    figures: list[FigureChange]
    restated: list[FigureChange]
    verdicts: list[VerdictChange]
    fixed: list[Finding]
    remaining: list[Finding]
    fresh: list[Finding]
