"""Bonus and penalty: entries with their caps, entry by entry, section by section, and all together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from kpi_cli.plan.formula.evaluate import evaluate
from kpi_cli.rules import Finding
from kpi_cli.scoring.events import count_events
from kpi_cli.scoring.exact import TOLERANCE, Array, whole
from kpi_cli.scoring.field import Field
from kpi_cli.scoring.methods import points_of, tiered
from kpi_cli.scoring.nouns import Extra


class Added(NamedTuple):
    """An entry's points for every subject after its cap, before it, and how many things it counted."""

    extra: Extra
    points: Array
    uncapped: Array
    number: Array
    parts: tuple[Added, ...]
    findings: list[Finding]

    def all_findings(self) -> Iterator[Finding]:
        yield from self.findings
        for part in self.parts:
            yield from part.all_findings()


def add_up(field: Field, extra: Extra, base: Array, moved: Array | None = None) -> Added:
    """The points of an entry and all that it holds. ``base``: full points, which shares are taken of; ``moved``: places
    gained on last year, None while ranks are not known (such entries then count nothing)."""
    parts = tuple(add_up(field, each, base, moved) for each in extra.of)
    findings: list[Finding] = []
    count = np.zeros(field.size)
    if extra.of:
        points = np.sum([part.points for part in parts], axis=0)
    elif extra.events is not None:
        points, count, findings = count_events(field, extra.events, base)
    elif extra.tree is not None:
        points, count = _by_figure(field, extra, base)
    elif extra.places is not None:
        count = np.nan_to_num(np.maximum(moved, 0.0)) if moved is not None else count
        points = count * extra.places
    else:
        points = np.zeros(field.size)
        for name, entry in extra.entries.items():
            at = field.panel.index.get(name)
            if at is not None:
                points[at] = entry.points
    if extra.when is not None:
        points = np.where(field.holds(extra.when) > 0, points, 0.0)
    if extra.only is not None:
        points = np.where(field.only(extra.only), points, 0.0)
    capped = points if extra.cap is None else np.minimum(points, extra.cap)
    return Added(extra, capped, points, count, parts, findings)


def _by_figure(field: Field, extra: Extra, base: Array) -> tuple[Array, Array]:
    factor = extra.unit.factor if extra.unit is not None else 1.0
    value = np.broadcast_to(evaluate(extra.tree, field.panel, field.when), field.size) / factor  # type: ignore[arg-type]
    known = np.nan_to_num(value)
    if extra.tiers:
        points = tiered(field, field.when, base, extra.tiers, value)
        return np.nan_to_num(points), known
    count = np.maximum(known - extra.beyond, 0.0) / extra.each
    count = whole(count) if extra.whole else count
    return np.nan_to_num(count * points_of(extra.points, base)) if extra.points is not None else count * 0.0, count


def asks_for_ranks(extra: Extra) -> bool:
    """Whether an entry counts places gained, which are known only after a first ranking."""
    return extra.places is not None or any(asks_for_ranks(each) for each in extra.of)


def is_capped(added: Added, at: int) -> bool:
    """Whether an entry's cap took something from a subject."""
    return bool(added.uncapped[at] > added.points[at] * (1 + TOLERANCE) + TOLERANCE)
