"""Readers: one module a format, chosen by what the bytes are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from kpi_cli.intake.book import Book, Sheet
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.archive import Archive, Content
from kpi_cli.intake.readers.sniff import kind_of
from kpi_cli.intake.readers.source import read_bytes
from kpi_cli.intake.refusal import Refused
from kpi_cli.rules import Finding, Place, Word, finding

Reader = Callable[[Content, Limits], list[Sheet]]

# Kind → module with a ``read`` of this type, imported when a file of the kind comes.
READERS: dict[str, str] = {
    "xlsx": "kpi_cli.intake.readers.xlsx",
    "xls": "kpi_cli.intake.readers.xls",
    "ods": "kpi_cli.intake.readers.ods",
    "csv": "kpi_cli.intake.readers.text",
    "html": "kpi_cli.intake.readers.html",
}


def open_book(path: str | Path, limits: Limits, data: bytes | None = None) -> tuple[Book | None, list[Finding]]:
    """The book in a file, or None and the finding that says why it is refused. ``data`` are its bytes where they were sent
    from where the file is.

    Some files make the libraries below end their process: call it in a worker (``kpi_cli.intake.workers``).
    """
    try:
        return _open(str(path), limits, data or read_bytes(Path(path), limits)), []
    except Refused as refusal:
        return None, [finding(refusal.rule, Place(file=str(path)), **refusal.facts)]


def _open(path: str, limits: Limits, data: bytes) -> Book:
    content = Content(data)
    if content.data.startswith(b"PK"):
        content = content._replace(archive=Archive(content.data, limits))
    kind = kind_of(content)
    read: Reader = import_module(READERS[kind]).read
    sheets = read(content, limits)
    if all(_is_blank(sheet) for sheet in sheets):
        raise Refused("empty-file", reason=Word("file-all-blank"))
    return Book(path, kind, hashlib.sha256(content.data).hexdigest(), sheets)


def _is_blank(sheet: Sheet) -> bool:
    """No value in any cell, and no error or formula where a value should be."""
    if any(value is not None for row in sheet.rows for value in row):
        return False
    return not (sheet.suspect and (sheet.evidence.errors or sheet.evidence.uncached))
