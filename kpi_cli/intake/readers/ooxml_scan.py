"""A cheap look at a worksheet's bytes before the fast reader sees them.

It answers three questions without parsing: is the part written the plain way that the fast reader reads right, does
it hold anything the fast reader hides, and how large a grid will it make.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpi_cli.intake.book import Span
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.references import column_index, spans
from kpi_cli.intake.readers.xml import refuse_document_type
from kpi_cli.intake.refusal import unreadable

_HIDDEN = re.compile(rb'hidden="(?:1|true)"')
_FORMULA_WITHOUT_VALUE = re.compile(rb"(?:</f>|<f(?:\s[^<>]*)?/>)\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>")
_CELL = re.compile(rb'<c\s[^<>]*?\br="([A-Z]{1,8})(\d{1,12})"')
_BARE_CELL, _BARE_ROW = re.compile(rb"<c[\t\r\n>/]"), re.compile(rb"<row[\t\r\n>/]")
_FILLED = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,8})(\d{1,12})"[^>/]*>')
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z0-9:]+)"')
_ROOT = re.compile(rb"<worksheet[\s>]")
# The part's first bytes, where its root stands; the first and last rows of a piece of a large part.
_HEAD = 8192
# Beyond this size of a part only the first and last rows of each piece are looked at for their addresses.
_CLOSELY = 16 * 1024 * 1024


@dataclass(slots=True)
class Scan:
    """``plain``: the fast reader reads this part right. ``rows`` and ``columns`` are the size of the grid it makes."""

    plain: bool = True
    suspect: bool = False
    rows: int = 0
    columns: int = 0
    cells: int = 0
    shared: int = 0
    merged: list[Span] = field(default_factory=list)
    length: int = 0


def scan_sheet(chunks: Iterable[bytes], limits: Limits) -> Scan:
    """Look at a worksheet part, given in pieces. Refused: document types, a part cut off."""
    scan, rest = Scan(), b""
    letters: set[bytes] = set()
    for chunk in chunks:
        if not scan.length:
            scan.plain = _ROOT.search(chunk[:_HEAD]) is not None
        if b"<!" in chunk:
            refuse_document_type(chunk)
            scan.plain = False
        scan.length += len(chunk)
        window = rest + chunk if rest else chunk
        cut = _whole_rows(window) if scan.length > _CLOSELY else 0
        if cut:
            _look(window[:cut], scan, letters, limits)
        rest = window[cut:]
    _look(rest, scan, letters, limits)
    if limits.cell_text < scan.length < _CLOSELY and re.search(rb"[^<]{%d}" % (4 * limits.cell_text), rest):
        scan.plain = False
    if scan.plain and not rest.rstrip().endswith(b"</worksheet>"):
        raise unreadable("file-xml-cut-off")
    scan.columns = max((column_index(each.decode()) + 1 for each in letters), default=0)
    return scan


def filled_area(content: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cell that is not empty: styled blank cells make no grid."""
    found = _FILLED.findall(content)
    rows = max((int(row) for _, row in found), default=0)
    letters = {column for column, _ in found}
    return rows, max((column_index(each.decode()) + 1 for each in letters), default=0)


def _whole_rows(window: bytes) -> int:
    """How much of a piece to look at, so that no cell is cut in two; what follows the rows may be cut anywhere."""
    row = window.rfind(b"</row>")
    if row >= 0:
        return row + len(b"</row>")
    return max(0, len(window) - _HEAD)


def _look(window: bytes, scan: Scan, letters: set[bytes], limits: Limits) -> None:
    if b"='" in window or _BARE_CELL.search(window) or _BARE_ROW.search(window):
        scan.plain = False
    if not scan.suspect:
        scan.suspect = (
            b't="e"' in window
            or (b"hidden=" in window and _HIDDEN.search(window) is not None)
            or (b"<f" in window and _FORMULA_WITHOUT_VALUE.search(window) is not None)
        )
    count = window.count(b"<c ")
    scan.cells += count
    scan.shared += window.count(b't="s"')
    closely = scan.length < _CLOSELY
    for part in (window,) if closely else (window[:_HEAD], window[-_HEAD:]):
        cells = _CELL.findall(part)
        letters.update({column for column, _ in cells})
        scan.rows = max(scan.rows, max(map(int, {row for _, row in cells}), default=0))
        if closely and count != len(cells):
            scan.plain = False
    if b"<mergeCell " in window:
        found = spans((each.decode() for each in _MERGED.findall(window)), limits)
        scan.merged = list(dict.fromkeys([*scan.merged, *found]))
