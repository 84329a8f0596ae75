"""Matrices: a row per subject (town, department), a column per figure, with heads of one or several levels.

The other orientation, subjects across and figures down, is a list form whose value columns are subjects.
"""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.heads import REMARK, SERIAL, SKIP, TARGET, UNKNOWN, Head, Period, head_text, read_head
from kpi_cli.intake.layouts.heads_of import head_rows, levels
from kpi_cli.intake.numerals import read_number
from kpi_cli.intake.slots import Layout, Skipped, Slot, UnitAt, Unknown
from kpi_cli.intake.view import View, is_subtotal, is_total
from kpi_cli.intake.vocabulary import Named
from kpi_cli.observations import ALLOTTED, FIGURE
from kpi_cli.observations import VALUE as READ
from kpi_cli.plan.formula.evaluate import When


class Column(NamedTuple):
    """A column of figures: what they are, of which period, and the units its heads state."""

    column: int
    named: Named
    when: When
    role: str
    units: tuple[UnitAt, ...]


def read_matrix(view: View, period: Period, subject: str | None) -> Layout | None:
    """Read a sheet as a matrix of subjects by figures, None where there is no column of subjects below named heads."""
    found = _subject_column(view)
    if found is None:
        return None
    subject_column, rows_of = found
    first = min(rows_of)
    heads = head_rows(view, first)
    if not heads:
        return None
    stated = view.period(heads[0])
    span = period.span if period.span is not None else stated.span or ""
    when = When(period.year or stated.year or view.words.year, span)
    layout = Layout("matrix", "why-matrix", {"subjects": len(rows_of)}, [], [], [], {}, first)
    columns = _columns(view, subject_column, heads, when, layout)
    if not columns:
        return None
    _rows(view, subject_column, first, rows_of, columns, layout)
    return layout


def _subject_column(view: View) -> tuple[int, dict[int, str]] | None:
    """The column with most subjects below some named head, and the subject of each of its rows."""
    by_column: dict[int, dict[int, str]] = {}
    for row, column, subject in view.subjects:
        by_column.setdefault(column, {})[row] = subject
    headed = {hit.row for hit in view.hits}
    best: tuple[int, dict[int, str]] | None = None
    for column, rows in by_column.items():
        below = {row: subject for row, subject in rows.items() if any(head < row for head in headed)}
        members = [subject for subject in below.values() if subject != view.words.whole]
        if members and (best is None or len(below) > len(best[1])):
            best = column, below
    return best


def _columns(view: View, subject_column: int, heads: list[int], when: When, layout: Layout) -> list[Column]:
    found = []
    target_sheet = view.is_target_sheet(heads[0])
    sheet_unit = view.unit_line(heads[0])
    for column in range(view.width):
        if column == subject_column:
            continue
        texts = levels(view, heads, column)
        named, head, unit_text = _meaning(view, texts)
        if named is None:
            _account(view, heads, column, subject_column, texts, layout)
            continue
        year = head.year if head.year is not None else when.year - head.back
        units = []
        if unit_text or named.unit:
            units.append(UnitAt(unit_text or str(named.unit), "name", heads[-1], column))
        if sheet_unit is not None:
            units.append(UnitAt(sheet_unit[0], "sheet", sheet_unit[1], sheet_unit[2]))
        allotted = target_sheet or head.role == TARGET
        span = "" if allotted else head.span if head.span is not None else when.span
        found.append(Column(column, named, When(year, span), ALLOTTED if allotted else FIGURE, tuple(units)))
        layout.heads[column] = named.wanted.id
    return found


def _meaning(view: View, texts: list[str]) -> tuple[Named | None, Head, str | None]:
    """A column's figure, period and unit from its levels. The deepest level that names a figure counts; what stands below
    it may only say a period or a unit, or the column is some other thing (a share of the figure, say)."""
    for depth in range(len(texts) - 1, -1, -1):
        below = texts[depth + 1 :]
        named = view.words.find(texts[depth])
        if named is None and depth > 0:
            named = view.words.find(texts[depth - 1] + texts[depth])
        if named is None:
            continue
        units = [text for text in below if view.words.units.parse(text) is not None]
        rest = [text for text in below if text not in units]
        above = [text for text in texts[:depth] if read_head(text).role in ("value", "target", "periodic") and not view.words.find(text)]
        head = read_head(head_text([*above, *rest])) if rest or above else Head("value")
        if rest and head.role in (UNKNOWN, SKIP, REMARK):
            return None, head, None
        return named, head, units[0] if units else None
    return None, Head(UNKNOWN), None


def _account(view: View, heads: list[int], column: int, subject_column: int, texts: list[str], layout: Layout) -> None:
    """A column that is no figure: a serial number or remark is left out silently, numbers under another head are told."""
    head = read_head(head_text(texts))
    numbers = any(read_number(view.sheet.cell(row, column)).state == READ for row in range(layout.first_row, len(view.rows)))
    if head.role in (SERIAL, REMARK, SKIP) or not numbers or not texts:
        if texts:
            layout.skipped.append(Skipped(None, column, head_text(texts)[:30], f"skip-{head.role}"))
    elif column > subject_column or head.role != UNKNOWN:
        layout.unknown.append(Unknown("unknown-column", heads[-1], column, head_text(texts)))


def _rows(
    view: View, subject_column: int, first: int, rows_of: dict[int, str], columns: list[Column], layout: Layout
) -> None:
    last = max(rows_of)
    for row in range(first, len(view.rows)):
        text = view.text(row, subject_column) or next((found for c in view.occupied(row)[:2] if (found := view.text(row, c))), "")
        subject, total = rows_of.get(row), False
        if is_total(text):
            subject, total = view.words.whole, True
        if subject is None:
            if view.is_footer(row):
                layout.skipped.append(Skipped(row, None, text[:30], "skip-footer"))
                if row > last:
                    break
            else:
                _unknown_row(view, row, subject_column, text, columns, layout)
            continue
        for column in columns:
            layout.slots.append(
                Slot(row, column.column, column.named.wanted, subject, column.when, column.role, column.units,
                     (row, subject_column), total)
            )


def _unknown_row(view: View, row: int, subject_column: int, text: str, columns: list[Column], layout: Layout) -> None:
    values = [column for column in columns if read_number(view.sheet.cell(row, column.column)).state == READ]
    if not view.occupied(row):
        return
    if is_subtotal(text):
        layout.skipped.append(Skipped(row, None, text[:30], "skip-subtotal"))
    elif values and text and not text.replace(".", "").isdigit():
        layout.unknown.append(Unknown("unknown-subject", row, subject_column, text))
    elif values:
        layout.unknown.append(Unknown("unknown-row", row, subject_column, text))
    else:
        layout.skipped.append(Skipped(row, None, text[:30], "skip-text"))
