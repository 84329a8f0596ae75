"""The methods: figures of all subjects → scores of all subjects, before caps and floors, and the facts that explain them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.plan.formula.evaluate import When
from kpi_cli.scoring import nouns
from kpi_cli.scoring.amounts import ATTAINMENT, MEAN, OWN, PRIOR, TARGET, Amount, Share
from kpi_cli.scoring.cases import Case, met_of
from kpi_cli.scoring.events import count_events
from kpi_cli.scoring.exact import Array, passes, reaches, whole
from kpi_cli.scoring.field import Field
from kpi_cli.scoring.nouns import Step
from kpi_cli.scoring.ranks import places

Facts = dict[str, Any]


class Outcome(NamedTuple):
    """``score``: points for every subject, NaN where the method cannot tell; ``facts``: arrays over subjects, or one value
    for all, that explain it."""

    score: Array
    facts: Facts


Method = Callable[[Case], Outcome]


def points_of(share: Share, worth: Any) -> Any:
    """A share of an item's points, or points as they stand."""
    return worth * share.value if share.share else share.value


def _proportional(case: Case) -> Outcome:
    stairs = case.item.options.get("stairs")
    counted = whole(np.maximum(case.ratio, 0.0) / stairs) * stairs if stairs else case.ratio
    return Outcome(case.worth * counted, {})


def distance(case: Case, each: Amount) -> Array:
    """How many steps of ``each`` a figure is on the good side of its target; negative on the bad side. A new array."""
    if each.of == ATTAINMENT:
        return (case.ratio - 1.0) / each.value
    target = case.target if case.target is not None else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        if each.of == OWN:
            unit: Any = each.value
        else:
            base = target if each.of == TARGET else case.reference({MEAN: nouns.MEAN, PRIOR: nouns.PRIOR}[each.of])
            unit = np.abs(base) * each.value
        away = np.asarray((case.value - target) / (unit if case.item.better != nouns.LOWER else -unit))
        # Steps of no size: none is taken by who stands at the target, and nobody else can be told.
        return away if np.all(unit) else np.where(unit != 0, away, np.where(case.value == target, 0.0, np.nan))


def _stepped(case: Case, step: Step | str | None, sign: float) -> tuple[Any, Any]:
    """(points, steps) for what lies above (+1) or below (-1) the target."""
    if isinstance(step, str) or step is None:
        if step == "proportional":
            return case.worth * np.maximum(sign * (case.ratio - 1.0), 0.0), None
        return 0.0, None
    steps = distance(case, step.each)
    steps *= sign
    np.maximum(steps, 0.0, out=steps)
    if step.whole:
        steps = whole(steps)
    earned = steps * points_of(step.points, case.worth)
    if step.cap is not None:
        np.minimum(earned, points_of(step.cap, case.worth), out=earned)
    return earned, steps


def _steps(case: Case) -> Outcome:
    options = case.item.options
    up, ups = _stepped(case, options["up"], 1.0)
    down, downs = _stepped(case, options["down"], -1.0)
    score = up - down + points_of(options["base"], case.worth)
    if np.ndim(score) == 0 or options["down"] == "zero":
        score = np.where(case.met | (options["down"] != "zero"), score, 0.0)
    return Outcome(score, {"up": up, "down": down, "ups": ups, "downs": downs})


def _tiers(case: Case) -> Outcome:
    judged = case.ratio if case.item.options["by"] == ATTAINMENT else case.value
    score = tiered(case.field, case.when, case.worth, case.item.options["tiers"], judged)
    above, _ = _stepped(case, case.item.options["up"], 1.0)
    return Outcome(score + above if case.target is not None and np.ndim(above) else score, {"judged": judged, "up": above})


def tiered(field: Field, when: When, worth: Any, tiers: tuple[nouns.Tier, ...], judged: Array) -> Array:
    """The points of the first tier that fits, 0 where none does."""
    score = np.where(np.isnan(judged), np.nan, 0.0)
    for tier in reversed(tiers):
        np.copyto(score, points_of(tier.points, worth), where=fits(field, when, tier, judged))
    return np.asarray(score)


