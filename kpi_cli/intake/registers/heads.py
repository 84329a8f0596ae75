"""Recognising a register by the heads of its columns: names and aliases, units in brackets, any order, one to three rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kpi_cli.intake.marks import read_date
from kpi_cli.intake.view import View
from kpi_cli.observations import VALUE
from kpi_cli.plan.matching import last_brackets, normal_name, strip_label
from kpi_cli.plan.nouns import Column, Register
from kpi_cli.plan.units import UnitTable

# Heads are looked for in so many rows at the top of a sheet.
TOP_ROWS = 40
_MOST_LEVELS = 3
_PERIOD = re.compile(r"(?:本年度?|当年|今年|本期|全年|年度)(?:累计|实际|完成)?(?:数|值)?|累计|实际|数值|金额")
_YEAR = re.compile(r"((?:19|20)\d\d)年?度?")
_NUMBERED = re.compile(r"(.+?)(?:\d|[一二三四五])")
_STUB = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|[a-z]|\d{1,2}|[①-⑳]|[-—]+", re.IGNORECASE)


class Head(NamedTuple):
    """Where a column of a register stands. ``row`` and ``column`` count from 0; ``means`` is the value that a tick in the
    column stands for, None where the cells hold the values themselves."""

    id: str
    row: int
    column: int
    text: str
    unit: str | None
    means: str | None = None


class Found(NamedTuple):
    """A register in a sheet. Its heads fill the rows from ``top`` up to ``first``, where its rows begin. ``beside``: the first
    head of a second list to its right, which is not read."""

    register: Register
    heads: tuple[Head, ...]
    top: int
    first: int
    beside: Head | None = None

    @property
    def ids(self) -> set[str]:
        return {head.id for head in self.heads}

    @property
    def lacking(self) -> list[str]:
        """The columns that must be there and are not."""
        return [id for id, column in self.register.columns.items() if column.required and id not in self.ids]

    @property
    def complete(self) -> bool:
        return not self.lacking


class Names(NamedTuple):
    """The names of a register's columns, in the form in which they are looked up."""

    register: Register
    ids: Mapping[str, str]
    year: int
    units: UnitTable

    def find(self, text: str) -> tuple[str, str | None] | None:
        """(column, unit in brackets) that a head names, None for any other."""
        plain, unit = strip_label(text), None
        for _ in range(3):
            id = self._named(normal_name(plain))
            if id is not None:
                return id, unit
            parted = last_brackets(plain)
            if parted is None:
                return None
            plain = parted[0]
            unit = unit or (parted[1] if self.units.parse(parted[1]) is not None else None)
        return None

    def _named(self, name: str) -> str | None:
        found = self.ids.get(name)
        if found is None and (year := _YEAR.match(name)) and int(year[1]) == self.year:
            found = self.ids.get(name[year.end() :])
        if found is None and (period := _PERIOD.match(name)):
            found = self.ids.get(name[period.end() :])
        if found is None and (numbered := _NUMBERED.fullmatch(name)):
            found = self.ids.get(numbered[1])
            found = found if found and self.register.columns[found].type == "choices" else None
        return found


def names_of(register: Register, year: int, units: UnitTable) -> Names:
    ids = {normal_name(name): id for id, column in register.columns.items() for name in (column.name, *column.aliases)}
    return Names(register, ids, year, units)


def find_register(view: View, registers: Mapping[str, Register], named: bool = False) -> Found | None:
    """The register whose columns explain the heads best, None where none has half of its columns there.

    ``view`` is of the top rows of a sheet. ``named`` says that the user named the register: then one column is enough.
    """
    best: Found | None = None
    for register in registers.values():
        found = _find(view, names_of(register, view.words.year, view.words.units))
        if found is not None and (named or _is_enough(found)) and (best is None or _rank(found) > _rank(best)):
            best = found
    return best


def _rank(found: Found) -> tuple[bool, int, int]:
    return found.complete, len(found.ids), -len(found.register.columns)


def _is_enough(found: Found) -> bool:
    needed = [id for id, column in found.register.columns.items() if column.required]
    there = sum(1 for id in needed if id in found.ids)
    return len(found.ids) >= 2 and 2 * there >= len(needed)


def _find(view: View, names: Names) -> Found | None:
    last = min(TOP_ROWS, len(view.rows))
    hits = [sum(1 for column in range(view.width) if _is_head(view, names, row, column)) for row in range(last)]
    if not hits or not max(hits):
        return None
    row = hits.index(max(hits))
    bands = [(row, row), (row - 1, row), (row, row + 1), (row - 1, row + 1)]
    best: Found | None = None
    for top, bottom in bands:
        if top >= 0 and bottom < len(view.rows):
            found = _read_band(view, names, top, _to_merged_end(view, top, bottom))
            if best is None or len(found.heads) > len(best.heads):
                best = found
    return _with_stubs(view, names, best) if best is not None else None


