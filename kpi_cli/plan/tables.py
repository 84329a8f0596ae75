"""Tables of targets: by year (2013: …), by period (Q2: …, 2013-06: …) or by subject; which entry holds when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kpi_cli.plan.formula.evaluate import When

_PERIOD = r"(?:\d{4}-)?(?:Q[1-4]|H[12]|0[1-9]|1[0-2])|\d{4}"
# Ends of a year's parts that are the same day.
_SAME_END = (("Q1", "03"), ("Q2", "H1", "06"), ("Q3", "09"), ("Q4", "H2", "12", ""))


def is_period(key: str) -> bool:
    """Whether a table's key names a year or a part of one."""
    return re.fullmatch(_PERIOD, key) is not None


def entry(table: Mapping[str, Any], when: When) -> Any:
    """What a table by period says for a period: its own end of period first, else the year's. None where it has none."""
    end = when.span.rsplit("..", 1)[-1]
    same = next((ends for ends in _SAME_END if end in ends), (end,))
    year = str(when.year)
    for key in [year if part == "" else f"{year}-{part}" for part in same] + [part for part in same if part]:
        if key in table:
            return table[key]
    return table.get(year)
