"""The rows of a list form: each one's figure, whose it is and of which period, and its units."""

from __future__ import annotations

import re
from typing import NamedTuple

from kpi_cli.intake.heads import PERIODIC, SKIP, TARGET, UNKNOWN, VALUE, Head, read_head
from kpi_cli.intake.layouts.blocks import Block
from kpi_cli.intake.layouts.columns import Column, when_of
from kpi_cli.intake.layouts.labels import RowSubject, kind_of_row, name_of_row, subject_of_row
from kpi_cli.intake.layouts.rest_rows import account_for_row, figure_above, named_by_rows_above
from kpi_cli.intake.places import is_place
from kpi_cli.intake.slots import Layout, Slot, UnitAt, Unknown
from kpi_cli.intake.view import Hit, View, is_subtotal, is_total
from kpi_cli.intake.vocabulary import Named
from kpi_cli.observations import ALLOTTED, FIGURE
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.matching import last_brackets, strip_label

# Who is neither a town nor the whole.
# A part of the whole, or more than it.
_OTHER_SCOPE = re.compile(r"(?:规模以上|规上)(?:工业)?(?:企业)?|全[市省国](?:情况|合计|数据|指标)?")
_LEVELS = (
    re.compile(r"\s*[一二三四五六七八九十]+[、.．]"), re.compile(r"\s*[(（][一二三四五六七八九十]+[)）]"), re.compile(r"\s*\d+[、.．]"),
    re.compile(r"\s*[(（]\d+[)）]"),
)
_NO_LEVEL = len(_LEVELS) + 1
_TARGETS = re.compile(r"(?:(?:年度|全年|本年|今年|(?:19|20)\d\d年?)度?)?(?:科技)?(?:工作)?(?:目标任务|目标|计划)(?:数|值|指标)?(?:情况)?")
_MONEY = (("money", 1),)
_REST = re.compile(r"其他|其它|县直|市直|区直|直属")


class Half(NamedTuple):
    """One column of names (the rightmost of several label columns) with the columns that belong to it, up to ``end``. ``start`` is 0 for
    the first: figures may also stand before its names."""

    labels: list[int]
    end: int
    hits: dict[int, Hit]
    start: int = 0


class Sides(NamedTuple):
    """The columns beside the names that are no figures."""

    unit: int | None
    remark: int | None
    kind: int | None
    subject: int | None


class _About(NamedTuple):
    """What a section says of the rows below it. ``level``: of its number, the lowest for none; ``said``: their period, or that they are
    targets; ``unit``: the unit of their amounts."""

    level: int
    said: Head | None
    unit: tuple[UnitAt, ...]


