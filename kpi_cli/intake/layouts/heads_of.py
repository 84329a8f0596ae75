"""The heads of a table's columns: which rows above the figures are heads, and what each column's levels say."""

from __future__ import annotations

from kpi_cli.intake.heads import UNKNOWN, read_head
from kpi_cli.intake.view import View

_MOST_LEVELS = 4


def head_rows(view: View, first: int) -> list[int]:
    """The rows of heads above the first row of figures, top to bottom: from the nearest row with two or more cells up to
    the title, which stands alone in its row."""
    found: list[int] = []
    row = first - 1
    while row >= 0 and len(found) < _MOST_LEVELS:
        across = view.cells_across(row) if view.occupied(row) or found else 0
        if across >= 2 and not (found and not _continues(view, row, found)):
            found.append(row)
        elif found or first - row > 6:
            break
        row -= 1
    return found[::-1]


def _continues(view: View, row: int, below: list[int]) -> bool:
    """Whether a row belongs to the heads below it: it is merged down or across into them, or speaks of periods."""
    if not view.occupied(row):
        return False
    merged = any(span.top == row and (span.bottom > row or span.right > span.left) for span in view.sheet.merged)
    spoken = sum(1 for column in view.occupied(row) if read_head(view.text(row, column)).role != UNKNOWN)
    named = sum(1 for column in view.occupied(row) if view.words.find(view.text(row, column)) is not None)
    filler = any("单位:" in view.text(row, column).replace("：", ":") or "日期" in view.text(row, column) for column in view.occupied(row))
    return not filler and (merged or spoken >= 2 or named >= 2) and view.cells_across(row) >= 2


def levels(view: View, rows: list[int], column: int) -> list[str]:
    """A column's head texts from top to bottom, a text merged over several rows once."""
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in rows:
        place = view.origin(row, column)
        if place not in seen:
            seen.add(place)
            text = view.text(*place)
            if text:
                found.append(text)
    return found
