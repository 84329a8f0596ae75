"""The parts of an OOXML workbook as they may be replaced or added: relationships and content types included."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import NamedTuple

from kpi_cli.report.annotate.splice import Element, append_child, apply, as_utf8, elements, quoted

TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"


class Relation(NamedTuple):
    """``kind`` is the last word of its type; ``target`` the part's full name."""

    id: str
    kind: str
    target: str


class SheetPart(NamedTuple):
    name: str
    part: str


class Package:
    """A workbook's parts. What is not replaced is written back as it was, in its order and packing."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {info.filename.lower(): info.filename for info in self._archive.infolist()}
        self._changed: dict[str, bytes] = {}
        self.book = self._book()
        root = elements(self.read(self.book), lambda _, depth, __: depth == 0)[0]
        self.strict = STRICT_MAIN in root.attributes.values()
        self.main = STRICT_MAIN if self.strict else MAIN
        self.relationships = STRICT if self.strict else TRANSITIONAL

    def __contains__(self, part: str) -> bool:
        return part in self._changed or part.lower() in self._names

    def read(self, part: str) -> bytes:
        """A part in UTF-8, as it stands after the changes so far."""
        if part not in self._changed:
            return as_utf8(self._archive.read(self._names[part.lower()]))
        return self._changed[part]

    def write(self, part: str, data: bytes) -> None:
        """Replace a part, or add it."""
        self._changed[self._names.get(part.lower(), part)] = data

    def free(self, pattern: str) -> str:
        """The first name of a pattern such as xl/comments{}.xml that no part has."""
        return next(name for number in range(1, 100_000) if (name := pattern.format(number)) not in self)

    def relations(self, part: str) -> list[Relation]:
        """What a part points to within the file."""
        folder = posixpath.dirname(part)
        rels = _rels(part)
        if rels not in self:
            return []
        found = []
        for each in elements(self.read(rels), lambda name, _, __: name == "Relationship"):
            target = each.attributes.get("Target", "").replace("\\", "/")
            full = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
            inside = each.attributes.get("TargetMode") != "External"
            found.append(Relation(each.attributes.get("Id", ""), each.attributes.get("Type", "").rpartition("/")[2], full if inside else ""))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Point from a part to another; the id of the new relationship."""
        rels = _rels(part)
        if rels not in self:
            self.write(rels, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode())
        taken = {each.id for each in self.relations(part)}
        id = next(name for number in range(1, 100_000) if (name := f"rIdKpi{number}") not in taken)
        data = self.read(rels)
        root = _root(data)
        child = f'<{root.prefix}Relationship Id="{id}" Type="{self.relationships}/{kind}" Target={quoted("/" + target)}/>'
        self.write(rels, apply(data, [append_child(data, root, child.encode())]))
        return id

    def declare(self, part: str, content_type: str) -> None:
        """Say in the content types what a new part is."""
        self._declare(f"<{{prefix}}Override PartName={quoted('/' + part)} ContentType={quoted(content_type)}/>")

    def declare_suffix(self, suffix: str, content_type: str) -> None:
        """Say what parts with a suffix are, unless it is said already."""
        known = elements(self.read(_TYPES), lambda name, _, __: name == "Default")
        if not any(each.attributes.get("Extension", "").lower() == suffix for each in known):
            self._declare(f"<{{prefix}}Default Extension={quoted(suffix)} ContentType={quoted(content_type)}/>")

    def _declare(self, child: str) -> None:
        data = self.read(_TYPES)
        root = _root(data)
        self.write(_TYPES, apply(data, [append_child(data, root, child.format(prefix=root.prefix).encode())]))

    @property
    def macros(self) -> bool:
        """Whether the book is one with macros, which its file name must say too."""
        return b"macroEnabled" in self.read(_TYPES)

    def sheets(self) -> list[SheetPart]:
        """The worksheets in the book's order, by name and part."""
        targets = {each.id: each for each in self.relations(self.book)}
        found = []
        for each in elements(self.read(self.book), lambda name, _, parent: name == "sheet" and parent == "sheets"):
            id = next((value for key, value in each.attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), "")
            if id in targets and targets[id].kind == "worksheet":
                found.append(SheetPart(each.attributes.get("name", ""), targets[id].target))
        return found

    def save(self) -> bytes:
        """The whole file: unchanged parts as they were, new ones after them."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as out:
            for info in self._archive.infolist():
                data = self._changed.get(info.filename)
                out.writestr(info, self._archive.read(info) if data is None else data, info.compress_type)
            for name, data in self._changed.items():
                if name.lower() not in self._names:
                    out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        return stream.getvalue()

    def _book(self) -> str:
        if "xl/workbook.xml" in self:
            return "xl/workbook.xml"
        return next(each.target for each in self.relations("") if each.kind == "officeDocument")


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _root(data: bytes) -> Element:
    return elements(data, lambda _, depth, __: depth == 0)[0]
