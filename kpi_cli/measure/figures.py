"""Observations of thousands of files, looked at column by column: to fetch a field of each from its tuple takes as long again
with every look, since so many do not stay in the processor's cache."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from kpi_cli.observations import Observation


class Figure(NamedTuple):
    """What observations are figures of, whoever's they are."""

    kind: str
    id: str
    year: int
    span: str
    role: str


class Periods(NamedTuple):
    """When figures are of, and whether they came from an earlier submission."""

    year: int
    span: str
    role: str
    prior_file: bool


class Figures(list[Observation]):
    """Observations, and where those of each figure stand among them. Not to be changed once it was asked."""

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Figures:
        return observations if isinstance(observations, cls) else cls(observations)

    def column(self, name: str) -> list[Any]:
        """One field of every observation."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = list(map(attrgetter(name), self))
        return found

    @cached_property
    def places(self) -> dict[Figure, list[int]]:
        """Figure → where its observations stand, in their order."""
        found: defaultdict[Any, list[int]] = defaultdict(list)
        for at, figure in enumerate(zip(*map(self.column, Figure._fields), strict=True)):
            found[figure].append(at)
        return {Figure(*figure): places for figure, places in found.items()}

    @cached_property
    def periods(self) -> Counter[Periods]:
        """How many observations there are of each period."""
        found = Counter(zip(*map(self.column, Periods._fields), strict=True))
        return Counter({Periods(*period): count for period, count in found.items()})

    @cached_property
    def once(self) -> bool:
        """Whether no figure of a subject is there twice."""
        subjects = self.column("subject")
        return all(len({subjects[at] for at in places}) == len(places) for places in self.places.values())

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {}


def picked(places: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """What takes the elements at these places out of a list."""
    take = itemgetter(*places)
    return take if len(places) != 1 else lambda values: (values[places[0]],)
