"""The observation: one submitted figure, as intake hands it on and measuring takes it up."""

from __future__ import annotations

import datetime
from typing import NamedTuple

VALUE = "value"
BLANK = "blank"
MISSING = "missing"
NOT_APPLICABLE = "not_applicable"
UNREADABLE = "unreadable"

INPUT, REPORTED = "input", "reported"
FIGURE, ALLOTTED = "value", "target"


class Observation(NamedTuple):
    """One figure of a subject in a period.

    ``kind`` is input, or reported (a rate that is only checked); ``role`` is value, or target (from an allotment of
    targets). ``state`` is one of the five states (blank is a kind of missing). ``value`` is in the unit of its input (or of
    its indicator, for a rate), NaN unless ``state`` is value; a flag is 1 or 0; ``date`` the day for a date.
    ``decimals``: how many were written, in the plan's unit. ``raw`` quotes the cell. ``total`` marks a total row;
    ``remark`` is the text of the row's remark column; ``prior_file`` marks what came from an earlier submission (last year's,
    or the previous period's), ``compared`` what both this submission and an earlier one state.
    """

    kind: str
    id: str
    subject: str
    year: int
    span: str
    role: str
    state: str
    value: float
    decimals: int
    file: str
    sheet: str | None
    cell: str
    raw: str
    total: bool = False
    date: datetime.date | None = None
    remark: str = ""
    prior_file: bool = False
    compared: bool = False