def _is_head(view: View, names: Names, row: int, column: int) -> bool:
    text = view.sheet.cell(row, column)
    return isinstance(text, str) and len(text) <= 60 and names.find(text) is not None


def _to_merged_end(view: View, top: int, bottom: int) -> int:
    """The last row into which heads are merged down."""
    ends = [span.bottom for span in view.sheet.merged if top <= span.top <= bottom and span.bottom - top < _MOST_LEVELS]
    return max([bottom, *ends])


def _read_band(view: View, names: Names, top: int, bottom: int) -> Found:
    heads: list[Head] = []
    taken: set[str] = set()
    for column in range(view.width):
        head = _read_column(view, names, list(range(top, bottom + 1)), column)
        several = head is not None and names.register.columns[head.id].type == "choices"
        if head is not None and head.id in taken and head.id in (names.register.key, names.register.label):
            return Found(names.register, tuple(heads), top, bottom + 1, head)
        if head is not None and (head.id not in taken or several):
            heads.append(head)
            taken.add(head.id)
    return Found(names.register, tuple(heads), top, bottom + 1)


def _read_column(view: View, names: Names, rows: list[int], column: int) -> Head | None:
    """A column by its levels: the deepest that names it; below it only a unit, a period, or a value to tick may stand."""
    levels = list(_levels(view, rows, column))
    for depth in range(len(levels) - 1, -1, -1):
        row, text = levels[depth]
        found = names.find(text)
        if found is None and depth > 0:
            found = names.find(levels[depth - 1][1] + text)
        if found is None:
            continue
        below = [text for _, text in levels[depth + 1 :]]
        head = Head(found[0], row, column, text, found[1])
        return _with_levels_below(names, head, below)
    return None


def _levels(view: View, rows: list[int], column: int) -> Iterator[tuple[int, str]]:
    """The texts above a column, top to bottom; in a file without merged cells a blank takes the text to its left where
    another stands below it."""
    seen = set()
    for row in rows:
        place = view.origin(row, column)
        if place in seen:
            continue
        seen.add(place)
        text = view.text(*place)
        if text:
            yield place[0], text
        elif not view.sheet.merged and row < rows[-1] and view.text(rows[-1], column):
            left = next((view.text(row, each) for each in range(column, -1, -1) if view.text(row, each)), "")
            if left:
                yield row, left


def _with_levels_below(names: Names, head: Head, below: list[str]) -> Head | None:
    for text in below:
        if names.units.parse(text) is not None:
            head = head._replace(unit=head.unit or text)
        elif (value := _value_named(names.register.columns[head.id], text)) is not None:
            head = head._replace(means=value)
        elif not (_PERIOD.fullmatch(normal_name(text)) or _is_year(text, names.year)):
            return None
    return head


def _is_year(text: str, year: int) -> bool:
    match = _YEAR.fullmatch(normal_name(text))
    return match is not None and int(match[1]) == year


def _value_named(column: Column, text: str) -> str | None:
    plain = normal_name(text)
    return next(
        (value for value, others in column.values.items() if plain in (normal_name(name) for name in (value, *others))), None
    )


def _with_stubs(view: View, names: Names, found: Found) -> Found:
    """Rows of units, of column numbers (1, 2, 3 or 甲, 乙, 1) right below the heads belong to them."""
    for row in range(found.first, min(found.first + 2, len(view.rows))):
        texts = {column: view.text(row, column) for column in view.occupied(row)}
        if not texts or not (_are_units(names, texts) or _are_stubs(texts)):
            break
        heads = [
            head._replace(unit=head.unit or texts[head.column]) if names.units.parse(texts.get(head.column, "?")) else head
            for head in found.heads
        ]
        found = found._replace(heads=tuple(heads), first=row + 1)
    return found


def _are_units(names: Names, texts: Mapping[int, str]) -> bool:
    """Flags and dates are left out: 是/否 below a head is a unit, 是 is not, and a day is a value."""
    return all(
        names.units.parse(text) is not None and not text.isdigit() and read_date(text).state != VALUE for text in texts.values()
    )


def _are_stubs(texts: Mapping[int, str]) -> bool:
    numbers = [int(text) for text in texts.values() if text.isdigit()]
    return len(texts) >= 3 and all(_STUB.fullmatch(text) for text in texts.values()) and numbers == list(
        range(numbers[0] if numbers else 0, (numbers[0] if numbers else 0) + len(numbers))
    )
