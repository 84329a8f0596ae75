"""New cell styles beside those of a workbook: each cell's own look with another fill, and what the list of findings needs."""

from __future__ import annotations

import re

from kpi_cli.report.annotate.package import Package
from kpi_cli.report.annotate.splice import Edit, Element, append_child, apply, elements, with_attribute

FILLS = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_PLAIN = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """The styles of a workbook, to which marked ones are added as they are asked for; ``save`` writes them all."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = next((each.target for each in package.relations(package.book) if each.kind == "styles"), None) or _new(package)
        self._data = package.read(self._part)
        tables = elements(self._data, lambda name, depth, _: depth == 1 and name in ("fonts", "fills", "cellXfs"))
        self._tables = {each.name: each for each in tables}
        inside = elements(self._data, lambda name, depth, parent: depth == 2 and parent in self._tables)
        self._counts = {name: sum(1 for each in inside if each.parent == name) for name in self._tables}
        self._xfs = [self._data[each.start : each.end] for each in inside if each.parent == "cellXfs"]
        self._prefix = self._tables["cellXfs"].prefix
        self._new: dict[str, list[bytes]] = {name: [] for name in self._tables}
        self._marked: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}

    def marked(self, style: int, severity: str) -> int:
        """The style of a cell with the fill of a severity."""
        known = self._marked.get((style, severity))
        if known is None:
            base = self._xfs[style] if 0 <= style < len(self._xfs) else self._xfs[0]
            known = self._marked[style, severity] = self._add("cellXfs", _restyled(base, fillId=self._fill(severity), applyFill=1))
        return known

    def of_list(self, font: str | None = None) -> int:
        """A style for the list of findings: wrapped text; ``font`` is head or link, or None for the plain one."""
        xf = re.sub(rb"(?s)>.*", b">", self._xfs[0], count=1).replace(b"/>", b">")
        changes = {"numFmtId": 0, "fillId": 0, "borderId": 0, "applyAlignment": 1}
        if font is not None:
            prefix = self._prefix
            size = f'<{prefix}sz val="11"/>'
            look = f"<{prefix}b/>{size}" if font == "head" else f'<{prefix}u/>{size}<{prefix}color rgb="FF0563C1"/>'
            changes |= {"fontId": self._add("fonts", f"<{prefix}font>{look}</{prefix}font>".encode()), "applyFont": 1}
        inside = f'<{self._prefix}alignment vertical="top" wrapText="1"/></{self._prefix}xf>'.encode()
        return self._add("cellXfs", _restyled(xf, **changes) + inside)

    def save(self) -> None:
        edits = []
        for name, table in self._tables.items():
            if self._new[name]:
                edits += _grown(self._data, table, self._new[name], self._counts[name])
        self._package.write(self._part, apply(self._data, edits))

    def _fill(self, severity: str) -> int:
        if severity not in self._fills:
            p = self._prefix
            colours = f'<{p}fgColor rgb="{FILLS[severity]}"/><{p}bgColor indexed="64"/>'
            xml = f'<{p}fill><{p}patternFill patternType="solid">{colours}</{p}patternFill></{p}fill>'
            self._fills[severity] = self._add("fills", xml.encode())
        return self._fills[severity]

    def _add(self, table: str, xml: bytes) -> int:
        self._new[table].append(xml)
        return self._counts[table] + len(self._new[table]) - 1


def _grown(data: bytes, table: Element, added: list[bytes], count: int) -> list[Edit]:
    tag = with_attribute(data[table.start : table.inner], "count", str(count + len(added)))
    if table.empty:
        edit = append_child(data, table, b"".join(added))
        return [edit._replace(text=with_attribute(edit.text, "count", str(len(added))))]
    return [Edit(table.start, table.inner, tag), Edit(table.close, table.close, b"".join(added))]


def _restyled(xf: bytes, **changes: int) -> bytes:
    end = xf.index(b">") + 1
    tag = xf[:end]
    for name, value in changes.items():
        tag = with_attribute(tag, name, str(value))
    return tag + xf[end:]


def _new(package: Package) -> str:
    # Some programs know the part by this name only.
    part = "xl/styles.xml" if "xl/styles.xml" not in package else package.free("xl/styles{}.xml")
    package.write(part, _PLAIN.format(main=package.main).encode())
    package.relate(package.book, "styles", part)
    package.declare(part, _CONTENT_TYPE)
    return part
