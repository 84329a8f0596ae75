"""One item → the score of every subject: the method, then caps and floors, then what is done where nothing was submitted."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.scoring.amounts import OWN, Amount, Share
from kpi_cli.scoring.cases import (
    JUDGED,
    MISSING,
    NOT_ASSIGNED,
    NOT_COMPUTABLE,
    OUTSIDE,
    UNASKED,
    Case,
    States,
    case_of,
)
from kpi_cli.scoring.exact import TOLERANCE, Array, round_to, whole
from kpi_cli.scoring.field import Field
from kpi_cli.scoring.methods import METHODS, Facts, points_of
from kpi_cli.scoring.nouns import Item, Policy

_SHARES = {"zero": 0.0, "full": 1.0}


class Reckoning:
    """How a score came about. The method is run again when somebody asks: to keep every step of every item would take more
    time and memory than the scores themselves. ``periods``: how many were averaged; ``unbounded``: where a score had no end."""

    def __init__(self, case: Case, periods: int = 0, unbounded: Any = None) -> None:
        # A copy, without the attainments that were worked out on the way.
        self.case, self.periods, self.unbounded = replace(case), periods, unbounded

    @cached_property
    def facts(self) -> Facts:
        """What the method says of its outcome, with the figure, its target, and the score before cap and floor."""
        outcome = METHODS[self.case.item.method](self.case)
        return {"value": self.case.value, "target": self.case.target, "raw": _started(self.case, outcome.score), **outcome.facts}


class Scored(NamedTuple):
    """One item, scored. ``score``: NaN where it is not counted; ``points``: NaN where it does not hold, and the score means
    nothing there; ``judged`` and ``assigned``: points that could be judged, and that were assigned; ``freed``: points to be
    shared out over the rest, ``withheld``: where there can be no total (None: nowhere). ``how`` explains, None for
    what is put together from ``parts``."""

    item: Item
    score: Array
    points: Array
    judged: Array
    assigned: Array
    freed: Array | None
    withheld: Any
    status: States
    how: Reckoning | None
    parts: tuple[Scored, ...] = ()


def score_leaf(field: Field, item: Item, exact: bool = False) -> Scored:
    """An item that is scored by a method of its own, over its periods where it is averaged. ``exact``: it is rounded only where
    it says so itself."""
    digits = item.round if item.round is not None else None if exact else field.scheme.rounding.item
    if not item.average:
        return _at(field, item, None, digits)
    each = [_at(field, item, span, digits) for span in item.average]
    score = np.nanmean([np.where(np.isnan(one.score), 0.0, one.score) for one in each], axis=0)
    score = np.where(np.all([np.isnan(one.score) for one in each], axis=0), np.nan, score)
    last = each[-1]
    return last._replace(
        score=round_to(score, digits, field.scheme.rounding.mode), judged=np.mean([one.judged for one in each], axis=0),
        assigned=np.max([one.assigned for one in each], axis=0), how=Reckoning(last.how.case, len(each)) if last.how is not None else None,
    )


def _at(field: Field, item: Item, span: str | None, digits: int | None) -> Scored:
    case = case_of(field, item, span)
    outcome = METHODS[item.method](case)
    status = _settled(case, outcome.score)
    score = round_to(_limited(case, _started(case, outcome.score)), digits, field.scheme.rounding.mode)
    if status.max(initial=0) <= OUTSIDE:
        return Scored(item, score, case.points, case.points, case.points, None, None, status, Reckoning(case))
    return _with_policies(case, status, score)


def _settled(case: Case, score: Array) -> States:
    """Where the figure was there and the method still could not tell."""
    unknown = np.isnan(score)
    unknown &= case.status == JUDGED
    if not unknown.any():
        return case.status
    status = case.status.copy()
    status[unknown] = MISSING if case.item.tree is None else NOT_COMPUTABLE
    return status


def _started(case: Case, score: Array) -> Array:
    """Nothing below the least that counts, nor without what must come first."""
    item = case.item
    for threshold, included in ((item.zero_below, False), (item.zero_at, True)):
        if threshold is not None:
            judged, least = _of(case, threshold)
            below = judged <= least + TOLERANCE * abs(least) if included else judged < least - TOLERANCE * abs(least)
            score = np.where(below, 0.0, score)
    if item.zero_from is not None:
        judged, most = _of(case, item.zero_from)
        score = np.where(judged >= most - TOLERANCE * abs(most), 0.0, score)
    if item.needs is not None:
        score = np.where(case.field.holds(item.needs, case.when) > 0, score, 0.0)
    return score


def _of(case: Case, amount: Amount) -> tuple[Array, float]:
    if amount.of == OWN or case.mark is None:
        return case.value, amount.value
    return case.ratio, amount.value


def _limited(case: Case, raw: Array) -> Array:
    """Between floor and cap."""
    item, score = case.item, raw
    limits = [points_of(item.cap, case.worth)] if item.cap is not None else []
    if item.bonus_cap is not None:
        limits.append(case.worth + item.bonus_cap)
    for limit in limits:
        score = np.minimum(score, limit)
    if item.floor is None:
        return score
    return np.maximum(score, item.floor, out=score if score is not raw else None)


def _with_policies(case: Case, status: States, score: Array) -> Scored:
    """What is done where no task is assigned or nothing can be judged, as the scheme says."""
    points = np.where(np.isnan(case.points), 0.0, case.points)
    score = np.where(status == JUDGED, score, np.nan)
    outside, untasked = status == OUTSIDE, (status == NOT_ASSIGNED) | (status == UNASKED)
    lacking = ~outside & ~untasked & (status != JUDGED)
    free, lack = case.item.no_target, case.item.missing
    counted = free.kind in ("share", "full", "zero")
    judged = np.where(status == JUDGED, points, 0.0)
    assigned = np.where(outside, 0.0, points)
    if untasked.any():
        score = np.where(untasked, _without_task(case, free), score)
        judged = np.where(untasked & counted, points, judged)
        assigned = np.where(untasked & (not counted), 0.0, assigned)
    score = np.where(lacking, _share(case, lack), score)
    freed = np.where((untasked & (free.kind == "exempt_reweight")) | (lacking & (lack.kind == "exempt_reweight")), points, 0.0)
    return Scored(case.item, score, case.points, judged, assigned, freed, lacking & (lack.kind == "withhold"), status, Reckoning(case))


def _share(case: Case, policy: Policy) -> Any:
    if policy.kind in _SHARES:
        return case.points * _SHARES[policy.kind]
    if policy.kind == "share":
        share: Share = policy.share
        return points_of(share, case.points)
    return np.nan


def _without_task(case: Case, policy: Policy) -> Any:
    """The share of the points that no task earns; something done without a task earns its points and more."""
    idle = _share(case, policy)
    if policy.each is None:
        return idle
    done = np.where(case.value > 0, case.value, 0.0)
    return np.where(done > 0, case.points + whole(done / policy.each) * policy.points, idle)
