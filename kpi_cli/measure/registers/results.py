"""The rules that hold row by row: each entity judged under the indicators of its class, and the county's view of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.panel import Panel
from kpi_cli.measure.registers.entities import Entities, Indexes, name_of
from kpi_cli.measure.registers.figures import EntityFigures, Pooled, columns_in, denominators
from kpi_cli.measure.registers.rows import Floats, Masks
from kpi_cli.measure.results import Compliance, Shortfall
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.judge import Judged, TierJudged, judge
from kpi_cli.plan.nouns import Indicator, Plan
from kpi_cli.registers import NONE
from kpi_cli.rules import Finding, Place, finding

ROW_STATUSES = ("missed", "not_computable", "not_applicable", "assured", "stretch", "reported")
MISSED, NOT_COMPUTABLE, NOT_APPLICABLE, ASSURED, STRETCH, REPORTED = range(6)
Codes = np.ndarray[Any, np.dtype[np.int8]]


class Offender(NamedTuple):
    """An entity that does not comply. ``amount`` is what is short of ``column``, in ``unit``; None where it cannot be said."""

    subject: str
    key: str
    value: float
    target: float | None
    gap: float | None
    amount: float | None
    column: str | None
    unit: str
    place: Place


class RowResults(NamedTuple):
    """One indicator over the entities that it holds for. Arrays run over these.

    ``at`` are their places among the register's entities, ``value``, ``target`` and ``gap`` are in the indicator's unit
    (NaN where there is none; target and gap of the assured tier, else of the stretch), ``status`` is a place in
    ``ROW_STATUSES``, ``amount`` what is short of the numerator ``lever``, in its column's unit. ``pooled`` is the rate of the
    sums over the computable (Σ / Σ).
    """

    indicator: Indicator
    entities: Entities
    at: Indexes
    value: Floats
    status: Codes
    target: Floats
    gap: Floats
    attainment: Floats
    amount: Floats
    lever: str | None
    pooled: float | None
    compliance: Compliance

    @property
    def short(self) -> Shortfall | None:
        """What all that miss the target are short of together."""
        if self.lever is None:
            return None
        unit = self.entities.rows.register.columns[self.lever].unit.text
        return Shortfall(self.lever, float(np.nansum(self.amount)), unit)

    def in_order(self) -> Indexes:
        """Places in the arrays: the failing first, those most short before others; then what cannot be computed."""
        amount = np.where(np.isnan(self.amount), np.where(np.isnan(self.gap), 0.0, self.gap), self.amount)
        return np.lexsort((np.arange(len(self.at)), -amount, self.status))

    def worst(self, count: int) -> list[Offender]:
        """The entities that are most short, the worst first."""
        missed = int((self.status == MISSED).sum())
        return [self._offender(int(place)) for place in self.in_order()[: min(count, missed)]]

    def _offender(self, place: int) -> Offender:
        rows, row = self.entities.rows, int(self.entities.first[self.at[place]])
        lever = rows.register.columns[self.lever] if self.lever else None
        return Offender(
            name_of(rows, row), rows.text(rows.register.key, row) if rows.register.key else "", float(self.value[place]),
            _known(self.target[place]), _known(self.gap[place]), _known(self.amount[place]), lever.name if lever else None,
            lever.unit.text if lever else self.indicator.unit.text, rows.place(row, self.lever),
        )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def judge_rows(plan: Plan, indicator: Indicator, entities: Entities, panel: Panel, when: When) -> tuple[RowResults, list[Finding]]:
    """One rule over the entities of its class that fit its condition; all are computed at once."""
    at = holds_for(indicator, entities)
    figures = EntityFigures(entities, at, panel)
    size = len(at)
    each = figures.settled(indicator.each) if indicator.each is not None else None
    value = np.broadcast_to(np.asarray(evaluate(each, figures, when) if each is not None else np.nan, dtype=float), size)
    judged = judge(indicator, figures, when, value)
    tier = judged.tiers.get("assured") or judged.tiers.get("stretch")
    decisive = tier.bounds[0] if tier else None
    status = _status(judged, value, size)
    findings, absent = _undefined(indicator, entities, at, value)
    status[absent & (status == NOT_COMPUTABLE)] = NOT_APPLICABLE
    lever, amount = _short(entities, at, indicator, figures, status, decisive.gap if decisive else None, when)
    gap = _row_array(decisive.gap if decisive else np.nan, size)
    found = RowResults(
        indicator, entities, at, value / indicator.unit.factor, status, _row_array(decisive.target if decisive else np.nan, size), gap,
        _row_array(decisive.attainment if decisive else np.nan, size), amount, lever, _pooled(indicator, entities, at, value, panel, when),
        _compliance(indicator, status, tier, size),
    )
    return found, findings


def _row_array(value: Any, size: int) -> Floats:
    first = value[0] if isinstance(value, tuple) else value
    return np.broadcast_to(np.asarray(first, dtype=float), size)


def holds_for(indicator: Indicator, entities: Entities) -> Indexes:
    """The places of the entities that an indicator holds for: of several classes only the strictest counts."""
    chosen = np.ones(entities.size, dtype=bool)
    if indicator.row_class is not None:
        for id, column in entities.rows.register.columns.items():
            if indicator.row_class in column.values:
                bit = np.uint64(1 << list(column.values).index(indicator.row_class))
                chosen &= _strictest(entities.classes[id]) == bit
                break
    if indicator.rows is not None:
        chosen &= np.broadcast_to(EntityFigures(entities).value(indicator.rows) == 1, entities.size)
    return np.flatnonzero(chosen)


def _strictest(masks: Masks) -> Masks:
    """The lowest bit of each: values are declared from the strictest down."""
    return masks & (~masks + np.uint64(1))


def _status(judged: Judged, value: Floats, size: int) -> Codes:
    status = np.full(size, REPORTED if not judged.tiers else MISSED, dtype=np.int8)
    unknown = np.isnan(value)
    for name, code in (("assured", ASSURED), ("stretch", STRETCH)):
        if name in judged.tiers:
            met = np.broadcast_to(judged.tiers[name].met, size)
            status[met == 1] = code
    if judged.tiers:
        unknown |= np.all([np.isnan(np.broadcast_to(tier.met, size)) for tier in judged.tiers.values()], axis=0)
    status[unknown] = NOT_COMPUTABLE
    return status


def _compliance(indicator: Indicator, status: Codes, tier: TierJudged | None, size: int) -> Compliance:
    computable = ~np.isin(status, (NOT_COMPUTABLE, NOT_APPLICABLE))
    comply = (np.broadcast_to(tier.met, size) == 1) & computable if tier is not None else np.zeros(size, dtype=bool)
    return Compliance(indicator.id, int(comply.sum()), int(computable.sum()), int((status == NOT_COMPUTABLE).sum()))


def _undefined(indicator: Indicator, entities: Entities, at: Indexes, value: Floats) -> tuple[list[Finding], Any]:
    """A warning at each denominator that is nought; and which entities have a figure that does not apply to them."""
    absent = np.zeros(len(at), dtype=bool)
    unknown = np.flatnonzero(np.isnan(value))
    findings: list[Finding] = []
    if indicator.each is None or not len(unknown):
        return findings, absent
    for name in dict.fromkeys(columns_in(indicator.each)):
        if name in entities.states:
            absent |= entities.states[name][at] == NONE
    figures = EntityFigures(entities, at[unknown])
    for below in denominators(indicator.each):
        id = next((name for name in columns_in(below) if name in entities.figures), None)
        if id is not None:
            zero = np.broadcast_to(figures.value(below), len(unknown)) == 0
            findings += list(_zeros(indicator, entities, at[unknown[zero]], id))
    return findings, absent


def _zeros(indicator: Indicator, entities: Entities, places: Indexes, id: str) -> Iterator[Finding]:
    rows = entities.rows
    for place in places:
        row = int(entities.first[place])
        facts = {"name": rows.register.columns[id].name}
        yield finding(
            "zero-denominator", rows.place(row, id), indicator=indicator.id, subject=name_of(rows, row), name=facts["name"]
        )


def _short(
    entities: Entities, at: Indexes, indicator: Indicator, figures: EntityFigures, status: Codes, gap: Any, when: When
) -> tuple[str | None, Floats]:
    """The numerator of a rule, and how much of it each entity that misses the target is short of, in its column's unit, at
    today's other figures. NaN where the rule is no straight line in it."""
    amount = np.full(len(at), np.nan)
    lever = next((id for id in columns_in(indicator.each) if id in entities.figures), None) if indicator.each is not None else None
    missed = np.flatnonzero(status == MISSED)
    if lever is None or gap is None or indicator.each is None or entities.rows.register.columns[lever].type != "number":
        return None, amount
    slope = _slope(EntityFigures(entities, at[missed], figures.panel), indicator.each, lever, when)
    distance = np.broadcast_to(gap, len(at))[missed] * indicator.unit.factor
    with np.errstate(divide="ignore", invalid="ignore"):
        amount[missed] = distance / np.abs(slope) / entities.rows.register.columns[lever].unit.factor
    return lever, np.where(np.isinf(amount), np.nan, amount)


