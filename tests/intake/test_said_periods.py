"""What titles say of the year and its part, and which heads of columns hold no figure of this year or the last."""

from __future__ import annotations

import pytest

from kpi_cli.intake.heads import SKIP, VALUE, Period, read_head, read_period


@pytest.mark.parametrize(
    ("text", "year", "span"),
    [
        ("2012.1-11", 2012, "01..11"), ("科技指标（2012.01-2012.11）", 2012, "01..11"), ("2012年前11个月", 2012, "01..11"),
        ("前十一个月", None, "01..11"),
        ("2012年半年", 2012, "Q1..Q2"), ("2012年上半年", 2012, "Q1..Q2"), ("2012年元月", 2012, "01"), ("元-11月", None, "01..11"),
        ("2012年十二月科技指标", 2012, "12"), ("201211", 2012, "11"), ("二〇一一年", 2011, None), ("二○一一年度", 2011, None),
        ("2 0 1 1 年", 2011, None), ("11月末累计", None, "01..11"), ("12月（累计）", None, ""), ("2012年11月30日止", 2012, "01..11"),
        ("三季度末", None, "Q1..Q3"), ("4-6月", None, "Q2"), ("10-12月", None, "Q4"), ("7-12月", None, "Q3..Q4"), ("5-8月", None, "08"),
        ("1月1日至11月30日", None, "01..11"), ("Ⅲ季度", None, "Q3"), ("2012年1-3季度", 2012, "Q1..Q3"), ("2011-2015年", None, None),
    ],
)  # fmt: skip
def test_a_period_is_read_however_it_is_said(text: str, year: int | None, span: str | None) -> None:
    assert read_period(text) == Period(year, span)


@pytest.mark.parametrize("text", [
    "未完成数", "还需完成数", "应完成数", "超额完成数", "月均完成数", "三年平均数", "基准数", "控制数", "2015年规划数", "与上年对比", "去年同期比",
    "同上年比", "高于上年", "上年%", "上年占比", "上年人均", "上年结转",
])  # fmt: skip
def test_what_is_neither_this_years_figure_nor_the_last_ones_is_left_out(text: str) -> None:
    assert read_head(text).role == SKIP


@pytest.mark.parametrize(("text", "back"), [("完成数", 0), ("本年实际", 0), ("上年同期", 1), ("去年同期数", 1), ("上年完成", 1), ("年末数", 0)])
def test_the_heads_of_figures_stay_what_they_are(text: str, back: int) -> None:
    assert (read_head(text).role, read_head(text).back) == (VALUE, back)
