"""Matrices: a column per figure, with heads of one or several levels, and a row per subject (town, department) or period.

The other orientation, subjects across and figures down, is a list form whose value columns are subjects.
"""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.heads import REMARK, SERIAL, SKIP, TARGET, UNKNOWN, VALUE, Head, Period, head_text, is_stub, read_head
from kpi_cli.intake.layouts.bands import Band, levels
from kpi_cli.intake.layouts.blocks import Block, blocks_of
from kpi_cli.intake.layouts.columns import Meaning, when_of
from kpi_cli.intake.layouts.labels import RowSubject, kind_column, kind_of_row, subject_of_row
from kpi_cli.intake.numerals import read_number
from kpi_cli.intake.slots import Doubt, Layout, Skipped, Slot, UnitAt, Unknown
from kpi_cli.intake.view import View, is_subtotal, is_total
from kpi_cli.intake.vocabulary import Named
from kpi_cli.observations import ALLOTTED, FIGURE
from kpi_cli.observations import VALUE as READ
from kpi_cli.plan.formula.evaluate import When

# Rows without a label, of which so many are told.
_MOST_TOLD = 20


class Column(NamedTuple):
    """A column of figures: what they are, of which period, and the units its heads state."""

    column: int
    named: Named
    when: When
    role: str
    units: tuple[UnitAt, ...]
    head: Head
    name_at: tuple[int, int]


class Sides(NamedTuple):
    """The columns that say what a row is: whose, and of which period or kind; ``label`` is the first column of words."""

    subject: int | None
    kind: int | None
    label: int | None


def read_matrix(view: View, period: Period, subject: str | None) -> Layout | None:
    """Read a sheet as a matrix, None where no heads name figures."""
    blocks = [block for block in blocks_of(view, period, subject) if block.across and block.band is not None]
    if not blocks:
        return None
    layout = Layout("matrix", "why-matrix", {"subjects": 0}, first_row=blocks[0].head_row + 1)
    for block in blocks:
        layout.unit_line = layout.unit_line or block.above.unit
        before = len(layout.slots)
        if block.band is not None:
            _read_block(view, block, block.band, layout)
        layout.doubt_title(block.above.other, before)
    layout.facts = {"subjects": len(set(layout.subjects.values())), "names": len({slot.wanted.id for slot in layout.slots})}
    if layout.slots and not layout.subjects:
        layout.why = "why-periods-down"
    return layout if layout.slots or layout.unknown or layout.doubts else None


def _read_block(view: View, block: Block, band: Band, layout: Layout) -> None:
    columns, others = _columns(view, block, band, layout)
    if not columns:
        return
    sides = _sides(view, block, band, {column.column for column in columns})
    for column, texts in others:
        _account(view, block, column, sides, texts, layout)
    for own, part in _side_by_side(view, block, band, columns, sides):
        _rows(view, block, band, part, own, layout)


def _side_by_side(view: View, block: Block, band: Band, columns: list[Column], sides: Sides) -> list[tuple[Sides, list[Column]]]:
    """Two tables of towns beside each other, each with towns of its own under the same head: the columns of each."""
    counts: dict[int, int] = {}
    for _, column, _ in view.subjects_in(band.bottom + 1, block.end):
        counts[column] = counts.get(column, 0) + 1
    if sides.subject is None:
        return [(sides, columns)]
    head = head_text(levels(view, band, sides.subject))
    towns = sorted(column for column, count in counts.items() if count > 1 and head and head_text(levels(view, band, column)) == head)
    if len(towns) < 2:
        return [(sides, columns)]
    ends = [*towns[1:], view.width]
    parts = [
        (sides._replace(subject=town, label=town), [column for column in columns if (town if at else -1) < column.column < end])
        for at, (town, end) in enumerate(zip(towns, ends, strict=True))
    ]
    return [(own, part) for own, part in parts if part]


# ---- columns


