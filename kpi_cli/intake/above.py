"""The lines above a table: its period, the unit of its amounts, whose figures it holds, and whether it allots targets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kpi_cli.intake.book import CellValue
from kpi_cli.intake.heads import Period, read_period
from kpi_cli.intake.reporters import Line, Reporters, Stranger
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.plan.units import compatible

_UNIT_LINE = re.compile(r"(?:计量|金额|数据|货币)?单位\s*(?:[:：]\s*[(（]?|[(（]\s*)([^:：)）]+)")
_UNIT_LABEL = re.compile(r"(?:^|计量|金额|数据|货币)单位\s*:?\s*$")
_UNIT_AT_END = re.compile(r"\(([^()]{1,6})\)\s*$")
_IN_BRACKETS = re.compile(r"[(（]")
_UNIT_PARTS = re.compile(r"[\s,，;；、]+|(?<=元)[/／]")
_OTHER_UNIT_WORDS = re.compile(r"见表内|详见|各")
_DATE_WORDS = re.compile(r"日期|时间|有效期|文号|字〔|字\[")
# Until when the figures reach; until when they are to be sent in is another thing.
_UNTIL = re.compile(r"(?<!填报)(?<!报送)(?<!上报)截[止至]")
_STATED = re.compile(r"报告期|所属期|报表期|数据期|统计期")
_ONLY_DATE = re.compile(r"[\s()（）]*(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*(?:月|[./-])?\s*(?:\d{1,2}\s*日?)?[\s()（）]*")
_BEFORE_DATE = re.compile(r"填报日期|报出日期|制表日期|填表日期|报送日期")
_BRACKETED_DATE = re.compile(r"[(（]\s*(?:19|20)\d\d\s*[年./-][^()（）]*[)）]")
# A title that says the year by its place: 上年度科技指标完成情况.
_LAST_YEAR = re.compile(r"\s*[^\s，,比与较]{0,8}?(?:上一?年度?|去年)(?!.*(?:比|增|同期|相较|对照))")
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE_OF_FILING = re.compile(r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|[初底末])?\s*(?:填报|填制|上报|报送|汇总|制表|印发|填)的?")
_FROM_TO = re.compile(r"1\s*月\s*(?:1\s*日)?\s*[-–—~至到]\s*(?:(?:19|20)\d\d\s*年)?\s*\d{1,2}\s*月")
_LAST_DATE = re.compile(r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*[)）]?\s*$")
# Of several years the one whose figures it is: 2013年度考核用表（2012年完成情况）.
_YEAR_DONE = re.compile(r"(?:19|20)\d\d\s*年(?:(?!(?:19|20)\d\d).){0,16}?(?:完成|执行|实绩|实现)")
_FORECAST = re.compile(r"预[计测估].{0,6}(?:数|值|完成|情况|指标|表)|指标.{0,4}预[计测估]")
_OTHER_MEASURE = re.compile(
    r"指标\s*(?:[(（]?\s*)(?:人均|增加|增长|比上年增|同期)|(?:人均|增长)(?:情况|指标|数|值|率)|比上年增[长加](?:情况|数|率)?\s*(?:[(（%％]|$)"
)
_OTHER_WORDS = ("预", "增", "均", "同期")
_DONE = re.compile(r"完成|执行|实绩|实现")
# The head of the names may say the unit of all amounts; another column's says its own.
_NAME_HEAD = re.compile(r"\s*(?:主要|考核|科技)?(?:指标|项目)(?:名称)?\s*[(（].*[:：]")
# So many rows at the end of a sheet hold notes and signatures.
_FOOT = 6
_UNIT_NOTE = re.compile(r"金额(?:的?单位)?(?:均|都|统一)?[为是以]\s*([^\s,，。；;)）]{1,4}?)(?:为单位|计)?\s*[。；;,，)）]?\s*$")
_ALLOTS = re.compile(r"(目标|任务|计划)(值|数)?(分解|下达|分配|安排)|分解表")
# A table of targets, as long as nothing in its title speaks of what was done.
_TARGETS = re.compile(
    r"(目标|任务)(任务|值|责任|指标)?(书|表|清单|一览)"
    r"|(?m:(主要|工作|年度|半年|奋斗|考核|科技|指标|建议)(目标|计划)(任务)?\s*(?:[(（][^()（）\n]*[)）])?\s*$)"
)
_ACTUALS = re.compile(r"完成|执行|进展|实绩|实现|情况|考核|统计|填报|上报|汇总|自评|对照")


class Above(NamedTuple):
    """``unit``: its text and cell; ``subject``: None where the lines name none; ``stranger``: who is named in its place;
    ``allots``: the sheet splits targets and reports nothing; ``units``: all lines that say a unit, for tables side by side;
    ``other``: the cell of a title that says that the figures are not those that were reached: forecasts, rates of growth, per head."""

    period: Period
    unit: tuple[str, int, int] | None
    subject: str | None
    stranger: Stranger | None
    allots: bool
    units: tuple[tuple[str, int, int], ...] = ()
    other: tuple[int, int] | None = None


class Lines:
    """The texts above the tables of one sheet."""

    def __init__(self, rows: Sequence[Sequence[CellValue]], name: str | None, words: Vocabulary) -> None:
        self._rows, self._name, self._words = rows, name, words
        self._reporters = Reporters(name, words)
        self._read: dict[tuple[int, int], Above] = {}

    def above(self, top: int, start: int = 0) -> Above:
        """What the rows from ``start`` to above ``top`` say; where they say nothing, the rows at the sheet's top."""
        if (top, start) not in self._read:
            self._read[top, start] = self._look(top, start)
        return self._read[top, start]

    def _look(self, top: int, start: int) -> Above:
        own, first = self._lines(start, top), self._lines(0, min(start, 8)) if start else []
        lines = own + first
        subject, stranger = self._reporters.reporter(own, first)
        texts = "\n".join([*(line.text for line in lines), self._name or ""])
        allots = (bool(_ALLOTS.search(texts)) and "完成" not in texts) or (bool(_TARGETS.search(texts)) and not _ACTUALS.search(texts))
        # Where nothing is said above, the head of the names or a note below may say the unit, and the foot who reports.
        heads = [line for line in self._lines(top, top + 1) if _NAME_HEAD.match(line.text)]
        units = self._units(lines)
        unit = units[0] if units else self._money_alone(lines) or self._unit(heads) or self._unit_below()
        if subject is None and stranger is None:
            subject = self._reporters.at_foot(self._lines(max(0, len(self._rows) - _FOOT), len(self._rows)))
        return Above(self._period([line.text for line in lines]), unit, subject, stranger, allots, tuple(units), self._other(own))

    def _unit_below(self) -> tuple[str, int, int] | None:
        """The unit that a note below the table gives for its amounts: 以上金额单位均为万元."""
        start = max(0, len(self._rows) - _FOOT)
        if not any("金额" in cell for row in self._rows[start:] for cell in row if type(cell) is str):
            return None
        for line in self._lines(start, len(self._rows)):
            match = _UNIT_NOTE.search(line.text)
            if match and (unit := self._unit_of(match[1])) is not None and self._is_money(unit):
                return unit, line.row, line.column
        return None

    def _other(self, lines: list[Line]) -> tuple[int, int] | None:
        for line in lines:
            if not any(word in line.text for word in _OTHER_WORDS):
                continue
            if _FORECAST.search(line.text) or (_OTHER_MEASURE.search(line.text) and not _DONE.search(line.text)):
                return line.row, line.column
        return None

    def _lines(self, start: int, stop: int) -> list[Line]:
        return [
            Line(cell, row, column)
            for row in range(start, min(stop, len(self._rows)))
            for column, cell in enumerate(self._rows[row])
            if type(cell) is str and cell
        ]

    def _period(self, lines: list[str]) -> Period:
        """A line 报告期 first, then titles, then the sheet's name; the year and the part of it may stand in two of them."""
        stated = [_period_of(line) for line in lines if _STATED.search(line)]
        titles = [
            line for line in (*lines, self._name or "")
            if not _ONLY_DATE.fullmatch(line) and (_UNTIL.search(line) or not _DATE_WORDS.search(line))
        ]
        found = stated + [_period_of(line) for line in titles if len(line) <= 120]
        year = next((each.year for each in found if each.year is not None), None)
        if year is None and any(_LAST_YEAR.match(line) for line in titles):
            year = self._words.year - 1
        dated = [each for each in found if each.year is not None]
        # A part of another year is no part of this one: a sheet 2013年1月报 under a title of 2012.
        said = (each.span for each in (*stated, *dated, *found) if each.span is not None and each.year in (None, year))
        return Period(year, next(said, None))

    def unit_of_row(self, row: int) -> tuple[str, int, int] | None:
        """The unit that a row among the figures says for those below it: 单位：万元, and nothing else."""
        lines = self._lines(row, row + 1)
        said = self._units(lines)
        return said[0] if said and len(lines) == 1 else None

    def _unit(self, lines: list[Line]) -> tuple[str, int, int] | None:
        """The unit that is said for the whole sheet: 单位：万元, also with the unit in the next cell; else a unit of money in a cell
        of its own, or in brackets at the end of a title."""
        said = self._units(lines)
        return said[0] if said else self._money_alone(lines)

    def _money_alone(self, lines: list[Line]) -> tuple[str, int, int] | None:
        """A unit of money where 单位 is left out."""
        for line in lines:
            if len(line.text) <= 6 and (unit := self._unit_of(line.text.strip())) is not None and self._is_money(unit):
                return unit, line.row, line.column
        for line in lines:
            match = _UNIT_AT_END.search(unicodedata.normalize("NFKC", line.text)) if line.text.rstrip().endswith((")", "）")) else None
            if match and (unit := self._unit_of(match[1])) is not None and self._is_money(unit):
                return unit, line.row, line.column
        return None

    def _units(self, lines: list[Line]) -> list[tuple[str, int, int]]:
        """The lines 单位：…, each with its unit. Two units of money in one line say nothing of which figure."""
        found = []
        for line in lines:
            if "单位" not in line.text:
                continue
            text = unicodedata.normalize("NFKC", line.text)
            if match := _UNIT_LINE.search(text):
                said = _IN_BRACKETS.split(match[1])[0]
            elif _UNIT_LABEL.search(text):
                beside = self._rows[line.row][line.column + 1 : line.column + 2]
                said = beside[0] if beside and type(beside[0]) is str else ""
            else:
                continue
            known = [unit for part in _UNIT_PARTS.split(said.strip()) if (unit := self._unit_of(part)) is not None]
            money = [unit for unit in known if self._is_money(unit)]
            if known and len(set(money)) <= 1:
                # Beside a count it is the unit of the amounts: a count says its own.
                found.append(((money or known)[0], line.row, line.column))
        return found

    def _unit_of(self, text: str) -> str | None:
        text = text.removeprefix("人民币")
        return text if text and not _OTHER_UNIT_WORDS.search(text) and self._words.units.parse(text) is not None else None

    def _is_money(self, text: str) -> bool:
        money, own = self._words.units.parse("元"), self._words.units.parse(text)
        return money is not None and own is not None and compatible(own, money)


@lru_cache(maxsize=4096)
def _period_of(line: str) -> Period:
    """The period of a title. A date of filling in beside it is not the period: 2012年…情况（2013年1月填报）."""
    text = _BEFORE_DATE.split(line)[0]
    if len(_ANY_YEAR.findall(text)) < 2 or _FROM_TO.search(text):
        return read_period(text)
    if done := _YEAR_DONE.search(text):
        text = text[done.start() :]
    for date in (_BRACKETED_DATE, _DATE_OF_FILING, _LAST_DATE):
        outside = date.sub(" ", text)
        text = outside if read_period(outside).year is not None else text
    return read_period(text)
