"""Number formats: the numbered ones that files do not spell out, and which of them show dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

GENERAL = "General"

# ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 as Chinese editions show them.
BUILTIN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0;-#,##0", 6: "#,##0;[Red]-#,##0",
    7: "#,##0.00;-#,##0.00", 8: "#,##0.00;[Red]-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: "AM/PM h:mm", 35: "AM/PM h:mm:ss",
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: "AM/PM h:mm", 56: "AM/PM h:mm:ss", 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_CLOCK = re.compile(r"am/pm|a/p|h+[^a-z]*m+|m+(?=[^a-z]*s)", re.IGNORECASE)
_DAY_PARTS = re.compile(r"[ydm]|aaa", re.IGNORECASE)
_TIME_PARTS = re.compile(r"[hs]", re.IGNORECASE)
_DRAWN_POINT = re.compile(r'[0#?](?:!\.|\\\.|"\.")([0#?]+)')
_THOUSANDS = re.compile(r"[0#?](,+)(?![0#?,])")
_QUOTED = re.compile(r'"([^"]*(?:[^\W\d_]|[%‰])[^"]*)"|\\([%‰])')
_DAYS_1904 = 1462
_LAST_SERIAL = 2_958_466


def is_elapsed(number_format: str) -> bool:
    """Whether the format shows a duration (``[h]:mm``)."""
    return bool(_ELAPSED.search(_bare(number_format)))


def is_date(number_format: str) -> bool:
    """Whether the format shows a date or a time of day."""
    bare = _bare(number_format)
    if bare.lower() in ("general", "@", ""):
        return False
    return _shows_day(bare) or bool(_TIME_PARTS.search(bare))


def date_value(
    serial: float, number_format: str, *, from_1904: bool = False
) -> datetime.date | datetime.time | datetime.timedelta | float:
    """A serial number as the date, time of day, or duration its format shows; the number where it is no date.

    Whole days are dates, others date-times. Serial 60 is 29 February 1900, a day that never was, and stays a number.
    """
    if is_elapsed(number_format):
        return datetime.timedelta(days=serial) if abs(serial) < _LAST_SERIAL else serial
    shows_day = _shows_day(_bare(number_format))
    if not shows_day and 0 <= serial < 1:
        return _moment(serial).time()
    days = serial + _DAYS_1904 if from_1904 else serial
    if not 0 <= days < _LAST_SERIAL or int(days) == 60:
        return serial
    try:
        moment = _moment(days + 1 if days < 60 else days)
    except OverflowError:
        return serial  # within a millisecond of the year 10,000
    return moment.date() if moment.time() == datetime.time() and shows_day else moment


def scale_of(number_format: str) -> float:
    """By how much a format shows a number smaller than it is stored: ``#,##0,`` by 1,000, ``0!.0000`` by 10,000 (a point that
    is only drawn), 1 where it shows it as it is."""
    section = number_format.partition(";")[0]
    drawn = _DRAWN_POINT.search(section)
    commas = _THOUSANDS.search(_bare(section).rstrip())
    return 10.0 ** (len(drawn[1]) if drawn else 0) * 1000.0 ** (len(commas[1]) if commas else 0)


def shows_percents(number_format: str) -> bool:
    """Whether a format shows numbers as per cents: a sign that is only written after them does not."""
    return "%" in _bare(number_format)


def percent_text(value: float) -> str:
    """A number as a per cent format means it, with all its digits: 0.054 is 5.4 %."""
    return f"{round(value * 100, 10)!r}%"


def words_of(number_format: str) -> str:
    """The words that a format writes after each number: 万元 of ``0.00"万元"``."""
    return "".join(match[1] or match[2] for match in _QUOTED.finditer(number_format.partition(";")[0])).strip()


def changes_figures(number_format: str) -> bool:
    """Whether what a format shows is not the stored number alone."""
    return not is_date(number_format) and (scale_of(number_format) != 1 or bool(words_of(number_format)))


def as_shown(value: float, number_format: str, percents: bool, is_unit: Callable[[str], bool]) -> str | None:
    """A number as text, where its format says more than the number: a per cent sign where ``percents`` counts, a unit; or that
    it is shown smaller than it is stored, which no reader takes for a number. None where it is what it is."""
    if shows_percents(number_format):
        return percent_text(value) if percents else None
    scale, words = scale_of(number_format), words_of(number_format)
    if scale != 1:
        return f"{value!r}（显示为 {value / scale:g}）"
    return f"{value!r}{words}" if words and is_unit(words) else None


def _shows_day(bare: str) -> bool:
    return bool(_DAY_PARTS.search(_CLOCK.sub("", bare)))


def _moment(days: float) -> datetime.datetime:
    return datetime.datetime(1899, 12, 30) + datetime.timedelta(milliseconds=round(days * 86_400_000))


def _bare(number_format: str) -> str:
    return _LITERAL.sub("", number_format.partition(";")[0])
