"""Names as forms write them → names as the plan has them: width, spaces, punctuation, numbering, 其中 and bracketed
units do not matter. A near name is offered, never taken."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kpi_cli.plan.naming import normal_name

__all__ = ["last_brackets", "normal_name", "strip_label"]

_NUMBERING = re.compile(
    r"""^(?:
      [(（〔\[【]?(?:[一二三四五六七八九十百]{1,4}|\d{1,3}|[a-zA-Z])[)）〕\]】、]\s*   # （一） 1) 一、 a)
    | \d{1,3}(?:\.\d{1,2})*\s*[.．、:]\s*(?!\d)                                     # 1. 2.3、
    | \d{1,3}\s+(?=[^\d\s.,%])                                                       # 1 专利申请量
    | [①-⑳⑴-⑽㈠-㈩]\s*
    | 第[一二三四五六七八九十\d]{1,3}[、,:]\s*
    )""",
    re.VERBOSE,
)
# A number in a circle before a name, the mark of a footnote after it; as plain digits they would be part of the name.
_CIRCLED = re.compile(r"^\s*[①-⑳⑴-⑽㈠-㈩]\s*|[①-⑳¹²³⁴⁵]+\s*$")
_OF_WHICH = re.compile(r"^(?:其\s*中|其\s*中\s*的|# 其中)\s*[:：,，、]?\s*")
_MARKS = re.compile(r"^[*＊★☆●○◆◇■□△▲※·•\-—–_~#+]+|[*＊★☆※:：。;；,，]+$")
_BRACKETED = re.compile(r"[((（〔\[【]([^()（）〔〕\[\]【】]*)[)）〕\]】]\s*$")


@lru_cache(maxsize=65536)
def strip_label(text: str) -> str:
    """A row's text without numbering, 其中 and leading or trailing marks."""
    plain = unicodedata.normalize("NFKC", _CIRCLED.sub("", text)).strip()
    for _ in range(3):
        shorter = _MARKS.sub("", _OF_WHICH.sub("", _NUMBERING.sub("", plain, count=1), count=1)).strip()
        if shorter == plain or not shorter:
            break
        plain = shorter
    return plain


@lru_cache(maxsize=65536)
def last_brackets(text: str) -> tuple[str, str] | None:
    """(text before, what is in the brackets) where a name ends in brackets, as in 专利申请量（件）."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _BRACKETED.search(plain)
    if match is None or not plain[: match.start()].strip():
        return None
    return plain[: match.start()].strip(), match[1].strip()


_IDLE_NOTE = re.compile(
    r"(?:(?:[A-Za-z]?\d{0,3}|\d{1,3}%)(?:[=+*/÷×-](?:[A-Za-z]?\d{0,3}|\d{1,3}%)){0,4}|[①-⑳]|[甲乙丙丁]|单位|累计|本年累计|累计数|统计局?|统计(?:口径|数据?|年报|快报)|快报数?|年报数?|初步核算数?|"
    r"最终核实数?|[^(（]{1,12}(?:局|发改委|经信委|经信办|科技办|人民银行|厅)|[^(（]{1,12}(?:局|委|办|部|厅|中心|银行)(?:提供|负责|填报)|必填|选填|约束性|预期性|正向|逆向|加分项?)"
)
_UNIT_LABEL = re.compile(r"^(?:计量)?单位[:：]?")
_LAST_WORD = re.compile(r"^(.*\S)(?:\s+|[,，、:：/／])([^\s,，、:：/／]{1,8})$", re.DOTALL)
_WHOLE_WORDS = frozenset([
    "总量", "总数", "总额", "总值", "合计", "小计", "总计", "绝对数",
    "绝对值", "绝对量", "数量", "数额", "金额", "规模", "全部", "总体", "数",
])


def is_idle_note(text: str) -> bool:
    """Whether the words in a name's brackets change nothing: a code, a formula of columns, a source, 累计. Any other words
    may narrow the name (专利申请量（企业）), which then is another one."""
    return _IDLE_NOTE.fullmatch(text) is not None


def split_units(text: str) -> list[str]:
    """Units written together in brackets: 亿元、% → both."""
    return [part for part in re.split(r"[、,，;；\s]+", _UNIT_LABEL.sub("", text)) if part]


def last_word(text: str) -> tuple[str, str] | None:
    """(text before, last word) where a space or a comma parts them."""
    match = _LAST_WORD.match(text)
    return (match[1], match[2]) if match else None


def bare_name(text: str) -> str:
    """A label without numbering, 其中 and a unit in brackets."""
    plain = strip_label(text)
    parted = last_brackets(plain)
    return parted[0] if parted else plain


def bracketed(text: str) -> str | None:
    """What stands in the brackets at a text's end."""
    parted = last_brackets(strip_label(text))
    return parted[1] if parted else None


def is_whole_word(text: str) -> bool:
    """Whether a sub-row's label says that it is the figure itself: 总量, 合计, 绝对数."""
    return re.sub(r"\s+", "", text) in _WHOLE_WORDS
