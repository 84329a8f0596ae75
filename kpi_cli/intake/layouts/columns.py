"""What the columns of figures beside a column of names hold: of which period, of which subject, in which unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kpi_cli.intake.heads import (
    PERIODIC,
    REMARK,
    SKIP,
    TARGET,
    UNIT,
    UNKNOWN,
    VALUE,
    Head,
    head_text,
    is_single,
    last_part,
    read_head,
    running_span,
    span_of_months,
    span_of_quarters,
)
from kpi_cli.intake.layouts.bands import Band, levels
from kpi_cli.intake.slots import UnitAt
from kpi_cli.intake.view import View, is_subtotal, is_total
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.matching import last_brackets

# A head that names a whole of its own: 全市完成数; or a part: 其中：企业完成数.
_WIDE = re.compile(r"\s*(全[省市区县国])(?=\S)")
_PART = re.compile(r"\s*其中\s*[:：]?\s*\S")


class Meaning(NamedTuple):
    """What a column's head says. ``subject`` is None where it names none; ``total`` where it says 合计."""

    head: Head
    text: str
    subject: str | None = None
    total: bool = False
    unit: UnitAt | None = None


class Column(NamedTuple):
    """A column of figures."""

    column: int
    role: str
    when: When
    subject: str | None
    total: bool
    unit: UnitAt | None
    head: Head
    doubtful: bool = False


def read_meaning(view: View, band: Band | None, column: int) -> Meaning:
    """A column's head: a subject among its levels (or 合计) is taken out, and a unit in brackets or on a level of its own."""
    texts = levels(view, band, column)
    subject, total, unit, rest = None, False, None, []
    for text in texts:
        known = view.words.know(text)
        if known is not None and known.subject is not None:
            subject, total = known.subject, known.subject == view.words.whole
        elif is_total(text):
            subject, total = view.words.whole, True
        elif (wide := _WIDE.match(text)) is not None and (whose := view.words.subject(wide[1])) is not None:
            subject, total = whose, whose == view.words.whole
            rest.append(text[wide.end() :])
        elif wide is not None or _PART.match(text):
            return Meaning(Head(UNKNOWN), head_text(texts))
        else:
            rest.append(text)
    bottom = band.bottom if band is not None else 0
    for text in reversed(rest):
        inside = last_brackets(text)
        for written in (inside[1] if inside else None, text):
            if unit is None and written and view.words.units.parse(written) is not None:
                unit = UnitAt(written, "column", bottom, column)
    said = [text for text in rest if unit is None or text != unit.text or len(rest) == 1]
    joined = head_text(said)
    head = read_head(joined)
    deepest = read_head(said[-1]).role if said else UNKNOWN
    if deepest in (TARGET, SKIP, REMARK, UNIT):
        # 完成情况 over 目标: the lowest level says what the column is, the others of which period.
        head = head._replace(role=deepest)
    if subject is not None and head.role == UNKNOWN:
        head = Head(UNKNOWN) if any(is_subtotal(text) for text in said) or (said and not unit) else Head(VALUE)
    return Meaning(head, head_text(texts), subject, total, unit)


def when_of(head: Head, sheet: When) -> When:
    """The period of a column: its own year, else the sheet's, less the years back; its own span, else the sheet's."""
    year = head.year if head.year is not None else sheet.year - head.back
    if head.role == TARGET:
        return When(year)
    span = head.span if head.span is not None else sheet.span
    if head.running:
        span = running_span(span)
    elif head.role == PERIODIC and head.span is None:
        span = last_part(span)
    return When(year, span)


def settle(columns: Sequence[Column]) -> tuple[list[Column], list[Column], list[list[Column]]]:
    """(columns of figures, single periods left out beside a running total, columns that say the same of one figure).

    A single quarter or month beside the cumulative column of its year is not the figure; alone it is, with its own span.
    """
    columns, dropped = _without_single_periods(_total_of_parts(_same_period(columns)))
    kept: list[Column] = []
    same: dict[tuple[bool, When, str | None], list[Column]] = {}
    for column in columns:
        same.setdefault((column.role == TARGET, column.when, column.subject), []).append(column)
    rivals = []
    for group in same.values():
        group = _told_apart(group)
        several = _rivals(group)
        if several:
            rivals.append(several)
        kept += [column._replace(doubtful=column in several) for column in group]
    return sorted(kept, key=lambda column: column.column), dropped, rivals


def _without_single_periods(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    singles = [column for column in columns if column.role == PERIODIC]
    # 一季度 beside 二季度 is a single period as well, and 1月 beside 2月.
    if singles:
        singles += [column for column in columns if column.role == VALUE and column.head.span in ("Q1", "01") and not column.head.running]
    others = [column for column in columns if column not in singles and column.role == VALUE]
    running = {(column.when.year, column.subject) for column in others}
    dropped = [column for column in singles if (column.when.year, column.subject) in running]
    return [column for column in columns if column not in dropped], dropped


def _total_of_parts(columns: Sequence[Column]) -> list[Column]:
    """合计 beside 1月, 2月, 3月 is of these, and of the whole year only beside all of its months or quarters."""
    spans = {column.head.span for column in columns if column.head.span and ".." not in column.head.span}
    quarters = [f"Q{number}" for number in range(1, 5)]
    months = [f"{number:02d}" for number in range(1, 13)]
    span = None
    if spans and spans == set(quarters[: len(spans)]):
        span = span_of_quarters(len(spans))
    elif spans and spans == set(months[: len(spans)]):
        span = span_of_months(len(spans))
    if span is None or len(spans) < 2:
        return list(columns)
    return [
        column._replace(when=column.when._replace(span=span)) if column.total and column.head.span is None and not column.when.span else column
        for column in columns
    ]


def _same_period(columns: Sequence[Column]) -> list[Column]:
    """上年同期 beside 1-9月累计 is of the same months, where neither its own head nor the title says of which."""
    spans = {column.when.span for column in columns if column.role == VALUE and not column.head.back and column.head.span and column.when.span}
    if len(spans) != 1:
        return list(columns)
    span = next(iter(spans))
    return [
        column._replace(when=column.when._replace(span=span)) if column.head.same and not column.head.span and not column.when.span else column
        for column in columns
    ]


def _told_apart(group: list[Column]) -> list[Column]:
    """上年完成 beside 上年同期 in the form of a part of the year is the whole of last year."""
    if len(group) < 2 or not group[0].when.span or sum(column.head.same for column in group) != 1:
        return group
    return [column if column.head.same else column._replace(when=When(column.when.year)) for column in group]


def _rivals(group: list[Column]) -> list[Column]:
    """Columns of which it cannot be told which one counts: same period, same subject, same dimension."""
    by_when: dict[When, list[Column]] = {}
    for column in group:
        by_when.setdefault(column.when, []).append(column)
    return next((several for several in by_when.values() if len(several) > 1), [])


def single_without_span(column: Column) -> bool:
    """本月 in a form that does not say which month."""
    return column.role == PERIODIC and not column.when.span and not is_single(column.head.span)
