"""Bombs, lies and oddities made on the spot."""

from __future__ import annotations

import os
import resource
import struct
import zipfile
from pathlib import Path

import pytest
import xlwt
from make_xlsx import STRICT, sheet_of, write_xlsx

from kpi_cli.intake.book import Sheet
from kpi_cli.intake.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.readers.biff import globals_of
from kpi_cli.intake.refusal import Refused


def refused(path: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[str, str]:
    book, findings = open_book(path, limits)
    assert book is None
    facts = findings[0].facts
    return findings[0].rule, str(facts.get("reason") or facts.get("kind") or facts.get("what") or "")


def sheet(path: Path) -> Sheet:
    book, findings = open_book(path, DEFAULT_LIMITS)
    assert book is not None, findings
    return book.sheets[0]


def test_a_bomb_of_spaces_is_refused_before_it_is_unpacked_whole(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "b.xlsx", sheet_of("") + " " * (200 * MEBIBYTE))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(path) == ("too-large", "file-ratio")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 64 * 1024


def test_an_archive_that_unpacks_to_too_much_is_refused_whatever_it_states(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "b.xlsx", sheet_of("<row r='1'/>" * 100_000))
    assert refused(path, Limits(unpacked_size=MEBIBYTE)) == ("too-large", "file-unpacked")


def test_one_long_shared_text_in_many_cells_is_not_copied(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 5001))
    path = write_xlsx(tmp_path / "b.xlsx", sheet_of(cells), strings=f"<sst><si><t>{'长' * 100_000}</t></si></sst>")
    assert refused(path) == ("too-large", "file-text")


def test_a_text_longer_than_a_cell_may_hold_is_refused(tmp_path: Path) -> None:
    long = "".join(chr(0x4E00 + number % 5000) for number in range(1_000_000))
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{long}</t></is></c></row>'
    assert refused(write_xlsx(tmp_path / "b.xlsx", sheet_of(row))) == ("too-large", "file-cell-text")


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    deep = sheet_of("<x>" * 5000 + "</x>" * 5000).replace("worksheet", "y:worksheet").replace(" xmlns=", " xmlns:y=")
    assert refused(write_xlsx(tmp_path / "b.xlsx", deep)) == ("unreadable-file", "file-xml-depth")


@pytest.mark.parametrize("place", ["XFE1", "ZZZZZZ9", "A1048577", "A4294967295"])
def test_an_address_beyond_any_sheet_is_refused(tmp_path: Path, place: str) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c><c r="{place}"><v>2</v></c></row>'
    assert refused(write_xlsx(tmp_path / "b.xlsx", sheet_of(rows)))[0] == "too-large"