def fits(field: Field, when: When, tier: nouns.Tier, judged: Array) -> Any:
    """Where a figure lies in a tier; nowhere where it is not known."""
    found = ~np.isnan(judged) if tier.low is None and tier.high is None else True
    if tier.low is not None:
        found = (reaches if tier.low_included else passes)(judged, tier.low.value)
    if tier.high is not None:
        found = found & (reaches if tier.high_included else passes)(-judged, -tier.high.value)
    if tier.condition is not None:
        found = found & (field.holds(tier.condition, when) > 0)
    return found


def _gate(case: Case) -> Outcome:
    options = case.item.options
    unknown = np.zeros(case.field.size, dtype=bool)
    if options["when"] is not None:
        holds = case.field.holds(options["when"], case.when)
        met, unknown = holds > 0, np.isnan(holds)
    elif options["all_of"]:
        met = np.all([met_of(case.field, name) for name in options["all_of"]], axis=0)
    elif case.target is None:
        met = case.value > 0
    else:
        met = case.passed if options["strict"] else case.met
    above, steps = _stepped(case, options["up"], 1.0)
    score = np.where(met, case.worth + above, points_of(options["otherwise"], case.worth))
    return Outcome(np.where(unknown, np.nan, score), {"gate": met, "ups": steps, "up": above})


def _rank(case: Case) -> Outcome:
    options = case.item.options
    judged = case.ratio if options["by"] == ATTAINMENT else case.value * float(case.item.better or nouns.HIGHER)
    if options["among"] == "met":
        judged = np.where(case.met, judged, np.nan)
    place = places([judged], case.groups, options["ties"])
    dropped = case.worth - (place - 1.0) * points_of(options["drop"], case.worth)
    score = dropped
    if options["scores"]:
        first = place if options["ties"] != "mean" else places([judged], case.groups)
        score = _of_places(case, first, 2.0 * place - first)
    if options["among"] == "met":
        score = np.where(np.isnan(place), 0.0, score)
    return Outcome(score, {"place": place})


def _of_places(case: Case, first: Array, last: Array) -> Array:
    """The score that is written for each place; for equal ones that take up several places, the mean of what these get."""
    score, rest = np.where(np.isnan(first), np.nan, 0.0), points_of(case.item.options["rest"], case.worth)
    taken, below = last - first + 1.0, last - len(case.item.options["scores"])
    for number, share in enumerate(case.item.options["scores"], 1):
        score += np.where((first <= number) & (number <= last), points_of(share, case.worth), 0.0)
    found: Array = (score + np.clip(below, 0.0, taken) * rest) / taken
    return found


def _efficacy(case: Case) -> Outcome:
    options = case.item.options
    low, high = case.operand(options["low"]), case.operand(options["high"])
    if isinstance(options["low"], str) and case.item.better == nouns.LOWER and options["low"] == nouns.LEAST:
        low, high = high, low
    span = np.asarray(high, dtype=float) - low
    with np.errstate(divide="ignore", invalid="ignore"):
        # All alike, highest and lowest are one: then everybody is at the high end.
        part = np.where(span == 0, 1.0, (case.value - low) / span)
    coefficient = options["base"] + options["span"] * part
    return Outcome(case.worth * coefficient / 100.0, {"coefficient": coefficient, "low": low, "high": high})


def _per_item(case: Case) -> Outcome:
    options = case.item.options
    if options["events"] is not None:
        counted = count_events(case.field, options["events"], case.points)
        return Outcome(counted.points, {"count": counted.number})
    count = np.maximum(case.value - options["beyond"], 0.0) / options["each"]
    if options["whole"]:
        count = whole(count)
    return Outcome(count * (options["gain"] or 0.0), {"count": count})


def _places(case: Case) -> Outcome:
    better = float(case.item.better or nouns.HIGHER)
    now = places([case.value * better], case.groups)
    before = places([case.reference(nouns.PRIOR) * better], case.groups)
    return Outcome((before - now) * case.item.options["each"], {"moved": before - now})


def _manual(case: Case) -> Outcome:
    entries = case.item.options["entries"]
    if entries is None:
        return Outcome(case.value, {})
    score = np.full(case.field.size, np.nan)
    for name, entry in entries.items():
        at = case.field.panel.index.get(name)
        if at is not None:
            score[at] = entry.points
    return Outcome(score, {})


METHODS: dict[str, Method] = {
    "proportional": _proportional, "steps": _steps, "tiers": _tiers, "gate": _gate, "rank": _rank, "efficacy": _efficacy,
    "benchmark": _proportional, "per_item": _per_item, "places": _places, "manual": _manual,
}
