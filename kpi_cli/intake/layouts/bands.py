"""The heads of a sheet's tables: which rows are heads, and what the levels of each column say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from kpi_cli.intake.heads import NAME, PERIOD, PERIODIC, REMARK, SERIAL, SKIP, TARGET, UNIT, UNKNOWN, VALUE, is_stub, read_head
from kpi_cli.intake.places import heads_places
from kpi_cli.intake.view import Hit, View

_MOST_LEVELS = 4
_UNITS_ASSESSED = re.compile(r"(?:被?考核|填报|报送)?单位(?:名称)?")
_YEARS = range(1949, 2101)
_NUMBER = re.compile(r"\s*-?[0-9][0-9,]*(\.[0-9]+)?%?\s*")


class Band(NamedTuple):
    """The rows of heads of one table, both included, and where its body ends (the first row that is not part of it)."""

    top: int
    bottom: int
    end: int


class Names(NamedTuple):
    """Where the names of figures stand: ``down`` a column, each before its figures, or ``across`` a row, above them."""

    down: list[Hit]
    across: list[Hit]


def sort_names(view: View) -> Names:
    """Which names stand down and which across: by how many others stand in the same column and in the same row."""
    if len({hit.column for hit in view.hits}) == 1 and len({hit.named.wanted.id for hit in view.hits}) > 1:
        return Names(view.hits, [])  # most forms: one column of names
    by_row: dict[int, set[str]] = {}
    by_column: dict[int, set[str]] = {}
    for hit in view.hits:
        by_row.setdefault(hit.row, set()).add(hit.named.wanted.id)
        by_column.setdefault(hit.column, set()).add(hit.named.wanted.id)
    # A row is all of one kind: a name in the remarks of a list does not make heads of its row.
    rows_down: set[int] = set()
    for hit in view.hits:
        beside, below = len(by_row[hit.row]), len(by_column[hit.column])
        if beside < below or (beside == below and not _stands_above(view, hit)):
            rows_down.add(hit.row)
    return Names([hit for hit in view.hits if hit.row in rows_down], [hit for hit in view.hits if hit.row not in rows_down])


def _stands_above(view: View, hit: Hit) -> bool:
    """Whether the figures of a lone name are below it and not beside it."""
    line = view.rows[hit.row]
    if any(is_number(cell) for cell in line[hit.column + 1 :]):
        return False
    bottom = view.bottom_of(hit.row, hit.column)
    below = [view.sheet.cell(row, hit.column) for row in range(bottom + 1, bottom + 6)]
    return any(is_number(cell) for cell in below)


def find_bands(view: View, names: Names) -> list[Band]:
    """All bands of heads, top to bottom."""
    down = {hit.row for hit in names.down}
    across = {hit.row for hit in names.across}
    subjects: dict[int, int] = {}
    for row, _, _ in view.subjects:
        subjects[row] = subjects.get(row, 0) + 1
    candidates = sorted({*view.head_cells, *across, *(row for row, count in subjects.items() if count > 1)} - down)
    anchored = [row for row in candidates if row in across or _is_anchored(view, row, subjects.get(row, 0))]
    found: list[tuple[int, int]] = []
    for row in anchored:
        if found and row <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(row, found[-1][1])
        else:
            found.append((row, row))
        found[-1] = found[-1][0], _bottom(view, found[-1], down)
    tops = []
    for index, (top, bottom) in enumerate(found):
        floor = found[index - 1][1] + 1 if index else 0
        tops.append((_top(view, top, floor, down), bottom))
    return [
        Band(top, bottom, tops[index + 1][0] if index + 1 < len(tops) else len(view.rows))
        for index, (top, bottom) in enumerate(tops)
    ]


def _is_anchored(view: View, row: int, subjects: int) -> bool:
    """Whether a row is a row of heads beyond doubt: two heads or more, one of which only heads are (指标名称, 序号, 单位, a
    period), and no figures."""
    heads, sure, years = 0, subjects > 1, []
    for cell in view.rows[row]:
        if cell is None or cell == "":
            continue
        if _is_year(cell):
            heads += 1
            years.append(float(str(cell)))
            continue
        if not isinstance(cell, str) or is_number(cell):
            return False
        known = view.words.know(cell)
        if known is None or known.role == UNKNOWN:
            continue
        heads += 1
        sure = sure or known.role in (NAME, SERIAL, UNIT, PERIOD) or (known.role in (VALUE, PERIODIC) and _says_period(cell))
    # One number such as 1986 may be a figure; years side by side are heads.
    run = any(abs(later - sooner) == 1 for sooner, later in pairwise(years))
    return (sure or run) and heads + subjects >= 2


def _says_period(text: str) -> bool:
    head = read_head(text)
    return head.year is not None or head.span is not None or head.back > 0 or head.running or text.strip().startswith(("本", "今年", "当年"))


def _bottom(view: View, rows: tuple[int, int], down: set[int]) -> int:
    """The last row of a band: heads merged down into it, a second level below merged heads, rows of stubs or of units."""
    top, bottom = rows
    spans = view.spans_from(top, bottom)
    reach = max((span.bottom for span in spans if span.bottom - top < _MOST_LEVELS), default=bottom)
    while bottom + 1 < len(view.rows) and bottom + 1 not in down:
        row = bottom + 1
        cells = [cell for cell in view.rows[row] if cell not in (None, "")]
        if not cells or (any(is_number(cell) and not _is_year(cell) for cell in cells) and not _numbers_columns(cells)):
            break
        if row <= reach or _numbers_columns(cells) or _only_units(view, cells) or _is_second_level(view, top, bottom, row):
            bottom = row
        else:
            break
    return bottom


def _is_second_level(view: View, top: int, bottom: int, row: int) -> bool:
    """Whether a row divides the heads above it: it fills columns under a head merged across, with heads or names."""
    wide = [span for span in view.spans_from(top, bottom) if span.bottom == bottom and span.right > span.left]
    under = {column for span in wide for column in range(span.left, span.right + 1)}
    filled = view.occupied(row)
    if not filled or bottom - top >= _MOST_LEVELS - 1:
        return False
    labels = [column for column in filled if _is_label(view, bottom, row, column)]
    rest = [column for column in filled if column not in labels]
    return bool(rest) and (all(column in under for column in rest) or _divides(view, bottom, row, rest))


def _is_label(view: View, above: int, row: int, column: int) -> bool:
    """Whether a cell below the heads is the head of the rows' labels, where it stands beside a second level: 镇 beside 目标, 完成."""
    text = view.text(row, column)
    return view.blank(above, column) and (heads_places(text) or _UNITS_ASSESSED.fullmatch(text) is not None or _role(view, text) in (NAME, SERIAL))


