"""Rows of a list that name no figure of the plan: sections, totals, notes, repeated heads, unknown names."""

from __future__ import annotations

from kpi_cli.intake.heads import NAME, SERIAL
from kpi_cli.intake.layouts.blocks import Block
from kpi_cli.intake.numerals import is_dashes, read_number
from kpi_cli.intake.slots import Layout, Skipped, Unknown
from kpi_cli.intake.view import View, is_subtotal, is_total
from kpi_cli.intake.vocabulary import Named
from kpi_cli.observations import VALUE

_PART_MARKS = ("其中", "其 中", "#", "　", "  ")


class Composer:
    """Names that only make sense below another: 其中：发明 after 专利申请量. ``last`` is the figure of the row above."""

    def __init__(self) -> None:
        self.last: Named | None = None
        self._stem = ""

    def name(self, view: View, row: int, column: int, named: Named | None, text: str) -> Named | None:
        """The figure that a row names, by itself or as a part of the row above it."""
        if not text:
            return named
        cell = view.filled(row, column)
        is_part = isinstance(cell, str) and cell.startswith(_PART_MARKS)
        if named is None and is_part and self._stem:
            return view.words.inside(self._stem, text)
        if not is_part:
            self._stem = text if named is not None else ""
        self.last = named
        return named


def account_for_row(
    view: View, block: Block, row: int, labels: list[int], columns: list[int], after_last: bool, layout: Layout
) -> bool:
    """Account for a row whose name is not known. True where the table has ended."""
    filled = view.occupied(row)
    if not filled:
        return False
    if view.is_footer(row):
        layout.skipped.append(Skipped(row, None, view.text(row, filled[0])[:30], "skip-footer"))
        return after_last
    # The rightmost label of the row itself; a group cell merged into it from above is not its name.
    own = [column for column in labels if not view.blank(row, column)]
    name = own[-1] if own else labels[-1]
    label = view.text(row, name) or next((found for column in filled[:2] if (found := view.text(row, column))), "")
    # 一、专利 | —— | ——: dashes where no number belongs.
    values = [column for column in columns if not view.blank(row, column) and not is_dashes(view.sheet.cell(row, column))]
    inside_merge = view.origin(row, labels[-1])[1] < labels[0]
    if not values or inside_merge or _all_same(view, row, filled):
        layout.skipped.append(Skipped(row, None, label[:30], "skip-section"))
    elif is_total(label) or is_subtotal(label):
        layout.skipped.append(Skipped(row, None, label[:30], "skip-total"))
    elif _repeats_heads(view, block, row, filled):
        layout.skipped.append(Skipped(row, None, label[:30], "skip-heads"))
    elif label and any(_figure_like(view.sheet.cell(row, column)) for column in values):
        layout.unknown.append(Unknown("unknown-row", row, name, label))
    else:
        layout.skipped.append(Skipped(row, None, label[:30], "skip-text"))
    return False


def _all_same(view: View, row: int, columns: list[int]) -> bool:
    """Whether one cell is merged across the row: a section's title."""
    return len(columns) == 1 and view.origin(row, columns[0] + 1) == (row, columns[0])


def _repeats_heads(view: View, block: Block, row: int, filled: list[int]) -> bool:
    known = [view.words.know(text) for column in filled if (text := view.text(row, column))]
    return any(each is not None and each.role in (NAME, SERIAL) for each in known) and not any(
        each is not None and each.named is not None for each in known
    )


def _figure_like(cell: object) -> bool:
    return read_number(cell).state in (VALUE, "missing", "not_applicable")