class _Moved(EntityFigures):
    """Entities of which one column is replaced."""

    moved: tuple[str, Any] = ("", 0.0)

    def figure(self, name: str, when: When) -> Any:
        return self.moved[1] if name == self.moved[0] else super().figure(name, when)


def _slope(figures: EntityFigures, each: Expression, lever: str, when: When) -> Any:
    """Rise over run from nought to the figure, where twice the figure lies on the same line."""
    now = figures.figure(lever, when)
    step = np.where((now == 0) | np.isnan(now), figures.entities.rows.register.columns[lever].unit.factor, now)
    moved = _Moved(figures.entities, figures.at, figures.panel)

    def rate(values: Any) -> Any:
        moved.moved = lever, values
        return np.asarray(evaluate(moved.settled(each), moved, when), dtype=float)

    zero, one, two = rate(step * 0.0), rate(step), rate(step * 2.0)
    straight = np.abs((two - one) - (one - zero)) <= 1e-9 * np.maximum(np.abs(two), np.maximum(np.abs(one), np.abs(zero)))
    return np.where(straight, (one - zero) / step, np.nan)


def _pooled(indicator: Indicator, entities: Entities, at: Indexes, value: Floats, panel: Panel, when: When) -> float | None:
    """The rate of the sums over all that could be computed."""
    known = at[~np.isnan(value)]
    if indicator.each is None or not len(known):
        return None
    figures = Pooled(entities, known, panel)
    found = float(np.asarray(evaluate(figures.settled(indicator.each), figures, when)).sum())
    return None if np.isnan(found) else found / indicator.unit.factor
