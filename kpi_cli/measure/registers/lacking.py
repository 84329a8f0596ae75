"""What rows and sheets lack: columns, keys, figures; and figures that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kpi_cli.measure.registers.figures import columns_in, counts_in
from kpi_cli.measure.registers.rows import Rows, columns_of
from kpi_cli.plan.matching import normal_name
from kpi_cli.plan.nouns import Column, Plan, Register
from kpi_cli.registers import BAD, EMPTY, GOOD, UNSAID, Codes, RegisterTable
from kpi_cli.rules import Finding, Place, Word, finding


def asked_of(plan: Plan, register: Register) -> tuple[set[str], set[str]]:
    """The columns that rules over its rows need, and those that counts and sums need."""
    ruled: set[str] = set()
    for indicator in plan.indicators.values():
        if indicator.register == register.id:
            for tree in (indicator.each, indicator.rows):
                ruled |= set(columns_in(tree)) if tree is not None else set()
            if indicator.row_class is not None:
                ruled |= {next(id for id, column in register.columns.items() if indicator.row_class in column.values)}
    trees = [each.tree for each in plan.indicators.values()] + [each.from_register for each in plan.inputs.values()]
    counted = {
        name
        for tree in trees if tree is not None
        for over in counts_in(tree) if over.register == register.id
        for part in (over.condition, over.value) if part is not None
        for name in columns_in(part)
    }
    return ruled, counted


def find_lacking(rows: Rows) -> list[Finding]:
    """Missing columns, keys and figures, negative figures, subjects that nobody knows."""
    ruled, counted = asked_of(rows.plan, rows.register)
    found = [each for table in rows.tables for each in _columns(rows, table, ruled, counted)]
    found += _keys(rows)
    for id, column in rows.register.columns.items():
        if column.type != "text":
            needed = column.required or id in ruled
            if needed or id in counted:
                found += _blanks(rows, id, column, needed)
        elif id == rows.register.label and id != rows.register.key and column.required:
            found += _blank_texts(rows, id, column)
        if column.type == "number" and not column.negative and not column.unit.signed:
            found += _negatives(rows, id, column)
    return found + [each for table in rows.tables for each in _subjects(rows, table)]


def _columns(rows: Rows, table: RegisterTable, ruled: set[str], counted: set[str]) -> Iterator[Finding]:
    register = rows.register
    first = min(each.head_row for each in table.columns)
    for id in table.lacking:
        column = register.columns[id]
        if not (column.required or id in ruled or id in counted or id == register.key):
            continue
        effect = Word("register-not-judged")
        facts = {"register": register.name, "name": column.name, "aliases": list(column.aliases) or [column.name]}
        if id == register.key:
            told = bool(columns_of(table, register.label))
            effect = Word("register-told-by-label" if told else "register-rows-alone")
        elif column.type == "text":
            effect = Word("register-no-text")
        severe = column.required or id in ruled or id == register.key
        place = Place(table.file, table.sheet, f"A{first}")
        yield finding("missing-column", place, severity="error" if severe else "warning", effect=effect, **facts)  # type: ignore[arg-type]


def _keys(rows: Rows) -> Iterator[Finding]:
    key = rows.register.key
    if key is None or not all(columns_of(table, key) for table in rows.tables):
        return
    for row in np.flatnonzero(rows.is_blank(key)).tolist():
        yield finding("missing", rows.place(row, key), name=rows.register.columns[key].name, period=_which(rows, row))


def _which(rows: Rows, row: int) -> str:
    """What a row is called in a sentence about its cell."""
    return rows.text(rows.register.label, row) or f"{rows.number[row]}"


def _blanks(rows: Rows, id: str, column: Column, needed: bool) -> Iterator[Finding]:
    states = rows.states[id]
    for row in np.flatnonzero((states == EMPTY) | (states == UNSAID)).tolist():
        severity = "error" if needed and states[row] == EMPTY else "warning"
        yield finding("missing", rows.place(row, id), severity=severity, name=column.name, period=_which(rows, row))


def _blank_texts(rows: Rows, id: str, column: Column) -> Iterator[Finding]:
    if rows.has(id):
        for row in np.flatnonzero(rows.is_blank(id)).tolist():
            yield finding("missing", rows.place(row, id), severity="warning", name=column.name, period=f"{rows.number[row]}")


def _negatives(rows: Rows, id: str, column: Column) -> Iterator[Finding]:
    """Negative figures are told, and used by nobody."""
    values = rows.figures[id]
    for row in np.flatnonzero(values < 0).tolist():
        yield finding("negative", rows.place(row, id), raw=f"{values[row] / column.unit.factor:.12g}", name=column.name)
    if (values < 0).any():
        rows.states[id] = np.where(values < 0, np.int8(BAD), rows.states[id])
        rows.figures[id] = np.where(values < 0, np.nan, values)


def _subjects(rows: Rows, table: RegisterTable) -> Iterator[Finding]:
    """A warning at the first row of each subject that the plan does not know."""
    columns = columns_of(table, rows.register.subject)
    if not columns or not isinstance(cells := columns[0].cells, Codes) or not rows.plan.groups:
        return
    known = {normal_name(name) for name in rows.subjects}
    known |= {normal_name(alias) for group in rows.plan.groups.values() for aliases in group.members.values() for alias in aliases}
    codes = np.frombuffer(cells.codes, dtype=np.int32)
    numbers = np.frombuffer(table.numbers, dtype=np.int32)
    for code, text in enumerate(cells.texts):
        if cells.states[code] == GOOD and normal_name(text) not in known and (codes == code).any():
            cell = f"{columns[0].letters}{numbers[int((codes == code).argmax())]}"
            yield finding("unknown-subject", Place(table.file, table.sheet, cell), name=text, near=_near(text, rows.subjects))


def _near(text: str, known: list[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(text, known, n=3, cutoff=0.5)
