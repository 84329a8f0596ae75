"""The table of words: key → (Chinese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # vocabulary
    "plan": ("计划", "plan"),
    "input": ("填报项", "input"),
    "register": ("名录", "register"),
    "indicator": ("指标", "indicator"),
    "target": ("目标", "target"),
    "assured": ("确保", "assured"),
    "stretch": ("力争", "stretch"),
    "subject": ("考核对象", "subject"),
    "period": ("报告期", "period"),
    "finding": ("问题", "finding"),
    "scheme": ("计分办法", "scheme"),
}
