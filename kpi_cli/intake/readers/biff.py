"""The records of an .xls workbook stream, looked at before any library reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kpi_cli.intake.refusal import Refused, unreadable

_RECORD = struct.Struct("<HH")
_BOF, _EOF, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x0085, 0x002F
_DIMENSIONS, _ROW, _COLINFO, _FORMULA, _BOOLERR, _WSBOOL = 0x0200, 0x0208, 0x007D, 0x0006, 0x0205, 0x0081
_CELLS = frozenset((0x0203, 0x027E, 0x00BD, 0x0204, 0x00FD, 0x00D6, _FORMULA, _BOOLERR))
_FORMAT, _XF, _XF_OF_STYLE, _PERCENT_FORMATS = 0x041E, 0x00E0, 0x04, (9, 10)
_ROW_HIDDEN = 0x20
_DIMENSIONS_BIFF8, _DIMENSIONS_BIFF5 = 14, 10
_NONSENSE = 1 << 40
_WORKSHEET = 0
BIFF8 = 0x0600


class SheetRecord(NamedTuple):
    """A BOUNDSHEET record: where the sheet's records begin, and what it is."""

    offset: int
    hidden: bool
    kind: int


@dataclass(slots=True)
class SheetLook:
    """What a sheet's records show: ``claimed`` places by its DIMENSIONS, and how far and many its cells are."""

    claimed: int = 0
    rows: int = 0
    columns: int = 0
    cells: int = 0
    suspect: bool = False
    uncached: set[tuple[int, int]] = field(default_factory=set)


def globals_of(stream: bytes) -> tuple[int, list[SheetRecord]]:
    """The BIFF version and the sheets. Refused: an encrypted book, a stream that does not start as one."""
    version, sheets = 0, []
    for kind, body in _records(stream, 0):
        if kind == _BOF and not version:
            version = struct.unpack_from("<H", body)[0] if len(body) >= 4 else 0
        elif kind == _FILEPASS:
            raise Refused("encrypted-file")
        elif kind == _BOUNDSHEET and len(body) >= 6:
            offset, state, sheet_kind = struct.unpack_from("<LBB", body)
            sheets.append(SheetRecord(offset, bool(state & 3), sheet_kind))
    if not version:
        raise unreadable("file-damaged")
    return version, sheets


def may_show_percents(stream: bytes, version: int) -> bool:
    """Whether some cell may be formatted as a per cent, by the book's styles. The styles of styles do not count."""
    if version != BIFF8:
        return True
    percents = set(_PERCENT_FORMATS)
    used = set()
    for kind, body in _records(stream, 0):
        if kind == _FORMAT and len(body) >= 5 and b"%" in body:
            percents.add(struct.unpack_from("<H", body)[0])
        elif kind == _XF and len(body) >= 6 and not body[4] & _XF_OF_STYLE:
            used.add(struct.unpack_from("<H", body, 2)[0])
    return not used.isdisjoint(percents)


def is_worksheet(sheet: SheetRecord) -> bool:
    """Whether the record stands for a sheet of cells, not a chart or macro."""
    return sheet.kind == _WORKSHEET


def look(stream: bytes, offset: int) -> SheetLook:
    """Walk over a sheet's records, parsing only what decides how to read it."""
    found = SheetLook()
    for kind, body in _records(stream, offset):
        if kind in _CELLS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            found.rows, found.columns = max(found.rows, row + 1), max(found.columns, column + 1)
            found.cells += 1
            if kind == _BOOLERR and len(body) >= 8 and body[7]:
                found.suspect = True
            elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff":
                found.suspect = found.suspect or body[6] in (2, 3)
                if body[6] == 3:
                    found.uncached.add((row, column))
        elif kind == _ROW and len(body) >= 13:
            found.suspect = found.suspect or bool(body[12] & _ROW_HIDDEN)
        elif kind == _COLINFO and len(body) >= 10:
            found.suspect = found.suspect or bool(body[8] & 1)
        elif kind == _DIMENSIONS:
            found.claimed = _claimed(body)
    return found


def _claimed(body: bytes) -> int:
    """Places by a DIMENSIONS record; one that makes no sense claims more than any sheet has."""
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    if len(body) == _DIMENSIONS_BIFF8:
        first_row, last_row, first_column, last_column = struct.unpack_from("<LLHH", body)
    elif len(body) == _DIMENSIONS_BIFF5:
        first_row, last_row, first_column, last_column = struct.unpack_from("<HHHH", body)
    else:
        return _NONSENSE
    if last_row < first_row or last_column < first_column:
        return _NONSENSE
    return (last_row - first_row) * max(1, last_column - first_column)


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Records up to the EOF that closes the one BOF at ``position``."""
    depth, size = 0, len(stream)
    while position + 4 <= size:
        kind, length = _RECORD.unpack_from(stream, position)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        yield kind, stream[position + 4 : position + 4 + length]
        position += 4 + length
