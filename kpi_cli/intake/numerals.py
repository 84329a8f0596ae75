"""Numbers as offices write them → exact numbers, or a plain statement of why there is none.

Full width, thousands separators, digits spaced apart by a scanner, units within the cell, 万 and 亿, Chinese numerals,
per cent and per mille as text. A number that its writer hedged (约, 近, 余, 多) is not exact and is not read.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kpi_cli.observations import BLANK, MISSING, NOT_APPLICABLE, UNREADABLE, VALUE


class Numeral(NamedTuple):
    """``state`` is one of the five states (``blank`` and ``missing`` are both 未报). ``value`` is as written, ``unit``
    the unit written in the cell (None where there is none), ``scale`` a bare 万 or 亿 after the number, ``decimals`` how
    many were written."""

    state: str
    value: float = math.nan
    unit: str | None = None
    scale: float = 1.0
    decimals: int = 0


_BLANK = Numeral(BLANK)
_BAD = Numeral(UNREADABLE)
_PLACEHOLDERS = frozenset(
    ["无", "暂无", "未报", "未统计", "未上报", "未填", "未填报", "待统计", "待报", "待定", "未知", "不详", "缺", "缺报", "空", "尚未公布", "未公布",
     "尚未统计", "na", "n/a", "null", "none", "nan", "nil", "x", "xx", "xxx", "×", "××", "×××", "*", "**", "***", "?", "??", "…", "……", "...", "□"]
)
_DASHES = re.compile(r"[-—–―‐‑‒－ー_~～─━]+")
_NOT_APPLICABLE = frozenset(["/", "//", "\\", "不适用", "不涉及", "免报", "不考核", "不作考核", "无任务", "无此项", "未分配", "未下达"])
_HEDGED = re.compile(r"约|近|余|多|逾|左右|上下|以上|以下|以内|大概|大约|估计|预计|可能|超|几|数|将|不足|接近|[>＞≥<＜≤≈±?？]|\+$")
_PLAIN = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_LEADING = re.compile(r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(.*)", re.DOTALL)
_MULTIPLES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|[¥￥])", re.IGNORECASE)
# Signs that plain digits are made of when their width is normalised: footnotes, powers and fractions.
_DIGIT_SIGNS = re.compile(r"[²³¹⁰-⁹₀-₉①-⒛㈠-㈩⓪-⓿❶-➓¼-¾⅐-⅞]")
# Beyond these digits a number cannot be held exactly; identity and credit codes have more.
_MOST_DIGITS = 15
_PHONE = re.compile(r"1[3-9]\d{9}")
_DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
           "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE = re.compile(f"[{''.join(_DIGITS)}{''.join(_STEPS)}万亿点]+")


def read_number(cell: object) -> Numeral:
    """A cell's value as a number. Dates, truth values and texts without an exact number are unreadable."""
    if cell is None or cell == "":
        return _BLANK
    if isinstance(cell, bool):
        return _BAD
    if isinstance(cell, int | float):
        return Numeral(VALUE, float(cell), decimals=decimals_of(cell)) if math.isfinite(cell) else _BAD
    if isinstance(cell, str):
        return _read_text(cell)
    return _BAD


def is_phone(value: float) -> bool:
    """Whether a number has the form of a mobile telephone number."""
    return value.is_integer() and _PHONE.fullmatch(str(int(value))) is not None


def is_dashes(cell: object) -> bool:
    """Whether a cell holds dashes only: —, ———."""
    return isinstance(cell, str) and _DASHES.fullmatch(re.sub(r"\s+", "", cell)) is not None


def decimals_of(value: float) -> int:
    """How many decimals a stored number shows in its shortest form: 27.31 has 2, 5.0 has none."""
    return decimals_in(repr(float(value)))


def decimals_in(shortest: str) -> int:
    """The same of a number in its shortest form."""
    whole, _, fraction = shortest.partition(".")
    return 0 if fraction in ("", "0") or "e" in fraction or "e" in whole else len(fraction)


@lru_cache(maxsize=16384)
def _read_text(text: str) -> Numeral:
    if _DIGIT_SIGNS.search(text):
        return _BAD
    plain = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip().lstrip("'").rstrip("。;").strip()
    if not plain:
        return _BLANK
    folded = re.sub(r"\s+", "", plain).casefold()
    if folded in _NOT_APPLICABLE:
        return Numeral(NOT_APPLICABLE)
    if folded in _PLACEHOLDERS or _DASHES.fullmatch(folded):
        return Numeral(MISSING)
    joined = _join(plain)
    if joined is None or _HEDGED.search(joined) or len(joined) > 60:
        return _BAD
    return _signed(joined)


