"""Any OOXML workbook: sheet by sheet through the fast reader where the parts are written the plain way, else slower."""

from __future__ import annotations

from functools import partial

from python_calamine import CalamineSheet

from kpi_cli.intake.book import Evidence, Sheet
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers import fast
from kpi_cli.intake.readers.archive import Archive
from kpi_cli.intake.readers.ooxml_parts import Parts, SheetPart, read_formats, read_part, read_parts, read_strings
from kpi_cli.intake.readers.ooxml_scan import Scan, filled_area, scan_sheet
from kpi_cli.intake.readers.ooxml_sheet import Context, parse_sheet, to_grid
from kpi_cli.intake.refusal import too_large

# A grid of up to this many places is built even where most of them are blank.
_DENSE_CELLS = 2_000_000
# Shared texts of so many bytes cost little more than the cells that show them: those are counted, the texts are not.
_SHORT = 600
# Beyond that, at least one place in this many must hold a cell.
_SPARSE = 8


def read_any(content: bytes, archive: Archive, parts: Parts, limits: Limits) -> list[Sheet]:
    """The sheets of a workbook: by the fast reader where it reads them right, else cell by cell."""
    scans = [scan_sheet(archive.chunks(sheet.part), limits) for sheet in parts.sheets]
    cells = sum(scan.cells for scan in scans)
    if cells > limits.cells:
        raise too_large("file-cells", cells, limits.cells)
    plain = [_is_dense(archive, sheet, scan, limits) for sheet, scan in zip(parts.sheets, scans, strict=True)]
    texts_fit = _texts_fit(archive, parts, sum(scan.shared for scan in scans), limits)
    book = fast.open_workbook(content) if texts_fit and any(plain) and not _unusual(archive, parts) else None
    slow = _Slow(archive, parts, limits)
    return [
        _sheet(part, scan, fast.sheet_at(book, part.place) if book and fits else None, slow, content, limits)
        for part, scan, fits in zip(parts.sheets, scans, plain, strict=True)
    ]


def evidence(content: bytes, part: str, limits: Limits) -> Evidence:
    """What the fast reader hides in one worksheet."""
    archive = Archive(content, limits)
    parts = read_parts(archive, limits)
    context = Context(None, read_formats(read_part(archive, parts.styles)), parts.date1904, limits)
    return parse_sheet(archive.read(part), context).evidence


class _Slow:
    """Reads single worksheets without the fast reader; texts and formats are read once, when first needed."""

    def __init__(self, archive: Archive, parts: Parts, limits: Limits) -> None:
        self._archive, self._parts, self._limits = archive, parts, limits
        self._context: Context | None = None

    def sheet(self, part: SheetPart) -> Sheet:
        if self._context is None:
            strings = read_strings(read_part(self._archive, self._parts.strings), self._limits)
            formats = read_formats(read_part(self._archive, self._parts.styles))
            self._context = Context(strings, formats, self._parts.date1904, self._limits)
        parsed = parse_sheet(self._archive.read(part.part), self._context)
        found = parsed.evidence
        return Sheet(
            name=part.name,
            rows=to_grid(parsed.cells),
            merged=parsed.merged,
            hidden=part.hidden,
            suspect=bool(found.errors or found.uncached or found.hidden_rows or found.hidden_columns),
            load_evidence=lambda: found,
        )


def _sheet(
    part: SheetPart, scan: Scan, values: CalamineSheet | None, slow: _Slow, content: bytes, limits: Limits
) -> Sheet:
    if values is None:
        return slow.sheet(part)
    return Sheet(
        name=part.name,
        rows=fast.grid(values),
        merged=scan.merged,
        hidden=part.hidden,
        suspect=scan.suspect,
        load_evidence=partial(evidence, content, part.part, limits),
    )


def _is_dense(archive: Archive, sheet: SheetPart, scan: Scan, limits: Limits) -> bool:
    """Whether the fast reader may have this part: it builds every place of the grid, and dies of a huge one."""
    if not scan.plain or scan.rows > limits.rows or scan.columns > limits.columns:
        return False
    area, bearable = scan.rows * scan.columns, max(_DENSE_CELLS, scan.cells * _SPARSE)
    if area > bearable:
        rows, columns = filled_area(archive.read(sheet.part))
        area = rows * columns
    return area <= bearable


def _texts_fit(archive: Archive, parts: Parts, shared: int, limits: Limits) -> bool:
    """Whether every shared text may be copied into each cell that shows it, as the fast reader does."""
    if not shared or parts.strings is None or parts.strings not in archive:
        return True
    content = archive.read(parts.strings)
    longest = len(content)
    if longest > limits.cell_text or longest * shared > limits.file_text:
        longest = max(map(len, content[content.find(b"<si>") :].split(b"</si>")))
    copied = longest * shared if longest > _SHORT else 0
    return longest <= limits.cell_text and copied <= limits.file_text and b"<!" not in content[:1024]


def _unusual(archive: Archive, parts: Parts) -> bool:
    """Books that the fast reader reads otherwise than they mean: the 1904 date system, sheets of one name."""
    names = {sheet.name.lower() for sheet in parts.sheets}
    return parts.date1904 or len(names) < len(parts.sheets) or "xl/workbook.xml" not in archive
