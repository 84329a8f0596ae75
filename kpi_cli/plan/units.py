"""Units of measurement: text → dimensions and a factor, conversion within a dimension, refusal across.

A unit is a product of base units, written as offices write it: 万元, 件/万人, 吨标准煤/万元, %, 百分点.
A percentage point is not a per cent: both are 1/100, but of different kinds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

Dimensions = tuple[tuple[str, int], ...]

RATIO = "ratio"
POINTS = "points"
FLAG = "flag"
DATE = "date"
NUMBER = "number"
AMOUNT = "amount"

_PREFIXES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4,
    "千": 1e3, "百": 1e2, "十": 1e1,
}

# base unit → (dimension, factor to the dimension's first unit)
_BASE: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("元", "元人民币", "人民币元", "圆"), ("money", 1.0)),
    "美元": ("money-usd", 1.0), "欧元": ("money-eur", 1.0), "港元": ("money-hkd", 1.0), "日元": ("money-jpy", 1.0),
    **dict.fromkeys(
        ("个", "家", "户", "件", "项", "种", "台", "套", "篇", "所", "座", "处", "支", "只", "部", "本", "份", "条", "类",
         "款", "颗", "辆", "架", "艘", "间", "栋", "幢", "宗", "例", "起", "笔", "张", "村", "镇", "行", "门", "对", "组",
         "批", "企业", "户数", "团", "盘", "头", "羽", "株", "棵", "片", "站", "点", "床", "张床位"),
        ("count", 1.0),
    ),
    **dict.fromkeys(("人", "名"), ("people", 1.0)),
    **dict.fromkeys(("人次", "人次数"), ("attendance", 1.0)),
    **dict.fromkeys(("次", "场", "场次", "期", "届", "批次"), ("event", 1.0)),
    **dict.fromkeys(("位", "名次", "位次"), ("rank", 1.0)),
    **dict.fromkeys(("人年", "人·年"), ("person-year", 1.0)),
    "年": ("time", 365.25 * 24), "个月": ("time", 365.25 * 2), "月": ("time", 365.25 * 2),
    **dict.fromkeys(("天", "日"), ("time", 24.0)), **dict.fromkeys(("小时", "学时", "课时"), ("time", 1.0)),
    "分钟": ("time", 1 / 60),
    **dict.fromkeys(("平方米", "平米", "㎡", "m2", "m²"), ("area", 1.0)), "公顷": ("area", 1e4),
    "亩": ("area", 10000 / 15), **dict.fromkeys(("平方公里", "平方千米", "km2", "km²"), ("area", 1e6)),
    **dict.fromkeys(("米", "m"), ("length", 1.0)), **dict.fromkeys(("公里", "千米", "km"), ("length", 1e3)),
    **dict.fromkeys(("立方米", "m3", "m³", "方"), ("volume", 1.0)), "升": ("volume", 1e-3),
    **dict.fromkeys(("吨", "t"), ("mass", 1.0)), **dict.fromkeys(("千克", "公斤", "kg"), ("mass", 1e-3)),
    "克": ("mass", 1e-6), "毫克": ("mass", 1e-9), "微克": ("mass", 1e-12), "μg": ("mass", 1e-12), "担": ("mass", 0.05),
    **dict.fromkeys(("吨标准煤", "吨标煤", "tce"), ("standard-coal", 1.0)),
    **dict.fromkeys(("千克标准煤", "公斤标准煤", "千克标煤"), ("standard-coal", 1e-3)),
    **dict.fromkeys(("吨二氧化碳", "吨二氧化碳当量", "tCO2"), ("carbon", 1.0)),
    **dict.fromkeys(("千瓦时", "度", "kWh"), ("energy", 1.0)), **dict.fromkeys(("千瓦", "kW"), ("power", 1.0)),
    **dict.fromkeys(("兆瓦", "MW"), ("power", 1e3)),
    **dict.fromkeys(("分", "分值"), ("score", 1.0)), "岁": ("age", 1.0), "级": ("grade", 1.0), "℃": ("temperature", 1.0),
}
_KINDS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "百分比"), (RATIO, 0.01)), **dict.fromkeys(("‰", "千分比"), (RATIO, 0.001)),
    "倍": (RATIO, 1.0), "": (NUMBER, 1.0), "无量纲": (NUMBER, 1.0), "指数": (NUMBER, 1.0),
    **dict.fromkeys(("百分点", "个百分点", "pp"), (POINTS, 0.01)), **dict.fromkeys(("千分点", "个千分点"), (POINTS, 0.001)),
    **dict.fromkeys(("是/否", "是否", "有/无"), (FLAG, 1.0)), **dict.fromkeys(("日期", "年月日", "时间"), (DATE, 1.0)),
}
_WHOLE = {"count", "people", "attendance", "event", "rank"}
_PREFIXED = re.compile(f"({'|'.join(_PREFIXES)})(.+)")


class Unit(NamedTuple):
    """``kind`` is one of amount, ratio, points, number, flag, date; ``factor`` leads to the base unit of ``dims``."""

    text: str
    kind: str
    dims: Dimensions
    factor: float

    @property
    def whole(self) -> bool:
        """Whether a figure in this very unit can only be a whole number (件, 家, 人次; not 万人, where it is rounded)."""
        return self.factor == 1.0 and len(self.dims) == 1 and self.dims[0][1] == 1 and self.dims[0][0] in _WHOLE

    @property
    def signed(self) -> bool:
        """Whether a negative figure is ordinary: rates and differences fall, amounts and counts do not."""
        return self.kind in (RATIO, POINTS, NUMBER)


NO_UNIT = Unit("", NUMBER, (), 1.0)


class UnitTable:
    """The units that a plan knows: the common ones and its own.

    ``own`` maps a unit to ``(dimension, factor)``; a unit of the plan that is new has a dimension of its own name.
    """

    def __init__(self, own: Mapping[str, tuple[str, float]] | None = None) -> None:
        self.own = dict(own or {})
        self.parse = lru_cache(maxsize=4096)(self._parse)

    def __reduce__(self) -> tuple[type[UnitTable], tuple[dict[str, tuple[str, float]]]]:
        return UnitTable, (self.own,)

    def _parse(self, text: str) -> Unit | None:
        """The unit that ``text`` names, or None. Width, spaces and surrounding brackets do not matter."""
        plain = tidy(text)
        if plain in _KINDS:
            kind, factor = _KINDS[plain]
            return Unit(plain, kind, (), factor)
        powers: dict[str, int] = {}
        factor = 1.0
        for index, part in enumerate(re.split(r"[/每]", plain)):
            base = self._base(part)
            if base is None:
                return None
            powers[base[0]] = powers.get(base[0], 0) + (1 if index == 0 else -1)
            factor = factor * base[1] if index == 0 else factor / base[1]
        dims = tuple(sorted((dim, power) for dim, power in powers.items() if power))
        return Unit(plain, AMOUNT if dims else RATIO, dims, factor)

    def _base(self, text: str) -> tuple[str, float] | None:
        table = self.own.get(text) or _BASE.get(text)
        if table is None and (match := _PREFIXED.fullmatch(text)):
            base = self.own.get(match[2]) or _BASE.get(match[2])
            if base is not None:
                table = (base[0], base[1] * _PREFIXES[match[1]])
        return table

    def names(self) -> list[str]:
        """All unprefixed unit names, for near names."""
        return [*self.own, *_BASE, *(name for name in _KINDS if name)]


def tidy(text: str) -> str:
    """A unit's text without width, spaces, brackets and the word 单位."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"\s+", "", plain).removeprefix("计量单位").removeprefix("单位").lstrip(":")
    while len(plain) > 1 and (plain[0], plain[-1]) in {("(", ")"), ("[", "]"), ("【", "】"), ("〔", "〕")}:
        plain = plain[1:-1]
    return plain.replace("(个)", "个").replace("m^2", "m2")


def compatible(left: Unit, right: Unit) -> bool:
    """Whether a figure in one unit can be said in the other. A number without a unit is compatible with a ratio."""
    plain = {RATIO, NUMBER}
    return left.dims == right.dims and (left.kind == right.kind or {left.kind, right.kind} == plain)


def same_counter(left: Unit, right: Unit) -> bool:
    """False where two counting words differ (件 and 家), which converts one to one but deserves a word."""
    strip = re.compile(f"^({'|'.join(_PREFIXES)})")
    return left.dims != (("count", 1),) or "个" in (left.text, right.text) or (
        strip.sub("", left.text) == strip.sub("", right.text)
    )


def convert(value: float, source: Unit, target: Unit) -> float:
    """``value`` in ``source`` said in ``target``. ValueError across dimensions.

    Divides where the quotient of factors is below one, so that 923,400 万元 is 92.34 亿元 and not a neighbour.
    """
    if not compatible(source, target):
        raise ValueError(f"{source.text} → {target.text}")
    if source.factor == target.factor:
        return value
    if source.factor > target.factor:
        return value * (source.factor / target.factor)
    return value / (target.factor / source.factor)
