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
    return np.asarray(np.sum(parts, axis=0) / total)


def _geometric(parts: list[Array], weights: list[Array], total: Array) -> Array:
    logs = [weight * np.log(np.where(weight > 0, np.maximum(part, 0.0) / weight, 1.0)) for part, weight in zip(parts, weights, strict=True)]
    return np.asarray(np.exp(np.sum(logs, axis=0) / total))


def _harmonic(parts: list[Array], weights: list[Array], total: Array) -> Array:
    shares = [np.where(weight > 0, weight / (np.maximum(part, 0.0) / weight), 0.0) for part, weight in zip(parts, weights, strict=True)]
    return np.asarray(total / np.sum(shares, axis=0))


# Scores and weights of the parts that count → the mean of their shares of points.
MEANS: dict[str, Callable[[list[Array], list[Array], Array], Array]] = {
    "arithmetic": _arithmetic, "geometric": _geometric, "harmonic": _harmonic,
}


def together(parts: Sequence[Scored], points: Array, how: str) -> Whole:
    """The parts put together. In a sum, points freed by parts that do not count are shared out over the rest; in a mean
    they fall out of the weights."""
    size = len(points)
    everywhere: dict[int, bool] = {}
    scores = [_known(part, points, everywhere) for part in parts]
    counts, withheld = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for part, (_, known) in zip(parts, scores, strict=True):
        counts |= known
        if part.withheld is not None:
            withheld |= part.withheld
    judged, assigned = (_added([getattr(part, name) for part in parts], size) for name in ("judged", "assigned"))
    if how == "sum":
        score = np.zeros(size)
        for each, _ in scores:
            score += each
        score = _shared_out(parts, score)
    else:
        held = [np.where(known, _zero_filled(part.points), 0.0) for part, (_, known) in zip(parts, scores, strict=True)]
        with np.errstate(divide="ignore", invalid="ignore"):
            score = points * MEANS[how]([each for each, _ in scores], held, np.sum(held, axis=0))
            scale = points / np.sum([_zero_filled(part.points) for part in parts], axis=0)
        judged, assigned = np.nan_to_num(judged * scale), np.nan_to_num(assigned * scale)
    return Whole(np.where(counts & ~np.isnan(points), score, np.nan), judged, assigned, withheld)


def _known(part: Scored, points: Array, everywhere: dict[int, bool]) -> tuple[Array, Any]:
    """(scores with 0 where there is none, where there is one). ``everywhere`` remembers, for arrays of points, that they
    hold wherever the whole does: then a part that was judged throughout is taken as it stands."""
    if part.freed is None and part.how is not None:
        if id(part.points) not in everywhere:
            everywhere[id(part.points)] = not (np.isnan(part.points) & ~np.isnan(points)).any()
        if everywhere[id(part.points)]:
            return part.score, True
    known = ~(np.isnan(part.score) | np.isnan(part.points))
    return (part.score if known.all() else np.where(known, part.score, 0.0)), known


def _added(parts: Sequence[Array], size: int) -> Array:
    """The sum of arrays, NaN counting as nought. Items that weigh alike share one array, which is then added once."""
    times: dict[int, tuple[Array, int]] = {}
    for each in parts:
        times[id(each)] = each, times.get(id(each), (each, 0))[1] + 1
    found = np.zeros(size)
    for each, count in times.values():
        found += _zero_filled(each) * count
    return found


def _zero_filled(values: Array) -> Array:
    return np.where(np.isnan(values), 0.0, values)


def _shared_out(parts: Sequence[Scored], score: Array) -> Array:
    """A sum brought up to the points of all parts where some fell out and are to be made up for by the rest."""
    if all(part.freed is None for part in parts):
        return score
    freed = np.sum([part.freed for part in parts if part.freed is not None], axis=0)
    held = np.sum([_zero_filled(part.points) for part in parts], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(freed > 0, score * held / (held - freed), score)
