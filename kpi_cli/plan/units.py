"""Units of measurement: text → dimensions and a factor, conversion within a dimension, refusal across.

A unit is a product of base units, written as offices write it: 万元, 件/万人, 吨标准煤/万元, %, 百分点.
A percentage point is not a per cent: both are 1/100, but of different kinds.
"""

from __future__ import annotations

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
UNKNOWN = "unknown"  # of a unit that could not be read, which is reported where it stands

_PREFIXES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4,
    "千": 1e3, "百": 1e2, "十": 1e1,
}

_COUNTED = (
    "个 家 户 件 项 种 台 套 篇 所 座 处 支 只 部 本 份 条 类 款 颗 辆 架 艘 间 栋 幢 宗 例 起 笔 张 村 镇 行 门 对 组 批 企业 户数 "
    "团 盘 头 羽 株 棵 片 站 点 床 床位 张床位 册 盏 口 眼 枚 面 席 泊位 车位 桩 根 块 段 班 列 标台 点位 标准箱 标箱 "
    "标准集装箱 TEU 箱 单 票 店 校 院 企业数 社区 行政村 自然村"
)
_ATTENDED = "人次 人次数 户次 家次 件次 项次 台次 辆次 车次 架次 班次 艘次 标准车次 例次"
_EVENTS = "次 场 场次 期 届 批次 轮 回 节次"

