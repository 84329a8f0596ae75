"""Rows of a list that name no figure of the plan: sections, totals, notes, repeated heads, unknown names."""

from __future__ import annotations

from kpi_cli.intake.heads import NAME, SERIAL
from kpi_cli.intake.layouts.blocks import Block
from kpi_cli.intake.numerals import is_dashes, read_number
from kpi_cli.intake.slots import Layout, Skipped, Unknown
from kpi_cli.intake.view import View, is_any_total, is_subtotal
from kpi_cli.intake.vocabulary import Named
from kpi_cli.observations import VALUE

# A part stands at most so many rows below its whole.
_FARTHEST = 60
_PART_MARKS = ("其中", "其 中", "#", "　", "  ")


def named_by_rows_above(view: View, row: int, column: int, text: str, first: int) -> Named | None:
    """What a name means that only makes sense below another: 其中：发明 after 专利申请量. None for any other."""
    cell = view.filled(row, column)
    if not isinstance(cell, str) or not cell.startswith(_PART_MARKS):
        return None
    for above in range(row - 1, max(first, row - _FARTHEST) - 1, -1):
        cell = view.filled(above, column)
        if isinstance(cell, str) and cell.strip() and not cell.startswith(_PART_MARKS):
            return view.words.inside(cell, text) if view.words.find(cell) is not None else None
    return None


def figure_above(view: View, row: int, column: int, first: int) -> Named | None:
    """The figure that the nearest name above a blank one names."""
    for above in range(row - 1, max(first, row - _FARTHEST) - 1, -1):
        text = view.text(above, column)
        if text:
            return view.words.find(text)
    return None


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
    elif is_any_total(label) or is_subtotal(label):
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