def _join(text: str) -> str | None:
    """Text without inner spaces, None where spaces part digits that may be two numbers (12 30)."""
    for group in re.findall(r"[\d.,]+(?:\s+[\d.,]+)+", text):
        pieces = group.split()
        scanned = all(len(piece) == 1 for piece in pieces) or (
            all(len(piece.strip(".,")) <= 1 for piece in pieces)
        )
        thousands = len(pieces[0]) <= 3 and all(re.fullmatch(r"\d{3}(\.\d+)?", piece) for piece in pieces[1:])
        if not (scanned or thousands):
            return None
    return re.sub(r"\s+", "", text)


def _signed(text: str) -> Numeral:
    """Brackets round a number mean a negative one in accounts."""
    match = re.fullmatch(r"\((.+)\)(.*)", text)
    if match and re.match(r"\d", match[1]):
        inner = _number_and_unit(match[1] + match[2])
        return inner._replace(value=-inner.value) if inner.state == VALUE else _BAD
    return _number_and_unit(text)


def _number_and_unit(text: str) -> Numeral:
    text = _CURRENCY.sub("", text).replace("−", "-")
    if text.startswith("百分之"):
        value = _chinese(text.removeprefix("百分之"))
        return _BAD if value is None else Numeral(VALUE, value, "%", decimals=decimals_of(value))
    match = _LEADING.fullmatch(text)
    if match is None:
        return _worded(text)
    number, rest = match[1], match[2]
    if not _PLAIN.fullmatch(number) or re.match(r"[.,\d:：/-]", rest) or _coded(number):
        return _BAD
    value, decimals = float(number.replace(",", "")), len(number.partition(".")[2])
    compound = re.fullmatch(r"亿(\d+(?:\.\d+)?)万(.*)", rest)
    if compound:
        total = value * 1e8 + float(compound[1]) * 1e4
        return Numeral(VALUE, total / 1e4, "万" + compound[2], 1.0) if compound[2] else Numeral(VALUE, total)
    if rest in _MULTIPLES:
        return Numeral(VALUE, value, None, _MULTIPLES[rest], decimals)
    return Numeral(VALUE, value, rest or None, 1.0, decimals)


def _coded(number: str) -> bool:
    """A text of digits that is a code or a telephone number and no figure: 007, 13800000000."""
    digits = number.replace(",", "").partition(".")[0]
    return bool(re.fullmatch(r"0\d+", number) or _PHONE.fullmatch(number) or len(digits) > _MOST_DIGITS)


def _worded(text: str) -> Numeral:
    """三千五百件, or a unit before the number."""
    match = _CHINESE.match(text)
    if not match:
        return _BAD
    for end in range(match.end(), 0, -1):
        value = _chinese(text[:end])
        if value is not None:
            rest = text[end:]
            if rest in _MULTIPLES:
                return Numeral(VALUE, value, None, _MULTIPLES[rest], decimals_of(value))
            parted = not _CHINESE.search(rest[:1]) or ("点" in text[:end] and rest[0] in "万亿")
            return Numeral(VALUE, value, rest or None, 1.0, decimals_of(value)) if parted else _BAD
    return _BAD


def _chinese(text: str) -> float | None:
    """三千五百 → 3500, 三点五 → 3.5, 12.5 → 12.5; None for anything else."""
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", ""))
    if not text or not _CHINESE.fullmatch(text):
        return None
    whole, point, fraction = text.partition("点")
    total = _chinese_whole(whole)
    if total is None or (point and (not fraction or any(digit not in _DIGITS for digit in fraction))):
        return None
    return float(f"{total}.{''.join(str(_DIGITS[digit]) for digit in fraction) or 0}")


def _chinese_whole(text: str) -> int | None:
    if not text:
        return None
    if all(each in _DIGITS for each in text):
        return int("".join(str(_DIGITS[each]) for each in text)) if len(text) == 1 or len(text) >= 4 else None
    # 一千二 is said for 1200 and for 1002: it is no exact number.
    if len(text) > 1 and text[-1] in _DIGITS and text[-2] in "百佰千仟万亿":
        return None
    total = section = digit = 0
    last = 10**9
    for each in text:
        if each in _DIGITS:
            digit = _DIGITS[each]
        elif each in _STEPS:
            step = _STEPS[each]
            if step >= last:
                return None
            section, digit, last = section + (digit or 1) * step, 0, step
        elif each in "万亿" and not total + section + digit:
            return None  # 亿 alone is a unit
        elif each in "万亿":
            total, section, digit, last = (total + section + digit) * (10**4 if each == "万" else 10**8), 0, 0, 10**9
        else:
            return None
    return total + section + digit

