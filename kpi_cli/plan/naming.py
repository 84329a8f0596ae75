"""The form of a name under which it is looked up, in a plan and on forms alike."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# What does not matter in a name: spaces, invisible signs, quotes, brackets and the marks between words.
_LOOSE = str.maketrans(dict.fromkeys("\u200b\ufeff\u00ad“”\"'‘’《》〈〉「」『』、,，。·・-—–_/／*＊:：;；()（）[]【】〔〕", ""))


@lru_cache(maxsize=65536)
def normal_name(text: str) -> str:
    """The form of a name under which it is looked up: NFKC, lower case, without spaces, punctuation and brackets."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(plain.translate(_LOOSE).split()).casefold()
