"""Cells that are not numbers: yes or no, and dates."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kpi_cli.intake.numerals import read_number
from kpi_cli.observations import BLANK, MISSING, NOT_APPLICABLE, UNREADABLE, VALUE

_YES = frozenset(["是", "√", "✓", "✔", "☑", "y", "yes", "true", "有", "对", "1", "1.0", "已有", "属实"])
_NO = frozenset(["否", "✗", "✘", "☒", "n", "no", "false", "没有", "0", "0.0", "不是", "未", "尚未", "未有"])
_DONE = "建成|完成|出台|设立|实施|通过|发布|签约|投用|启用|建立|达到|印发|完工|竣工|开业|运行|挂牌|获批|落实"
_DONE_TEXT = re.compile(f"(?:已经?|全部)?(?:{_DONE})")
_UNDONE_TEXT = re.compile(f"(?:未|尚未|没有|还未|暂未)(?:能)?(?:{_DONE})")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号]|(?:末|底))?")
_PARTED_DAY = re.compile(r"(\d{4})([-./])(\d{1,2})(?:\2(\d{1,2})|(?:末|底|月末|月底))?")
_WITH_TIME = re.compile(r"[\sT]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


class Mark(NamedTuple):
    """``state`` as for numerals. ``value`` is 1 or 0 for a flag; ``date`` the day for a date."""

    state: str
    value: float = 0.0
    date: datetime.date | None = None


def read_flag(cell: object) -> Mark:
    """是/否, √/×, 已建成/未建成 … A hedge such as 基本完成 is neither."""
    if isinstance(cell, bool):
        return Mark(VALUE, float(cell))
    if isinstance(cell, int | float):
        return Mark(VALUE, float(cell)) if cell in (0, 1) else Mark(UNREADABLE)
    if cell is None:
        return Mark(BLANK)
    if not isinstance(cell, str):
        return Mark(UNREADABLE)
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).casefold()
    if text in _YES or _DONE_TEXT.fullmatch(text):
        return Mark(VALUE, 1.0)
    if text in _NO or text in ("×", "x") or _UNDONE_TEXT.fullmatch(text):
        return Mark(VALUE, 0.0)
    state = read_number(cell).state
    return Mark(state if state in (BLANK, MISSING, NOT_APPLICABLE) else UNREADABLE)


def read_date(cell: object) -> Mark:
    """A day; a month alone, or with 末 or 底, means its last day. A bare serial number is not a date."""
    if isinstance(cell, datetime.datetime):
        return Mark(VALUE, date=cell.date())
    if isinstance(cell, datetime.date):
        return Mark(VALUE, date=cell)
    if cell is None:
        return Mark(BLANK)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return _read_date_text(str(cell)) if isinstance(cell, str | int) and not isinstance(cell, bool) else Mark(UNREADABLE)


@lru_cache(maxsize=4096)
def _read_date_text(cell: str) -> Mark:
    text = _WITH_TIME.sub("", unicodedata.normalize("NFKC", cell).strip())
    text = re.sub(r"\s+", "", text)
    if match := _CHINESE_DAY.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _PARTED_DAY.fullmatch(text):
        return _day(match[1], match[3], match[4])
    if re.fullmatch(r"\d{8}", text):
        return _day(text[:4], text[4:6], text[6:])
    state = read_number(cell).state
    return Mark(state if state in (BLANK, MISSING, NOT_APPLICABLE) else UNREADABLE)


def _day(year: str, month: str, day: str | None) -> Mark:
    if not (_FIRST_YEAR <= int(year) <= _LAST_YEAR and 1 <= int(month) <= 12):
        return Mark(UNREADABLE)
    last = calendar.monthrange(int(year), int(month))[1]
    number = int(day) if day else last
    return Mark(VALUE, date=datetime.date(int(year), int(month), number)) if 1 <= number <= last else Mark(UNREADABLE)
