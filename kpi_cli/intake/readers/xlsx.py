"""Reader of .xlsx and .xlsm, transitional and strict: small books at once where they are written the plain way."""

from __future__ import annotations

from functools import partial

from kpi_cli.intake.book import Evidence, Sheet
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.archive import Archive, Content
from kpi_cli.intake.readers.number_formats import changes_figures
from kpi_cli.intake.readers.ooxml_parts import Parts, may_show_percents, read_formats, read_part, read_parts
from kpi_cli.intake.readers.ooxml_plain import SMALL, plain_sheet
from kpi_cli.intake.readers.ooxml_texts import NotPlainError, plain_strings
from kpi_cli.intake.readers.recurring import recurring
from kpi_cli.intake.refusal import Refused, too_large


def read(source: Content, limits: Limits) -> list[Sheet]:
    """The worksheets of an OOXML workbook."""
    content, archive = source.data, source.archive or Archive(source.data, limits)
    parts = read_parts(archive, limits)
    styles = read_part(archive, parts.styles)
    sheets = _plain(content, archive, parts, styles, limits) or _any(content, archive, parts, limits)
    percents = may_show_percents(styles)
    odd = _has_odd_formats(styles)
    for sheet in sheets:
        sheet.percents, sheet.odd_formats = percents, odd
    return sheets


@recurring
def _has_odd_formats(styles: bytes) -> bool:
    """Whether a cell of the book may show another number than it holds."""
    if b"<numFmt " not in styles:
        return False
    try:
        return any(map(changes_figures, read_formats(styles)))
    except Refused:
        return True  # told where the formats are read


def _plain(content: bytes, archive: Archive, parts: Parts, styles: bytes, limits: Limits) -> list[Sheet] | None:
    """The sheets of a small workbook that is written the plain way, None for any other."""
    needed = [sheet.part.lower() for sheet in parts.sheets] + ([parts.strings.lower()] if parts.strings is not None else [])
    sizes = [entry.unpacked for name in needed if (entry := archive.entries.get(name)) is not None]
    if parts.date1904 or sum(sizes) > SMALL:
        return None
    try:
        formats = read_formats(styles)
        strings = plain_strings(read_part(archive, parts.strings), limits)
        found = [plain_sheet(archive.read(sheet.part), strings, formats, limits) for sheet in parts.sheets]
    except (NotPlainError, Refused):
        return None  # told by the readers that parse
    cells = sum(each.cells for each in found)
    if cells * max(map(len, strings.values()), default=0) > limits.file_text:
        return None  # so much text is counted cell by cell
    if cells > limits.cells:
        raise too_large("file-cells", cells, limits.cells)
    return [
        Sheet(
            name=part.name, rows=each.rows, merged=each.merged, hidden=part.hidden, suspect=each.suspect,
            load_evidence=partial(_evidence, content, part.part, limits) if each.suspect else each.evidence,
        )
        for part, each in zip(parts.sheets, found, strict=True)
    ]


def _any(content: bytes, archive: Archive, parts: Parts, limits: Limits) -> list[Sheet]:
    # Imported where it is needed, as the next: a plain form does without them.
    from kpi_cli.intake.readers.ooxml_any import read_any

    return read_any(content, archive, parts, limits)


def _evidence(content: bytes, part: str, limits: Limits) -> Evidence:
    from kpi_cli.intake.readers.ooxml_any import evidence

    return evidence(content, part, limits)
