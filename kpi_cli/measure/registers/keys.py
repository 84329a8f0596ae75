"""The keys of a register's rows: which rows speak of the same thing, however its key was typed."""

from __future__ import annotations

import unicodedata
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.registers.rows import Rows, columns_of, fixed, split
from kpi_cli.registers import SEPARATOR, Fixed, ReadColumn, RegisterTable, Texts

Indexes = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.bytes_]]
_LEAST, _MOST = ord("a"), ord("z")


class Keyed(NamedTuple):
    """``first``: for each row, the place of the first row of the same key. ``keyless``: the rows without one."""

    first: Indexes
    keyless: Indexes


def keyed(rows: Rows) -> Keyed:
    """Tell rows apart by their keys; in a table without the key column, by their labels; without these, each is its own."""
    columns = [columns_of(table, rows.register.key) for table in rows.tables]
    packed = [each[0].cells for each in columns if each and isinstance(each[0].cells, Fixed)]
    if len(packed) == len(rows.tables) and all(_is_ascii(cells) for cells in packed):
        return _by_bytes(np.concatenate([_tidy_bytes(cells) for cells in packed]))
    return _by_texts([text for number, table in enumerate(rows.tables) for text in _texts(rows, number, table)])


def _texts(rows: Rows, number: int, table: RegisterTable) -> list[str]:
    register = rows.register
    by_key = columns_of(table, register.key)
    by_label = columns_of(table, register.label)
    if by_key:
        return tidy(by_key[0])
    if by_label:
        return [text and f"={text}" for text in tidy(by_label[0])]
    return [f"#{number}:{row}" for row in range(table.size)]


def tidy(column: ReadColumn) -> list[str]:
    """Texts without spaces, width and case: one code is one firm."""
    cells = column.cells
    whole = cells.joined if isinstance(cells, Texts) else SEPARATOR.join(split(column))
    if not whole.isascii():
        whole = unicodedata.normalize("NFKC", whole)
    tidied = whole.replace("\t", "").replace(" ", "").upper()
    empty = not tidied and not (cells.size if isinstance(cells, Texts) else split(column))
    return [] if empty else tidied.split(SEPARATOR)


def _by_texts(keys: list[str]) -> Keyed:
    seen: dict[str, int] = {}
    first = np.fromiter(map(seen.setdefault, keys, range(len(keys))), dtype=np.int64, count=len(keys))
    return Keyed(first, np.flatnonzero(first == seen[""]) if "" in seen else np.zeros(0, dtype=np.int64))


def _is_ascii(cells: Fixed) -> bool:
    return cells.values.isascii() and b" " not in cells.values and b"\t" not in cells.values


def _tidy_bytes(cells: Fixed) -> Bytes:
    buffer = np.frombuffer(cells.values, dtype=np.uint8)
    lower = (buffer >= _LEAST) & (buffer <= _MOST)
    if not lower.any():
        return fixed(cells)
    return np.where(lower, buffer - np.uint8(32), buffer).astype(np.uint8).view(f"S{cells.width}")


def _by_bytes(keys: Bytes) -> Keyed:
    """As by texts, without a million of them: only rows whose keys have the same hash as another's are compared."""
    first = np.arange(len(keys), dtype=np.int64)
    hashes = _hashes(keys)
    order = np.argsort(hashes)
    same = hashes[order[1:]] == hashes[order[:-1]]
    if same.any():
        alike = np.zeros(len(keys), dtype=bool)
        alike[order[1:][same]] = alike[order[:-1][same]] = True
        places = np.flatnonzero(alike)
        seen: dict[bytes, int] = {}
        first[places] = [seen.setdefault(key, place) for key, place in zip(keys[places].tolist(), places.tolist(), strict=True)]
    return Keyed(first, np.flatnonzero(keys == b""))


def _hashes(keys: Bytes) -> np.ndarray[Any, np.dtype[np.uint64]]:
    width = -(-keys.dtype.itemsize // 8) * 8
    words = keys.astype(f"S{width}").view(np.uint64).reshape(len(keys), width // 8)
    hashes = np.zeros(len(keys), dtype=np.uint64)
    for column in range(words.shape[1]):
        hashes = (hashes ^ words[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes
