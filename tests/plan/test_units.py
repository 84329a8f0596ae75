"""Units convert within a dimension, refuse across, and never change a verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.plan.arithmetic import FLOATS
from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.units import UnitTable, compatible, convert

TABLE = UnitTable()
MONEY = ["元", "千元", "万元", "百万元", "亿元", "千亿元", "万亿元"]
FAMILIES = [
    MONEY, ["件", "百件", "万件"], ["人", "万人", "千人"], ["平方米", "万平方米", "公顷", "亩", "平方公里"],
    ["吨标准煤", "万吨标准煤", "千克标准煤"], ["千瓦时", "万千瓦时", "亿千瓦时", "GWh"], ["千瓦", "万千瓦", "兆瓦"],
    ["微克/立方米", "毫克/立方米"], ["件/人", "件/万人", "件/10万人"], ["吨标准煤/万元", "吨标准煤/亿元"], ["%", "‰", "倍"],
    ["公里", "米", "万公里"], ["吨", "万吨", "公斤", "斤", "亿斤"], ["立方米", "亿立方米"],
]
UNITS = [
    "亿元", "微克/立方米", "人/万人", "张/千人", "件/万人", "人年/万人", "km", "万千瓦", "亿立方米", "标准箱", "万标准箱", "GWh",
    "亿吨公里", "例/10万人", "家/千家", "件/百亿元", "升/人/日", "个百分点", "㎡", "m³", "μg/m³", "人·年", "元每平方米",
]


@pytest.mark.parametrize("text", UNITS)
def test_units_of_real_plans_are_known(text: str) -> None:
    assert TABLE.parse(text) is not None


@pytest.mark.parametrize("text", ["亿园", "2012年", "3月", "12", "万", "foo", "元/foo", "是"])
def test_what_is_no_unit_is_refused(text: str) -> None:
    assert TABLE.parse(text) is None


@given(st.data(), st.sampled_from(FAMILIES), st.floats(1e-6, 1e12))
def test_converting_there_and_back_changes_nothing(data: st.DataObject, family: list[str], value: float) -> None:
    left, right = (TABLE.parse(data.draw(st.sampled_from(family))) for _ in range(2))
    assert left is not None
    assert right is not None
    assert convert(convert(value, left, right), right, left) == pytest.approx(value, rel=1e-12)


@given(st.data(), st.integers(1, 10**7), st.integers(1, 10**7))
def test_the_unit_of_value_and_target_does_not_change_a_verdict(data: st.DataObject, value: int, target: int) -> None:
    left, right = (TABLE.parse(data.draw(st.sampled_from(MONEY))) for _ in range(2))
    assert left is not None
    assert right is not None
    there = convert(value / 100, left, right), convert(target / 100, left, right)
    for kind in ("at_least", "above", "at_most", "below", "equals"):
        judge = BOUNDS[kind].judge
        assert judge(FLOATS, value / 100, target / 100, 0.0).met == judge(FLOATS, *there, 0.0).met


@pytest.mark.parametrize(("left", "right"), [("亿元", "件"), ("%", "百分点"), ("人", "人次"), ("吨", "吨标准煤"), ("元", "美元"), ("件", "件/万人")])
def test_across_dimensions_there_is_no_conversion(left: str, right: str) -> None:
    first, second = TABLE.parse(left), TABLE.parse(right)
    assert first is not None
    assert second is not None
    assert not compatible(first, second)
    with pytest.raises(ValueError, match=left):
        convert(1.0, first, second)


def test_a_conversion_hits_the_decimal_neighbour() -> None:
    ten_thousand, hundred_million = TABLE.parse("万元"), TABLE.parse("亿元")
    assert ten_thousand is not None
    assert hundred_million is not None
    assert convert(923_400, ten_thousand, hundred_million) == 92.34


def test_a_bare_magnitude_beside_a_figure_takes_the_figures_own_unit() -> None:
    table = UnitTable()
    money, people = table.parse("万元"), table.parse("人")
    assert money is not None
    assert people is not None
    assert table.beside("亿", money) == table.parse("亿元")
    assert table.beside("万", people) == table.parse("万人")
    assert table.beside("家", money) == table.parse("家")
