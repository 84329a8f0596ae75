"""Rows → the things that they speak of: each key once. What its rows say differently is used by nobody, and told."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.registers.keys import keyed
from kpi_cli.measure.registers.rows import Floats, Ints, Masks, Rows, States
from kpi_cli.registers import ABSENT, BAD, GOOD
from kpi_cli.rules import Finding, finding

_SAME = 1e-9
Indexes = np.ndarray[Any, np.dtype[np.int64]]


class Entities(NamedTuple):
    """The firms, towns or events of a register. Arrays run over them, in the order of their first rows.

    ``first`` is the place of an entity's first row. ``repeated`` counts later rows of keys that had one before,
    ``keyless`` are the places of rows without a key, which belong to no entity.
    """

    rows: Rows
    first: Indexes
    figures: dict[str, Floats]
    classes: dict[str, Masks]
    states: dict[str, States]
    subject: Ints
    repeated: int
    keyless: Indexes

    @property
    def size(self) -> int:
        return len(self.first)


def merge_rows(rows: Rows) -> tuple[Entities, list[Finding]]:
    """Each key once. The same row again is a warning; another figure for the same key is an error at the later row, and the
    figure is used by nobody. Classes of several rows add up: a firm may stand in a row for each of its classes."""
    every = np.arange(rows.size)
    if rows.register.key is None:
        nothing = np.zeros(0, dtype=np.int64)
        return Entities(rows, every, rows.figures, rows.classes, rows.states, rows.subject, 0, nothing), []
    first, keyless = keyed(rows)
    own = first == every
    own[keyless] = False
    if own.all():
        return Entities(rows, every, rows.figures, rows.classes, rows.states, rows.subject, 0, keyless), []
    later = first != every
    later[keyless] = False
    return _merge(rows, first, np.flatnonzero(own), np.flatnonzero(later), keyless)


def _merge(rows: Rows, first: Indexes, own: Indexes, later: Indexes, keyless: Indexes) -> tuple[Entities, list[Finding]]:
    heads = first[later]
    findings: list[Finding] = []
    figures, classes, states = dict(rows.figures), dict(rows.classes), dict(rows.states)
    agrees = np.ones(len(later), dtype=bool)
    for id, values in rows.figures.items():
        merged, state = values.copy(), rows.states[id].copy()
        fills = np.isnan(merged[heads]) & ~np.isnan(values[later])
        # The earliest of several comes last in the assignment and stays.
        merged[heads[fills][::-1]] = values[later][fills][::-1]
        np.maximum.at(state, heads, np.where(np.isnan(values[later]), rows.states[id][later], np.int8(ABSENT)))
        state[heads[fills]] = GOOD
        apart = np.abs(values[later] - merged[heads]) > _SAME * np.maximum(np.abs(values[later]), np.abs(merged[heads]))
        findings += [_conflict(rows, id, int(heads[at]), int(later[at])) for at in np.flatnonzero(apart)]
        agrees &= ~apart
        merged[heads[apart]], state[heads[apart]] = np.nan, BAD
        figures[id], states[id] = merged[own], state[own]
    subjects, said = _settled_subjects(rows, heads, later)
    apart = (rows.subject[later] > 0) & (rows.subject[later] != said)
    subjects[heads[apart]] = -1
    findings += [_other_subject(rows, int(heads[at]), int(later[at]), int(said[at])) for at in np.flatnonzero(apart)]
    findings += _duplicates(rows, heads, later, agrees & ~apart)
    for id, masks in rows.classes.items():
        joint, state = masks.copy(), rows.states[id].copy()
        np.bitwise_or.at(joint, heads, masks[later])
        np.maximum.at(state, heads, rows.states[id][later])
        classes[id], states[id] = joint[own], state[own]
    return Entities(rows, own, figures, classes, states, subjects[own], len(later), keyless), findings


def _settled_subjects(rows: Rows, heads: Indexes, later: Indexes) -> tuple[Ints, Ints]:
    """Whose each row is, and whose its firm is for each of the later rows: the first member that its rows name. What was sent
    in for the whole names no member."""
    subjects = rows.subject.copy()
    fills = (subjects[heads] <= 0) & (rows.subject[later] > 0)
    subjects[heads[fills][::-1]] = rows.subject[later][fills][::-1]
    return subjects, subjects[heads]


def _other_subject(rows: Rows, before: int, row: int, said: int) -> Finding:
    column = rows.register.subject
    facts: dict[str, Any] = {
        "name": name_of(rows, row), "first": where(rows, before, row, column),
        "first_value": rows.subjects[said], "value": rows.subjects[rows.subject[row]],
    }
    return finding("conflicting-duplicate", rows.place(row, column), **facts)


def _duplicates(rows: Rows, heads: Indexes, later: Indexes, agrees: Any) -> list[Finding]:
    """A warning for each later row that says nothing new: no other class than its firm's earlier rows."""
    masks = [rows.classes[id] for id in rows.classes]
    seen: dict[tuple[int, ...], int] = {}
    for row in np.unique(heads).tolist():
        seen[(row, *(int(mask[row]) for mask in masks))] = row
    findings = []
    for head, row, same in zip(heads.tolist(), later.tolist(), agrees.tolist(), strict=True):
        before = seen.setdefault((head, *(int(mask[row]) for mask in masks)), row)
        if same and before != row:
            facts = {"name": name_of(rows, row), "first": where(rows, before, row, rows.register.key)}
            findings.append(finding("duplicate", rows.place(row, rows.register.key), **facts))
    return findings


def _conflict(rows: Rows, id: str, before: int, row: int) -> Finding:
    column = rows.register.columns[id]
    factor = column.unit.factor if column.type == "number" else 1.0
    facts: dict[str, Any] = {
        "name": f"{name_of(rows, row)} {column.name}", "first": where(rows, before, row, id),
        "first_value": float(rows.figures[id][before] / factor), "value": float(rows.figures[id][row] / factor),
    }
    return finding("conflicting-duplicate", rows.place(row, id), **facts)


def name_of(rows: Rows, row: int) -> str:
    """What a row is called: its label, else its key."""
    return rows.text(rows.register.label, row) or (rows.text(rows.register.key, row) if rows.register.key else "")


def where(rows: Rows, row: int, beside: int, id: str | None) -> str:
    """The place of a row as told beside another: only what differs."""
    place, other = rows.place(row, id), rows.place(beside, id)
    file = f"{place.file} " if place.file != other.file else ""
    sheet = f"{place.sheet}!" if place.sheet and (place.sheet != other.sheet or file) else ""
    return f"{file}{sheet}{place.cell}"