def test_styled_blank_cells_far_out_make_no_grid(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c r="C1048576" s="0"/></row>'
    found = sheet(write_xlsx(tmp_path / "b.xlsx", sheet_of(rows)))
    assert found.cell(0, 0) == 1.0
    assert sum(map(len, found.rows)) < 100


def test_a_sheet_in_utf_16_is_read(tmp_path: Path) -> None:
    part = '<?xml version="1.0" encoding="UTF-16"?>' + sheet_of('<row r="2"><c r="B2"><v>7</v></c></row>')
    assert sheet(write_xlsx(tmp_path / "b.xlsx", part.encode("utf-16"))).cell(1, 1) == 7.0


def test_strict_ooxml_is_read(tmp_path: Path) -> None:
    part = sheet_of('<row r="2"><c r="B2"><v>7</v></c></row>', main=STRICT)
    assert sheet(write_xlsx(tmp_path / "b.xlsx", part, main=STRICT)).cell(1, 1) == 7.0


def test_a_newer_error_code_spoils_no_other_cell(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c><c r="B1"><v>7</v></c></row>'
    found = sheet(write_xlsx(tmp_path / "b.xlsx", sheet_of(rows)))
    assert found.cell(0, 1) == 7.0
    assert found.suspect
    assert found.evidence.errors == {(0, 0): "#SPILL!"}


def test_prefixed_and_single_quoted_xml_is_read(tmp_path: Path) -> None:
    part = "<x:worksheet xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x:sheetData>"
    part += "<x:row r='3'><x:c r='C3' t='inlineStr'><x:is><x:t>甲</x:t></x:is></x:c></x:row>"
    part += "</x:sheetData></x:worksheet>"
    assert sheet(write_xlsx(tmp_path / "b.xlsx", part)).cell(2, 2) == "甲"


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert refused(tmp_path / "a.csv") == ("unsupported-format", "file-device")


def test_a_link_to_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to("/dev/zero")
    assert refused(tmp_path / "a.csv") == ("unsupported-format", "file-device")


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == ("unsupported-format", "file-folder")
    assert refused(tmp_path / "none.xlsx") == ("unreadable-file", "file-not-found")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "file-pdf"),
        (b"{\\rtf1 x}", "file-word"),
        (b"\x1f\x8b\x08\x00\x00", "file-archive"),
        (b"7z\xbc\xaf\x27\x1c\x00", "file-archive"),
        (b"\x89PNG\r\n\x1a\n", "file-image"),
        (b'{"a": 1}', "file-json"),
        (b'<?xml version="1.0"?><a/>', "file-xml"),
        (b"MIME-Version: 1.0\r\n", "file-mhtml"),
        (b"ID;PWXL;N;E\r\n", "file-sylk"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    assert refused(path) == ("unsupported-format", kind)


def ole_with(stream: str, folder: Path) -> Path:
    """An .xls whose workbook stream bears another name."""
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, 1)
    book.save(str(folder / "form.xls"))
    name = "Workbook".encode("utf-16-le")
    content = (folder / "form.xls").read_bytes()
    at = content.index(name)
    entry = stream.encode("utf-16-le").ljust(64, b"\0") + (2 * len(stream) + 2).to_bytes(2, "little")
    (folder / "form.xls").write_bytes(content[:at] + entry + content[at + 66 :])
    return folder / "form.xls"


@pytest.mark.parametrize(
    ("stream", "outcome"),
    [("EncryptedPackage", ("encrypted-file", "")), ("WordDocument", ("unsupported-format", "file-word")),
     ("Contents", ("unsupported-format", "file-ole"))],
)  # fmt: skip
def test_what_an_ole_container_holds_is_named(tmp_path: Path, stream: str, outcome: tuple[str, str]) -> None:
    assert refused(ole_with(stream, tmp_path)) == outcome


def test_an_xls_with_a_password_is_refused() -> None:
    stream = struct.pack("<HHHHLL", 0x0809, 12, 0x0600, 5, 0, 0) + struct.pack("<HH", 0x002F, 0)
    with pytest.raises(Refused) as refusal:
        globals_of(stream)
    assert refusal.value.rule == "encrypted-file"


def test_an_ods_with_a_password_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
        archive.writestr("content.xml", b"\x01\x02")
    assert refused(tmp_path / "a.ods")[0] == "encrypted-file"


def test_an_ordinary_archive_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("form.xlsx", b"x")
    assert refused(tmp_path / "a.xlsx") == ("unsupported-format", "file-archive")


def test_blank_books_are_empty_files(tmp_path: Path) -> None:
    assert refused(write_xlsx(tmp_path / "b.xlsx", sheet_of('<row r="1"><c r="A1" s="0"/></row>')))[0] == "empty-file"
    (tmp_path / "b.csv").write_text(",,\n\n,,\n", encoding="utf-8")
    assert refused(tmp_path / "b.csv")[0] == "empty-file"


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95, 0.999])
def test_a_cut_off_workbook_is_refused(tmp_path: Path, share: float) -> None:
    path = write_xlsx(tmp_path / "b.xlsx", sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>'))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert refused(path)[0] == "unreadable-file"
