"""Who reports: the line 填报单位, the name of the sheet, the title, or the signature below the table."""

from __future__ import annotations

import re
from typing import NamedTuple

from kpi_cli.intake.places import is_place, is_place_or_office, leading_place
from kpi_cli.intake.vocabulary import Vocabulary

_FILLER = re.compile(
    r"(?:填报单位|报送单位|填表单位|乡?镇\s*(?:[(（]\s*区\s*[)）])?(?:名称)?|单位名称|单位详细名称|编制单位|上报单位|考核单位|被考核单位|报告单位)"
    r"[^:：]{0,6}[:：]\s*([^\s:：]+)"
)
# A firm, a school: it reports for itself, whatever town stands in its name.
_FIRM = re.compile(r"(?:公司|集团|工厂|厂|合作社|大学|学院|学校|医院)$")
# Lines that name places and are no titles.
_NO_TITLE = re.compile(r"地址|说明|^\s*注|备注|附注|联系|电话|不含|不包括|除外|剔除")
# What stands around a town in the name of a sheet: 1.乙河, 表2 乙河, 乙河(2), 乙河报.
_AROUND_NAME = re.compile(
    r"^\s*(?:[Ss]heet|附?[表件])?\s*\d{0,2}\s*[.、．_\-—]?\s*|\s*[(（]\d+[)）]\s*$"
    r"|[\s_\-—]*(?:(?:19|20)\d\d年?)?(?:科技)?(?:上报|报送|报表|报|完成|汇总|目标|数据|情况|指标|终稿|最终|新|表)*\s*$"
)
# A title of a part of the whole, or of more than it: none of the plan's subjects.
_PARTIAL = re.compile(
    r"^\s*(?:(?:19|20)\d\d年度?)?(?:县级机关|县直(?:机关|部门)|规模以上(?:工业)?企业|规上(?:工业)?企业|县直及)"
    r"|除[^\s]{2,10}外|等\s*\d{0,2}个?(?:镇|乡|街道|单位)|^.{0,8}[东西南北中]片"
    r"|[全各][县镇乡区][^\s(（]{0,4}[(（][^()（）]*(?:不含|不包括|除外|剔除)[^()（）]*[)）]"
)
_NOTE = re.compile(r"^\s*[(（]?(?:注|备注|附注|说明)")
# More than the plan's whole, where it does not call that by this name.
_WIDE = re.compile(r"全[省国市区]")
_ALL = re.compile(r"\s*[合总]\s*计\s*")
_SEALED = re.compile(r"^\s*(\S{2,16}?)\s*[(（]\s*(?:盖|公)?章\s*[)）]")
_MOST_NAMES = 4096
_SEVERAL = re.compile(r"[、和与及等]")
_LEADING_YEAR = re.compile(r"^\s*(?:(?:19|20)\d\d年?度?)?\s*")
_LAST_BRACKETS = re.compile(r"[(（]([^()（）]{2,10})[)）]\s*$")
# A title that speaks of several subjects names none.
_OF_ALL = re.compile(r"各|、|全县|全市|全区|全省|镇\s*[(（]区[)）]")


class Line(NamedTuple):
    text: str
    row: int
    column: int


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


class Reporters:
    """Who is named in the lines of one sheet, of which ``name`` is the name."""

    def __init__(self, name: str | None, words: Vocabulary) -> None:
        self._name, self._words = name, words

    def reporter(self, own: list[Line], top: list[Line]) -> tuple[str | None, Stranger | None]:
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
        """Who the sheet's name speaks of. Thousands of forms have sheets of the same few names."""
        known, name = self._words.sheet_names, self._name or ""
        if name not in known:
            if len(known) >= _MOST_NAMES:
                known.clear()
            known[name] = self._read_sheet_name()
        found: _Said | None = known[name]
        return found

    def _read_sheet_name(self) -> _Said | None:
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

    def at_foot(self, lines: list[Line]) -> str | None:
        """The member that the last lines name as the one who reports: 填报单位：甲山镇, 甲山镇人民政府（章）."""
        lines = [line for line in lines if "单位" in line.text or "章" in line.text]
        said = self._filler(lines) if lines else None
        if said is not None:
            return said.subject
        sealed = (match for line in lines if (match := _SEALED.search(line.text)))
        found = next((self._words.subject(match[1]) for match in sealed), None)
        return found if found != self._words.whole else None
