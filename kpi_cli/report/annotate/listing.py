"""The sheet 问题清单: a line a finding, each with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpi_cli.report.annotate.package import Package
from kpi_cli.report.annotate.sheet import At, address_of
from kpi_cli.report.annotate.splice import append_child, apply, elements, quoted, text
from kpi_cli.report.annotate.styles import Styles
from kpi_cli.report.cells import safe_cell

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
WIDTHS = (6, 12, 26, 60, 60, 30)
MOST_TEXT = 32_000


class Note(NamedTuple):
    """One finding as it is written into a workbook. ``sheet`` and ``cell`` are None where it has no cell; ``head`` is its
    severity and code in words, ``place`` where it stands."""

    sheet: str | None
    cell: str | None
    severity: str
    head: str
    place: str
    message: str
    hint: str
    rule: str


class Titles(NamedTuple):
    """The words of the list in the reader's language."""

    sheet: str
    heads: tuple[str, ...]


def rows_of(notes: Sequence[Note]) -> list[tuple[str, ...]]:
    """The cells of the list, texts that a spreadsheet would take for a formula neutralised."""
    return [
        tuple(safe_cell(each)[:MOST_TEXT] for each in (str(number), note.head, note.place, note.message, note.hint, note.rule))
        for number, note in enumerate(notes, 1)
    ]


def link_of(sheet: str | None, cell: str | None) -> str | None:
    """Where a link to a cell leads, within the workbook."""
    if sheet is None:
        return None
    quoted_sheet = sheet.replace("'", "''")
    return f"'{quoted_sheet}'!{cell or 'A1'}"


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """A sheet's name that no other sheet of the book has."""
    folded = {each.casefold() for each in taken}
    return next(name for number in range(1, 10_000) if (name := wanted if number == 1 else f"{wanted}({number})").casefold() not in folded)


def add_list(package: Package, styles: Styles, notes: Sequence[Note], titles: Titles, names: Sequence[str]) -> None:
    """Add the sheet as the book's last, so that nothing that counts sheets is moved."""
    book = package.read(package.book)
    sheets = elements(book, lambda name, _, parent: name == "sheets" or (name == "sheet" and parent == "sheets"))
    taken = [each.attributes.get("name", "") for each in sheets if each.name == "sheet"]
    number = max((int(each.attributes.get("sheetId", 0)) for each in sheets if each.name == "sheet"), default=0) + 1
    part = package.free("xl/worksheets/sheetKpi{}.xml")
    package.write(part, _sheet(package, styles, notes, titles, set(names)).encode())
    package.declare(part, _TYPE)
    id = package.relate(package.book, "worksheet", part)
    table = next(each for each in sheets if each.name == "sheets")
    name = free_name(titles.sheet, taken)
    xml = f'<{table.prefix}sheet xmlns:r="{package.relationships}" name={quoted(name)} sheetId="{number}" r:id="{id}"/>'
    package.write(package.book, apply(book, [append_child(book, table, xml.encode())]))


def _sheet(package: Package, styles: Styles, notes: Sequence[Note], titles: Titles, names: set[str]) -> str:
    plain, head, link = styles.of_list(), styles.of_list("head"), styles.of_list("link")
    lines = [_row(1, titles.heads, [head] * len(titles.heads))]
    links = []
    for number, (note, cells) in enumerate(zip(notes, rows_of(notes), strict=True), 2):
        target = link_of(note.sheet, note.cell) if note.sheet in names else None
        look = [plain, plain, link if target else plain, plain, plain, plain]
        lines.append(_row(number, cells, look))
        if target:
            links.append(f"<hyperlink ref=\"C{number}\" location={quoted(target)} display={quoted(cells[2])}/>")
    columns = "".join(f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(WIDTHS, 1))
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    opening = f'<worksheet xmlns="{package.main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{opening}<sheetViews><sheetView workbookViewId="0">'
        f"{pane}</sheetView></sheetViews><cols>{columns}</cols><sheetData>{''.join(lines)}</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _row(number: int, cells: Sequence[str], styles: Sequence[int]) -> str:
    written = "".join(
        f'<c r="{address_of(At(number, column))}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text(cell)}</t></is></c>'
        for column, (cell, style) in enumerate(zip(cells, styles, strict=True), 1)
    )
    return f'<row r="{number}" ht="{height_of(cells)}" customHeight="1">{written}</row>'


def height_of(cells: Sequence[str]) -> int:
    """The height in points at which a line of the list shows all its text; a Chinese character is two columns wide."""
    wide = (sum(1 if letter.isascii() else 2 for letter in cell) for cell in cells)
    return 15 * max(1 + (needed - 1) // (width - 1) for needed, width in zip(wide, WIDTHS, strict=True))