def _divides(view: View, above: int, row: int, filled: list[int]) -> bool:
    """Whether a row of heads divides unmerged ones above it: 目标 and 完成 below 本年 and the blank cell to its right."""
    said = {column: _role(view, view.text(row, column)) for column in filled}
    parted = any(
        view.blank(above, column) and said.get(column - 1) is not None and not view.blank(above, column - 1) for column in filled
    )
    return parted and all(role in (VALUE, TARGET, PERIODIC, SKIP, UNIT, REMARK) for role in said.values())


def _numbers_columns(cells: Sequence[object]) -> bool:
    """Whether a row only numbers the columns: 甲 乙 丙 1 2, or 1 2 3 4."""
    texts = [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip() for cell in cells]
    if len(texts) < 2 or not all(is_stub(text) for text in texts):
        return False
    numbers = [int(text) for text in texts if text.isdigit()]
    if len(numbers) == len(texts):
        return len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1))
    # Each half of a statistical form may begin anew.
    return all(later in (sooner + 1, numbers[0]) for sooner, later in pairwise(numbers))


def _only_units(view: View, cells: Sequence[object]) -> bool:
    """Whether a row only gives units, at least two, perhaps after the word 单位."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    units = [text for text in texts if view.words.units.parse(text) is not None and not text.strip().isdigit()]
    rest = [text for text in texts if text not in units]
    return len(texts) == len(cells) and len(units) >= 2 and all(_role(view, text) == UNIT for text in rest)


def _top(view: View, top: int, floor: int, down: set[int]) -> int:
    """The first row of a band: rows above it belong to it where they are merged into it, or spread over several columns."""
    lowest = top
    while top - 1 >= floor and lowest - top < _MOST_LEVELS - 1 and top - 1 not in down and _continues(view, top - 1):
        top -= 1
    return top


def _continues(view: View, row: int) -> bool:
    filled = view.occupied(row)
    texts = [view.text(row, column) for column in filled]
    if not filled or any(":" in text or "：" in text for text in texts) or any(is_number(view.sheet.cell(row, each)) for each in filled):
        return False
    merged = any(span.bottom > row or span.right > span.left for span in view.spans_from(row, row))
    spoken = sum(1 for text in texts if _role(view, text) != UNKNOWN)
    return (merged or spoken >= 2) and view.cells_across(row) >= 2


def _role(view: View, text: str) -> str:
    known = view.words.know(text)
    return known.role if known is not None else UNKNOWN


def is_number(cell: object) -> bool:
    """Whether a cell holds a bare number, as a text in files that know no others."""
    return (isinstance(cell, int | float) and not isinstance(cell, bool)) or (isinstance(cell, str) and _NUMBER.fullmatch(cell) is not None)


def _is_year(cell: object) -> bool:
    return is_number(cell) and str(cell).removesuffix(".0").isdigit() and int(float(str(cell))) in _YEARS


def levels(view: View, band: Band | None, column: int) -> list[str]:
    """A column's head texts from top to bottom, a text merged over several rows once, column numbers left out."""
    if band is None:
        return []
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in range(band.top, band.bottom + 1):
        place = view.origin(row, column)
        if place in seen:
            continue
        seen.add(place)
        text = view.text(*place) or _spread(view, band, row, column)
        if text and not is_stub(text):
            found.append(text)
    return found


def _spread(view: View, band: Band, row: int, column: int) -> str:
    """In a sheet without merged cells (a text file), a head above several columns stands over the first of them only."""
    if row in view.merged_rows or row == band.bottom:
        return ""
    below = view.text(row + 1, column)
    if not below or is_stub(below):
        return ""
    centred = _centred(view, row)
    if column in centred:
        return centred[column]
    for left in range(column - 1, -1, -1):
        text = view.text(row, left)
        if text:
            return text if view.text(row + 1, left) else ""
    return ""


def _centred(view: View, row: int) -> dict[int, str]:
    """Heads that were typed over the middle of their columns and not merged: 2011年 over the second of 完成, 目标, and 2012年 over the
    second of 完成, 目标 again. Column → head, where the level below comes again as often as there are heads; else nothing."""
    below = [column for column in range(view.width) if _role(view, view.text(row + 1, column)) in (VALUE, TARGET, PERIODIC, SKIP)]
    above = [column for column in below if view.text(row, column)]
    size = len(below) // len(above) if above else 0
    if size < 2 or len(above) < 2 or len(below) != size * len(above) or above[0] == below[0]:
        return {}
    groups = [below[start : start + size] for start in range(0, len(below), size)]
    texts = [[view.text(row + 1, column) for column in group] for group in groups]
    if any(each != texts[0] for each in texts) or any(head not in group for head, group in zip(above, groups, strict=True)):
        return {}
    return {column: view.text(row, head) for head, group in zip(above, groups, strict=True) for column in group}
