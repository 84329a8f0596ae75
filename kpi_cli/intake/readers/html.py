"""Reader of HTML tables saved as .xls, as government sites export them, laid out as a spreadsheet would open them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kpi_cli.intake.book import Evidence, Grid, Sheet, Span
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.archive import Content
from kpi_cli.intake.readers.encoding import decode
from kpi_cli.intake.refusal import too_large, unreadable

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_UNSEEN = ("script", "style", "head", "title", "noscript", "template")
_BREAKS = ("br", "p", "div")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read(source: Content, limits: Limits) -> list[Sheet]:
    """One sheet without a name: the tables below each other, text between them in rows of its own."""
    content = source.data
    stated = _CHARSET.search(content[:4096])
    page = _Page(limits)
    page.feed(decode(content, stated[1].decode("ascii") if stated else None))
    page.close()
    page.flush_loose()
    if not page.tables:
        raise unreadable("file-html-no-table")
    hidden = frozenset(page.hidden_rows)
    return [
        Sheet(
            name=None,
            rows=page.rows,
            merged=page.merged,
            suspect=bool(hidden),
            load_evidence=lambda: Evidence(hidden_rows=hidden),
        )
    ]


class _Page(HTMLParser):
    """Collects cells as they close. A table inside a cell adds its text to that cell."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.rows: Grid = []
        self.merged: list[Span] = []
        self.hidden_rows: list[int] = []
        self.tables = 0
        self._depth = 0
        self._unseen = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._loose: list[str] = []
        self._row = self._column = -1
        self._taken: set[tuple[int, int]] = set()
        self._characters = 0
        self._places = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._open_table()
        elif self._depth == 1 and tag == "tr":
            self._open_row(dict(attrs))
        elif self._depth == 1 and tag in ("td", "th"):
            self._open_cell(dict(attrs))
        elif tag in _BREAKS:
            (self._loose if self._cell is None else self._cell).append("\n")
        elif tag == "body":
            self._unseen = 0

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "table" and self._depth:
            self._depth -= 1
            if not self._depth:
                self._close_cell()
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._close_cell()
        elif tag in ("p", "div") and self._cell is None:
            self._loose.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self._characters += len(data)
        if self._characters > self.limits.file_text:
            raise too_large("file-text", self._characters, self.limits.file_text)
        (self._loose if self._cell is None else self._cell).append(data.replace("\xa0", " "))

    def flush_loose(self) -> None:
        """Text outside of tables, a row a line."""
        if not self._depth:
            for line in "".join(self._loose).splitlines():
                if text := _SPACES.sub(" ", line).strip():
                    self.rows.append([text])
        self._loose.clear()

    def _open_table(self) -> None:
        if not self._depth:
            self.flush_loose()
        self._depth += 1
        if self._depth > 1:
            return
        self.tables += 1
        self._unseen = 0
        self._row = len(self.rows) - 1
        self._taken.clear()

    def _open_row(self, attributes: dict[str, str | None]) -> None:
        self._close_cell()
        self._loose.clear()
        self._row, self._column = self._row + 1, -1
        if self._row >= self.limits.rows:
            raise too_large("file-rows", self._row, self.limits.rows)
        if _NOT_SHOWN.search(attributes.get("style") or ""):
            self.hidden_rows.append(self._row)
        self._reach(self._row)

    def _open_cell(self, attributes: dict[str, str | None]) -> None:
        self._close_cell()
        if self._row < 0 or self._row >= len(self.rows) or self._column is None:
            self._open_row({})
        self._cell = []
        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        self._span = (_count(attributes.get("rowspan"), 65_534), _count(attributes.get("colspan"), 1000))
        self._place()

    def _place(self) -> None:
        """Hold the cell's place and, for a merged one, all the places it covers."""
        height, width = self._span
        self._places += height * width
        if self._places > self.limits.cells or self._column + width > self.limits.columns:
            raise too_large("file-cells", self._places, self.limits.cells)
        if height * width > 1:
            last = self._column + width - 1
            self.merged.append(Span(self._row, self._column, self._row + height - 1, last))
            self._taken.update(
                (row, column)
                for row in range(self._row, self._row + height)
                for column in range(self._column, self._column + width)
            )

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self._cell).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._cell = None
        if len(text) > self.limits.cell_text:
            raise too_large("file-cell-text", len(text), self.limits.cell_text)
        line = self.rows[self._row]
        line.extend([None] * (self._column + 1 - len(line)))
        line[self._column] = text or None
        self._column += self._span[1] - 1

    def _reach(self, row: int) -> None:
        while len(self.rows) <= row:
            self.rows.append([])


def _count(stated: str | None, limit: int) -> int:
    digits = (stated or "").strip()
    return max(1, min(int(digits), limit)) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 1
