"""The parts of an OOXML workbook (transitional and strict): which sheet is where, its texts and number formats."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers import xml
from kpi_cli.intake.readers.archive import Archive
from kpi_cli.intake.readers.number_formats import BUILTIN
from kpi_cli.intake.readers.recurring import recurring
from kpi_cli.intake.refusal import too_large, unreadable

_HIDDEN_STATES = ("hidden", "veryHidden")


class SheetPart(NamedTuple):
    """A worksheet: ``part`` is its name in the archive, ``place`` counts all sheets before it, charts included."""

    name: str
    part: str
    hidden: bool
    place: int


@dataclass(slots=True)
class Parts:
    """What the workbook part and its relationships say."""

    sheets: list[SheetPart] = field(default_factory=list)
    sheet_count: int = 0
    date1904: bool = False
    strings: str | None = None
    styles: str | None = None


def workbook_part(archive: Archive) -> str | None:
    """The name of the workbook part, None where the archive is no OOXML workbook."""
    if "xl/workbook.xml" in archive:
        return "xl/workbook.xml"
    for kind, target in _relations(read_part(archive, _relations_part("")), "").values():
        if kind == "officeDocument" and target in archive and target.endswith(".xml"):
            return target if b"workbook" in archive.read(target)[:2048] else None
    return None


def read_parts(archive: Archive, limits: Limits) -> Parts:
    """The sheets in the workbook's order, with the parts that hold them."""
    book = workbook_part(archive)
    if book is None:
        raise unreadable("file-part-missing")
    parts = _parts(archive.read(book), read_part(archive, _relations_part(book)), posixpath.dirname(book))
    if not parts.sheets:
        raise unreadable("file-no-sheets")
    if parts.sheet_count > limits.sheets:
        raise too_large("file-sheets", parts.sheet_count, limits.sheets)
    return parts


@recurring
def _parts(book: bytes, links: bytes, folder: str) -> Parts:
    relations = _relations(links, folder)
    parts = Parts()
    by_kind = dict(relations.values())
    parts.strings, parts.styles = by_kind.get("sharedStrings"), by_kind.get("styles")

    def start(name: str, attributes: xml.Attributes) -> None:
        if name == "sheet":
            kind, target = relations.get(xml.local(attributes, "id"), ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state") in _HIDDEN_STATES
                parts.sheets.append(SheetPart(attributes.get("name", ""), target, hidden, parts.sheet_count))
            parts.sheet_count += 1
        elif name == "workbookPr":
            parts.date1904 = attributes.get("date1904") in ("1", "true")

    xml.parse(book, start)
    return parts


def _relations_part(part: str) -> str:
    """The name of the part that holds another's relationships; of the archive's own for ""."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def read_part(archive: Archive, part: str | None) -> bytes:
    """A part that need not be there."""
    return archive.read(part) if part is not None and part in archive else b""


def _relations(content: bytes, folder: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (kind, name of the part it points to); those that point outside the file are left out."""
    relations: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: xml.Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            path = attributes.get("Target", "").replace("\\", "/")
            full = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations[attributes.get("Id", "")] = (kind, full)

    if content:
        xml.parse(content, start)
    return relations


def read_strings(content: bytes, limits: Limits) -> list[str]:
    """The shared texts, phonetic guides left out; ``content`` is their part, b"" where there is none."""
    strings: list[str] = []
    if not content:
        return strings
    pieces: list[str] = []
    inside: list[str] = []

    def start(name: str, _: xml.Attributes) -> None:
        if name == "si":
            pieces.clear()
        elif name in ("t", "rPh"):
            inside.append(name)

    def end(name: str) -> None:
        if name == "si":
            strings.append(checked_text("".join(pieces), limits))
        elif name in ("t", "rPh"):
            inside.pop()

    def text(piece: str) -> None:
        if inside == ["t"]:
            pieces.append(piece)

    xml.parse(content, start, end, text)
    return strings


@recurring
def read_formats(content: bytes) -> tuple[str, ...]:
    """The number format of each cell style, in their order; ``content`` is the part of styles, b"" where there is none."""
    own: dict[int, str] = {}
    formats: list[str] = []
    path: list[str] = []

    def start(name: str, attributes: xml.Attributes) -> None:
        if name == "numFmt" and attributes.get("numFmtId", "").isdigit():
            own[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "xf" and path and path[-1] == "cellXfs":
            number = attributes.get("numFmtId", "0")
            formats.append(number)
        path.append(name)

    def end(_: str) -> None:
        path.pop()

    if content:
        xml.parse(content, start, end)
    return tuple(_format(number, own) for number in formats)


_CELL_STYLES = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_FORMAT_NUMBER = re.compile(rb'numFmtId="(\d+)"')
_PERCENT_FORMATS = frozenset((b"9", b"10"))
_OWN_PERCENT = re.compile(rb"<numFmt\s[^>]*%[^>]*>")


@recurring
def may_show_percents(content: bytes) -> bool:
    """Whether some cell may be formatted as a per cent: a cheap look at the styles of cells, True where in doubt."""
    if not content:
        return False
    styles = _CELL_STYLES.search(content)
    if styles is None or b"numFmtId='" in content:
        return True
    used = set(_FORMAT_NUMBER.findall(styles[0]))
    own = {number for each in _OWN_PERCENT.findall(content) for number in _FORMAT_NUMBER.findall(each)}
    return not used.isdisjoint(_PERCENT_FORMATS | own)


def _format(number: str, own: dict[int, str]) -> str:
    key = int(number) if number.isdigit() else 0
    return own.get(key) or BUILTIN.get(key, "General")


def checked_text(text: str, limits: Limits) -> str:
    """The text itself; refused when it is longer than a cell may hold."""
    if len(text) > limits.cell_text:
        raise too_large("file-cell-text", len(text), limits.cell_text)
    return text
