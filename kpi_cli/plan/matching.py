"""Names as forms write them → names as the plan has them: width, spaces, punctuation, numbering, 其中 and bracketed
units do not matter. A near name is offered, never taken."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMBERING = re.compile(
    r"""^(?:
      [(（〔\[【]?(?:[一二三四五六七八九十百]{1,4}|\d{1,3}|[a-zA-Z])[)）〕\]】、]\s*   # （一） 1) 一、 a)
    | \d{1,3}(?:\.\d{1,2})*\s*[.．、:]\s*(?!\d)                                     # 1. 2.3、
    | [①-⑳⑴-⑽㈠-㈩]\s*
    | 第[一二三四五六七八九十\d]{1,3}[、,:]\s*
    )""",
    re.VERBOSE,
)
_OF_WHICH = re.compile(r"^(?:其\s*中|其\s*中\s*的|# 其中)\s*[:：,，、]?\s*")
_MARKS = re.compile(r"^[*＊★☆●○◆◇■□△▲※·•\-—–_~#+]+|[*＊★☆※:：。;；,，]+$")
_BRACKETED = re.compile(r"[((（〔\[【]([^()（）〔〕\[\]【】]*)[)）〕\]】]\s*$")
_LOOSE = re.compile(r"[\s\u200b\ufeff\u00ad“”\"'‘’《》〈〉「」『』、,，。·・\-—–_/／*＊:：;；()（）\[\]【】〔〕]+")


@lru_cache(maxsize=65536)
def normal_name(text: str) -> str:
    """The form of a name under which it is looked up: NFKC, lower case, without spaces, punctuation and brackets."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=65536)
def strip_label(text: str) -> str:
    """A row's text without numbering, 其中 and leading or trailing marks."""
    plain = unicodedata.normalize("NFKC", text).strip()
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
