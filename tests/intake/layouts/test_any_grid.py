"""Whatever a grid holds, it is read without an exception, and every figure comes from the cell that is named."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_cli.intake.book import Book, Sheet, Span, address
from kpi_cli.intake.heads import Period
from kpi_cli.intake.observe import raw_text
from kpi_cli.intake.reading import Asked, read_book
from kpi_cli.intake.vocabulary import Vocabulary, vocabulary
from kpi_cli.plan.load import load_plan

WORDS = [
    "指标名称", "单位", "本年", "上年同期", "2012年", "2011", "甲山镇", "乙河", "合计", "全县", "专利申请量",
    "专利申请量（件）", "其中：发明", "GDP（万元）", "科技城建成", "件", "万元", "%", "注：x", "填报单位：甲山镇", "一、专利",
    "目标", "完成", "完成率", "序号", "甲", "乙", "1", "—", "/", "无", "约600", "3,500", "38.5%", "1月",
    "二季度", "1-3季度累计完成", "总量", "比重", "镇", "小计", "备注", "#REF!", "企业名称",
]
CELLS = st.one_of(
    st.none(), st.sampled_from(WORDS), st.sampled_from([3500.0, 1986.0, 0.385, -5.0, 2012, True, datetime.date(2012, 5, 1), 1e300])
)
GRIDS = st.lists(st.lists(CELLS, max_size=7), max_size=10)
SPANS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 2), st.integers(0, 2)).map(
        lambda each: Span(each[0], each[1], each[0] + each[2], each[1] + each[3])
    ),
    max_size=3,
)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    plan = load_plan(str(Path(__file__).parents[3] / "indicators.yaml")).plan
    assert plan is not None
    return vocabulary(plan)


@settings(max_examples=300, deadline=None)
@given(rows=GRIDS, merged=SPANS, name=st.sampled_from(["表", "甲山镇", "1月", "目标分解", None]))
def test_no_grid_is_too_odd(words: Vocabulary, rows: list[list[object]], merged: list[Span], name: str | None) -> None:
    read = read_book(Book("form", "xlsx", "", [Sheet(name, rows, merged)]), words, Asked(Period(None, None)))  # type: ignore[arg-type]
    held = {address(row, column): raw_text(cell) for row, line in enumerate(rows) for column, cell in enumerate(line)}
    for each in read.observations:
        assert each.raw == held.get(each.cell, "")
        assert each.state != "value" or each.raw
    assert read.sheets[0].layout is not None or read.findings
