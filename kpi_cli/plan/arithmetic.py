"""Arithmetic with undefined values, once for plain floats; the measuring layer has the same table for arrays.

Undefined is NaN everywhere: a quotient by zero, an unknown operand. Truth is 1.0, 0.0 or NaN (unknown). Comparisons take
a relative tolerance of 1e-9, so that binary noise never flips a verdict, and rounding never does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

TOLERANCE = 1e-9
# A difference this far below its operands is noise of binary fractions: 0.254 - 0.25 - 0.004 is nothing.
NOISE = 1e-12

NAN = math.nan


class Arithmetic(NamedTuple):
    """The operations that a formula needs, over one kind of value (floats or arrays of floats)."""

    add: Callable[[Any, Any], Any]
    subtract: Callable[[Any, Any], Any]
    multiply: Callable[[Any, Any], Any]
    divide: Callable[[Any, Any], Any]
    power: Callable[[Any, Any], Any]
    close: Callable[[Any, Any], Any]
    less: Callable[[Any, Any], Any]
    where: Callable[[Any, Any, Any], Any]
    both: Callable[[Any, Any], Any]
    either: Callable[[Any, Any], Any]
    opposite: Callable[[Any], Any]
    smaller: Callable[[Any, Any], Any]
    larger: Callable[[Any, Any], Any]
    known: Callable[[Any], Any]


def _add(left: float, right: float) -> float:
    total = left + right
    return 0.0 if abs(total) <= NOISE * max(abs(left), abs(right)) else total


def _divide(left: float, right: float) -> float:
    return left / right if right else NAN


def _power(left: float, right: float) -> float:
    try:
        result = left**right
    except (OverflowError, ZeroDivisionError):
        return NAN
    return NAN if isinstance(result, complex) else result


def _close(left: float, right: float) -> float:
    if left != left or right != right:
        return NAN
    return float(math.isclose(left, right, rel_tol=TOLERANCE))


def _less(left: float, right: float) -> float:
    if left != left or right != right:
        return NAN
    return float(left < right and not math.isclose(left, right, rel_tol=TOLERANCE))


def _where(condition: float, then: float, otherwise: float) -> float:
    return NAN if condition != condition else then if condition else otherwise


def _both(left: float, right: float) -> float:
    if left == 0 or right == 0:
        return 0.0
    return NAN if left != left or right != right else 1.0


def _either(left: float, right: float) -> float:
    if (left == left and left) or (right == right and right):
        return 1.0
    return NAN if left != left or right != right else 0.0


FLOATS = Arithmetic(
    add=_add,
    subtract=lambda left, right: _add(left, -right),
    multiply=lambda left, right: left * right,
    divide=_divide,
    power=_power,
    close=_close,
    less=_less,
    where=_where,
    both=_both,
    either=_either,
    opposite=lambda value: NAN if value != value else float(not value),
    smaller=lambda left, right: NAN if left != left or right != right else min(left, right),
    larger=lambda left, right: NAN if left != left or right != right else max(left, right),
    known=lambda value: float(value == value),
)


def not_less(sums: Arithmetic, left: Any, right: Any) -> Any:
    """left ≥ right, a tie within the tolerance included."""
    return sums.opposite(sums.less(left, right))