# unit → (dimension, factor to the dimension's first unit)
_BASE: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("元", "元人民币", "人民币元", "圆"), ("money", 1.0)),
    "美元": ("money-usd", 1.0), "欧元": ("money-eur", 1.0), "港元": ("money-hkd", 1.0), "日元": ("money-jpy", 1.0),
    "英镑": ("money-gbp", 1.0), "USD": ("money-usd", 1.0),
    **dict.fromkeys(_COUNTED.split(), ("count", 1.0)),
    **dict.fromkeys(("人", "名", "人数"), ("people", 1.0)),
    **dict.fromkeys(_ATTENDED.split(), ("attendance", 1.0)),
    **dict.fromkeys(_EVENTS.split(), ("event", 1.0)),
    **dict.fromkeys(("位", "名次", "位次"), ("rank", 1.0)),
    **dict.fromkeys(("人年",), ("person-year", 1.0)), "人月": ("person-year", 1 / 12), "人天": ("person-day", 1.0), "工日": ("person-day", 1.0),
    "年": ("time", 365.25 * 24), "个月": ("time", 365.25 * 2), "月": ("time", 365.25 * 2), "周": ("time", 168.0),
    **dict.fromkeys(("天", "日", "个工作日", "工作日"), ("time", 24.0)),
    **dict.fromkeys(("小时", "学时", "课时", "个小时", "h"), ("time", 1.0)), "分钟": ("time", 1 / 60), "秒": ("time", 1 / 3600),
    **dict.fromkeys(("平方米", "平米", "平方", "m2"), ("area", 1.0)), **dict.fromkeys(("公顷", "hm2", "ha"), ("area", 1e4)),
    "亩": ("area", 10000 / 15), **dict.fromkeys(("平方公里", "平方千米", "km2"), ("area", 1e6)),
    **dict.fromkeys(("米", "m", "延米"), ("length", 1.0)), **dict.fromkeys(("公里", "千米", "km"), ("length", 1e3)),
    "毫米": ("length", 1e-3), "mm": ("length", 1e-3), "厘米": ("length", 1e-2), "cm": ("length", 1e-2), "海里": ("length", 1852.0),
    "车道公里": ("lane", 1.0), "微米": ("length", 1e-6), "纳米": ("length", 1e-9),
    **dict.fromkeys(("立方米", "m3", "方", "立方", "标准立方米", "标方"), ("volume", 1.0)),
    **dict.fromkeys(("升", "L", "公升"), ("volume", 1e-3)), "毫升": ("volume", 1e-6),
    **dict.fromkeys(("吨", "t", "公吨"), ("mass", 1.0)), **dict.fromkeys(("千克", "公斤", "kg"), ("mass", 1e-3)), "斤": ("mass", 5e-4),
    **dict.fromkeys(("克", "g"), ("mass", 1e-6)), **dict.fromkeys(("毫克", "mg"), ("mass", 1e-9)),
    **dict.fromkeys(("微克", "μg", "ug"), ("mass", 1e-12)), "担": ("mass", 0.05),
    **dict.fromkeys(("吨标准煤", "吨标煤", "tce"), ("standard-coal", 1.0)),
    **dict.fromkeys(("千克标准煤", "公斤标准煤", "千克标煤", "kgce"), ("standard-coal", 1e-3)), "克标准煤": ("standard-coal", 1e-6),
    **dict.fromkeys(("吨油当量", "toe"), ("oil-equivalent", 1.0)),
    **dict.fromkeys(("吨二氧化碳", "吨二氧化碳当量", "吨CO2", "tCO2", "tCO2e"), ("carbon", 1.0)),
    **dict.fromkeys(("千克二氧化碳", "kgCO2"), ("carbon", 1e-3)),
    **dict.fromkeys(("千瓦时", "度", "kWh"), ("energy", 1.0)), **dict.fromkeys(("兆瓦时", "MWh"), ("energy", 1e3)),
    **dict.fromkeys(("吉瓦时", "GWh"), ("energy", 1e6)), "TWh": ("energy", 1e9), "焦": ("energy", 1 / 3.6e6), "吉焦": ("energy", 1e3 / 3.6),
    **dict.fromkeys(("千瓦", "kW"), ("power", 1.0)), "瓦": ("power", 1e-3), **dict.fromkeys(("兆瓦", "MW"), ("power", 1e3)),
    **dict.fromkeys(("吉瓦", "GW"), ("power", 1e6)), "千伏安": ("apparent-power", 1.0), "kVA": ("apparent-power", 1.0),
    "兆伏安": ("apparent-power", 1e3),
    "马力": ("power", 0.7355), "蒸吨": ("steam", 1.0), "千伏": ("voltage", 1.0),
    "吨公里": ("freight", 1.0), "人公里": ("passage", 1.0), "车公里": ("vehicle-travel", 1.0),
    "Mbps": ("bandwidth", 1.0), "Gbps": ("bandwidth", 1e3), "Tbps": ("bandwidth", 1e6), "Kbps": ("bandwidth", 1e-3), "兆": ("bandwidth", 1.0),
    "GB": ("data", 1.0), "TB": ("data", 1e3), "PB": ("data", 1e6), "EB": ("data", 1e9), "ZB": ("data", 1e12),
    "TFLOPS": ("computing", 1.0), "PFLOPS": ("computing", 1e3), "EFLOPS": ("computing", 1e6), "标准机架": ("rack", 1.0), "机架": ("rack", 1.0),
    **dict.fromkeys(("分贝", "dB", "dB(A)"), ("sound", 1.0)),
    **dict.fromkeys(("分", "分值"), ("score", 1.0)), **dict.fromkeys(("岁", "周岁"), ("age", 1.0)), "级": ("grade", 1.0), "星": ("grade", 1.0),
    **dict.fromkeys(("℃", "°C", "摄氏度"), ("temperature", 1.0)), "股": ("shares", 1.0), "字": ("words", 1.0),
}
_KINDS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "百分比", "百分之"), (RATIO, 0.01)), **dict.fromkeys(("‰", "千分比"), (RATIO, 0.001)), "‱": (RATIO, 0.0001),
    "倍": (RATIO, 1.0), **dict.fromkeys(("", "无量纲", "指数", "系数"), (NUMBER, 1.0)),
    **dict.fromkeys(("百分点", "个百分点", "pp"), (POINTS, 0.01)), **dict.fromkeys(("千分点", "个千分点"), (POINTS, 0.001)),
    **dict.fromkeys(("是/否", "是否", "有/无", "有无"), (FLAG, 1.0)), **dict.fromkeys(("日期", "年月日", "年月", "时间"), (DATE, 1.0)),
}
_WHOLE = {"count", "people", "attendance", "event", "rank"}
_SPELLING = str.maketrans("", "", "·⋅•∙^")  # 人·年, 吨·公里, m^2


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
UNKNOWN_UNIT = Unit("", UNKNOWN, (), 1.0)


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
        first, *others = plain.replace("每", "/").split("/")
        parts = [first, *(part for part in others if part)]
        for index, part in enumerate(parts):
            base = self._base(part)
            if base is None or (index == 0 and part[:1].isdigit() and part != "1"):
                return None  # 2012年 is a date, not a unit; 例/10万人 is one
            powers[base[0]] = powers.get(base[0], 0) + (1 if index == 0 else -1)
            factor = factor * base[1] if index == 0 else factor / base[1]
        dims = tuple(sorted((dim, power) for dim, power in powers.items() if power and dim))
        if not dims and len(parts) == 1:
            return None  # a bare 万 or 10 is a number, not a unit
        return Unit(plain, AMOUNT if dims else RATIO, dims, factor)

    def _base(self, text: str) -> tuple[str, float] | None:
        """The dimension and factor of one word: 元, 万元, 10万人; a bare 万 or 10万 has no dimension."""
        found = self.own.get(text) or _BASE.get(text)
        if found is not None:
            return found
        rest = text.lstrip("0123456789")
        times = float(text[: len(text) - len(rest)] or 1)
        prefix = next((each for each in _PREFIXES if rest.startswith(each)), "")
        name = rest.removeprefix(prefix)
        base = ("", 1.0) if not name else self.own.get(name) or _BASE.get(name)
        return None if base is None else (base[0], base[1] * times * _PREFIXES.get(prefix, 1.0))

    def beside(self, text: str, wanted: Unit) -> Unit | None:
        """The unit that a text names beside a figure that is wanted in another: a bare 亿 beside 亿元 or 万元 is 亿元."""
        plain = tidy(text)
        if plain in _PREFIXES and wanted.kind == AMOUNT:
            base = next((wanted.text.removeprefix(each) for each in _PREFIXES if wanted.text.startswith(each)), wanted.text)
            return self.parse(plain + base)
        return self.parse(text)

    def of_scaled(self, unit: Unit) -> Unit:
        """The unit of a number with 万 or 亿 after it, where ``unit`` is written for it: 1850万 beside 万元 is 1850万元, and not
        1850万 times 万元."""
        for prefix in _PREFIXES:
            if ("万" in prefix or "亿" in prefix) and unit.text.startswith(prefix):
                base = self.parse(unit.text.removeprefix(prefix))
                if base is not None and compatible(base, unit):
                    return base
        return unit

    def names(self) -> list[str]:
        """All unprefixed unit names, for near names."""
        return [*self.own, *_BASE, *(name for name in _KINDS if name)]


