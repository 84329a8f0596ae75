"""Words about registers: key → (Chinese, English)."""

from __future__ import annotations

REGISTER_WORDS: dict[str, tuple[str, str]] = {
    "why-register": ("表头是名录“{name}”的栏目，共 {rows} 行", "its heads are the columns of the register {name}; {rows} rows"),
    "why-not-register": ("没有认出名录“{name}”的栏目", "no column of the register {name} was recognised"),
    "row-title": ("表题", "title"),
    "row-head": ("表头", "head"),
    "row-blank": ("空行", "blank row"),
    "row-repeated-head": ("重复的表头", "repeated head"),
    "row-section": ("分节标题", "section title"),
    "row-total": ("合计行", "total row"),
    "row-note": ("附注或落款", "note or signature"),
    "register-told-by-label": ("各行改按名称区分", "rows are told apart by their names"),
    "register-no-text": ("各行没有这项内容", "its rows lack it"),
    "register-rows-alone": ("各行无法区分，每行各算一家", "rows cannot be told apart: each counts as one"),
    "register-not-judged": ("用到它的判定和计数没有进行", "what needs it was not judged or counted"),
}
