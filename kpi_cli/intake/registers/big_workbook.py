"""Long registers in workbooks: rows matched whole, some thousand at a time.

Only for a sheet that stands alone, written the plain way, with a register's heads at the top. Whatever does not fit is left
to the ordinary readers, which are slower and see everything.
"""

from __future__ import annotations

from kpi_cli.intake.book import Grid, Sheet
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.ooxml_rows import LongSheet, Shown, open_long_sheet
from kpi_cli.intake.readers.ooxml_texts import NotPlainError
from kpi_cli.intake.refusal import Refused
from kpi_cli.intake.registers.heads import TOP_ROWS
from kpi_cli.intake.registers.recognise import Candidate, candidate
from kpi_cli.intake.registers.rows import Gathering, figures_of, ratios_of, spans_of_cells
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.registers import BLANK_ROW, RegisterTable
from kpi_cli.rules import Finding


def read_big_workbook(
    path: str, content: bytes, words: Vocabulary, limits: Limits, named: str | None, subject: str | None
) -> tuple[RegisterTable, list[Finding]] | None:
    """The rows of the register in a workbook, and what is wrong with their cells; None where the ordinary readers must look
    at it, and tell what is wrong with the file."""
    try:
        sheet = open_long_sheet(content, limits)
        if sheet is None:
            return None
        register = candidate(Sheet(sheet.name, _top(sheet), sheet.merged), words, named)
        if register is None or not register.sure or spans_of_cells(sheet.merged, register.found):
            return None
        return _gathered(sheet, register, words).table(path, sheet.name, words, subject)
    except (NotPlainError, Refused):
        return None


def _top(sheet: LongSheet) -> Grid:
    """The first rows of a sheet as a grid, rows that the file leaves out blank."""
    rows: Grid = []
    numbered = ((number, block, place) for block in sheet.blocks() for place, number in enumerate(block.numbers))
    for number, block, place in numbered:
        if number > TOP_ROWS:
            break
        rows += [[] for _ in range(number - 1 - len(rows))]
        rows.append(block.row(place))
    return rows


def _gathered(sheet: LongSheet, register: Candidate, words: Vocabulary) -> Gathering:
    found = register.found
    gathering = Gathering(found, register.view)
    columns = frozenset(head.column for head in found.heads)
    shown = Shown(columns, figures_of(found), ratios_of(found), lambda text: words.units.parse(text) is not None)
    last = filled = found.first
    for whole in sheet.blocks(shown):
        block = whole.below(found.first)
        if not block.numbers:
            continue
        gathering.take(block.numbers, block, block.row)
        gathering.others[BLANK_ROW] += block.numbers[-1] - last - len(block.numbers)
        last = block.numbers[-1]
        filled = block.last_filled() or filled
    # A sheet ends with its last value, whatever rows are drawn below it.
    gathering.others[BLANK_ROW] -= last - filled
    return gathering
