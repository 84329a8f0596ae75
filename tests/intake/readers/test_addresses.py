"""Whatever stands in a cell is read from that cell's address, in every format."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from kpi_cli.intake.book import Span
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import open_book

Cells = dict[tuple[int, int], Any]

ROWS, COLUMNS = 40, 12
TEXTS = st.text(st.sampled_from("指标名称亿元甲乙丙3.5%, ;\"'\n<&>"), min_size=1, max_size=8).filter(str.strip)
NUMBERS = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e9, 1e9).map(lambda number: round(number, 4)))
PLACES = st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1))
GRIDS = st.dictionaries(PLACES, st.one_of(TEXTS, NUMBERS, st.booleans()), min_size=1, max_size=40)
MERGES = st.sampled_from([None, Span(ROWS + 1, 1, ROWS + 2, 3)])
HIDDEN = st.sets(st.integers(0, ROWS - 1), max_size=4)


def write_xlsx(path: Path, cells: Cells, merge: Span | None, hidden: set[int]) -> None:
    book = Workbook()
    sheet = book.active
    for (row, column), value in cells.items():
        sheet.cell(row + 1, column + 1).value = value
    if merge:
        sheet.merge_cells(None, merge.top + 1, merge.left + 1, merge.bottom + 1, merge.right + 1)
    for row in hidden:
        sheet.row_dimensions[row + 1].hidden = True
    book.save(path)


def write_xls(path: Path, cells: Cells, merge: Span | None, hidden: set[int]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    if merge:
        sheet.merge(merge.top, merge.bottom, merge.left, merge.right)
    for row in hidden:
        sheet.row(row).hidden = True
    book.save(str(path))


def write_ods(path: Path, cells: Cells, merge: Span | None, hidden: set[int]) -> None:
    rows = []
    for row in range(ROWS + 4):
        line = []
        for column in range(COLUMNS):
            spanned = ""
            if merge and (row, column) == (merge.top, merge.left):
                spanned = ' table:number-rows-spanned="2" table:number-columns-spanned="3"'
            line.append(_ods_cell(cells.get((row, column)), spanned))
        shown = ' table:visibility="collapse"' if row in hidden else ""
        rows.append(f"<table:table-row{shown}>{''.join(line)}</table:table-row>")
    blank = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    schema = "urn:oasis:names:tc:opendocument:xmlns"
    namespaces = " ".join(f'xmlns:{each}="{schema}:{each}:1.0"' for each in ("office", "table", "text"))
    content = (
        f"<office:document-content {namespaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="表">{"".join(rows)}{blank}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)


def _ods_cell(value: Any, spanned: str) -> str:
    if value is None:
        return f"<table:table-cell{spanned}/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, str):
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>…</text:p></table:table-cell>'


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=GRIDS, merge=MERGES, hidden=HIDDEN)
def test_every_value_is_read_from_its_own_address(
    suffix: str, write: Callable[..., None], cells: Cells, merge: Span | None, hidden: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form.{suffix}"
        write(path, cells, merge, hidden)
        book, findings = open_book(path, DEFAULT_LIMITS)
        assert book is not None, findings
        assert book.kind == suffix
        sheet = book.sheets[0]
        read = {(row, column): value for row, line in enumerate(sheet.rows) for column, value in enumerate(line)}
        assert {place: value for place, value in read.items() if value is not None} == cells
        assert sheet.merged == ([merge] if merge else [])
        assert sheet.suspect == bool(hidden)
        assert sheet.evidence.hidden_rows == hidden


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@settings(max_examples=25, deadline=None)
@given(cells=st.dictionaries(PLACES, TEXTS, max_size=20))
def test_record_n_of_separated_text_is_row_n(separator: str, encoding: str, cells: dict[tuple[int, int], str]) -> None:
    head = ["指标名称", "计量单位", "本年实际", "上年同期"]
    lines = [head, [], *[[cells.get((row, column), "") for column in range(4)] for row in range(ROWS)]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xls"
        path.write_bytes(text.getvalue().encode(encoding))
        book, findings = open_book(path, DEFAULT_LIMITS)
        assert book is not None, findings
        sheet = book.sheets[0]
        assert sheet.name is None
        assert sheet.rows[0] == head
        for row, line in enumerate(lines):
            assert [sheet.cell(row, column) or "" for column in range(4)] == [*line, "", "", "", ""][:4]


def test_addresses_have_the_letters_that_spreadsheets_show() -> None:
    from kpi_cli.intake.book import address

    assert [address(0, column) for column in (0, 25, 26, 701, 702, 16383)] == [
        f"{get_column_letter(column + 1)}1" for column in (0, 25, 26, 701, 702, 16383)
    ]
