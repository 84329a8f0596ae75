"""Results: one row an indicator and subject, with value, status and both tiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.panel import ABSENT, MISSING, NOT_APPLICABLE, UNREADABLE, Panel
from kpi_cli.measure.shortfall import Lever, lever_of
from kpi_cli.measure.uses import read_by, subjects_of, used_by
from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.judge import TIERS, BoundJudged, Judged, TierJudged, judge, status_of
from kpi_cli.plan.nouns import Indicator, Plan

_NO_VALUE = ("no_data", "not_computable", "not_applicable")
STATUSES = ("stretch", "assured", "missed", "no_data", "not_computable", "not_applicable", "reported")


class Shortfall(NamedTuple):
    """What it would take: ``amount`` of an input, in its unit, ``more`` or ``less`` of it, at today's other figures."""

    input: str
    amount: float
    unit: str
    direction: str = "more"


class BoundResult(NamedTuple):
    """One of several bounds of a tier."""

    on: str | None
    kind: str
    value: float | None
    target: Any
    unit: str
    met: bool
    attainment: float | None
    gap: float | None


class TierResult(NamedTuple):
    """A tier of one result. ``target``, ``gap`` and ``value`` are of the bound that decides, in its ``unit``; ``on`` is what
    it is on, None for the indicator itself; ``target`` is a pair for a range. ``bounds`` is filled where there are several.
    """

    target: Any
    met: bool
    attainment: float | None
    gap: float | None
    kind: str
    unit: str
    shortfall: Shortfall | None = None
    bounds: tuple[BoundResult, ...] = ()
    value: float | None = None
    on: str | None = None


class Result(NamedTuple):
    """One indicator of one subject. ``value`` in ``unit``; None with a status that says why. ``reason`` is a word's key
    with its facts, for what cannot be computed."""

    indicator: str
    subject: str
    when: When
    unit: str
    value: float | None
    status: str
    reason: tuple[str, dict[str, Any]] | None
    assured: TierResult | None
    stretch: TierResult | None
    inputs: tuple[Observation, ...]


class Compliance(NamedTuple):
    """How many subjects or rows keep a rule that holds for each. ``share`` is a per cent of the computable."""

    indicator: str
    comply: int
    computable: int
    not_computable: int

    @property
    def share(self) -> float | None:
        return 100 * self.comply / self.computable if self.computable else None


def measure(plan: Plan, panel: Panel, when: When) -> tuple[list[Result], list[Compliance]]:
    """Every indicator of a plan for every subject that it holds for."""
    results: list[Result] = []
    compliance = []
    present = panel.seen.subjects()
    whole = plan.subject in present or not present or any(panel.added_up(id, when) for id in plan.inputs)
    for indicator in plan.indicators.values():
        if indicator.same_as is not None or indicator.tree is None:
            continue
        subjects = [name for name in subjects_of(plan, indicator) if name in panel.index]
        if not whole and subjects == [plan.subject]:
            # Only members submitted: their figures are shown, but the targets are the whole's and judge none of them.
            shown = results_of(plan, indicator._replace(assured=None, stretch=None), panel, when, [s for s in panel.subjects if s in present])
            results += [row for row in shown if row.status == "reported"]
            continue
        if subjects != [plan.subject] and len(present & set(subjects)) < 2:
            # One member's own form: the others are not asked after. Of a matrix or a folder every member is accounted for.
            subjects = [name for name in subjects if name in present]
        rows = list(results_of(plan, indicator, panel, when, subjects))
        results += rows
        if indicator.group is not None and rows and (indicator.assured or indicator.stretch):
            compliance.append(_compliance(indicator, rows))
    return results, compliance


def _compliance(indicator: Indicator, rows: list[Result]) -> Compliance:
    judged = [row for row in rows if row.status in ("stretch", "assured", "missed")]
    tier = "assured" if indicator.assured else "stretch"
    comply = sum(1 for row in judged if getattr(row, tier).met)
    open_ = sum(1 for row in rows if row.status == "not_computable")
    return Compliance(indicator.id, comply, len(judged), open_)


def results_of(plan: Plan, indicator: Indicator, panel: Panel, when: When, subjects: list[str]) -> Iterator[Result]:
    """The results of one indicator; all subjects are computed at once."""
    judged = judge(indicator, panel, when)
    if not indicator.scored:
        judged = Judged(judged.value, {})
    size = len(panel.subjects)
    values = _listed(judged.value, size)
    tiers = {name: _spread(tier, size) for name, tier in judged.tiers.items()}
    assured, stretch = (tiers.get(name) for name in TIERS)
    read = read_by(plan, indicator, panel, when)
    lever = lever_of(plan, indicator, panel, when) if judged.tiers and indicator.formula else None
    for subject in subjects:
        at = panel.index[subject]
        value = values[at]
        status, reason = _status(value, tiers, at, read, panel)
        known = status not in _NO_VALUE
        yield Result(
            indicator.id, subject, when, indicator.unit.text, value if known else None, status, reason,
            _tier_result(assured, at, known, lever) if assured is not None else None,
            _tier_result(stretch, at, known, lever) if stretch is not None else None,
            tuple(used_by(panel, read, subject)),
        )


