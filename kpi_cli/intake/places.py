"""Names of places as offices write them: which texts name a town or a zone, whether the plan knows it or not."""

from __future__ import annotations

import re

_KINDS = "镇|乡|街道|开发区|高新区|园区|新区"
# An office of a place stands for the place: 甲岩镇人民政府.
_OFFICES = "人民政府|政府|党委|管委会|管理委员会|办事处|科技办|经发办|党政办"
_OFFICE_OF = re.compile(rf"^.{{1,12}}?(?:{_KINDS})(?:{_OFFICES})?$")
# 各镇, 全县, 乡镇, 重点镇 name no single place.
_ALONE = re.compile(rf"(?!乡|镇|街|村镇|城镇|重点|中心|所有|分|按)[^各全县\d\s]{{1,8}}(?:{_KINDS})(?:办事处)?")
# A title that begins with a place, which a year or a part of one follows: 甲山镇2012年各项指标.
_LEADING = re.compile(rf"\s*([^\s，,、。（(]{{1,12}}?(?:{_KINDS}))(?=\s*(?:(?:19|20)\d\d|上半年|下半年|第?[一二三四1-4]季))")


# Heads of a column that says whose a row is.
_WHOSE = re.compile(r"(?:所属|所在)?(?:乡?镇|镇\s*[(（]\s*区\s*[)）]|镇区|街道|乡镇街道|镇街|地区|区域|属地|辖区|县\s*[(（]\s*区\s*[)）])(?:名称)?")


def heads_places(text: str) -> bool:
    """Whether a text is the head of a column of places."""
    return _WHOSE.fullmatch(text.strip()) is not None


def is_place(text: str) -> bool:
    """Whether a text is the name of one town or zone and nothing else."""
    return _ALONE.fullmatch(text) is not None


def is_place_or_office(text: str) -> bool:
    """Whether a text names a town or zone, or an office of it; of a county's it names none."""
    return _OFFICE_OF.match(text) is not None and "县" not in text


def leading_place(title: str) -> str | None:
    """The place that a title begins with."""
    match = _LEADING.match(title)
    return match[1] if match is not None else None
