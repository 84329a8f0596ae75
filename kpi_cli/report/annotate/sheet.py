"""Marks on the cells of one worksheet part: fills, made cells where there were none, and the link to its comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kpi_cli.report.annotate.package import Package
from kpi_cli.report.annotate.splice import Edit, Element, append_child, apply, elements, with_attribute

# What may follow the link to comments in a worksheet, in the order of the standard.
_AFTER = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


class At(NamedTuple):
    """A cell, row and column from 1."""

    row: int
    column: int


def cell_at(address: str) -> At:
    match = _ADDRESS.fullmatch(address.replace("$", ""))
    if match is None:
        raise ValueError(address)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return At(int(match[2]), column)


def address_of(at: At) -> str:
    letters, column = "", at.column
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{at.row}"


def merged_origins(data: bytes) -> Callable[[At], At]:
    """A cell → the cell that shows it: the top left one of a merged range."""
    spans = []
    for each in elements(data, lambda name, _, __: name == "mergeCell"):
        first, _, last = each.attributes.get("ref", "").partition(":")
        if last:
            spans.append((cell_at(first), cell_at(last)))

    def origin(at: At) -> At:
        return next((top for top, end in spans if top.row <= at.row <= end.row and top.column <= at.column <= end.column), at)

    return origin


def mark(data: bytes, severities: Mapping[At, str], marked: Callable[[int, str], int]) -> bytes:
    """The sheet with the style ``marked(own style, severity)`` on each cell; blank cells and rows are made."""
    wanted_rows = {at.row for at in severities}
    columns = _column_styles(data)
    edits: list[Edit] = []
    rows = _rows(data)
    sheet_data = next(each for each in elements(data, lambda name, _, __: name == "sheetData"))
    new_rows: dict[int, list[bytes]] = {}
    for number in sorted(wanted_rows):
        wanted = {at.column: severity for at, severity in severities.items() if at.row == number}
        row = rows.get(number)
        if row is None:
            cells = b"".join(
                _cell(sheet_data.prefix, At(number, column), marked(columns(column), wanted[column])) for column in sorted(wanted)
            )
            later = min((each for each in rows if each > number), default=None)
            place = rows[later].start if later is not None else -1
            new_rows.setdefault(place, []).append(f'<{sheet_data.prefix}row r="{number}">'.encode() + cells + f"</{sheet_data.prefix}row>".encode())
        else:
            edits += _in_row(data, row, number, wanted, columns, marked)
    for place, xml in new_rows.items():
        edits.append(append_child(data, sheet_data, b"".join(xml)) if place < 0 else Edit(place, place, b"".join(xml)))
    return apply(data, edits)


def _rows(data: bytes) -> dict[int, Element]:
    """The rows by number; a row without one follows the row before."""
    found, number = {}, 0
    rows = elements(data, lambda name, _, parent: name == "row" and parent == "sheetData")
    for row in sorted(rows, key=lambda each: each.start):
        number = int(row.attributes.get("r", number + 1))
        found[number] = row
    return found


def _in_row(
    data: bytes, row: Element, number: int, wanted: Mapping[int, str], columns: Callable[[int], int], marked: Callable[[int, str], int]
) -> list[Edit]:
    edits: list[Edit] = []
    cells: dict[int, tuple[int, int, dict[str, str]]] = {}
    column = 0
    # Prefixes declared further up are no matter: expat is not asked to look at namespaces.
    content = data[row.start : row.end]
    for each in sorted(elements(content, lambda name, depth, _: name == "c" and depth == 1), key=lambda each: each.start):
        column = cell_at(each.attributes["r"]).column if "r" in each.attributes else column + 1
        cells[column] = (row.start + each.start, row.start + each.inner, each.attributes)
    own = int(row.attributes["s"]) if "s" in row.attributes else None
    made: dict[int, list[bytes]] = {}
    for column in sorted(wanted):
        if column in cells:
            start, inner, attributes = cells[column]
            style = marked(int(attributes.get("s", 0)), wanted[column])
            edits.append(Edit(start, inner, with_attribute(data[start:inner], "s", str(style))))
            continue
        style = marked(own if own is not None else columns(column), wanted[column])
        later = min((each for each in cells if each > column), default=None)
        made.setdefault(cells[later][0] if later is not None else -1, []).append(_cell(row.prefix, At(number, column), style))
    for place, xml in made.items():
        edits.append(append_child(data, row, b"".join(xml)) if place < 0 else Edit(place, place, b"".join(xml)))
    return edits


def _cell(prefix: str, at: At, style: int) -> bytes:
    return f'<{prefix}c r="{address_of(at)}" s="{style}"/>'.encode()


def _column_styles(data: bytes) -> Callable[[int], int]:
    found = [
        (int(each.attributes.get("min", 0)), int(each.attributes.get("max", 0)), int(each.attributes.get("style", 0)))
        for each in elements(data, lambda name, _, parent: name == "col" and parent == "cols")
    ]
    return lambda column: next((style for low, high, style in found if low <= column <= high), 0)


def link_comments(package: Package, part: str, drawing: str) -> None:
    """Point a sheet to the drawing of its comments, at the place that the standard has for it."""
    id = package.relate(part, "vmlDrawing", drawing)
    data = package.read(part)
    children = sorted(elements(data, lambda _, depth, __: depth == 1), key=lambda each: each.start)
    root = elements(data, lambda _, depth, __: depth == 0)[0]
    xml = f'<{root.prefix}legacyDrawing xmlns:r="{package.relationships}" r:id="{id}"/>'.encode()
    later = next((each.start for each in children if each.name in _AFTER), root.close)
    package.write(part, apply(data, [Edit(later, later, xml)]))
