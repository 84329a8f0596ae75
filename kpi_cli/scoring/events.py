"""Rows of registers (加分事项, 扣分事项) → points a subject: which rows count, at which level, one matter once."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kpi_cli.intake.marks import read_date
from kpi_cli.measure.arrays import ARRAYS
from kpi_cli.plan.arithmetic import NAN
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Binary, Expression, Name, OverRegister, Text, Unary
from kpi_cli.plan.matching import normal_name
from kpi_cli.plan.nouns import Register
from kpi_cli.plan.units import UnitTable
from kpi_cli.rules import Finding, Place, Word, finding
from kpi_cli.scoring.exact import Array
from kpi_cli.scoring.nouns import Events

if TYPE_CHECKING:
    import pandas as pd

    from kpi_cli.scoring.field import Field

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Counted(NamedTuple):
    """Points and number of events for every subject, and a finding for each row that could not be counted."""

    points: Array
    number: Array
    findings: list[Finding]


class _Columns:
    """The rows of a register as a formula looks them up, in base units."""

    arithmetic = ARRAYS

    def __init__(self, frame: pd.DataFrame, register: Register, units: UnitTable) -> None:
        self.frame, self.columns, self.units = frame, register.columns, units

    def figure(self, name: str, when: When) -> Array:
        column = self.columns[name]
        if column.type not in ("number", "flag"):
            return np.full(len(self.frame), np.nan)
        return self.frame[name].to_numpy(dtype=float) * (column.unit.factor if column.type == "number" else 1.0)

    def years(self) -> list[int]:
        return []

    def submitted_target(self, name: str) -> float:
        return NAN

    def register(self, over: OverRegister) -> float:
        return NAN

    def group(self, tree: Expression, when: When, mean: bool) -> float:
        return NAN


def rows_that_fit(tree: Expression | None, columns: _Columns) -> Mask:
    """The rows for which a condition holds. Texts are compared as names are: width and spaces do not matter."""
    size = len(columns.frame)
    if tree is None:
        return np.ones(size, dtype=bool)
    if isinstance(tree, Binary) and tree.operator in ("and", "or"):
        left, right = rows_that_fit(tree.left, columns), rows_that_fit(tree.right, columns)
        return left & right if tree.operator == "and" else left | right
    if isinstance(tree, Unary) and tree.operator == "not":
        return ~rows_that_fit(tree.operand, columns)
    if isinstance(tree, Binary) and isinstance(tree.left, Name | Text) and isinstance(tree.right, Name | Text):
        text, name = (tree.left, tree.right) if isinstance(tree.left, Text) else (tree.right, tree.left)
        if isinstance(text, Text) and isinstance(name, Name):
            same = _is_text(columns.frame[name.name].tolist(), text.value)
            return ~same if tree.operator == "!=" else same
    found = np.broadcast_to(evaluate(tree, columns, When(0)), size)
    return np.asarray(found > 0)


def _is_text(cells: list[Any], text: str) -> Mask:
    wanted = normal_name(text)
    return np.array([
        wanted in map(normal_name, cell) if isinstance(cell, tuple) else normal_name(str(cell or "")) == wanted for cell in cells
    ], dtype=bool)


def count_events(field: Field, events: Events, base: Array) -> Counted:
    """The points that the rows of a register earn. ``base``: what shares of points are taken of."""
    frame = field.events.get(events.register)
    nothing = np.zeros(field.size)
    if frame is None:
        return Counted(nothing, nothing, [finding("events-missing", register=events.register, name=field.plan.registers[events.register].name)])
    register = field.plan.registers[events.register]
    fits = rows_that_fit(events.rows, _Columns(frame, register, field.plan.units))
    findings: list[Finding] = []
    if events.dated is not None:
        days = [read_date(cell).date for cell in frame[events.dated].tolist()]
        undated = np.array([day is None for day in days], dtype=bool)
        findings += [_refused(row, register, "date", row[events.dated]) for row in frame[fits & undated].to_dict("records")]
        fits &= _within(days, events)
    chosen = frame[fits]
    several = chosen["subject"].duplicated(keep=False).tolist()
    best: dict[tuple[Any, ...], tuple[int, float]] = {}
    names = {normal_name(level): share for level, share in events.levels.items()}
    for number, row in enumerate(chosen.to_dict("records")):
        whose = row["subject"] if isinstance(row["subject"], str) else None
        at = field.panel.index.get(whose) if whose is not None else None
        share = names.get(normal_name(str(row[events.level] or ""))) if events.level is not None and names else events.points
        if share is None:
            findings.append(_refused(row, register, "level", row[str(events.level)]))
            continue
        if at is None or np.isnan(base[at]):
            findings.append(_refused(row, register, "subject", whose if whose is not None else row.get(register.subject or "", "")))
            continue
        points = share.value * base[at] if share.share else share.value
        matter = tuple(normal_name(str(row[each] or "")) for each in events.per)
        if matter and not any(matter) and several[number]:
            # Whether it is the same matter as another row's cannot be told.
            findings.append(_refused(row, register, "matter", ""))
            continue
        key: tuple[Any, ...] = (at, *matter) if matter and events.highest_only else (at, *matter, share) if matter else (at, number)
        if key not in best or points > best[key][1]:
            best[key] = (at, points)
    points_of, count = nothing.copy(), nothing.copy()
    for at, points in best.values():
        points_of[at] += points
        count[at] += 1
    return Counted(points_of, count, findings)


def _within(days: list[datetime.date | None], events: Events) -> Mask:
    return np.array([
        day is not None and (events.since is None or day >= events.since) and (events.until is None or day <= events.until) for day in days
    ], dtype=bool)


def _refused(row: dict[str, Any], register: Register, what: str, found: Any) -> Finding:
    place = Place(row["file"], row["sheet"], f"A{row['row']}")
    return finding("event-not-counted", place, name=register.name, row=row["row"], what=Word(what), found=str(found or ""))
