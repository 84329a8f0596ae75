"""Whether a sheet is a register, on the evidence of its heads beside what the other layouts make of it."""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.book import Sheet
from kpi_cli.intake.registers.heads import TOP_ROWS, Found, find_register, names_of
from kpi_cli.intake.registers.rows import read_rows, top_view
from kpi_cli.intake.slots import Layout
from kpi_cli.intake.view import View
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.registers import RegisterTable
from kpi_cli.rules import Finding

# No form has so many rows: a sheet of that length with a register's heads is one.
_LONGEST_FORM = 5_000
_LONGEST_HEAD = 60
_MOST_KNOWN = 50_000


class Candidate(NamedTuple):
    """A register that a sheet may be. ``sure`` says that no other layout need be asked."""

    found: Found
    view: View
    sure: bool


def candidate(sheet: Sheet, words: Vocabulary, named: str | None) -> Candidate | None:
    """The register that the heads of a sheet speak of; ``named`` is the one that the user says the file holds."""
    if not words.registers or (named is None and not _speaks_of_one(sheet, words)):
        return None
    view = top_view(sheet, words)
    registers = {id: each for id, each in words.registers.items() if named in (None, id)}
    found = find_register(view, registers, named is not None)
    if found is None:
        return None
    headed = sum(1 for column in range(view.width) if view.text(found.first - 1, column))
    own = found.complete and 2 * len(found.heads) > headed
    return Candidate(found, view, named is not None or own or len(sheet.rows) > _LONGEST_FORM)


def _speaks_of_one(sheet: Sheet, words: Vocabulary) -> bool:
    """Whether any text near the top is the head of a column of a register. Each text is looked up once for all files."""
    known = words.register_heads
    for row in sheet.rows[:TOP_ROWS]:
        for cell in row:
            if type(cell) is not str or not cell or len(cell) > _LONGEST_HEAD:
                continue
            if cell not in known and len(known) < _MOST_KNOWN:
                known[cell] = any(names_of(each, words.year, words.units).find(cell) is not None for each in words.registers.values())
            if known.get(cell, True):
                return True
    return False


def outweighs(register: Candidate, layout: Layout) -> bool:
    """Whether a register explains a sheet better than a layout: by how many different things its heads or names tell."""
    return register.sure or len(register.found.ids) > len({(slot.wanted.kind, slot.wanted.id) for slot in layout.slots})


def read_register(
    sheet: Sheet, file: str, words: Vocabulary, register: Candidate, subject: str | None
) -> tuple[RegisterTable, list[Finding]]:
    """The rows of the register that a sheet is, and what is wrong with their cells."""
    return read_rows(sheet, register.found, file, register.view, words, subject)
