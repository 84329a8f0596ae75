"""List forms: a row per figure, with its name in one column and its values in the columns to the right.

Section rows, notes and signatures between and below are told apart from figures. Value columns are known by their heads:
this year, the same period last year, years, cumulative and single periods, or the subjects of a county. Several name
columns side by side (the two halves of a statistical form) are read one after the other.
"""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.heads import NAME, PERIODIC, REMARK, SERIAL, TARGET, UNIT, UNKNOWN, VALUE, Head, Period, head_text, read_head
from kpi_cli.intake.layouts.heads_of import head_rows, levels
from kpi_cli.intake.numerals import read_number
from kpi_cli.intake.slots import Layout, Skipped, Slot, UnitAt, Unknown
from kpi_cli.intake.view import Hit, View, is_subtotal, is_total
from kpi_cli.observations import ALLOTTED, FIGURE
from kpi_cli.observations import VALUE as READ
from kpi_cli.plan.formula.evaluate import When


class Column(NamedTuple):
    """A value column: its role, the period of its figures, and its subject where the head names one."""

    column: int
    role: str
    when: When
    subject: str | None
    unit: UnitAt | None


class Half(NamedTuple):
    """One name column with the columns that belong to it."""

    name: int
    end: int
    hits: list[Hit]


def read_list(view: View, period: Period, subject: str | None) -> Layout | None:
    """Read a sheet as a list form, None where no column of names is found."""
    halves = _halves(view)
    if not halves:
        return None
    first = min(hit.row for half in halves for hit in half.hits)
    rows = head_rows(view, first)
    top = rows[0] if rows else first
    stated = view.period(top)
    when = When(period.year or stated.year or view.words.year, _first(period.span, stated.span, ""))
    whose = subject or view.subject_line(top) or view.words.whole
    layout = Layout("list", "why-list", {"names": sum(len(half.hits) for half in halves)}, [], [], [], {}, first)
    for half in halves:
        _read_half(view, half, rows, when, whose, layout)
    return layout if layout.slots else None


def _first(*values: str | None) -> str:
    return next(value for value in values if value is not None)


def _halves(view: View) -> list[Half]:
    """The name columns: those with most names, every name row belonging to the leftmost such column of its half."""
    by_column: dict[int, list[Hit]] = {}
    for hit in view.hits:
        by_column.setdefault(hit.column, []).append(hit)
    # A head of a matrix names one figure a column; a column of names has several, or is the only one.
    many = {column: hits for column, hits in by_column.items() if len({hit.row for hit in hits}) >= 2}
    chosen = many or (by_column if len(by_column) == 1 else {})
    columns = sorted(chosen)
    return [
        Half(column, columns[index + 1] if index + 1 < len(columns) else view.width, chosen[column])
        for index, column in enumerate(columns)
    ]


def _read_half(view: View, half: Half, rows: list[int], when: When, whose: str, layout: Layout) -> None:
    columns, units, remark = _columns(view, half, rows, when, layout)
    if not columns:
        return
    target_sheet = view.is_target_sheet(rows[0] if rows else layout.first_row)
    sheet_unit = view.unit_line(rows[0] if rows else layout.first_row)
    owners = _row_subjects(view, half)
    named = {hit.row: hit for hit in half.hits}
    start = rows[-1] + 1 if rows else half.hits[0].row
    for row in range(start, len(view.rows)):
        hit = named.get(row)
        if hit is None:
            if _unnamed(view, row, half, columns, layout):
                break
            continue
        written = _units(view, hit, units, sheet_unit)
        for column in columns:
            role = ALLOTTED if target_sheet or column.role == TARGET else FIGURE
            near = (column.unit,) if column.unit else ()
            owner = column.subject or owners.get(row) or whose
            layout.slots.append(
                Slot(row, column.column, hit.named.wanted, owner, column.when, role, near + written, (row, half.name), False,
                     (row, remark) if remark is not None else None)
            )


def _columns(
    view: View, half: Half, rows: list[int], when: When, layout: Layout
) -> tuple[list[Column], int | None, int | None]:
    """The value columns of a half, its unit column and its remark column."""
    found: list[Column] = []
    unit_column = remark = None
    doubtful: list[int] = []
    for column in range(half.name + 1, half.end):
        texts = levels(view, rows, column)
        text = head_text(texts)
        head, subject, unit = _meaning(view, texts, column, rows)
        if head.role in (SERIAL, NAME):
            continue
        if head.role == UNIT and unit_column is None:
            unit_column = column
        elif head.role == REMARK:
            remark = remark if remark is not None else column
        elif head.role in (VALUE, TARGET, PERIODIC):
            found.append(Column(column, head.role, _when(head, when), subject, unit))
        elif head.role == UNKNOWN and _holds_numbers(view, half, column):
            doubtful.append(column)
        if text:
            layout.heads[column] = head.role
    if not any(column.role == VALUE for column in found) and len(doubtful) == 1 and not any(c.role == PERIODIC for c in found):
        # The only column of numbers beside the names can only be the figures themselves.
        found.append(Column(doubtful[0], VALUE, when, None, None))
        layout.heads[doubtful[0]] = VALUE
        doubtful = []
    _account(view, rows, doubtful, layout)
    return _without_single_periods(found, layout), unit_column, remark


