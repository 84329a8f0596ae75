"""The lines above a table: its period, the unit of its amounts, whose figures it holds, and whether it allots targets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kpi_cli.intake.book import CellValue
from kpi_cli.intake.heads import Period, read_period
from kpi_cli.intake.places import is_place, is_place_or_office, leading_place
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.plan.units import compatible

_FILLER = re.compile(
    r"(?:填报单位|报送单位|填表单位|乡?镇\s*(?:[(（]\s*区\s*[)）])?(?:名称)?|单位名称|单位详细名称|编制单位|上报单位|考核单位|被考核单位|报告单位)[^:：]{0,6}[:：]\s*([^\s:：]+)"
)
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
# A firm, a school: it reports for itself, whatever town stands in its name.
_FIRM = re.compile(r"(?:公司|集团|工厂|厂|合作社|大学|学院|学校|医院)$")
# Lines that name places and are no titles.
_NO_TITLE = re.compile(r"地址|说明|^\s*注|备注|附注|联系|电话|不含|不包括|除外|剔除")
# A title that says the year by its place: 上年度科技指标完成情况.
_LAST_YEAR = re.compile(r"\s*[^\s，,比与较]{0,8}?(?:上一?年度?|去年)(?!.*(?:比|增|同期|相较|对照))")
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE_OF_FILING = re.compile(r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|[初底末])?\s*(?:填报|填制|上报|报送|汇总|制表|印发|填)的?")
_FROM_TO = re.compile(r"1\s*月\s*(?:1\s*日)?\s*[-–—~至到]\s*(?:(?:19|20)\d\d\s*年)?\s*\d{1,2}\s*月")
_LAST_DATE = re.compile(r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*[)）]?\s*$")
# Of several years the one whose figures it is: 2013年度考核用表（2012年完成情况）.
_YEAR_DONE = re.compile(r"(?:19|20)\d\d\s*年(?:(?!(?:19|20)\d\d).){0,16}?(?:完成|执行|实绩|实现)")
# What stands around a town in the name of a sheet: 1.乙河, 表2 乙河, 乙河(2), 乙河报.
_AROUND_NAME = re.compile(
    r"^\s*(?:[Ss]heet|附?[表件])?\s*\d{0,2}\s*[.、．_\-—]?\s*|\s*[(（]\d+[)）]\s*$"
    r"|[\s_\-—]*(?:(?:19|20)\d\d年?)?(?:科技)?(?:上报|报送|报表|报|完成|汇总|目标|数据|情况|指标|终稿|最终|新|表)*\s*$"
)
# A title of a part of the whole, or of more than it: none of the plan's subjects.
_PARTIAL = re.compile(
    r"^\s*(?:(?:19|20)\d\d年度?)?(?:县级机关|县直(?:机关|部门)|规模以上(?:工业)?企业|规上(?:工业)?企业|县直及)|除[^\s]{2,10}外|等\s*\d{0,2}个?(?:镇|乡|街道|单位)|^.{0,8}[东西南北中]片"
    r"|[全各][县镇乡区][^\s(（]{0,4}[(（][^()（）]*(?:不含|不包括|除外|剔除)[^()（）]*[)）]"
)
_NOTE = re.compile(r"^\s*[(（]?(?:注|备注|附注|说明)")
# More than the plan's whole, where it does not call that by this name.
_WIDE = re.compile(r"全[省国市区]")
_ALL = re.compile(r"\s*[合总]\s*计\s*")
_FORECAST = re.compile(r"预[计测估].{0,6}(?:数|值|完成|情况|指标|表)|指标.{0,4}预[计测估]")
_OTHER_MEASURE = re.compile(
    r"指标\s*(?:[(（]?\s*)(?:人均|增加|增长|比上年增|同期)|(?:人均|增长)(?:情况|指标|数|值|率)|比上年增[长加](?:情况|数|率)?\s*(?:[(（%％]|$)"
)
_DONE = re.compile(r"完成|执行|实绩|实现")
_COLON = re.compile(r"[:：]")
# So many rows at the end of a sheet hold notes and signatures.
_FOOT = 6
_SEALED = re.compile(r"^\s*(\S{2,16}?)\s*[(（]\s*(?:盖|公)?章\s*[)）]")
_UNIT_NOTE = re.compile(r"金额(?:的?单位)?(?:均|都|统一)?[为是以]\s*([^\s,，。；;)）]{1,4}?)(?:为单位|计)?\s*[。；;,，)）]?\s*$")
_SEVERAL = re.compile(r"[、和与及等]")
_LEADING_YEAR = re.compile(r"^\s*(?:(?:19|20)\d\d年?度?)?\s*")
_LAST_BRACKETS = re.compile(r"[(（]([^()（）]{2,10})[)）]\s*$")
# A title that speaks of several subjects names none.
_OF_ALL = re.compile(r"各|、|全县|全市|全区|全省|镇\s*[(（]区[)）]")
_ALLOTS = re.compile(r"(目标|任务|计划)(值|数)?(分解|下达|分配|安排)|分解表")
# A table of targets, as long as nothing in its title speaks of what was done.
_TARGETS = re.compile(
    r"(目标|任务)(任务|值|责任|指标)?(书|表|清单|一览)"
    r"|(?m:(主要|工作|年度|半年|奋斗|考核|科技|指标|建议)(目标|计划)(任务)?\s*(?:[(（][^()（）\n]*[)）])?\s*$)"
)
_ACTUALS = re.compile(r"完成|执行|进展|实绩|实现|情况|考核|统计|填报|上报|汇总|自评|对照")


class Stranger(NamedTuple):
    """Who is named as the one who reports and cannot be it: a town that is not in the plan, or one where ``rival``, another
    member, is named as well."""

    name: str
    row: int
    column: int
    rival: str | None = None


class _Said(NamedTuple):
    """Who is named in one place: the whole or a member of the plan, None for somebody else."""

    subject: str | None
    text: str
    row: int
    column: int


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


class Line(NamedTuple):
    text: str
    row: int
    column: int


class Lines:
    """The texts above the tables of one sheet."""

    def __init__(self, rows: Sequence[Sequence[CellValue]], name: str | None, words: Vocabulary) -> None:
        self._rows, self._name, self._words = rows, name, words
        self._read: dict[tuple[int, int], Above] = {}

    def above(self, top: int, start: int = 0) -> Above:
        """What the rows from ``start`` to above ``top`` say; where they say nothing, the rows at the sheet's top."""
        if (top, start) not in self._read:
            self._read[top, start] = self._look(top, start)
        return self._read[top, start]

    def _look(self, top: int, start: int) -> Above:
        own, first = self._lines(start, top), self._lines(0, min(start, 8)) if start else []
        lines = own + first
        subject, stranger = self._subject(own, first)
        texts = "\n".join([*(line.text for line in lines), self._name or ""])
        allots = (bool(_ALLOTS.search(texts)) and "完成" not in texts) or (bool(_TARGETS.search(texts)) and not _ACTUALS.search(texts))
        # Where nothing is said above, the head of the names or a note below may say the unit, and the foot who reports.
        heads = [line for line in self._lines(top, top + 1) if _COLON.search(line.text)]
        unit = self._unit(lines) or self._unit(heads) or self._unit_below()
        if subject is None and stranger is None:
            subject = self._foot()
        return Above(self._period([line.text for line in lines]), unit, subject, stranger, allots, tuple(self._units(lines)), self._other(own))

    def _foot(self) -> str | None:
        """The member that the last lines name as the one who reports: 填报单位：甲山镇, 甲山镇人民政府（章）."""
        lines = self._lines(max(0, len(self._rows) - _FOOT), len(self._rows))
        said = self._filler(lines)
        if said is not None:
            return said.subject
        sealed = (match for line in lines if (match := _SEALED.search(line.text)))
        found = next((self._words.subject(match[1]) for match in sealed), None)
        return found if found != self._words.whole else None

    def _unit_below(self) -> tuple[str, int, int] | None:
        """The unit that a note below the table gives for its amounts: 以上金额单位均为万元."""
        for line in self._lines(max(0, len(self._rows) - _FOOT), len(self._rows)):
            match = _UNIT_NOTE.search(line.text)
            if match and (unit := self._unit_of(match[1])) is not None and self._is_money(unit):
                return unit, line.row, line.column
        return None

    def _other(self, lines: list[Line]) -> tuple[int, int] | None:
        for line in lines:
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
        if said := self._units(lines):
            return said[0]
        for line in lines:
            # Where 单位 is left out.
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

    def _subject(self, own: list[Line], top: list[Line]) -> tuple[str | None, Stranger | None]:
        """Who reports: the line 填报单位 first, then the sheet's name and the titles. Where two of them name different members it
        cannot be told whose the figures are: a form that was copied, and changed in one place only."""
        filler, title = self._filler(own), self._title(own)
        if filler is None and title is None:
            filler, title = self._filler(top), self._title(top)
        # Who is named as the whole is the whole only where nobody else is named.
        said = [each for each in (filler, self._sheet_name(), title) if each is not None and each.subject != self._words.whole]
        if not said:
            return None, None
        first = said[0]
        if first.subject is None:
            return None, Stranger(first.text, first.row, first.column)
        rival = next((each for each in said[1:] if each.subject not in (None, first.subject)), None)
        if rival is not None:
            return None, Stranger(str(rival.subject), rival.row, rival.column, first.subject)
        return first.subject, None

    def _filler(self, lines: list[Line]) -> _Said | None:
        """Who is named by the line 填报单位. An office that fills in for a town leaves the town to the title."""
        words = self._words
        for line in lines:
            match = _FILLER.search(line.text)
            if match is None:
                continue
            stranger = _Said(None, match[1], line.row, line.column)
            if _FIRM.search(match[1]):
                return stranger
            found = words.subject_within(match[1])
            if found is not None and found != words.whole:
                return stranger._replace(subject=found)
            if found is None and len(words.subjects) > 1 and is_place_or_office(match[1]):
                return stranger
        return None

    def _sheet_name(self) -> _Said | None:
        words, own = self._words, _AROUND_NAME.sub("", self._name or "")
        found = words.subject(own)
        if found not in (None, words.whole):
            return _Said(found, own, 0, 0)
        if len(words.subjects) > 1 and own and found is None and is_place(own):
            return _Said(None, own, 0, 0)
        return self._title([Line(self._name or "", 0, 0)])

    def _title(self, lines: list[Line]) -> _Said | None:
        words, of_whole = self._words, None
        for line in lines:
            if (partial := _PARTIAL.search(line.text)) and not _NOTE.search(line.text) and len(words.subjects) > 1 and line is lines[0]:
                return _Said(None, partial[0], line.row, line.column)
            if _NO_TITLE.search(line.text):
                continue
            first = leading_place(line.text)
            found = words.subject(first) if first is not None else None
            if _SEVERAL.search(line.text) and len(several := self._named(line.text)) > 1:
                return _Said(None, "、".join(several), line.row, line.column)
            if found in (None, words.whole) and line is lines[0]:
                found = self._by_short_name(line.text)
            if (wide := _WIDE.match(_LEADING_YEAR.sub("", line.text))) and words.subject(wide[0]) is None and len(words.subjects) > 1:
                return _Said(None, wide[0], line.row, line.column)
            if found in (None, words.whole):
                found = None if _OF_ALL.search(line.text) else words.subject_within(line.text)
            if found is not None and found != words.whole:
                return _Said(found, line.text, line.row, line.column)
            if found is None and first is not None and len(words.subjects) > 1 and is_place(first):
                return _Said(None, first, line.row, line.column)
            if found == words.whole or _ALL.fullmatch(line.text) or words.subject(_LEADING_YEAR.sub("", line.text)[:2]) == words.whole:
                of_whole = of_whole or _Said(words.whole, line.text, line.row, line.column)
        return of_whole

    def _named(self, text: str) -> list[str]:
        """The members that a title names."""
        found = (subject for name, subject in self._words.subjects.items() if len(name) > 1 and subject != self._words.whole and name in text)
        return list(dict.fromkeys(found))

    def _by_short_name(self, text: str) -> str | None:
        """A member that a title begins with, or that its last brackets name, under a short name: 2012年甲山科技指标, …（甲山）."""
        words, rest = self._words, _LEADING_YEAR.sub("", text)
        inside = _LAST_BRACKETS.search(text)
        for name in (*(rest[:end] for end in (6, 5, 4, 3, 2)), inside[1] if inside is not None else ""):
            subject = words.subject(name) if len(name) > 1 else None
            if subject not in (None, words.whole):
                return subject
        return None


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