def _columns(view: View, block: Block, band: Band, layout: Layout) -> tuple[list[Column], list[tuple[int, list[str]]]]:
    found: list[Column] = []
    others = []
    line = block.above.unit
    sheet_unit = (UnitAt(line[0], "sheet", line[1], line[2]),) if line is not None else ()
    for column in range(view.width):
        texts = levels(view, band, column)
        named, head, unit_text = _meaning(view, texts)
        if named is None:
            others.append((column, texts))
            continue
        near = tuple(UnitAt(unit, "name", band.bottom, column) for unit in ((unit_text,) if unit_text else ()) + named.units)
        allotted = block.above.allots or head.role == TARGET
        when = when_of(head._replace(role=TARGET) if allotted else head, block.when)
        if named.year is not None or named.back:
            when = When(named.year if named.year is not None else when.year - named.back, when.span)
        rows = range(band.bottom, band.top - 1, -1)
        place = next((view.origin(row, column) for row in rows if view.text(row, column)), (band.bottom, column))
        found.append(Column(column, named, when, ALLOTTED if allotted else FIGURE, near + sheet_unit, head, place))
        layout.heads[column] = named.wanted.id
    return found, others


def _meaning(view: View, texts: list[str]) -> tuple[Named | None, Head, str | None]:
    """A column's figure, period and unit from its levels. The deepest level that names a figure counts; what stands below
    it may only say a period or a unit, or the column is some other thing (a share of the figure, say)."""
    words = view.words
    for depth in range(len(texts) - 1, -1, -1):
        named = words.find(texts[depth]) or (words.inside(texts[depth - 1], texts[depth]) if depth else None)
        if named is None:
            continue
        below = texts[depth + 1 :]
        units = [text for text in below if words.units.parse(text) is not None]
        rest = [text for text in below if text not in units]
        above = [text for text in texts[:depth] if read_head(text).role in ("value", "target", "periodic") and not words.find(text)]
        head = read_head(head_text([*above, *rest])) if rest or above else Head(VALUE)
        if rest and head.role in (UNKNOWN, SKIP, REMARK):
            return None, head, None
        return named, head, units[0] if units else None
    return None, Head(UNKNOWN), None


def _account(view: View, block: Block, column: int, sides: Sides, texts: list[str], layout: Layout) -> None:
    """A column that is no figure: a serial number or remark is left out silently, numbers under another head are told."""
    if column in (sides.subject, sides.kind, sides.label):
        return
    head = read_head(head_text(texts))
    rows = range(block.head_row + 1, block.end)
    numbers = any(read_number(view.sheet.cell(row, column)).state == READ for row in rows)
    if head.role in (SERIAL, REMARK, SKIP) or not numbers or not texts:
        if texts:
            layout.skipped.append(Skipped(None, column, head_text(texts)[:30], f"skip-{head.role}"))
    elif head.role != UNKNOWN or sides.label is None or column > sides.label:
        layout.unknown.append(Unknown("unknown-column", block.head_row, column, head_text(texts)))


# ---- rows


def _sides(view: View, block: Block, band: Band, named: set[int]) -> Sides:
    rows = [row for row in range(band.bottom + 1, block.end) if view.occupied(row)]
    free = [column for column in range(view.width) if column not in named]
    counts: dict[int, int] = {}
    for _, column, _ in view.subjects_in(band.bottom + 1, block.end):
        if column not in named:
            counts[column] = counts.get(column, 0) + 1
    subject = max(counts, key=lambda column: counts[column], default=None)
    meanings = {column: Meaning(read_head(head_text(levels(view, band, column))), "") for column in free}
    kind = kind_column(view, meanings, rows, [column for column in free if column != subject])
    return Sides(subject, kind, subject if subject is not None else _label_column(view, band, rows, free))


def _label_column(view: View, band: Band, rows: list[int], free: list[int]) -> int | None:
    """The first column of words, the serial numbers left out."""
    for column in free:
        head = read_head(head_text(levels(view, band, column)))
        if head.role in (SERIAL, REMARK):
            continue
        if any((text := view.text(row, column)) and not is_stub(text) and not text.isdigit() for row in rows):
            return column
    return None