def _status(
    value: float | None, tiers: dict[str, TierJudged], at: int, read: list[tuple[str, When]], panel: Panel
) -> tuple[str, tuple[str, dict[str, Any]] | None]:
    if value is not None:
        met = {name: known == 1 for name, tier in tiers.items() if (known := tier.met[at]) is not None}
        if tiers and not met:
            return "not_computable", ("reason-target", {})
        return status_of(True, met), None
    states = {(id, period): int(panel.states(id, period)[at]) for id, period in read}
    if any(state == NOT_APPLICABLE for state in states.values()):
        return "not_applicable", ("reason-not-applicable", {})
    if all(state in (ABSENT, MISSING) for state in states.values()):
        return "no_data", ("reason-no-data", {})
    return "not_computable", _why_not(states, panel, at)


def _why_not(states: dict[tuple[str, When], int], panel: Panel, at: int) -> tuple[str, dict[str, Any]]:
    inputs = panel.plan.inputs
    lacking = [f"{inputs[id].name}（{when.text}）" for (id, when), state in states.items() if state in (ABSENT, MISSING)]
    bad = [f"{inputs[id].name}（{when.text}）" for (id, when), state in states.items() if state == UNREADABLE]
    if bad:
        return "reason-unreadable", {"names": bad}
    if lacking:
        return "reason-missing", {"names": lacking}
    return "reason-undefined", {}


def _spread(tier: TierJudged, size: int) -> TierJudged:
    """A tier with every array as a list over all subjects, None where there is no number: a list is read one by one at a
    fraction of an array's cost."""

    def listed(values: Any) -> Any:
        return tuple(_listed(each, size) for each in values) if isinstance(values, tuple) else _listed(values, size)

    bounds = tuple(
        each._replace(
            value=listed(each.value), target=listed(each.target), met=listed(each.met), gap=listed(each.gap), attainment=listed(each.attainment)
        )
        for each in tier.bounds
    )
    return TierJudged(bounds, listed(tier.met), listed(tier.binding))


def _listed(values: Any, size: int) -> list[float | None]:
    # Adding nought turns a negative zero into a plain one.
    found = (np.broadcast_to(np.asarray(values, dtype=float), size) + 0.0).astype(object)
    found[found != found] = None
    listed: list[float | None] = found.tolist()
    return listed


def _tier_result(tier: TierJudged, at: int, known: bool, lever: Lever | None) -> TierResult | None:
    """One subject's tier, from lists over all subjects."""
    several = len(tier.bounds) > 1
    each = tier.bounds[int(tier.binding[at] or 0)] if several else tier.bounds[0]
    target = _target(each.target, at)
    if target is None and known:
        return None
    met, value = tier.met[at] == 1, each.value[at]
    gap = each.gap[at] if known else None
    short = None
    if lever is not None and known and not met and gap and value is not None and each.bound.of is None:
        short = _shortfall(lever, each.bound.unit.factor * (gap if value < _lowest(target) else -gap), at)
    return TierResult(
        target, met and known, each.attainment[at] if known else None, gap, each.bound.kind, each.bound.unit.text, short,
        tuple(_bound_result(one, at) for one in tier.bounds) if several else (), value, each.bound.of_text,
    )


def _bound_result(one: BoundJudged, at: int) -> BoundResult:
    return BoundResult(
        one.bound.of_text, one.bound.kind, one.value[at], _target(one.target, at), one.bound.unit.text, one.met[at] == 1,
        one.attainment[at], one.gap[at],
    )


def _lowest(target: Any) -> float:
    return float(target[0] if isinstance(target, tuple) else target)


def _target(target: Any, at: int) -> Any:
    return tuple(each[at] for each in target) if isinstance(target, tuple) else target[at]


def _shortfall(lever: Lever, distance: float, at: int) -> Shortfall | None:
    """How the lever must move for the indicator to move by ``distance`` (base units, signed)."""
    slope = float(lever.slope[at])
    if np.isnan(slope) or slope == 0:
        return None
    amount = distance / slope / lever.unit.factor
    return Shortfall(lever.input, abs(amount), lever.unit.text, "more" if amount > 0 else "less")
