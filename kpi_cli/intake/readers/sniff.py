"""What a file is, told by its content and never by its name."""

from __future__ import annotations

import re

from kpi_cli.intake.readers.archive import Archive, Content
from kpi_cli.intake.readers.ooxml_parts import workbook_part
from kpi_cli.intake.refusal import Refused, unreadable, unsupported

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Content starts with → what it is, by its word.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "file-pdf"),
    (b"{\\rtf", "file-word"),
    (b"Rar!\x1a\x07", "file-archive"),
    (b"7z\xbc\xaf\x27\x1c", "file-archive"),
    (b"\x1f\x8b", "file-archive"),
    (b"BZh", "file-archive"),
    (b"\xfd7zXZ\x00", "file-archive"),
    (b"\x28\xb5\x2f\xfd", "file-archive"),
    (b"\x89PNG", "file-image"),
    (b"\xff\xd8\xff", "file-image"),
    (b"GIF8", "file-image"),
    (b"BM", "file-image"),
    (b"II*\x00", "file-image"),
    (b"MM\x00*", "file-image"),
    (b"MZ", "file-program"),
    (b"\x7fELF", "file-program"),
    (b"SQLite format 3\x00", "file-database"),
    (b"PAR1", "file-database"),
    (b"ID;P", "file-sylk"),
    (b"\x00\x05\x16\x07", "file-apple-double"),
)
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|table|head|body|meta|tr)[\s>/]", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(source: Content) -> str:
    """The key of ``READERS`` for this content. Refused by name: everything that is no table this program reads."""
    if source.archive is not None:
        return _zip_kind(source.archive)
    content = source.data
    if content.startswith(OLE_MAGIC):
        return "xls"
    if content.startswith(_OLD_BIFF):
        raise unsupported("file-excel-4")
    for magic, word in _MAGIC:
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:64]):
            raise unsupported(word)
    if len(content) == 165 and content[0] <= 54:
        raise unsupported("file-lock")
    if content[257:262] == b"ustar":
        raise unsupported("file-archive")
    return _text_kind(content)


def _zip_kind(archive: Archive) -> str:
    if archive.encrypted:
        raise Refused("encrypted-file")
    if workbook_part(archive):
        return "xlsx"
    if "content.xml" in archive and "mimetype" in archive:
        return _open_document_kind(archive)
    for name, word in (("word/document.xml", "file-word"), ("ppt/presentation.xml", "file-slides"),
                       ("xl/workbook.bin", "file-xlsb"), ("index/document.iwa", "file-numbers")):  # fmt: skip
        if name in archive:
            raise unsupported(word)
    if "[content_types].xml" in archive and any(name.startswith("xl/") for name in archive.entries):
        raise unreadable("file-part-missing")
    raise unsupported("file-archive")


def _open_document_kind(archive: Archive) -> str:
    kind = archive.read("mimetype").strip().decode("ascii", "replace")
    if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    raise unsupported("file-word" if "text" in kind else "file-slides" if "presentation" in kind else "file-other")


def _text_kind(content: bytes) -> str:
    head = content[:4096]
    if head.startswith(_UTF16):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"%PDF-" in head[:1024]:
        raise unsupported("file-pdf")
    if head[:13].lower() == b"mime-version:":
        raise unsupported("file-mhtml")
    if head.startswith(b"<"):
        if _HTML.search(head):
            return "html"
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
            raise unsupported("file-xml-2003")
        raise unsupported("file-xml")
    if re.match(rb'[\[{]\s*["{\[]', head):
        raise unsupported("file-json")
    return "csv"
