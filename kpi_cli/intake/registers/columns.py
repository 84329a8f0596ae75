"""One column of a register's sheet → a packed column, its unit settled, every mistake at its cell."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from kpi_cli.intake.book import CellValue, address, column_letters
from kpi_cli.intake.registers.cells import (
    CodeCells,
    Gathered,
    NumberCells,
    Reading,
    TextCells,
    Wrong,
    any_text,
    classes_of,
    flag_of,
    read_codes,
    ticks_of,
    with_others,
)
from kpi_cli.intake.registers.heads import Head
from kpi_cli.plan.nouns import Column, Register
from kpi_cli.plan.units import Unit, UnitTable, compatible
from kpi_cli.registers import Cells, ReadColumn
from kpi_cli.rules import Finding, Place, Word, finding


class TablePlace(NamedTuple):
    """Where a table stands: what is needed to say where a cell is, and in which unit. ``unit_line``: see ``View``."""

    file: str
    sheet: str | None
    numbers: array[int]
    units: UnitTable
    unit_line: tuple[str, int, int] | None

    def cell(self, index: int, column: int) -> Place:
        return Place(self.file, self.sheet, address(self.numbers[index] - 1, column))


def gather(register: Register, head: Head) -> Gathered:
    """What the cells of a column are gathered in."""
    noun = register.columns[head.id]
    if noun.type == "number":
        return NumberCells()
    return TextCells(head.id == register.key) if noun.type == "text" and head.id != register.subject else CodeCells()


def read_column(at: TablePlace, noun: Column, head: Head, cells: Gathered) -> tuple[ReadColumn, list[Finding]]:
    """One column, its cells read as the plan says."""
    if isinstance(cells, TextCells):
        return pack(head, cells.packed()), []
    if isinstance(cells, CodeCells):
        return read_coded(at, noun, head, cells.codes, cells.texts)
    return read_figures(at, noun, head, cells.values, cells.others)


def read_coded(at: TablePlace, noun: Column, head: Head, codes: array[int], texts: list[str]) -> tuple[ReadColumn, list[Finding]]:
    """A column of flags, of classes or of subjects."""
    reading: Reading = any_text
    if noun.type == "flag":
        reading = flag_of
    elif noun.type in ("choice", "choices"):
        reading = classes_of(noun) if head.means is None else ticks_of(noun, head.means)
    rule = "not-a-flag" if noun.type == "flag" else "unknown-choice"
    facts: dict[str, object] = {} if noun.type == "flag" else {"name": noun.name, "values": list(noun.values)}
    found, wrong = read_codes(codes, texts, reading, rule, facts)
    return pack(head, found), told(at, head, wrong)


def read_figures(
    at: TablePlace, noun: Column, head: Head, values: array[float], others: dict[int, CellValue]
) -> tuple[ReadColumn, list[Finding]]:
    """A column of figures, its unit settled."""
    unit, findings = unit_of(at, noun, head)
    numbers, wrong = with_others(values, others, noun, unit, at.units)
    return pack(head, numbers)._replace(refused=bool(findings)), findings or told(at, head, wrong)


def unit_of(at: TablePlace, noun: Column, head: Head) -> tuple[Unit, list[Finding]]:
    """The unit of a column: of its head, else of the line above the table where that speaks of amounts, else the plan's.
    A finding where the head states one that cannot be right."""
    stated = at.units.parse(head.unit) if head.unit else None
    if stated is not None and not compatible(stated, noun.unit):
        facts: dict[str, Any] = {"found": head.unit, "expected": noun.unit.text or Word("unit-none")}
        return noun.unit, [finding("unit-mismatch", Place(at.file, at.sheet, address(head.row, head.column)), **facts)]
    above = at.units.parse(at.unit_line[0]) if at.unit_line else None
    return stated or (above if above is not None and compatible(above, noun.unit) else noun.unit), []


def pack(head: Head, cells: Cells) -> ReadColumn:
    return ReadColumn(head.id, column_letters(head.column), head.row + 1, head.text, cells)


def told(at: TablePlace, head: Head, wrong: Sequence[Wrong]) -> list[Finding]:
    return [finding(each.rule, at.cell(each.at, head.column), **each.facts) for each in wrong]  # type: ignore[arg-type]
