"""Scores of parts → the score of the whole: a sum, or a weighted arithmetic, geometric or harmonic mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kpi_cli.scoring.exact import Array

if TYPE_CHECKING:
    from kpi_cli.scoring.leaves import Scored


class Whole(NamedTuple):
    """``score``: NaN where no part counts; ``judged`` and ``assigned``: points of the whole that could be judged, and that
    were assigned."""

    score: Array
    judged: Array
    assigned: Array
    withheld: Any


def _arithmetic(parts: list[Array], weights: list[Array], total: Array) -> Array:
    return np.sum(parts, axis=0) / total


def _geometric(parts: list[Array], weights: list[Array], total: Array) -> Array:
    logs = [weight * np.log(np.where(weight > 0, np.maximum(part, 0.0) / weight, 1.0)) for part, weight in zip(parts, weights, strict=True)]
    return np.exp(np.sum(logs, axis=0) / total)


def _harmonic(parts: list[Array], weights: list[Array], total: Array) -> Array:
    shares = [np.where(weight > 0, weight / (np.maximum(part, 0.0) / weight), 0.0) for part, weight in zip(parts, weights, strict=True)]
    return total / np.sum(shares, axis=0)


# Scores and weights of the parts that count → the mean of their shares of points.
MEANS: dict[str, Callable[[list[Array], list[Array], Array], Array]] = {
    "arithmetic": _arithmetic, "geometric": _geometric, "harmonic": _harmonic,
}


def together(parts: Sequence[Scored], points: Array, how: str) -> Whole:
    """The parts put together. In a sum, points freed by parts that do not count are shared out over the rest; in a mean
    they fall out of the weights."""
    scores = [np.nan_to_num(part.score) for part in parts]
    counts = np.any([~np.isnan(part.score) for part in parts], axis=0)
    judged, assigned = (np.sum([getattr(part, name) for part in parts], axis=0) for name in ("judged", "assigned"))
    withheld = np.any([np.broadcast_to(part.withheld, len(points)) for part in parts], axis=0)
    if how == "sum":
        score = np.sum(scores, axis=0)
        freed = np.sum([part.freed for part in parts], axis=0)
        if freed.any():
            held = np.sum([np.nan_to_num(part.points) for part in parts], axis=0)
            with np.errstate(divide="ignore", invalid="ignore"):
                score = np.where(freed > 0, score * held / (held - freed), score)
    else:
        weights = [np.where(np.isnan(part.score), 0.0, np.nan_to_num(part.points)) for part in parts]
        with np.errstate(divide="ignore", invalid="ignore"):
            score = points * MEANS[how](scores, weights, np.sum(weights, axis=0))
            scale = points / np.sum([np.nan_to_num(part.points) for part in parts], axis=0)
        judged, assigned = np.nan_to_num(judged * scale), np.nan_to_num(assigned * scale)
    return Whole(np.where(counts & ~np.isnan(points), score, np.nan), judged, assigned, withheld)
