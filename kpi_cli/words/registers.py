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
    "reason-row-conflict": ("同一主键的几行不一致", "the rows of one key disagree"),
    "reason-row-zero": ("分母为 0", "a denominator of 0"),
    "reason-row-missing": ("缺少数据", "a figure is missing"),
    "reason-row-unreadable": ("数据有误，未采用", "a figure is in error and was not used"),
}