class Rows:
    """The rows of a half, from top to bottom: what a row does not say of itself, the rows above it said."""

    def __init__(self, view: View, block: Block, half: Half, columns: list[Column], sides: Sides, layout: Layout) -> None:
        self._view, self._block, self._half, self._sides, self._layout = view, block, half, sides, layout
        self._columns = [(each, ALLOTTED if block.above.allots or each.role == TARGET else FIGURE) for each in columns]
        self._start = block.band.bottom + 1 if block.band is not None else min(half.hits)
        own = [each for each in block.above.units if half.start <= each[2] < half.end]
        line = own[0] if own and len(block.above.units) > 1 else block.above.unit
        self._sheet_unit = (UnitAt(line[0], "sheet", line[1], line[2]),) if line is not None else ()
        self._about = _About(_NO_LEVEL, None, self._sheet_unit)
        self._group = ""
        self._section: str | None = None
        self._strange = False
        self._owner: RowSubject | None = None
        self._kind: Head | None = None

    def read(self) -> None:
        """Fill the layout's slots, and account for the rows that name no figure."""
        view, half, sides = self._view, self._half, self._sides
        plain = len(half.labels) == 1 and sides.kind is None and sides.subject is None
        figures, last = [column.column for column, _ in self._columns], max(half.hits)
        for row in range(self._start, self._block.end):
            hit = half.hits.get(row) if plain and row not in view.merged_rows else None
            if hit is not None:
                self._add(row, hit.named, (row, hit.column))
                continue
            named, named_at = self._name(row)
            if named is None:
                self._look_for_section(row, figures)
                if account_for_row(view, self._block, row, half.labels, figures, row > last, self._layout):
                    break
            elif sides.subject is None or self._is_owned(row, sides.subject):
                self._add(row, named, named_at)

    def _name(self, row: int) -> tuple[Named | None, tuple[int, int]]:
        """The figure that a row names, None where it names none, and the cell that does."""
        view, labels = self._view, self._half.labels
        name = name_of_row(view, row, labels, self._group)
        named = name.named
        self._group = view.text(row, labels[0]) or self._group
        if named is None and name.text:
            named = named_by_rows_above(view, row, labels[-1], name.text, self._start) or _in_category(view, row, self._half, name.text)
        if self._sides.kind is not None:
            self._kind = kind_of_row(view, row, self._sides.kind, self._kind)
            if named is None and not name.text and not view.blank(row, self._sides.kind):
                # A name stands before several rows that say their own period.
                named = figure_above(view, row, labels[-1], self._start)
        return named, view.origin(row, name.column)

    def _look_for_section(self, row: int, figures: list[int]) -> None:
        """A row without figures may say whose those below it are: 二、示例经济开发区. A place that the plan does not know, or
        其他 after a known one, is somebody else."""
        view, whole = self._view, self._view.words.whole
        if (unit := view.unit_of_row(row)) is not None:
            self._sheet_unit = (UnitAt(unit[0], "sheet", *unit[1:]),)
            self._about = self._about._replace(unit=self._sheet_unit)
            return
        text = view.text(row, self._half.labels[-1]) or view.text(row, self._half.labels[0])
        label = strip_label(text)
        if not label or any(not view.blank(row, column) for column in figures if view.origin(row, column) == (row, column)):
            return
        subject = whole if is_total(label) else view.words.subject(label)
        if subject is not None:
            self._section, self._strange = subject, False
        elif is_place(label) or _OTHER_SCOPE.fullmatch(label) or (self._section is not None and (_REST.match(label) or is_subtotal(label))):
            self._strange = True
            self._layout.unknown.append(Unknown("unknown-subject", row, self._half.labels[-1], label))
        else:
            self._note_section(row, text, label)

    def _note_section(self, row: int, text: str, label: str) -> None:
        """What a section says of its rows: 一、上年完成, （二）投入类（万元）. It holds up to the next section of its level."""
        level = next((number for number, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), _NO_LEVEL)
        said, inside = read_head(label), last_brackets(label)
        money = inside is not None and (unit := self._view.words.units.parse(inside[1])) is not None and unit.dims == _MONEY
        speaks = said.role in (VALUE, PERIODIC) and bool(said.year is not None or said.back or said.span)
        about = said if speaks or _TARGETS.fullmatch(label) else None
        own = (UnitAt(inside[1], "sheet", row, self._half.labels[-1]),) if money and inside is not None else self._sheet_unit
        if about is not None or money or level <= self._about.level:
            self._about = _About(level, about, own)

    def _is_owned(self, row: int, column: int) -> bool:
        """Settle whose figures a row holds; False where it says so and the plan does not know the text."""
        self._owner = subject_of_row(self._view, row, column) or self._owner
        if self._owner is None:
            return True
        if self._owner.subject is None:
            self._layout.unknown.append(Unknown("unknown-subject", row, self._owner.column, self._owner.text))
            return False
        if self._owner.total and self._owner.subject == self._view.words.whole:
            # 合计 in the form of one town is that town's.
            self._owner = self._owner._replace(subject=self._block.subject)
            if self._block.subject is None:
                return False
        self._layout.subjects[self._view.origin(row, self._owner.column)] = str(self._owner.subject)
        return True

    def _add(self, row: int, named: Named, named_at: tuple[int, int]) -> None:
        """A slot for each column of figures."""
        owner, slots, make = self._owner, self._layout.slots, tuple.__new__
        if self._strange and owner is None:
            return
        section = self._about.said if self._kind is None else None
        units = _units(self._view, row, named_at, named, self._sides.unit) + self._about.unit
        remark = (row, self._sides.remark) if self._sides.remark is not None else None
        own_period = self._kind is not None or section is not None or named.year is not None or named.back != 0
        whose = owner.subject if owner is not None else self._section or self._block.subject
        for column, role in self._columns:
            number, _, when, subject, total, unit, _, doubtful = column
            if own_period:
                # A section says of what a column says nothing of: 上年同期 below 2012年完成情况 is last year's.
                kind = section if section is not None and _is_silent(column) else self._kind
                when, said = _said(named, column, kind, self._block.when)
                if said == SKIP:
                    continue
                role = ALLOTTED if said == TARGET else role
            subject = subject or whose
            if subject is not None:
                written, total = (unit, *units) if unit else units, total or (owner is not None and owner.total)
                # Without a look at the number of fields, which is right: there are a hundred of them in every form.
                slots.append(make(Slot, (row, number, named.wanted, subject, when, role, written, named_at, total, remark, doubtful)))


def _is_silent(column: Column) -> bool:
    head = column.head
    return column.role != TARGET and head.year is None and not head.back and head.span is None


def _in_category(view: View, row: int, half: Half, text: str) -> Named | None:
    """The figure that a row names within the category to its left: 申请量 in 专利."""
    above = view.text(row, half.labels[0] - 1) if half.labels[0] > 0 else ""
    return view.words.inside(above, text) if above and not above.isdigit() else None


def _said(named: Named, column: Column, kind: Head | None, sheet: When) -> tuple[When, str]:
    """The period and role of a cell: what its row says goes before what its column says, its name before both."""
    when, role = column.when, column.role
    if kind is not None and kind.role != UNKNOWN:
        when, role = when_of(kind, sheet if column.head.year is None and not column.head.back else when), kind.role
    if named.year is not None:
        when = When(named.year, when.span)
    elif named.back and when.year == sheet.year:
        when = When(when.year - named.back, when.span)
    return when, role


def _units(view: View, row: int, name_at: tuple[int, int], named: Named, unit_column: int | None) -> tuple[UnitAt, ...]:
    """The units written for a row, the nearest first: its unit column, the brackets after its name."""
    own: tuple[UnitAt, ...] = ()
    if unit_column is not None:
        line = view.rows[row]
        cell = line[unit_column] if unit_column < len(line) and row not in view.merged_rows else None
        if type(cell) is str:
            text, place = cell.strip(), (row, unit_column)
        else:
            text, place = view.text(row, unit_column), view.origin(row, unit_column)
        if text and text.strip("-—–/"):
            # As the slots: see ``_add``.
            own = (tuple.__new__(UnitAt, (text, "column", *place)),)
    return own + tuple([UnitAt(unit, "name", *name_at) for unit in named.units]) if named.units else own
