"""Observations of thousands of files, looked at column by column: one by one, to fetch a field of each would take as long as
reading a tenth of the files."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any, NamedTuple, overload

from kpi_cli.observations import Observation, Observations, Periods

# Where more than one in so many is asked for, all are put in a list.
_MANY = 32


class Figure(NamedTuple):
    """What observations are figures of, whoever's they are."""

    kind: str
    id: str
    year: int
    span: str
    role: str


class Figures(Sequence[Observation]):
    """The observations of several files, one after the other, and where those of each figure stand among them."""

    def __init__(self, files: Iterable[Observations]) -> None:
        self._files = [each for each in files if len(each)]
        self._starts = [0, *accumulate(map(len, self._files))]
        self._columns: dict[str, list[Any]] = {}
        self._rows: list[Observation] | None = None
        self._asked = 0

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Figures:
        return observations if isinstance(observations, cls) else cls([Observations(observations)])

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> Observation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Observation]: ...
    def __getitem__(self, index: int | slice) -> Observation | list[Observation]:
        if self._rows is None:
            self._asked += 1
            if not isinstance(index, slice) and self._asked * _MANY < len(self):
                at = range(len(self))[index]
                file = bisect_right(self._starts, at) - 1
                return self._files[file][at - self._starts[file]]
            self._rows = list(self)
        return self._rows[index]

    def __iter__(self) -> Iterator[Observation]:
        return chain.from_iterable(self._files)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figures) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Figures({list(self)!r})"

    def column(self, name: str) -> list[Any]:
        """One field of every observation."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = list(chain.from_iterable(each.column(name) for each in self._files))
        return found

    @cached_property
    def places(self) -> dict[Figure, list[int]]:
        """Figure → where its observations stand, in their order. Files of the same figures are looked at together."""
        alike: defaultdict[Any, list[int]] = defaultdict(list)
        for number, file in enumerate(self._files):
            alike[len(file), file.told(Figure._fields)].append(number)
        found: defaultdict[Any, list[int]] = defaultdict(list)
        for numbers in alike.values():
            starts = [self._starts[number] for number in numbers]
            for offset, figure in enumerate(zip(*map(self._files[numbers[0]].column, Figure._fields), strict=True)):
                found[figure] += [start + offset for start in starts]
        return {Figure(*figure): sorted(places) for figure, places in found.items()}

    @cached_property
    def periods(self) -> Counter[Periods]:
        """How many observations there are of each period."""
        found: Counter[Periods] = Counter()
        for file in self._files:
            found.update(file.periods())
        return found

    @cached_property
    def once(self) -> bool:
        """Whether no figure of a subject is there twice."""
        subjects = self.column("subject")
        return all(len(set(picked(places)(subjects))) == len(places) for places in self.places.values())

    @cached_property
    def undated(self) -> bool:
        """Whether no observation is a date."""
        return all(file.told(["date"]) == (None,) for file in self._files)


def picked(places: list[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What takes the elements at these places out of a list."""
    take = itemgetter(*places)
    return take if len(places) != 1 else lambda values: (values[places[0]],)
