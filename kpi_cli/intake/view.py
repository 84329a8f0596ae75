"""A sheet as layouts look at it: merged cells filled, names and subjects found, the lines above and below the table told
from the table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kpi_cli.intake.book import CellValue, Sheet
from kpi_cli.intake.heads import Period, read_period
from kpi_cli.intake.vocabulary import Named, Vocabulary

TOTAL_WORDS = frozenset(["合计", "总计", "全县", "全市", "全区", "全省", "全国", "总和", "共计", "县合计", "全县合计", "合计数", "总数"])
SUBTOTAL_WORDS = frozenset(["小计", "分计", "平均", "平均值", "均值"])
_FOOTER = re.compile(
    r"^(注|备注|说明|附注|填报人|填表人|制表|审核|复核|负责人|单位负责人|统计负责人|联系|报出|填报日期|报送|日期|签字|盖章|主管|领导|经办)"
    r"[人员表日期电话方式说明:：意见及（(]*"
)
_FOOTER_MARK = re.compile(r"[:：]|^注|签字|盖章")
_FILLER = re.compile(r"(?:填报单位|报送单位|填表单位|单位名称|单位详细名称|编制单位|上报单位)[^:：]{0,6}[:：]\s*([^\s:：]+)")
_UNIT_LINE = re.compile(r"(?:计量|金额)?单位\s*[:：]\s*([^\s,，;；:：]+)")
_OTHER_UNIT_WORDS = re.compile(r"见表内|详见|各")
_DATE_WORDS = re.compile(r"日期|时间")
_ONLY_DATE = re.compile(r"[\s()（）]*(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*(?:月|[./-])?\s*(?:\d{1,2}\s*日?)?[\s()（）]*")


class Hit(NamedTuple):
    """A cell whose text names a figure."""

    row: int
    column: int
    named: Named


class View:
    """One sheet, looked at once. Rows and columns count from 0."""

    def __init__(self, sheet: Sheet, words: Vocabulary) -> None:
        self.sheet, self.words, self.rows = sheet, words, sheet.rows
        self._origin: dict[tuple[int, int], tuple[int, int]] = {}
        for span in sheet.merged:
            if (span.bottom - span.top + 1) * (span.right - span.left + 1) <= 20_000:
                for row in range(span.top, span.bottom + 1):
                    for column in range(span.left, span.right + 1):
                        self._origin[row, column] = (span.top, span.left)
        self.hits: list[Hit] = []
        self.subjects: list[tuple[int, int, str]] = []
        self.width = max((len(row) for row in self.rows), default=0)
        self._look()

    def _look(self) -> None:
        find, known = self.words.find, self.words.subjects
        for number, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                if type(cell) is str and cell:
                    named = find(cell)
                    if named is not None:
                        self.hits.append(Hit(number, column, named))
                    elif known and len(cell) <= 40 and (subject := self.words.subject(cell)) is not None:
                        self.subjects.append((number, column, subject))

    def filled(self, row: int, column: int) -> CellValue:
        """The value at a place; within a merged range, the value of the range."""
        origin = self._origin.get((row, column))
        return self.sheet.cell(*origin) if origin else self.sheet.cell(row, column)

    def origin(self, row: int, column: int) -> tuple[int, int]:
        return self._origin.get((row, column), (row, column))

    def text(self, row: int, column: int) -> str:
        """The text at a place, merged ranges filled; "" for anything that is not text or a whole number."""
        value = self.filled(row, column)
        if isinstance(value, str):
            return value.strip()
        if (isinstance(value, float) and value.is_integer()) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(int(value))
        return ""

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

    # ---- the lines above a table

    def period(self, above: int) -> Period:
        """The period that the lines above a row, or the sheet's name, state: a line 报告期 first, then titles."""
        lines = [cell for row in self.rows[:above] for cell in row if isinstance(cell, str) and cell]
        stated = [line for line in lines if "报告期" in line or "所属期" in line or "报表期" in line]
        titles = [line for line in lines if not _ONLY_DATE.fullmatch(line) and not _DATE_WORDS.search(line)]
        for line in (*stated, *titles, self.sheet.name or ""):
            found = read_period(_before_date(line))
            if found.year is not None or (line in stated and found.span is not None):
                return found
        return Period(None, next((span for line in titles if (span := read_period(line).span) is not None), None))

    def unit_line(self, above: int) -> tuple[str, int, int] | None:
        """The unit stated for the whole sheet (单位：万元) and its cell, where it names one."""
        for number, row in enumerate(self.rows[:above]):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and (match := _UNIT_LINE.search(unicodedata.normalize("NFKC", cell))):
                    text = match[1]
                    if not _OTHER_UNIT_WORDS.search(text) and self.words.units.parse(text) is not None:
                        return text, number, column
        return None

    def subject_line(self, above: int) -> str | None:
        """The subject that a line 填报单位：… or a title names, None where none does."""
        lines = [cell for row in self.rows[:above] for cell in row if isinstance(cell, str) and cell]
        for line in lines:
            if match := _FILLER.search(line):
                return subject_within(match[1], self.words)
        for line in (*lines, self.sheet.name or ""):
            found = subject_within(line, self.words)
            if found is not None and found != self.words.whole:
                return found
        return None

    def is_target_sheet(self, above: int) -> bool:
        """Whether the sheet allots targets (目标分解) and does not report what was done."""
        lines = [cell for row in self.rows[:above] for cell in row if isinstance(cell, str) and cell]
        text = "".join([*lines, self.sheet.name or ""])
        return bool(re.search(r"(目标|任务|计划)(值|数)?(分解|下达|分配|安排)|分解表", text)) and not re.search(r"完成", text)


def _before_date(line: str) -> str:
    return re.split(r"填报日期|报出日期|制表日期|填表日期", line)[0]


def subject_within(text: str, words: Vocabulary) -> str | None:
    """The subject named by a text or within it (甲山镇人民政府), the longest name first."""
    exact = words.subject(text)
    if exact is not None:
        return exact
    return _within(_plain(text), tuple(words.subjects.items()))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=1024)
def _within(text: str, subjects: tuple[tuple[str, str], ...]) -> str | None:
    fitting = [(len(name), subject) for name, subject in subjects if len(name) >= 3 and name in text]
    return max(fitting)[1] if fitting else None


def is_footer_text(text: str) -> bool:
    """Whether a text is a note or a signature below a table: 注：…, 填报人：…"""
    return bool(text and _FOOTER.match(text) and _FOOTER_MARK.search(text))


def is_total(text: str) -> bool:
    """Whether a text says 合计 in one of its forms, spaces inside included."""
    return _plain(text) in TOTAL_WORDS


def is_subtotal(text: str) -> bool:
    return _plain(text) in SUBTOTAL_WORDS
