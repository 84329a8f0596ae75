"""A sheet as layouts look at it: merged cells filled, names, subjects and heads found, each text looked up once."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeVar, cast

from kpi_cli.intake.above import Above, Lines
from kpi_cli.intake.book import CellValue, Sheet, Span
from kpi_cli.intake.heads import TEMPLATE, UNKNOWN, Period
from kpi_cli.intake.vocabulary import Known, Named, Vocabulary

T = TypeVar("T")

TOTAL_WORDS = frozenset(["合计", "总计", "总和", "共计", "合计数", "总数"])
# Totals of a place, which may be the plan's own or one that it is part of: the plan says which of them it means.
PLACE_TOTALS = frozenset(
    f"{whole}{level}{total}" for whole in ("全", "") for level in "县市区省国" for total in ("", "合计", "总计") if whole + total
)
SUBTOTAL_WORDS = frozenset(["小计", "分计", "平均", "平均值", "均值", "平均数", "镇均", "全县平均", "其中"])
_FOOTER = re.compile(
    r"^(注|备注|说明|附注|填报人|填表人|制表|审核|复核|负责人|单位负责人|统计负责人|联系|报出|填报日期|报送|日期|签字|盖章|主管|领导|经办|填报说明|数据来源|资料来源)"
    r"[人员表日期电话方式说明:：意见及（(]*"
)
_FOOTER_MARK = re.compile(r"[:：]|^注|签字|盖章|^说明\s*\d")
_MOST_MERGED = 20_000
_UNSEEN = Known(None, None, UNKNOWN)


class Hit(NamedTuple):
    """A cell whose text names a figure."""

    row: int
    column: int
    named: Named


class View:
    """One sheet, looked at once. Rows and columns count from 0."""

    def __init__(self, sheet: Sheet, words: Vocabulary) -> None:
        self.sheet, self.words, self.rows = sheet, words, sheet.rows
        self.hits: list[Hit] = []
        self.subjects: list[tuple[int, int, str]] = []
        # How many cells of a row might be heads of columns.
        self.head_cells: dict[int, int] = {}
        self.width = max(map(len, self.rows), default=0)
        self._origin = _origins(sheet)
        # Rows in which something is merged: in the others a place is its own origin.
        self.merged_rows = {row for row, _ in self._origin}
        self._spans: dict[int, list[Span]] = {}
        for span in sheet.merged:
            self._spans.setdefault(span.top, []).append(span)
        # Whether some cell holds the mark of a form that ``kpi template`` made.
        self.keyed = False
        self._look()
        self._found: dict[str, object] = {}
        self._subject_rows = [row for row, _, _ in self.subjects]
        self._lines = Lines(self.rows, sheet.name, words)

    def _look(self) -> None:
        know, known_texts, hits, heads = self.words.know, self.words.known, self.hits, self.head_cells
        for number, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                if type(cell) is not str or not cell:
                    continue
                known = known_texts.get(cell, _UNSEEN)
                if known is _UNSEEN:
                    known = know(cell)
                if known is None:
                    continue
                if known.named is not None:
                    hits.append(Hit(number, column, known.named))
                elif known.subject is not None:
                    self.subjects.append((number, column, known.subject))
                if known.role == TEMPLATE:
                    self.keyed = True
                elif known.role != UNKNOWN:
                    heads[number] = heads.get(number, 0) + 1

    def subjects_in(self, first: int, end: int) -> list[tuple[int, int, str]]:
        """The cells of these rows that name subjects."""
        return self.subjects[bisect_left(self._subject_rows, first) : bisect_left(self._subject_rows, end)]

    def filled(self, row: int, column: int) -> CellValue:
        """The value at a place; within a merged range, the value of the range."""
        if row in self.merged_rows and (origin := self._origin.get((row, column))):
            return self.sheet.cell(*origin)
        return self.sheet.cell(row, column)

    def origin(self, row: int, column: int) -> tuple[int, int]:
        return self._origin.get((row, column), (row, column)) if row in self.merged_rows else (row, column)

    def spans_from(self, first: int, last: int) -> list[Span]:
        """The merged ranges that begin in these rows."""
        return [span for row in range(first, last + 1) for span in self._spans.get(row, ())]

    def bottom_of(self, row: int, column: int) -> int:
        """The last row of the range that begins at a place, the row itself where none does."""
        return next((span.bottom for span in self._spans.get(row, ()) if span.left == column), row)

    def text(self, row: int, column: int) -> str:
        """The text at a place, merged ranges filled; "" for anything that is not text or a whole number."""
        value = self.filled(row, column) if row in self.merged_rows else self.sheet.cell(row, column)
        if isinstance(value, str):
            return value.strip()
        if (isinstance(value, float) and value.is_integer()) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(int(value))
        return ""

    def blank(self, row: int, column: int) -> bool:
        """Whether a cell itself holds nothing."""
        return self.sheet.cell(row, column) in (None, "")

    def occupied(self, row: int) -> list[int]:
        """The columns of a row that hold something, a merged range counted once."""
        line = self.rows[row] if 0 <= row < len(self.rows) else []
        return [column for column, cell in enumerate(line) if cell is not None and cell != ""]

    def cells_across(self, row: int) -> int:
        """How many different things stand in a row, those merged into it from above or the left included."""
        places = {self.origin(row, column) for column in range(self.width)}
        return sum(1 for place in places if self.sheet.cell(*place) not in (None, ""))

    def is_footer(self, row: int) -> bool:
        """Whether a row is a note or a signature below a table."""
        columns = self.occupied(row)
        return bool(columns) and is_footer_text(self.text(row, columns[0]))

    def once(self, key: str, look: Callable[[View], T]) -> T:
        """What ``look`` finds in this view, found once for all layouts."""
        if key not in self._found:
            self._found[key] = look(self)
        return cast("T", self._found[key])

    def above(self, top: int, start: int = 0) -> Above:
        """What the lines above a table say. ``top``: its first row; ``start``: the first row after the table before it."""
        return self._lines.above(top, start)

    # What registers ask of the lines above them.

    def period(self, above: int) -> Period:
        """The period that the lines above a row, or the sheet's name, state."""
        return self._lines.above(above).period

    def unit_line(self, above: int) -> tuple[str, int, int] | None:
        """The unit stated for the whole sheet (单位：万元) and its cell, where it names one."""
        return self._lines.above(above).unit

    def unit_of_row(self, row: int) -> tuple[str, int, int] | None:
        """The unit that a row among the figures says for those below it, and its cell."""
        return self._lines.unit_of_row(row)

    def subject_line(self, above: int) -> str | None:
        """The subject that a line 填报单位：… or a title names, None where none does."""
        return self._lines.above(above).subject


def _origins(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for span in sheet.merged:
        if (span.bottom - span.top + 1) * (span.right - span.left + 1) > _MOST_MERGED:
            continue
        place = (span.top, span.left)
        for row in range(span.top, span.bottom + 1):
            for column in range(span.left, span.right + 1):
                found[row, column] = place
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4096)
def is_footer_text(text: str) -> bool:
    """Whether a text is a note or a signature below a table: 注：…, 填报人：…"""
    return bool(text and _FOOTER.match(text) and _FOOTER_MARK.search(text))


@lru_cache(maxsize=4096)
def is_total(text: str) -> bool:
    """Whether a text says 合计 in one of its forms, spaces inside included."""
    return _plain(text).strip(":：()（）") in TOTAL_WORDS


def is_any_total(text: str) -> bool:
    """Whether a text says 合计, of whatever place: 全市, 全省合计."""
    return is_total(text) or _plain(text).strip(":：()（）") in PLACE_TOTALS


@lru_cache(maxsize=4096)
def is_subtotal(text: str) -> bool:
    return _plain(text).strip(":：()（）") in SUBTOTAL_WORDS
