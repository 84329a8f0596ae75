"""The observations that a panel holds, by figure and subject: where each figure stands in which file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When

# Targets that were submitted stand beside the figures under a name of their own.
TARGET_OF = "target:"


class BySubject(Mapping[str, Observation]):
    """Subject → observation. Most are never asked for, and are not made before."""

    def __init__(self, observations: Sequence[Observation], places: Mapping[str, int]) -> None:
        self._observations, self._places = observations, places

    def __getitem__(self, subject: str) -> Observation:
        return self._observations[self._places[subject]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Seen:
    """Looked up by figure and period first: of thousands of subjects each has the same few dozen figures."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self._observations = observations
        self._of: dict[tuple[str, When], dict[str, int]] = {}

    def add(self, id: str, when: When, places: Mapping[str, int]) -> None:
        """Take up where each subject's observation of a figure or a target (``TARGET_OF`` before its id) stands, in one period."""
        self._of.setdefault((id, when), {}).update(places)

    def get(self, id: str, subject: str, when: When) -> Observation | None:
        place = self._of.get((id, when), {}).get(subject)
        return self._observations[place] if place is not None else None

    def figures(self) -> Iterator[tuple[str, When, Mapping[str, Observation]]]:
        """(id, period, subject → observation) of everything that was seen."""
        for (id, when), found in self._of.items():
            yield id, when, BySubject(self._observations, found)

    def subjects(self, when: When | None = None) -> set[str]:
        """Who submitted anything, for a period or for any."""
        return {subject for _, period, found in self.figures() if when in (None, period) for subject in found}
