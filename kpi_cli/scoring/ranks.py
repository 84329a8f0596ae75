"""Places within groups: equal scores share one, ties told within a tolerance, no place for what is NaN."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kpi_cli.scoring.exact import TOLERANCE, Array

Members = np.ndarray[Any, np.dtype[np.intp]]


def _shared(first: Array, last: Array, step: Array) -> Array:
    return first


def _dense(first: Array, last: Array, step: Array) -> Array:
    return step


def _mean(first: Array, last: Array, step: Array) -> Array:
    return (first + last) / 2.0


# ``first`` and ``last``: the places that equal ones take up; ``step``: how many different values are not below.
TIES: dict[str, Callable[[Array, Array, Array], Array]] = {"shared": _shared, "dense": _dense, "mean": _mean}


def places(keys: Sequence[Array], groups: Sequence[Members], ties: str = "shared") -> Array:
    """The place of each subject within its group, 1 for the highest. ``keys``: the values, then what breaks ties, each
    higher is better. NaN, and no place used up, where the first key is NaN or the subject is in no group."""
    result = np.full(len(keys[0]), np.nan)
    for members in groups:
        ranked = members[~np.isnan(keys[0][members])]
        if len(ranked):
            result[ranked] = _places_of([key[ranked] for key in keys], ties)
    return result


def _places_of(keys: list[Array], ties: str) -> Array:
    levels = [_levels(key) for key in keys]
    order = np.argsort(-levels[0], kind="stable") if len(levels) == 1 else np.lexsort([-level for level in reversed(levels)])
    differs = np.zeros(len(order), dtype=bool)
    differs[0] = True
    for level in levels:
        ordered = level[order]
        differs[1:] |= ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(differs)
    step = np.cumsum(differs)
    first = (starts + 1.0)[step - 1]
    last = np.append(starts[1:], len(order)).astype(float)[step - 1]
    found = np.empty(len(order))
    found[order] = TIES[ties](first, last, step.astype(float))
    return found


def _levels(key: Array) -> Array:
    """Equal values, within the tolerance of neighbours, made the same whole number, in the order of the values. What is
    not known comes last."""
    known = np.where(np.isnan(key), -np.inf, key)
    order = np.argsort(known, kind="stable")
    ordered = known[order]
    with np.errstate(invalid="ignore"):
        above = ordered[1:] - ordered[:-1] > TOLERANCE * np.maximum(1.0, np.abs(ordered[1:]))
    level = np.empty(len(key))
    level[order] = np.concatenate([[0.0], np.cumsum(above)])
    return level
