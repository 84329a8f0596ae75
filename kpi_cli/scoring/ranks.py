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
    order, differs = _ordered(keys[0]) if len(keys) == 1 else _ordered_by_all(keys)
    starts = np.flatnonzero(differs)
    step = np.cumsum(differs)
    first = (starts + 1.0)[step - 1]
    found = np.empty(len(order))
    if ties == "shared":
        found[order] = first
    else:
        last = np.append(starts[1:], len(order)).astype(float)[step - 1]
        found[order] = TIES[ties](first, last, step.astype(float))
    return found


def _ordered(key: Array) -> tuple[Members, Any]:
    """(places from the highest value down, where a value differs from the one before it). Neighbours within the tolerance
    are equal; what is not known comes last."""
    known = np.where(np.isnan(key), -np.inf, key)
    order = np.argsort(-known)
    ordered = known[order]
    differs = np.ones(len(order), dtype=bool)
    with np.errstate(invalid="ignore"):
        differs[1:] = ordered[:-1] - ordered[1:] > TOLERANCE * np.maximum(1.0, np.abs(ordered[1:]))
    return order, differs


def _ordered_by_all(keys: list[Array]) -> tuple[Members, Any]:
    """The same by several keys, each of which decides only between equal values of those before it."""
    levels = []
    for key in keys:
        order, differs = _ordered(key)
        level = np.empty(len(key))
        level[order] = np.cumsum(differs)
        levels.append(level)
    order = np.lexsort(levels[::-1])
    differs = np.ones(len(order), dtype=bool)
    differs[1:] = np.any([level[order][1:] != level[order][:-1] for level in levels], axis=0)
    return order, differs
