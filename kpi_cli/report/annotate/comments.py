"""Comments on the cells of one sheet: the texts, and the drawing that office programs show them by."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpi_cli.report.annotate.package import Package
from kpi_cli.report.annotate.sheet import At, address_of, cell_at, link_comments
from kpi_cli.report.annotate.splice import append_child, apply, elements, text

AUTHOR = "kpi"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" id="_x0000_t202" '
    'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:240pt;height:{height}pt;z-index:{id};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 4, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def add_comments(package: Package, part: str, notes: Mapping[At, str]) -> None:
    """Comments on a sheet's cells. Where a cell has one already, the text is added to it."""
    relations = package.relations(part)
    comments = next((each.target for each in relations if each.kind == "comments"), None)
    if comments is None:
        comments = package.free("xl/comments{}.xml")
        xml = f'<comments xmlns="{package.main}"><authors/><commentList/></comments>'
        package.write(comments, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}'.encode())
        package.relate(part, "comments", comments)
        package.declare(comments, _COMMENTS_TYPE)
    fresh = _write_texts(package, comments, notes)
    _draw(package, part, fresh)


def _write_texts(package: Package, part: str, notes: Mapping[At, str]) -> list[tuple[At, str]]:
    """Write the texts; those that need a shape are returned."""
    data = package.read(part)
    wanted = ("authors", "author", "commentList", "comment")
    found = elements(data, lambda name, _, parent: name in wanted or (name == "text" and parent == "comment"))
    by_name = {each.name: each for each in found}
    author = sum(1 for each in found if each.name == "author")
    edits = [append_child(data, by_name["authors"], f"<{by_name['authors'].prefix}author>{AUTHOR}</{by_name['authors'].prefix}author>".encode())]
    existing = {cell_at(each.attributes["ref"]): each for each in found if each.name == "comment" and "ref" in each.attributes}
    fresh, added = [], []
    for at, note in sorted(notes.items()):
        own = existing.get(at)
        inside = next((each for each in found if own and each.name == "text" and own.start < each.start < own.end), None)
        if inside is not None:
            run = _run(inside.prefix, f"\n{note}")
            edits.append(append_child(data, inside, run))
            continue
        p = by_name["commentList"].prefix
        head = f'<{p}comment ref="{address_of(at)}" authorId="{author}"><{p}text>'
        added.append(head.encode() + _run(p, note) + f"</{p}text></{p}comment>".encode())
        fresh.append((at, note))
    edits.append(append_child(data, by_name["commentList"], b"".join(added)))
    package.write(part, apply(data, edits))
    return fresh


def _run(prefix: str, note: str) -> bytes:
    size = f'<{prefix}rPr><{prefix}sz val="9"/></{prefix}rPr>'
    return f'<{prefix}r>{size}<{prefix}t xml:space="preserve">{text(note)}</{prefix}t></{prefix}r>'.encode()


def _draw(package: Package, part: str, fresh: list[tuple[At, str]]) -> None:
    drawing = _drawing(package, part)
    data = package.read(drawing)
    taken = [int(number) for number in re.findall(rb"_x0000_s(\d+)", data)]
    first = max([1024, *taken]) + 1
    shapes = [] if b'"_x0000_t202"' in data or b"'_x0000_t202'" in data else [_SHAPE_TYPE]
    for number, (at, note) in enumerate(fresh):
        lines = sum(1 + len(line) // 24 for line in note.splitlines())
        shapes.append(_SHAPE.format(
            id=first + number, height=16 * lines + 8, left=at.column, top=max(at.row - 2, 0), right=at.column + 4,
            bottom=max(at.row - 2, 0) + lines + 1, row=at.row - 1, column=at.column - 1,
        ))
    root = elements(data, lambda _, depth, __: depth == 0)[0]
    edit = append_child(data, root, "".join(shapes).encode())
    package.write(drawing, apply(data, [edit]))


def _drawing(package: Package, part: str) -> str:
    """The drawing that the sheet shows its comments by; made where there is none."""
    link = next(iter(elements(package.read(part), lambda name, depth, _: name == "legacyDrawing" and depth == 1)), None)
    if link is not None:
        id = next(value for key, value in link.attributes.items() if key.rpartition(":")[2] == "id")
        return next(each.target for each in package.relations(part) if each.id == id)
    drawing = package.free("xl/drawings/vmlDrawingKpi{}.vml")
    package.write(drawing, _DRAWING.encode())
    package.declare_suffix("vml", _DRAWING_TYPE)
    link_comments(package, part, drawing)
    return drawing
