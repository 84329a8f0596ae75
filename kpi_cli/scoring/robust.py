"""How firm a ranking is: neighbours within rounding, the change of one item's points that would swap them, and the range of
each subject's rank when all points are moved a little."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.scoring.engine import Scores
from kpi_cli.scoring.exact import TOLERANCE, Array
from kpi_cli.scoring.ranks import places

RUNS, SPREAD, SEED = 500, 10.0, 2012
TIED, ROUNDING, SWAP, FIRM = "robust-tied", "robust-rounding", "robust-swap", "robust-firm"


class Neighbours(NamedTuple):
    """Two subjects next to each other. ``gap`` in points before conversion; ``item`` and ``change``: the item whose points,
    changed the least (what it gains or loses going from or to the others in proportion), would swap them."""

    group: str
    first: str
    second: str
    kind: str
    gap: float
    item: str | None = None
    change: float | None = None


class RankRange(NamedTuple):
    group: str
    subject: str
    rank: float
    best: float
    worst: float


class _Weighed(NamedTuple):
    """A group's ranked subjects: their places in the arrays, shares of each item's points, points, totals beside items."""

    members: Any
    shares: Array
    weights: Array
    beside: Array
    total: Array
    names: list[str]


def neighbours(scores: Scores) -> list[Neighbours]:
    """Each pair of neighbours in the ranking, group after group."""
    found = []
    for group in scores.field.groups:
        weighed = _weighed(scores, group.id)
        for first, second in zip(range(len(weighed.members)), range(1, len(weighed.members)), strict=False):
            found.append(_pair(scores, group.name, weighed, first, second))
    return found


def _weighed(scores: Scores, group: str) -> _Weighed:
    table = scores.table
    rows = table[(table["group"] == group) & table["rank"].notna()]
    members = rows["at"].to_numpy()
    items = [item for item in scores.items if group in item.item.points and item.item.points[group] > 0]
    weights = np.array([item.item.points[group] for item in items])
    shares = np.array([np.nan_to_num(item.score[members]) for item in items]).T.reshape(len(members), len(items)) / weights
    total = rows["total"].to_numpy(dtype=float)
    return _Weighed(members, shares, weights, total - shares @ weights, total, [item.item.name for item in items])


def _pair(scores: Scores, group: str, weighed: _Weighed, first: int, second: int) -> Neighbours:
    ahead, behind = (scores.field.panel.subjects[weighed.members[at]] for at in (first, second))
    gap = float(weighed.total[first] - weighed.total[second])
    digits = scores.scheme.rounding.total
    if abs(gap) <= TOLERANCE * max(1.0, abs(weighed.total[first])):
        return Neighbours(group, ahead, behind, TIED, 0.0)
    if abs(gap) <= 10.0 ** -(2 if digits is None else digits) * (1 + TOLERANCE):
        return Neighbours(group, ahead, behind, ROUNDING, gap)
    item, change = _least_change(weighed, first, second, gap)
    if item is None:
        return Neighbours(group, ahead, behind, FIRM, gap)
    return Neighbours(group, ahead, behind, SWAP, gap, weighed.names[item], change)


def _least_change(weighed: _Weighed, first: int, second: int, gap: float) -> tuple[int | None, float]:
    """The item and the change of its points at which two totals meet; None where no change within its bounds does it."""
    ahead = weighed.shares[first] - weighed.shares[second]
    whole = float(weighed.weights.sum())
    rest = whole - weighed.weights
    best: tuple[int | None, float] = (None, math.inf)
    for item in range(len(weighed.weights)):
        if rest[item] <= 0:
            continue
        others = (float(ahead @ weighed.weights) - ahead[item] * weighed.weights[item]) / rest[item]
        slope = ahead[item] - others
        change = -gap / slope if slope else math.inf
        if -weighed.weights[item] <= change <= rest[item] and abs(change) < abs(best[1]):
            best = item, change
    return best


def rank_ranges(scores: Scores, spread: float = SPREAD, runs: int = RUNS, seed: int = SEED) -> list[RankRange]:
    """Each subject's best and worst rank when every item's points are moved by up to ``spread`` per cent, at random from a
    seed, and brought back to the same sum."""
    chance = np.random.default_rng(seed)
    found = []
    for group in scores.field.groups:
        weighed = _weighed(scores, group.id)
        size = len(weighed.members)
        if not size:
            continue
        rows = scores.table.set_index("at").loc[weighed.members]
        best, worst = rows["rank"].to_numpy(dtype=float).copy(), rows["rank"].to_numpy(dtype=float).copy()
        zeroed = weighed.total == 0
        everyone = [np.arange(size)]
        for _ in range(runs):
            weights = weighed.weights * (1.0 + chance.uniform(-spread, spread, len(weighed.weights)) / 100.0)
            weights *= weighed.weights.sum() / weights.sum()
            moved = places([np.where(zeroed, 0.0, weighed.shares @ weights + weighed.beside)], everyone, scores.scheme.ties)
            best, worst = np.minimum(best, moved), np.maximum(worst, moved)
        for at, row, low, high in zip(weighed.members, rows["rank"], best, worst, strict=True):
            found.append(RankRange(group.name, scores.field.panel.subjects[at], float(row), float(low), float(high)))
    return found
