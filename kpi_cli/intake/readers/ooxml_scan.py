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
from kpi_cli.intake.readers.ooxml_sheet import column_index, span
from kpi_cli.intake.readers.refusal import unreadable
from kpi_cli.intake.readers.xml import refuse_document_type

_HIDDEN = re.compile(rb'hidden="(?:1|true)"')
_FORMULA_WITHOUT_VALUE = re.compile(rb"(?:</f>|<f(?:\s[^<>]*)?/>)\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>")
_ROW = re.compile(rb'<row\s[^>]*?\br="(\d{1,12})"')
_COLUMN = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,8})\d')
_FILLED = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,8})(\d{1,12})"[^>/]*>')
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z0-9:]+)"')
_ROOT = re.compile(rb"<worksheet[\s>]")
# Chunks of one part overlap by this much, so that no cell is cut in two for the patterns.
_OVERLAP = 2048
# Beyond this size only the first and last rows of each chunk are looked at for their columns.
_LOOK_CLOSELY = 8 * 1024 * 1024


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
    scan, tail = Scan(), b""
    letters: set[bytes] = set()
    head = True
    for chunk in chunks:
        refuse_document_type(chunk)
        window = tail + chunk if tail else chunk
        if head:
            scan.plain = _ROOT.search(chunk[:_OVERLAP]) is not None
            head = False
        _look(window, chunk, scan, letters, limits)
        tail = window[-_OVERLAP:]
        scan.length += len(chunk)
    if scan.plain and not tail.rstrip().endswith(b"</worksheet>"):
        raise unreadable("file-xml-cut-off")
    scan.columns = max((column_index(each.decode()) + 1 for each in letters), default=0)
    return scan


def filled_area(content: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cell that is not empty: styled blank cells make no grid."""
    found = _FILLED.findall(content)
    rows = max((int(row) for _, row in found), default=0)
    letters = {column for column, _ in found}
    return rows, max((column_index(each.decode()) + 1 for each in letters), default=0)


def _look(window: bytes, chunk: bytes, scan: Scan, letters: set[bytes], limits: Limits) -> None:
    if b"='" in window or b"<c>" in window or b"<row>" in window or b"<![CDATA[" in window:
        scan.plain = False
    if not scan.suspect:
        scan.suspect = (
            b't="e"' in window
            or (b"hidden=" in window and _HIDDEN.search(window) is not None)
            or (b"<f" in window and _FORMULA_WITHOUT_VALUE.search(window) is not None)
        )
    scan.shared += chunk.count(b't="s"')
    if scan.length < _LOOK_CLOSELY:
        columns = _COLUMN.findall(window)
        scan.cells += len(columns)
        letters.update(columns)
        scan.rows = max(scan.rows, max(map(int, _ROW.findall(window)), default=0))
    else:
        scan.cells += chunk.count(b"<c ")
        for part in (window[: 4 * _OVERLAP], window[-4 * _OVERLAP :]):
            letters.update(_COLUMN.findall(part))
            scan.rows = max(scan.rows, max(map(int, _ROW.findall(part)), default=0))
    if b"<mergeCell " in window:
        references = dict.fromkeys(_MERGED.findall(window))
        spans = (span(each.decode(), limits) for each in references)
        scan.merged = list(dict.fromkeys([*scan.merged, *(each for each in spans if each)]))
