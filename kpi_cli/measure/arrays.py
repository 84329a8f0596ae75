"""The arithmetic of formulas over arrays of subjects: the same rules as for floats, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from kpi_cli.plan.arithmetic import NOISE, TOLERANCE, Arithmetic


def _add(left: Any, right: Any) -> Any:
    total = np.add(left, right)
    return np.where(np.abs(total) <= NOISE * np.maximum(np.abs(left), np.abs(right)), 0.0, total)


def _divide(left: Any, right: Any) -> Any:
    below = np.asarray(right, dtype=float)
    return np.divide(left, np.where(below == 0, np.nan, below))


def _power(left: Any, right: Any) -> Any:
    with np.errstate(all="ignore"):
        found = np.power(np.asarray(left, dtype=float), right)
    return np.where(np.isinf(found), np.nan, found)


def _unknown(left: Any, right: Any) -> Any:
    return np.isnan(left) | np.isnan(right)


def _close(left: Any, right: Any) -> Any:
    near = np.abs(np.subtract(left, right)) <= TOLERANCE * np.maximum(np.abs(left), np.abs(right))
    return np.where(_unknown(left, right), np.nan, near.astype(float))


def _less(left: Any, right: Any) -> Any:
    below = (np.asarray(left) < right) & (np.subtract(right, left) > TOLERANCE * np.maximum(np.abs(left), np.abs(right)))
    return np.where(_unknown(left, right), np.nan, below.astype(float))


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    return np.where(np.isnan(condition), np.nan, np.where(np.asarray(condition) != 0, then, otherwise))


def _both(left: Any, right: Any) -> Any:
    false = (np.asarray(left) == 0) | (np.asarray(right) == 0)
    return np.where(false, 0.0, np.where(_unknown(left, right), np.nan, 1.0))


def _either(left: Any, right: Any) -> Any:
    true = (~np.isnan(left) & (np.asarray(left) != 0)) | (~np.isnan(right) & (np.asarray(right) != 0))
    return np.where(true, 1.0, np.where(_unknown(left, right), np.nan, 0.0))


ARRAYS = Arithmetic(
    add=_add,
    subtract=lambda left, right: _add(left, np.negative(right)),
    multiply=np.multiply,
    divide=_divide,
    power=_power,
    close=_close,
    less=_less,
    where=_where,
    both=_both,
    either=_either,
    opposite=lambda value: np.where(np.isnan(value), np.nan, (np.asarray(value) == 0).astype(float)),
    smaller=np.minimum,
    larger=np.maximum,
    known=lambda value: (~np.isnan(value)).astype(float),
)
