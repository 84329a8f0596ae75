"""All tables of one register → its rows: one array a column over all files, each row traced to its file and number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_cli.plan.matching import normal_name
from kpi_cli.plan.nouns import Plan, Register
from kpi_cli.registers import ABSENT, BAD, EMPTY, GOOD, Codes, Fixed, Numbers, ReadColumn, RegisterTable, Texts
from kpi_cli.rules import Place

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int32]]
Masks = np.ndarray[Any, np.dtype[np.uint64]]
States = np.ndarray[Any, np.dtype[np.int8]]

_CLASSES = ("choice", "choices")


class Rows:
    """The rows of one register, of all files in the order given.

    ``figures`` by column: float64 in base units, flags 1 or 0, NaN where there is none. ``classes`` by column: uint64, a bit
    for each value of the plan's column. ``states`` by column: int8. ``part`` is the place in ``tables`` of a row's table,
    ``number`` its row number there (from 1), ``subject`` a place in ``subjects`` or -1.
    """

    def __init__(self, plan: Plan, register: Register, tables: Sequence[RegisterTable]) -> None:
        self.plan, self.register, self.tables = plan, register, list(tables)
        self.size = sum(table.size for table in tables)
        self.part: Ints = np.repeat(np.arange(len(tables), dtype=np.int32), [table.size for table in tables])
        self.number: Ints = joined([np.frombuffer(table.numbers, dtype=np.int32) for table in tables], np.int32)
        self.figures: dict[str, Floats] = {}
        self.classes: dict[str, Masks] = {}
        self.states: dict[str, States] = {}
        self._texts: dict[tuple[int, str], list[str]] = {}
        self._starts = [0, *accumulate(table.size for table in tables)]
        for id, column in register.columns.items():
            if column.type == "text":
                continue
            read = [_read(table, id, column.type in _CLASSES) for table in tables]
            self.states[id] = joined([states for _, states in read], np.int8)
            if column.type in _CLASSES:
                self.classes[id] = joined([values for values, _ in read], np.uint64)
            else:
                self.figures[id] = joined([values for values, _ in read], np.float64)
        self.subjects = [plan.subject, *(name for name in plan.subjects() if name != plan.subject)]
        self.subject = self._subjects()

    def texts(self, id: str) -> list[str]:
        """A column's texts as written, "" where there is none."""
        return [text for number in range(len(self.tables)) for text in self._texts_of(number, id)]

    def text(self, id: str, row: int) -> str:
        """One text of a column; a column of a million is not taken apart for it."""
        number = int(self.part[row])
        at = row - self._starts[number]
        columns = columns_of(self.tables[number], id)
        if columns and isinstance(cells := columns[0].cells, Fixed):
            return cells.values[at * cells.width : (at + 1) * cells.width].rstrip(b"\0").decode("utf-8", "replace").strip()
        return self._texts_of(number, id)[at]

    def is_blank(self, id: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Where a column of texts has none, in tables that have the column."""
        found = [np.zeros(0, dtype=bool)]
        for number, table in enumerate(self.tables):
            columns = columns_of(table, id)
            if columns and isinstance(columns[0].cells, Fixed):
                found.append(fixed(columns[0].cells) == b"")
            else:
                texts = self._texts_of(number, id) if columns else []
                found.append(np.array([not text for text in texts]) if "" in texts else np.zeros(table.size, dtype=bool))
        return np.concatenate(found)

    def _texts_of(self, number: int, id: str) -> list[str]:
        if (number, id) not in self._texts:
            columns = columns_of(self.tables[number], id)
            self._texts[number, id] = split(columns[0]) if columns else [""] * self.tables[number].size
        return self._texts[number, id]

    def place(self, row: int, id: str | None = None) -> Place:
        """A cell of a row: that of a column, or of the key, or of the first column that the table has."""
        table = self.tables[self.part[row]]
        letters = {each.id: each.letters for each in reversed(table.columns)}
        wanted = next((each for each in (id, self.register.key, self.register.label) if each in letters), table.columns[0].id)
        return Place(table.file, table.sheet, f"{letters[str(wanted)]}{self.number[row]}")

    def has(self, id: str) -> bool:
        """Whether every table with rows has a column."""
        return all(columns_of(table, id) for table in self.tables if table.size)

    def _subjects(self) -> Ints:
        """The subject of every row: its own column's, else its sheet's."""
        places = {name: place for place, name in enumerate(self.subjects)}
        known = {normal_name(name): place for name, place in places.items()}
        for group in self.plan.groups.values():
            known |= {normal_name(alias): places[name] for name, aliases in group.members.items() for alias in aliases}
        found = []
        for table in self.tables:
            columns = columns_of(table, self.register.subject)
            if columns and isinstance(cells := columns[0].cells, Codes):
                each = np.array([known.get(normal_name(text), -1) for text in cells.texts], dtype=np.int32)
                found.append(each[np.frombuffer(cells.codes, dtype=np.int32)])
            else:
                found.append(np.full(table.size, places.get(table.subject or "", -1), dtype=np.int32))
        return joined(found, np.int32)  # type: ignore[no-any-return]

    def frame(self) -> pd.DataFrame:
        """A row a row of the register, in the order of reading. One column for each column of the plan: figures float64 in
        the column's unit (NaN where there is none), flags float64 1 or 0, a choice its value (None where there is none),
        choices a tuple of values, texts as written ("" where there is none); then ``file``, ``sheet``, ``row`` (number from
        1) and ``subject`` (None where no known subject is named)."""
        import pandas as pd

        found: dict[str, Any] = {}
        for id, column in self.register.columns.items():
            if column.type == "text":
                found[id] = pd.Series(self.texts(id), dtype=object)
            elif column.type in _CLASSES:
                values = _values_of(self.classes[id], list(column.values), column.type == "choice")
                found[id] = pd.Series(values, dtype=object)
            else:
                found[id] = self.figures[id] / (column.unit.factor if column.type == "number" else 1.0)
        found["file"] = np.array([table.file for table in self.tables], dtype=object)[self.part]
        found["sheet"] = np.array([table.sheet for table in self.tables], dtype=object)[self.part]
        found["row"] = self.number
        found["subject"] = np.array([*self.subjects, None], dtype=object)[self.subject]
        return pd.DataFrame(found)


def columns_of(table: RegisterTable, id: str | None) -> list[ReadColumn]:
    return [each for each in table.columns if each.id == id]


def joined(parts: Sequence[Any], dtype: Any) -> Any:
    """Arrays one after the other; a single one as it is."""
    if not parts:
        return np.zeros(0, dtype=dtype)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _read(table: RegisterTable, id: str, classes: bool) -> tuple[Any, States]:
    """(values, states) of a column in one table. Where it stands there several times (类别1, 类别2), classes add up."""
    found = [_unpack(each, classes) for each in columns_of(table, id)]
    if not found:
        empty = np.zeros(table.size, dtype=np.uint64) if classes else np.full(table.size, np.nan)
        return empty, np.full(table.size, ABSENT, dtype=np.int8)
    if len(found) == 1:
        return found[0]
    states: States = np.max([states for _, states in found], axis=0)
    bad = np.any([states == BAD for _, states in found], axis=0)
    return np.bitwise_or.reduce([values for values, _ in found]), np.where(bad, np.int8(BAD), states)


def _unpack(column: ReadColumn, classes: bool) -> tuple[Any, States]:
    cells = column.cells
    if isinstance(cells, Codes):
        codes = np.frombuffer(cells.codes, dtype=np.int32)
        values = np.array(cells.values)
        return (values.astype(np.uint64) if classes else values)[codes], np.array(cells.states, dtype=np.int8)[codes]
    if not isinstance(cells, Numbers):
        raise TypeError(type(cells))
    values = np.frombuffer(cells.values, dtype=np.float64) * cells.factor
    if column.refused:
        return np.full(len(values), np.nan), np.full(len(values), BAD, dtype=np.int8)
    states = np.where(np.isnan(values), np.int8(EMPTY), np.int8(GOOD))
    if cells.states:
        states[np.fromiter(cells.states, dtype=np.int64)] = np.fromiter(cells.states.values(), dtype=np.int8)
    return values, states


def fixed(cells: Fixed) -> np.ndarray[Any, np.dtype[np.bytes_]]:
    return np.frombuffer(cells.values, dtype=f"S{cells.width}")


def split(column: ReadColumn) -> list[str]:
    """The texts of a column, row by row."""
    cells = column.cells
    if isinstance(cells, Texts):
        return cells.split()
    if isinstance(cells, Fixed):
        return [text.decode("utf-8", "replace").strip() for text in fixed(cells).tolist()]
    if isinstance(cells, Codes):
        return [cells.texts[code] for code in np.frombuffer(cells.codes, dtype=np.int32)]
    raise TypeError(type(cells))


def _values_of(masks: Masks, names: list[str], single: bool) -> list[Any]:
    """Bits → values, each pattern worked out once."""
    patterns, places = np.unique(masks, return_inverse=True)
    each: list[Any] = [tuple(name for place, name in enumerate(names) if int(pattern) >> place & 1) for pattern in patterns]
    if single:
        each = [values[0] if values else None for values in each]
    return [each[place] for place in places]


def rows_by_register(plan: Plan, tables: Iterable[RegisterTable]) -> dict[str, Rows]:
    """The rows of every register of which there is a table, in the order of the plan."""
    by_register: dict[str, list[RegisterTable]] = {}
    for table in tables:
        by_register.setdefault(table.register, []).append(table)
    return {id: Rows(plan, register, by_register[id]) for id, register in plan.registers.items() if id in by_register}


def register_frames(plan: Plan, tables: Iterable[RegisterTable]) -> Mapping[str, pd.DataFrame]:
    """The rows of every register as a table: see ``Rows.frame``. ``tables`` are those of ``FileRead.registers``."""
    return {id: rows.frame() for id, rows in rows_by_register(plan, tables).items()}
