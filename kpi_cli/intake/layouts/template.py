"""Forms that ``kpi template`` made: a hidden row and column say what every cell holds, so that nothing is guessed.

The hidden row above the heads says what each column is, the hidden column which figure each row is of. Both move with
the cells when rows or columns are inserted, and outlive a change of format.
"""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.heads import NAME, REMARK, TEMPLATE_MARK, UNIT, VALUE, Period
from kpi_cli.intake.numerals import read_number
from kpi_cli.intake.slots import Layout, Skipped, Slot, UnitAt, Unknown
from kpi_cli.intake.view import View
from kpi_cli.intake.vocabulary import Wanted
from kpi_cli.observations import FIGURE, INPUT
from kpi_cli.observations import VALUE as READ
from kpi_cli.plan.formula.evaluate import When

NAME_OF = "template"
_ROWS_SEARCHED = 40
_SEPARATOR = ";"


class Keys(NamedTuple):
    """What the hidden row says: whose form it is, where the keys of rows stand, and what each column holds."""

    row: int
    column: int
    subject: str
    columns: dict[int, tuple[str, When]]


def mark_of(plan: str, sha256: str, subject: str) -> str:
    """The text that marks a form as made from a plan for a subject."""
    return _SEPARATOR.join((TEMPLATE_MARK, plan, sha256, subject))


def column_key(role: str, when: When | None = None) -> str:
    """The text that says what a column holds: its role, and the period of its figures."""
    period = (str(when.year), when.span) if when else ("", "")
    return _SEPARATOR.join((f"kpi:{role}", *period))


def row_key(input: str) -> str:
    """The text that says which input a row is of."""
    return f"kpi:input;{input}"


def read_template(view: View, period: Period, subject: str | None) -> Layout | None:
    """Read a form by its keys, None where it has none. The form's own period stands, whatever ``period`` says."""
    keys = _keys(view)
    if keys is None:
        return None
    layout = Layout(NAME_OF, "why-template", {}, [], [], [], {column: role for column, (role, _) in keys.columns.items()}, keys.row + 1)
    known = {each.id: each for each in view.words.wanted.values() if each.kind == INPUT}
    values = {column: when for column, (role, when) in keys.columns.items() if role == VALUE}
    units, remarks, names = (next((c for c, (role, _) in keys.columns.items() if role == wanted), None) for wanted in (UNIT, REMARK, NAME))
    whose = subject or view.words.subject(keys.subject) or view.words.whole
    for row in range(keys.row + 1, len(view.rows)):
        key = view.text(row, keys.column)
        name = (row, names if names is not None else keys.column)
        label = view.text(*name)
        if not key.startswith("kpi:input;"):
            _unkeyed(view, row, label, values, name, layout)
            continue
        wanted = known.get(key.partition(_SEPARATOR)[2])
        if wanted is None or not _agrees(view, label, wanted):
            # A name that was moved or written over: which of the two is meant cannot be told.
            layout.unknown.append(Unknown("unknown-row", row, name[1], label or key))
            continue
        written = view.text(row, units) if units is not None else ""
        told = (UnitAt(written, "column", row, units),) if written and units is not None else ()
        for column, when in values.items():
            remark = (row, remarks) if remarks is not None else None
            layout.slots.append(Slot(row, column, wanted, whose, when, FIGURE, told, name, False, remark))
    return layout


def _keys(view: View) -> Keys | None:
    if not view.keyed:
        return None
    for row, cells in enumerate(view.rows[:_ROWS_SEARCHED]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell.startswith(TEMPLATE_MARK):
                parts = cell.split(_SEPARATOR)
                columns = {at: key for at, text in enumerate(cells) if (key := _column(text)) is not None}
                return Keys(row, column, parts[3] if len(parts) > 3 else "", columns)
    return None


def _column(text: object) -> tuple[str, When] | None:
    if not isinstance(text, str) or not text.startswith("kpi:") or text.startswith(TEMPLATE_MARK):
        return None
    role, year, span = [*text.removeprefix("kpi:").split(_SEPARATOR), "", ""][:3]
    return role, When(int(year) if year.isdigit() else 0, span)


def _agrees(view: View, label: str, wanted: Wanted) -> bool:
    named = view.words.find(label) if label else None
    return named is None or named.wanted.id == wanted.id


def _unkeyed(view: View, row: int, label: str, values: dict[int, When], name: tuple[int, int], layout: Layout) -> None:
    """A row without a key: a section, a signature, or one that was added and is not read."""
    if not view.occupied(row):
        return
    figures = any(read_number(view.sheet.cell(row, column)).state == READ for column in values)
    if figures and label and not view.is_footer(row):
        layout.unknown.append(Unknown("unknown-row", row, name[1], label))
    else:
        layout.skipped.append(Skipped(row, None, label[:30], "skip-section" if not view.is_footer(row) else "skip-footer"))
