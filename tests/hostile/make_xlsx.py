"""Workbooks written part by part, as no office program would write them."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write_xlsx(
    path: Path, sheet: str | bytes, *, strings: str | None = None, styles: str | None = None, main: str = MAIN
) -> Path:
    """A workbook of one sheet part, given whole, with shared strings and styles where given."""
    kinds = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    given = {"worksheet": sheet, "sharedStrings": strings, "styles": styles}
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{LINKS}/{kind}" Target="{kinds[kind]}"/>'
        for number, kind in enumerate(given)
        if given[kind] is not None
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{LINKS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{LINKS}"><sheets>'
            '<sheet name="表" sheetId="1" r:id="r0"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
        )
        for kind, content in given.items():
            if content is not None:
                archive.writestr(f"xl/{kinds[kind]}", content)
    return path


def sheet_of(rows: str, *, after: str = "", before: str = "", main: str = MAIN) -> str:
    """A worksheet part around ``rows``."""
    return f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
