"""A large worksheet handed to the fast reader while its bytes are still being looked at: each takes seconds, on a core of its own.

Only for what looks like a long register: no more texts than cells, and a head that states a bearable size. What the look finds out later
decides whether the result is used; a file that lies about its size costs its reader, and is told as such.
"""

from __future__ import annotations

import re
from threading import Thread

from python_calamine import CalamineSheet, CalamineWorkbook

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers import fast
from kpi_cli.intake.readers.archive import Archive
from kpi_cli.intake.readers.ooxml_parts import Parts

_LARGE = 64 * MEBIBYTE
_HEAD = 4096
_SIZE = re.compile(rb'<dimension ref="[A-Z]{1,2}\d+:[A-Z]{1,2}(\d{1,7})"')


class Early:
    """A workbook of one large sheet on its way through the fast reader; ``take`` waits for it."""

    def __init__(self, content: bytes, place: int) -> None:
        self._content, self._place = content, place
        self._book: CalamineWorkbook | None = None
        self._sheet: CalamineSheet | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._book = fast.open_workbook(self._content)
        self._sheet = fast.sheet_at(self._book, self._place) if self._book is not None else None

    def take(self) -> tuple[CalamineWorkbook | None, CalamineSheet | None]:
        self._thread.join()
        return self._book, self._sheet


def start_early(content: bytes, archive: Archive, parts: Parts, limits: Limits) -> Early | None:
    """Begin with the fast reader where that is worth it and the file looks harmless, else None: one sheet so long that two
    looks at it, one after the other, would take seconds, of a bearable number of rows, and texts that are no longer."""
    sheet = parts.sheets[0]
    entry = archive.entries.get(sheet.part.lower()) if len(parts.sheets) == 1 else None
    texts = archive.entries.get(parts.strings.lower()) if parts.strings is not None else None
    if entry is None or entry.unpacked < _LARGE or (texts is not None and texts.unpacked > entry.unpacked):
        return None
    head = next(iter(archive.chunks(sheet.part)), b"")[:_HEAD]
    size = _SIZE.search(head)
    return Early(content, sheet.place) if size is not None and int(size[1]) <= limits.rows else None
