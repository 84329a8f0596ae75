"""The observations that a panel holds, by figure and subject: where each figure stands in which file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When

# Targets that were submitted stand beside the figures under a name of their own.
TARGET_OF = "target:"


class Seen:
    """Looked up by figure and period first: of thousands of subjects each has the same few dozen figures."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, When], dict[str, Observation]] = {}

    def add(self, id: str, when: When, by_subject: Mapping[str, Observation]) -> None:
        """Take up the observations of a figure or a target (``TARGET_OF`` before its id) in one period."""
        self._of.setdefault((id, when), {}).update(by_subject)

    def get(self, id: str, subject: str, when: When) -> Observation | None:
        found = self._of.get((id, when))
        return found.get(subject) if found is not None else None

    def figures(self) -> Iterator[tuple[str, When, Mapping[str, Observation]]]:
        """(id, period, subject → observation) of everything that was seen."""
        for (id, when), found in self._of.items():
            yield id, when, found

    def subjects(self, when: When | None = None) -> set[str]:
        """Who submitted anything, for a period or for any."""
        return {subject for _, period, found in self.figures() if when in (None, period) for subject in found}