def multiplier(text: str) -> float | None:
    """What 万, 亿 or 千万 after a number multiplies it by, None for anything else."""
    return _PREFIXES.get(text)


def word_of(dimension: str) -> str:
    """The common unit of a dimension, for messages."""
    return next((name for name, (dim, factor) in _BASE.items() if dim == dimension and factor == 1.0), dimension)


def tidy(text: str) -> str:
    """A unit's text without width, spaces, brackets and the word 单位."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(plain.split()).removeprefix("计量单位").removeprefix("单位").lstrip(":")
    while len(plain) > 1 and (plain[0], plain[-1]) in {("(", ")"), ("[", "]"), ("【", "】"), ("〔", "〕")}:
        plain = plain[1:-1]
    return plain.replace("(个)", "个").translate(_SPELLING)


def compatible(left: Unit, right: Unit) -> bool:
    """Whether a figure in one unit can be said in the other. A number without a unit is compatible with a ratio."""
    plain = {RATIO, NUMBER}
    return left.dims == right.dims and (left.kind == right.kind or {left.kind, right.kind} == plain)


def same_counter(left: Unit, right: Unit) -> bool:
    """False where two counting words differ (件 and 家), which converts one to one but deserves a word."""
    return left.dims != (("count", 1),) or "个" in (left.text, right.text) or _bare(left.text) == _bare(right.text)


def _bare(text: str) -> str:
    """A unit without 万, 千 and the like before it."""
    return text.removeprefix(next((each for each in _PREFIXES if text.startswith(each)), ""))


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
