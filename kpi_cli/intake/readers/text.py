"""Reader of .csv and .tsv: record n of the file is row n, blank lines and quoted line breaks included."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from kpi_cli.intake.book import Grid, Sheet
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.archive import Content
from kpi_cli.intake.readers.encoding import decode
from kpi_cli.intake.refusal import too_large, unreadable

# On a tie the earlier: commas also stand inside numbers.
SEPARATORS = ("\t", ";", ",")
_LINES_LOOKED_AT = 200
# Equal texts are kept once, among this many: a register repeats its classes, towns and units.
_KEPT_TEXTS = 10_000
# Stands alone in the last record when all quotes are closed, and inside a quoted cell when one is not.
_END_MARK = "\x1eend of text\x1e"
# A quoted cell of this many lines that hold separators has swallowed the records between two stray quotes.
_SWALLOWED_LINES = 5


def read(source: Content, limits: Limits) -> list[Sheet]:
    """One sheet without a name; every cell is text as written, None where nothing is."""
    text = decode(source.data)
    if len(text) > limits.file_text:
        raise too_large("file-text", len(text), limits.file_text)
    text, separator = _separator(text)
    return [Sheet(name=None, rows=_rows(text, separator, limits))]


def _separator(text: str) -> tuple[str, str]:
    """The text without the ``sep=`` line that spreadsheets write, and the separator: stated, or the steadiest one."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first.strip()[4]
    head = "".join(islice(io.StringIO(text, newline=""), _LINES_LOOKED_AT))
    return text, max(SEPARATORS, key=lambda separator: _steadiness(head, separator))


def _steadiness(head: str, separator: str) -> tuple[int, int]:
    """How many records share the commonest width above one, and that width."""
    try:
        widths = Counter(len(record) for record in csv.reader(io.StringIO(head, newline=""), delimiter=separator))
    except csv.Error:
        return 0, 0
    widths = Counter({width: count for width, count in widths.items() if width > 1})
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count, width


def _rows(text: str, separator: str, limits: Limits) -> Grid:
    csv.field_size_limit(limits.cell_text)
    rows: Grid = []
    cells = 0
    kept: dict[str, str | None] = {"": None}
    try:
        for record in csv.reader(chain(_lines(text), (_END_MARK,)), delimiter=separator):
            if len(record) > limits.columns:
                raise too_large("file-columns", len(record), limits.columns)
            cells += len(record)
            if len(kept) < _KEPT_TEXTS:
                rows.append([kept.setdefault(cell, cell) for cell in record])
            else:
                rows.append([kept.get(cell, cell) for cell in record])
            if len(rows) > limits.rows + 1:
                raise too_large("file-rows", len(rows), limits.rows)
            if cells > limits.cells:
                raise too_large("file-cells", cells, limits.cells)
    except csv.Error as error:
        if "field limit" in str(error) and text.count('"') % 2 == 0:
            raise too_large("file-cell-text", f"> {limits.cell_text}", limits.cell_text) from error
        raise unreadable("file-unclosed-quote" if "field limit" in str(error) else "file-csv-broken") from error
    if not rows or rows.pop() != [_END_MARK]:
        raise unreadable("file-unclosed-quote")
    if '"' in text:
        _refuse_swallowed(rows, separator)
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows


def _lines(text: str) -> Iterable[str]:
    """The lines with their ends. A text buffer would hold four bytes a character; it serves where ends are mixed."""
    if text.count("\r") != text.count("\r\n"):
        return io.StringIO(text, newline="")
    return _sliced(text)


def _sliced(text: str) -> Iterator[str]:
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    yield text[start:]


def _refuse_swallowed(rows: Grid, separator: str) -> None:
    for row in rows:
        for cell in row:
            if isinstance(cell, str) and cell.count("\n") + 1 >= _SWALLOWED_LINES:
                lines = cell.splitlines()
                if sum(separator in line for line in lines) > 0.8 * len(lines):
                    raise unreadable("file-unclosed-quote")
