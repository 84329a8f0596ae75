"""Text that goes into spreadsheet cells of ours: what a spreadsheet would run as a formula is neutralised."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)


def safe_cell(text: str) -> str:
    """Text with an apostrophe before it where it begins like a formula; plain numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
