"""What a layout makes of a sheet: slots, each a cell with what it must hold; and an account of the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kpi_cli.intake.vocabulary import Wanted
from kpi_cli.plan.formula.evaluate import When


class UnitAt(NamedTuple):
    """A unit that is written for a cell, and where it is written; ``where`` is cell, column, name or sheet."""

    text: str
    where: str
    row: int
    column: int


class Slot(NamedTuple):
    """A cell and what it must hold: a figure of a subject in a period. ``units`` are those written for it, the nearest
    first; ``name_at`` is the cell that names it. ``total`` marks a total row or column; ``doubtful`` a cell of which it
    cannot be told what it holds (the layout says why in its doubts)."""

    row: int
    column: int
    wanted: Wanted
    subject: str
    when: When
    role: str
    units: tuple[UnitAt, ...]
    name_at: tuple[int, int]
    total: bool = False
    remark: tuple[int, int] | None = None
    doubtful: bool = False


class Skipped(NamedTuple):
    """A row or column that was left out. ``why`` is a word's key."""

    row: int | None
    column: int | None
    text: str
    why: str


class Unknown(NamedTuple):
    """A row, column or subject that holds figures but is not in the plan; ``rival``: another subject that is named as well, where
    it cannot be told which is meant."""

    rule: str
    row: int
    column: int
    text: str
    rival: str | None = None


class Doubt(NamedTuple):
    """A place that may be read in more than one way. ``reason`` is a word's key."""

    row: int
    column: int
    reason: str


@dataclass(slots=True)
class Layout:
    """A layout's reading of a sheet. ``why`` is a word's key with its facts; ``heads`` says what each column was taken
    for; ``subjects`` are the cells that name subjects; ``unit_line`` is a unit stated for the whole sheet, and its cell."""

    name: str
    why: str
    facts: dict[str, object]
    slots: list[Slot] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)
    first_row: int = 0
    doubts: list[Doubt] = field(default_factory=list)
    subjects: dict[tuple[int, int], str] = field(default_factory=dict)
    unit_line: tuple[str, int, int] | None = None

    def doubt_title(self, other: tuple[int, int] | None, before: int) -> None:
        """Where the title of a table says that its figures are others than those that were reached, none of them is used."""
        if other is not None and len(self.slots) > before:
            self.slots[before:] = [slot._replace(doubtful=True) for slot in self.slots[before:]]
            self.doubts.append(Doubt(*other, "doubt-title"))
