"""The observation: one submitted figure, as intake hands it on and measuring takes it up."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple, overload

VALUE = "value"
BLANK = "blank"
MISSING = "missing"
NOT_APPLICABLE = "not_applicable"
UNREADABLE = "unreadable"

INPUT, REPORTED = "input", "reported"
FIGURE, ALLOTTED = "value", "target"


class Observation(NamedTuple):
    """One figure of a subject in a period.

    ``kind`` is input, or reported (a rate that is only checked); ``role`` is value, or target (from an allotment of
    targets). ``state`` is one of the five states (blank is a kind of missing). ``value`` is in the unit of its input (or of
    its indicator, for a rate), NaN unless ``state`` is value; a flag is 1 or 0; ``date`` the day for a date.
    ``decimals``: how many were written, in the plan's unit. ``raw`` quotes the cell. ``total`` marks a total row;
    ``remark`` is the text of the row's remark column; ``prior_file`` marks what came from an earlier submission (last year's,
    or the previous period's), ``compared`` what both this submission and an earlier one state.
    """

    kind: str
    id: str
    subject: str
    year: int
    span: str
    role: str
    state: str
    value: float
    decimals: int
    file: str
    sheet: str | None
    cell: str
    raw: str
    total: bool = False
    date: datetime.date | None = None
    remark: str = ""
    prior_file: bool = False
    compared: bool = False


_PLACES = {name: place for place, name in enumerate(Observation._fields)}
# Of a file of which more observations are asked for, all are made.
_FEW = 4
_make = partial(tuple.__new__, Observation)  # _make, without a look at the length, which was right before


class Periods(NamedTuple):
    """When figures are of, and whether they came from an earlier submission."""

    year: int
    span: str
    role: str
    prior_file: bool


def alike(column: Sequence[Any]) -> Any:
    """A column as it is kept: its value where it has but one, else a tuple."""
    return column[0] if column.count(column[0]) == len(column) else tuple(column)


class Observations(Sequence[Observation]):
    """What was observed in a file, kept column by column, a column of one value as that value: most are. So thousands of files
    go between processes, and are looked at, in a fraction of the time that rows would take; rows are made when asked for."""

    __slots__ = ("_asked", "_columns", "_rows", "_size")

    def __init__(self, rows: Iterable[Observation] = ()) -> None:
        self._rows: list[Observation] | None = list(rows)
        self._size, self._asked = len(self._rows), 0
        self._columns: tuple[Any, ...] = tuple(map(alike, zip(*self._rows, strict=True))) or (None,) * len(_PLACES)

    @classmethod
    def of_columns(cls, size: int, columns: Sequence[Any]) -> Observations:
        """From a column for each field of an observation, in their order: a tuple, or the value of all."""
        made = cls.__new__(cls)
        made._size, made._columns, made._rows, made._asked = size, tuple(columns), None, 0
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Observations.of_columns, (self._size, self._columns)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> Observation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Observation]: ...
    def __getitem__(self, index: int | slice) -> Observation | list[Observation]:
        if self._rows is None and self._asked < _FEW and not isinstance(index, slice):
            self._asked += 1
            at = range(self._size)[index]
            return _make([each[at] if type(each) is tuple else each for each in self._columns])
        return self.rows[index]

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Observations) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Observations({self.rows!r})"

    @property
    def rows(self) -> list[Observation]:
        """The observations one by one, not to be changed."""
        if self._rows is None:
            self._rows = list(map(_make, zip(*map(self.column, _PLACES), strict=True)))
        return self._rows

    def column(self, name: str) -> Iterable[Any]:
        """One field of every observation."""
        found = self._columns[_PLACES[name]]
        return found if type(found) is tuple else repeat(found, self._size)

    def told(self, names: Sequence[str]) -> tuple[Any, ...]:
        """Some fields of all observations, each as it is kept: what tells whether two files are of the same figures."""
        return tuple([self._columns[_PLACES[name]] for name in names])

    def counts(self, names: Sequence[str]) -> Mapping[tuple[Any, ...], int]:
        """How many observations have these values in these fields."""
        told = self.told(names)
        if self._size and not any(type(each) is tuple for each in told):
            return {told: self._size}
        return Counter(zip(*map(self.column, names), strict=True))

    def periods(self) -> dict[Periods, int]:
        """How many observations there are of each period."""
        return {Periods(*each): count for each, count in self.counts(Periods._fields).items()}


NO_OBSERVATIONS = Observations()