def _rows(view: View, block: Block, band: Band, columns: list[Column], sides: Sides, layout: Layout) -> None:
    kind: Head | None = None
    owner: RowSubject | None = None
    unlabelled: list[int] = []
    named_rows = [row for row, column, _ in view.subjects_in(band.bottom + 1, block.end) if column == sides.subject]
    last = max(named_rows, default=band.bottom)
    for row in range(band.bottom + 1, block.end):
        filled = view.occupied(row)
        if not filled:
            continue
        if view.is_footer(row):
            layout.skipped.append(Skipped(row, None, view.text(row, filled[0])[:30], "skip-footer"))
            if row > last:
                break
            continue
        if sides.kind is not None:
            kind = kind_of_row(view, row, sides.kind, kind)
        own = _owner(view, row, filled, sides, owner)
        if own is None or own.subject is None:
            if own is None and _has_numbers(view, row, columns):
                unlabelled.append(row)
            else:
                _unknown_row(view, row, own, layout, own is not None and _has_numbers(view, row, columns))
            owner = own
            continue
        owner = own
        if own.column >= 0:
            layout.subjects[view.origin(row, own.column)] = own.subject
        # 合计 in the form of one town is that town's.
        subject = block.subject if own.column < 0 or (own.total and own.subject == view.words.whole) else own.subject
        if subject is None:
            layout.unknown.append(Unknown("unknown-subject", row, max(own.column, 0), own.text))
        _slots(view, block, row, subject, own.total, kind, columns, layout)
    _single_row(view, block, unlabelled, kind, columns, layout)


def _owner(view: View, row: int, filled: list[int], sides: Sides, above: RowSubject | None) -> RowSubject | None:
    """Whose figures a row holds: its subject cell, a 合计 in its first cells, the subject above it where a subject has several
    rows of periods. None for a row without a label."""
    for column in filled[:2]:
        text = view.text(row, column)
        if column not in (sides.subject, sides.kind) and text and is_total(text):
            return RowSubject(view.words.whole, text, column, True)
    if sides.subject is None:
        if sides.kind is not None and view.text(row, sides.kind):
            return RowSubject(view.words.whole, "", -1, False)
        text = view.text(row, sides.label) if sides.label is not None else ""
        return RowSubject(None, text, sides.label or 0, False) if text else None
    own = subject_of_row(view, row, sides.subject)
    if own is None and sides.kind is not None and view.text(row, sides.kind):
        return above
    if own is None:
        text = next((found for column in filled[:2] if (found := view.text(row, column)) and not found.replace(".", "").isdigit()), "")
        return RowSubject(None, text, sides.subject, False) if text else None
    return own


def _has_numbers(view: View, row: int, columns: list[Column]) -> bool:
    return any(read_number(view.sheet.cell(row, column.column)).state == READ for column in columns)


def _single_row(view: View, block: Block, rows: list[int], kind: Head | None, columns: list[Column], layout: Layout) -> None:
    """One row of figures without a label can only be the whole's (or that of the one who reports); of several it cannot be
    told whose they are."""
    if len(rows) == 1 and not layout.subjects and not layout.slots:
        _slots(view, block, rows[0], block.subject, False, kind, columns, layout)
    else:
        layout.doubts += [Doubt(row, columns[0].column, "doubt-no-labels") for row in rows[:_MOST_TOLD]]


def _slots(
    view: View, block: Block, row: int, subject: str | None, total: bool, kind: Head | None, columns: list[Column], layout: Layout
) -> None:
    if subject is None:
        return
    for column in columns:
        when, role = column.when, column.role
        if kind is not None and kind.role not in (UNKNOWN, SKIP) and column.head.year is None and not column.head.back:
            when = when_of(kind, block.when)
            role = ALLOTTED if kind.role == TARGET else role
        elif kind is not None and kind.role == SKIP:
            continue
        layout.slots.append(
            Slot(row, column.column, column.named.wanted, subject, when, role, column.units, column.name_at, total)
        )


def _unknown_row(view: View, row: int, own: RowSubject | None, layout: Layout, figures: bool) -> None:
    text, place = (own.text, own.column) if own is not None else ("", 0)
    if is_subtotal(text):
        layout.skipped.append(Skipped(row, None, text[:30], "skip-subtotal"))
    elif figures:
        layout.unknown.append(Unknown("unknown-subject", row, place, text))
    else:
        first = next((found for column in view.occupied(row) if (found := view.text(row, column))), "")
        layout.skipped.append(Skipped(row, None, first[:30], "skip-text"))