def _account(view: View, rows: list[int], doubtful: list[int], layout: Layout) -> None:
    for column in doubtful:
        text = head_text(levels(view, rows, column))
        layout.unknown.append(Unknown("unknown-column", rows[-1] if rows else layout.first_row, column, text))


def _meaning(view: View, texts: list[str], column: int, rows: list[int]) -> tuple[Head, str | None, UnitAt | None]:
    """A column's head: a subject among its levels (or 合计) is taken out, and a unit in brackets."""
    subject, rest = None, []
    for text in texts:
        named = view.words.subject(text) or (view.words.whole if is_total(text) else None)
        if named is not None:
            subject = named
        else:
            rest.append(text)
    text = head_text(rest)
    head = read_head(text)
    if subject is not None and head.role == UNKNOWN and (not text or is_subtotal(text)):
        head = Head(UNKNOWN) if is_subtotal(text) else Head(VALUE)
    unit = None
    for level in reversed(rest):
        if "(" in level or "（" in level:
            inside = level.replace("（", "(").rpartition("(")[2].rstrip(")）").strip()
            if inside and view.words.units.parse(inside) is not None:
                unit = UnitAt(inside, "column", rows[-1], column)
                break
    return head, subject, unit


def _when(head: Head, when: When) -> When:
    """The period of a column: its own year, else the sheet's, less the years back; its own span, else the sheet's."""
    year = head.year if head.year is not None else when.year - head.back
    if head.role == TARGET:
        return When(year)
    span = head.span if head.span is not None else (when.span if head.year in (None, when.year, when.year - 1) else "")
    return When(year, span)


def _without_single_periods(columns: list[Column], layout: Layout) -> list[Column]:
    """A single quarter or month beside the cumulative column is not the figure; alone it is, and keeps its own span."""
    if any(column.role == VALUE for column in columns):
        for column in columns:
            if column.role == PERIODIC:
                layout.skipped.append(Skipped(None, column.column, "", "skip-single-period"))
        return [column for column in columns if column.role != PERIODIC]
    return columns


def _holds_numbers(view: View, half: Half, column: int) -> bool:
    return any(
        read_number(cell).state == READ
        for hit in half.hits
        if (cell := view.sheet.cell(hit.row, column)) is not None and not isinstance(cell, bool)
    )


def _row_subjects(view: View, half: Half) -> dict[int, str]:
    """The subject of each row, where a column beside the names holds subjects (one row a subject and figure)."""
    by_column: dict[int, dict[int, str]] = {}
    for row, column, subject in view.subjects:
        if column != half.name:
            by_column.setdefault(column, {})[row] = subject
    rows = {hit.row for hit in half.hits}
    for column, found in by_column.items():
        if len(set(found.values())) >= 2 and len(rows & found.keys()) >= 2:
            filled = {}
            for row in rows:
                origin = view.origin(row, column)
                if origin[0] in found:
                    filled[row] = found[origin[0]]
            return filled
    return {}


def _units(view: View, hit: Hit, unit_column: int | None, sheet_unit: tuple[str, int, int] | None) -> tuple[UnitAt, ...]:
    """The units written for a row, the nearest first: its unit column, the brackets after its name, the sheet's line."""
    found = []
    if unit_column is not None:
        text = view.text(hit.row, unit_column)
        if text and not all(each in "-—–/" for each in text):
            found.append(UnitAt(text, "column", hit.row, unit_column))
    if hit.named.unit is not None:
        found.append(UnitAt(hit.named.unit, "name", hit.row, hit.column))
    if sheet_unit is not None:
        found.append(UnitAt(sheet_unit[0], "sheet", sheet_unit[1], sheet_unit[2]))
    return tuple(found)


def _unnamed(view: View, row: int, half: Half, columns: list[Column], layout: Layout) -> bool:
    """Account for a row whose name is not known. True where the table has ended."""
    text = view.text(row, half.name)
    values = [column for column in columns if view.sheet.cell(row, column.column) not in (None, "")]
    after_last = row > half.hits[-1].row
    if view.is_footer(row):
        layout.skipped.append(Skipped(row, None, view.text(row, view.occupied(row)[0])[:30], "skip-footer"))
        return after_last
    if not view.occupied(row):
        return False
    label = text or next((found for column in view.occupied(row)[:2] if (found := view.text(row, column))), "")
    inside_merge = view.origin(row, half.name)[1] < half.name
    if not values or inside_merge or _all_same(view, row):
        layout.skipped.append(Skipped(row, None, label[:30], "skip-section"))
    elif is_total(label) or is_subtotal(label):
        layout.skipped.append(Skipped(row, None, label[:30], "skip-total"))
    elif label and any(_figure_like(view.sheet.cell(row, column.column)) for column in values):
        layout.unknown.append(Unknown("unknown-row", row, half.name, label))
    else:
        layout.skipped.append(Skipped(row, None, label[:30], "skip-text"))
    return False


def _all_same(view: View, row: int) -> bool:
    """Whether one cell is merged across the row: a section's title."""
    columns = view.occupied(row)
    return len(columns) == 1 and view.origin(row, columns[0] + 1) == (row, columns[0])


def _figure_like(cell: object) -> bool:
    return read_number(cell).state in (READ, "missing", "not_applicable")
