"""The columns that say what a row is: names in one or more columns (a group, and its parts), a period or a kind (目标, 完成) of
each row, the subject of each row."""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.heads import NAME, PERIOD, PERIODIC, SKIP, TARGET, UNKNOWN, VALUE, Head, read_head
from kpi_cli.intake.layouts.bands import Band, levels
from kpi_cli.intake.layouts.columns import Meaning
from kpi_cli.intake.places import heads_places
from kpi_cli.intake.view import View, is_total
from kpi_cli.intake.vocabulary import Named
from kpi_cli.plan.matching import is_whole_word

_SAID = (VALUE, TARGET, PERIODIC, SKIP)


class RowName(NamedTuple):
    """What a row is called, the cell that says so, and the figure that it names, None where it names none."""

    text: str
    column: int
    named: Named | None


class RowSubject(NamedTuple):
    """Whose figures a row holds; ``subject`` is None where the plan does not know the text."""

    subject: str | None
    text: str
    column: int
    total: bool


def name_of_row(view: View, row: int, columns: list[int], group: str) -> RowName:
    """The name of a row from its label columns, left to right; ``group`` is the text of the group that the row stands in."""
    if len(columns) == 1:
        text = view.text(row, columns[0])
        return RowName(text, columns[0], view.words.find(text) if text else None)
    texts = [(column, view.text(row, column)) for column in columns]
    texts = [(column, text) for index, (column, text) in enumerate(texts) if text and text not in [other for _, other in texts[:index]]]
    if not texts:
        return RowName("", columns[-1], None)
    column, text = texts[-1]
    above = texts[-2][1] if len(texts) > 1 else group if column != columns[0] else ""
    named = view.words.inside(above, text) if above else view.words.find(text)
    return RowName(f"{above} {text}".strip() if named is None else text, column, named)


def part_column(view: View, band: Band | None, name: int, meanings: dict[int, Meaning], rows: list[int], end: int) -> int | None:
    """The column right of the names that divides them (总量 and 比重 below one name), None where there is none."""
    column = name + 1
    if column >= end or column not in meanings:
        return None
    role = meanings[column].head.role
    same_head = band is not None and view.origin(band.bottom, column) == view.origin(band.bottom, name) and role == NAME
    if role not in (UNKNOWN, NAME) or (role == UNKNOWN and levels(view, band, column)):
        return None
    texts = [text for row in rows if (text := _words(view, row, column))]
    if not texts or all(view.words.units.parse(text) is not None for text in texts):
        return None
    known = any(view.words.find(text) or is_whole_word(text) for text in texts)
    return column if known or same_head or role == NAME else None


def _words(view: View, row: int, column: int) -> str:
    value = view.filled(row, column)
    return value.strip() if isinstance(value, str) else ""


def kind_column(view: View, meanings: dict[int, Meaning], rows: list[int], columns: list[int]) -> int | None:
    """The column whose cells say the period or kind of each row: 2012年, 上年同期, 目标, 完成."""
    for column in columns:
        meaning = meanings.get(column)
        if meaning is not None and meaning.head.role not in (UNKNOWN, PERIOD, NAME, SKIP):
            continue
        headed = meaning is not None and meaning.head.role == PERIOD
        texts = [view.text(row, column) for row in rows]
        filled = [text for text in texts if text]
        said = [text for text in filled if read_head(text).role in _SAID and not view.words.find(text)]
        if len(said) >= 2 and len(said) * 5 >= len(filled) * 4 and (headed or (len(set(said)) > 1 and any(_says_when(text) for text in said))):
            return column
    return None


def _says_when(text: str) -> bool:
    head = read_head(text)
    return head.year is not None or head.span is not None or head.back > 0 or head.role == TARGET or text.startswith(("本", "今年", "当年"))


def kind_of_row(view: View, row: int, column: int, carried: Head | None) -> Head | None:
    """What a row's own cell says of its period and kind; a blank one says what the row above it says."""
    text = view.text(row, column)
    return read_head(text) if text else carried


def subject_column(view: View, rows: range, other: set[int], meanings: dict[int, Meaning] | None = None) -> int | None:
    """The column whose head says 镇（区） or the like, else the one with two or more different subjects in these rows, most
    first."""
    for column, meaning in (meanings or {}).items():
        if column not in other and heads_places(meaning.text):
            return column
    found: dict[int, set[str]] = {}
    for _, column, subject in view.subjects_in(rows.start, rows.stop):
        if column not in other:
            found.setdefault(column, set()).add(subject)
    best = max(found, key=lambda column: len(found[column]), default=None)
    return best if best is not None and len(found[best]) >= 2 else None


def subject_of_row(view: View, row: int, column: int) -> RowSubject | None:
    """The subject that a row's cell names, merged cells filled; None for a blank one."""
    text = view.text(row, column)
    if not text:
        return None
    if is_total(text):
        return RowSubject(view.words.whole, text, column, True)
    return RowSubject(view.words.subject(text), text, column, False)
