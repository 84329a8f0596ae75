"""40,000 subjects × 60 items scored and ranked in process, against bare numpy on the same figures.

    python tests/benchmarks/bench_score.py

Four rules in turn: proportional with a cap, whole steps up and down, tiers, proportional from a least attainment on.
Medians of several runs, in one process.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1] / "scoring"))

from scoring_made import loaded, plan_of, scheme_of

from kpi_cli.measure.panel import Panel
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.scoring.engine import score_scheme

SUBJECTS, ITEMS, RUNS = 40_000, 60, 9
METHODS: tuple[dict[str, Any], ...] = (
    {"method": "proportional", "bonus_cap": 4},
    {
        "method": "steps", "steps": "whole", "up": {"each": "10 % of target", "points": 0.5, "cap": 1},
        "down": {"each": "5 % of target", "points": 0.5, "cap": 1},
    },
    {"method": "tiers", "by": "attainment", "tiers": [{"from": "100 %", "points": 10}, {"from": "90 %", "points": 7}, {"from": "80 %", "points": 4}]},
    {"method": "proportional", "zero_below": "80 % of target"},
)


class Given(Panel):
    """A panel whose figures are there already."""

    def __init__(self, plan: Any, figures: dict[str, Any], subjects: list[str]) -> None:
        super().__init__(plan, [], subjects)
        self.given = figures

    def figure(self, name: str, when: When) -> Any:
        return self.given[name]


def bare(values: Any, targets: Any) -> Any:
    """The same rules in numpy, written for these figures alone: no state of a figure, no tolerance, no explanation."""
    total = np.zeros(SUBJECTS)
    for item in range(ITEMS):
        value, target = values[item], targets[item]
        rule = item % len(METHODS)
        if rule == 0:
            score = np.clip(10.0 * (value / target), 0.0, 14.0)
        elif rule == 1:
            up = np.minimum(np.floor(np.maximum((value - target) / (target * 0.1), 0.0)) * 0.5, 1.0)
            down = np.minimum(np.floor(np.maximum((target - value) / (target * 0.05), 0.0)) * 0.5, 1.0)
            score = np.maximum(10.0 + up - down, 0.0)
        elif rule == 2:
            ratio = value / target
            score = np.where(ratio >= 1.0, 10.0, np.where(ratio >= 0.9, 7.0, np.where(ratio >= 0.8, 4.0, 0.0)))
        else:
            ratio = value / target
            score = np.where(ratio < 0.8, 0.0, np.minimum(10.0 * ratio, 10.0))
        total += score
    total = np.floor(total * 100.0 + 0.5) / 100.0
    ordered = np.sort(-total)
    return np.searchsorted(ordered, -total) + 1


def median(run: Callable[[], Any]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    chance = np.random.default_rng(1)
    values = chance.uniform(50, 150, (ITEMS, SUBJECTS)).round(2)
    targets = np.full((ITEMS, SUBJECTS), 100.0)
    names = [f"s{number}" for number in range(SUBJECTS)]
    items = [{"indicator": f"i{number}", "points": 10, **METHODS[number % len(METHODS)]} for number in range(ITEMS)]
    indicators = {f"i{number}": {"name": f"i{number}", "unit": "件", "for": "towns", "assured": {"at_least": 100}} for number in range(ITEMS)}
    plan = plan_of({}, indicators, subjects={"towns": {"name": "towns", "members": ["a", "b"]}})
    found, _ = loaded(plan, scheme_of(items, ["a", "b"], head={"round": 2}))
    assert found.scheme is not None
    assert found.plan is not None
    members = dict.fromkeys(names, ())
    group = found.scheme.groups["towns"]._replace(members=members)
    scheme = found.scheme._replace(groups={"towns": group})
    figures = {f"i{number}": np.append(np.nan, values[number]) for number in range(ITEMS)}
    panel = Given(found.plan, figures, [found.plan.subject, *names])
    when = When(found.plan.year)
    numpy_time = median(lambda: bare(values, targets))
    ours = median(lambda: score_scheme(scheme, found.plan, panel, when))  # type: ignore[arg-type]
    scores = score_scheme(scheme, found.plan, panel, when).table.sort_values("at")["rank"].to_numpy()
    apart = int((scores != bare(values, targets)).sum())
    print(f"{apart} ranks differ, where bare numpy misses a step or a half by a last binary digit")
    print(f"{SUBJECTS} × {ITEMS}: numpy {numpy_time:.1f} ms, kpi {ours:.1f} ms, ratio {ours / numpy_time:.2f}")


if __name__ == "__main__":
    main()
