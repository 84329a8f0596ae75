"""How numbers are shown: the one door from a number to text. Display never feeds back into a verdict."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float, digits: int) -> float:
    """Round as 四舍五入 does: the shortest decimal form of ``value`` decides, so 2.675 goes to 2.68."""
    if not math.isfinite(value) or abs(value) >= 1e15:  # so far out a float has no decimals to round
        return value
    fraction = repr(float(value)).partition(".")[2]
    if not (len(fraction) == digits + 1 and fraction.endswith("5")):
        # Only of a tie does it matter which form decides: a shortest form beyond the tie would not be the shortest.
        return round(float(value), digits)
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def tidy(value: float) -> float:
    """A number for machines without the noise of binary fractions: 14 significant digits, far finer than any verdict."""
    return float(f"{value:.14g}") if math.isfinite(value) else value


def shown(value: float | None, digits: int = 2, verdict_edge: float | None = None) -> str:
    """``value`` with at most ``digits`` decimals, trailing zeros dropped; "—" for None.

    Where rounding would show ``verdict_edge`` (a target) although the value differs from it, more digits are shown,
    so that 1.8999 never reads as 1.9 beside a target of 1.9.
    """
    if value is None or not math.isfinite(value):
        return "—"
    for places in range(digits, 12):
        rounded = round_half_up(value, places)
        if (rounded != 0 or abs(value) < 1e-12) and (
            verdict_edge is None or rounded != verdict_edge or math.isclose(value, verdict_edge, rel_tol=1e-9)
        ):
            break
    text = f"{rounded:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: float | None, digits: int = 2) -> str:
    """A ratio (1.0 = all) as a per cent text, "—" for None."""
    return "—" if ratio is None else f"{shown(ratio * 100, digits, 100.0)} %"
