"""Register tables ↔ plain data. Their blocks of memory are written in base 64, and looked at when loaded: lengths, and
that every code has a text."""

from __future__ import annotations

import base64
from array import array
from collections.abc import Mapping
from typing import Any

from kpi_cli.batch import strict
from kpi_cli.batch.strict import NotPlainError, need
from kpi_cli.registers import (
    ABSENT,
    AGAIN,
    BLANK_ROW,
    GOOD,
    HEAD,
    NOTE,
    SECTION,
    SEPARATOR,
    TITLE,
    TOTAL,
    Cells,
    Codes,
    Numbers,
    ReadColumn,
    RegisterTable,
    Texts,
)

_OTHERS = frozenset([TITLE, HEAD, BLANK_ROW, AGAIN, SECTION, TOTAL, NOTE])
_MOST_ROWS = 2**31 - 1


def pack_table(table: RegisterTable, path: str) -> list[Any]:
    """A table as plain data. NotPlainError for one that was read block by block: reading it again is as quick as loading it."""
    if table.file != path:
        raise NotPlainError("another file's register")
    columns = [
        [each.id, each.letters, each.head_row, each.text, _pack_cells(each.cells), each.refused] for each in table.columns
    ]
    return [table.register, table.sheet, columns, _pack_bytes(table.numbers), table.size, table.others, list(table.lacking), table.subject]


def unpack_table(value: list[Any], path: str, known: Mapping[str, frozenset[str]]) -> RegisterTable:
    need(len(value) == 8)
    register, sheet, columns, numbers, size, others, lacking, subject = value
    need(type(register) is str and register in known)
    size = strict.number(size, 0, _MOST_ROWS)
    read = tuple(_column(each, size) for each in strict.rows(columns, 6))
    strict.among((each.id for each in read), known[register])
    strict.among(strict.all_of(lacking, str), known[register])
    need(type(others) is dict)
    strict.among(others, _OTHERS)
    counts = {kind: strict.number(count, 0, _MOST_ROWS) for kind, count in others.items()}
    return RegisterTable(
        register, path, strict.text_or_none(sheet), read, _bytes(numbers, 4 * size), size, counts, tuple(lacking), strict.text_or_none(subject)
    )


def _column(value: list[Any], size: int) -> ReadColumn:
    id, letters, head_row, text, cells, refused = value
    need(type(refused) is bool)
    head = strict.number(head_row, 0, _MOST_ROWS)
    return ReadColumn(strict.text(id), strict.text(letters), head, strict.text(text), _cells(cells, size), refused)


def _pack_cells(cells: Cells) -> list[Any]:
    if isinstance(cells, Numbers):
        return ["numbers", _pack_bytes(cells.values), cells.factor, [list(each) for each in cells.states.items()]]
    if isinstance(cells, Codes):
        return ["codes", _pack_bytes(cells.codes), cells.texts, [cells.states, cells.values]]
    if isinstance(cells, Texts):
        return ["texts", cells.joined, cells.size, []]
    raise NotPlainError("a long register")


def _cells(value: Any, size: int) -> Cells:
    need(type(value) is list and len(value) == 4)
    kind, first, second, third = value
    if kind == "numbers":
        need(type(second) in (int, float) and second > 0)
        states = {strict.number(row, 0, size - 1): _state(state) for row, state in strict.rows(third, 2)}
        return Numbers(_bytes(first, 8 * size), float(second), states)
    if kind == "codes":
        codes = _bytes(first, 4 * size)
        need(type(third) is list and len(third) == 2 and len(second) == len(third[0]) == len(third[1]))
        places = array("i", codes)
        need(not places or (min(places) >= 0 and max(places) < len(second)))
        values = [float(each) for each in strict.all_of(third[1], int, float)]
        return Codes(codes, list(strict.all_of(second, str)), [_state(state) for state in third[0]], values)
    need(kind == "texts" and type(first) is str and second == size)
    need(first.count(SEPARATOR) == max(size - 1, 0))
    return Texts(first, size)


def _state(value: Any) -> int:
    return strict.number(value, ABSENT, GOOD)


def _pack_bytes(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: Any, length: int) -> bytes:
    data = base64.b64decode(strict.text(value), validate=True)
    need(len(data) == length)
    return data
