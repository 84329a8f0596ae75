"""Decimal sense over binary arrays: rounding half up, whole steps and bounds that a last binary digit cannot miss.

Submitted figures are decimals of few digits; sums and quotients of them carry noise near 1e-16. A quotient within 1e-9 of a
whole number (or of a half, in rounding) is taken to be there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
TOLERANCE = 1e-9


def whole(quotient: Any) -> Any:
    """The whole steps in a quotient that is not negative: 0.1 / 0.1 is one step, also where it is 0.9999999999999998."""
    found = np.asarray(quotient * (1.0 + TOLERANCE))
    found += TOLERANCE
    return np.floor(found, out=found)


def _half_up(scaled: Array) -> Array:
    size = np.abs(scaled)
    found: Array = np.copysign(np.floor(size * (1.0 + TOLERANCE * 1e-3) + (0.5 + TOLERANCE)), scaled)
    return found


def _half_even(scaled: Array) -> Array:
    near_half = np.round(scaled * 2.0) / 2.0
    snapped = np.where(np.abs(scaled - near_half) <= TOLERANCE * np.maximum(1.0, np.abs(scaled)), near_half, scaled)
    found: Array = np.rint(snapped)
    return found


def _down(scaled: Array) -> Array:
    found: Array = np.copysign(whole(np.abs(scaled)), scaled)
    return found


ROUNDINGS: dict[str, Callable[[Array], Array]] = {"half_up": _half_up, "half_even": _half_even, "down": _down}


def round_to(values: Any, digits: int | None, mode: str = "half_up") -> Any:
    """Values to so many decimals, unchanged where ``digits`` is None; the nearest float of each decimal. NaN stays NaN."""
    if digits is None:
        return values
    power = 10.0**digits
    return ROUNDINGS[mode](np.asarray(values, dtype=float) * power) / power + 0.0


def reaches(values: Any, bound: Any) -> Any:
    """values ≥ bound, a tie within the tolerance included; False where either is NaN."""
    return values >= bound - TOLERANCE * np.abs(bound)


def passes(values: Any, bound: Any) -> Any:
    """values > bound, a tie within the tolerance not included; False where either is NaN."""
    return values > bound + TOLERANCE * np.abs(bound)
