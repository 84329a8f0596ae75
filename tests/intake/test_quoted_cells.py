"""A finding's cell holds what it quotes, and so does a figure's: after skipped, blank, merged and hidden rows, in every format."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from test_same_in_every_format import WRITERS, context, shown

from kpi_cli.intake.observe import raw_text
from kpi_cli.intake.reading import Context, read_file

__all__ = ["context"]

NAMES = [
    "专利申请量", "其中：发明专利申请量", "专利授权量", "GDP", "科技城建成", "财政科技投入（万元）", "不认识的指标",
    "高新技术产业产值占规模以上工业总产值比重",
]
UNITS = ["件", "亿元", "家", "%", "是/否", None]
VALUES = st.one_of(
    st.integers(0, 10**5), st.floats(0, 1e4).map(lambda number: round(number, 2)),
    st.sampled_from([None, "—", "/", "无", "约600", "两千多", "3,500", "３５００", "38.5%", 0.385, -3, 25.5, "25家", "是", "完成", "x"]),
)
ROWS = st.one_of(
    st.tuples(st.just("row"), st.sampled_from(NAMES), st.sampled_from(UNITS), VALUES, VALUES),
    st.tuples(st.just("blank")),
    st.tuples(st.just("section"), st.sampled_from(["一、专利", "二、投入"])),
    st.tuples(st.just("note"), st.sampled_from(["注：统计快报数", "合计", "文字"])),
)


def write_xlsx(sheet: Worksheet, path: Path) -> None:
    sheet.parent.save(path)


def drawn(rows: list[tuple[Any, ...]], above: int, left: int, hidden: set[int]) -> Worksheet:
    """A list form below ``above`` blank rows and right of ``left`` blank columns."""
    sheet = Workbook().active
    sheet.title = "表"
    first = above + 1
    for offset, head in enumerate(["指标名称", "计量单位", "本年", "上年同期"], left + 1):
        sheet.cell(first, offset).value = head
    for number, row in enumerate(rows, first + 1):
        if row[0] == "row":
            for offset, value in enumerate(row[1:], left + 1):
                sheet.cell(number, offset).value = value
        elif row[0] != "blank":
            sheet.cell(number, left + 1).value = row[1]
            if row[0] == "section":
                sheet.merge_cells(None, number, left + 1, number, left + 4)
        if number in hidden:
            sheet.row_dimensions[number].hidden = True
    return sheet


@pytest.mark.parametrize("suffix", ["xlsx", *WRITERS])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=2, max_size=12), above=st.integers(0, 3), left=st.integers(0, 2), hidden=st.sets(st.integers(3, 12), max_size=2))
def test_a_cell_holds_what_is_quoted_of_it(
    context: Context, suffix: str, rows: list[tuple[Any, ...]], above: int, left: int, hidden: set[int]
) -> None:
    sheet = drawn(rows, above, left, hidden)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form.{suffix}"
        (WRITERS | {"xlsx": write_xlsx})[suffix](sheet, path)
        read = read_file(str(path), context)
    name = None if suffix in ("csv", "html") else "表"
    held = {f"{get_column_letter(cell.column)}{cell.row}": raw_text(shown(cell)).strip() for row in sheet.iter_rows() for cell in row}
    for each in read.observations:
        assert (each.sheet, _plain(each.raw)) == (name, _plain(held[each.cell]))
    for found in read.findings:
        assert found.place.sheet == name
        quoted = found.facts.get("raw") if found.rule != "missing" else None
        quoted = found.facts.get("found", quoted) if found.rule == "unit-mismatch" else quoted
        quoted = found.facts.get("name") if found.rule.startswith("unknown-") else quoted
        if quoted is not None and found.place.cell is not None:
            assert _plain(str(quoted)) in _plain(held[found.place.cell])


def _plain(text: str) -> str:
    """Numbers as text files write them, without a trailing .0."""
    return text.strip().removesuffix(".0")
