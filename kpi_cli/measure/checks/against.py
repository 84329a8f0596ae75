"""A figure against another statement of it: recomputed, last year's, or the running total before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kpi_cli.measure.checks.outcome import (
    CLOSE,
    IN_ERROR,
    LACKS,
    NO_EARLIER,
    NO_PRIOR,
    RAN,
    UNDEFINED,
    Context,
    Outcome,
    failed,
    submitting,
)
from kpi_cli.measure.merge import place_of
from kpi_cli.measure.panel import UNREADABLE
from kpi_cli.observations import VALUE as READ
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.nouns import Check
from kpi_cli.rules import finding


def reported(check: Check, context: Context) -> Iterator[Outcome]:
    """Reported rates against the recomputed: half a unit of the last digit that was reported is allowed, unless the check
    has a tolerance of its own (in the indicator's unit)."""
    wanted = set(check.inputs)
    for each in context.panel.reported:
        if each.id not in wanted or each.state != READ:
            continue
        indicator = context.plan.indicators[each.id]
        at = context.panel.index[each.subject]
        when = When(each.year, each.span)
        value = np.nan
        if indicator.tree is not None:
            value = float(np.broadcast_to(evaluate(indicator.tree, context.panel, when), len(context.panel.subjects))[at])
        if np.isnan(value):
            yield UNDEFINED
            continue
        yield RAN
        recomputed = value / indicator.unit.factor
        allowed = check.tolerance if check.tolerance is not None else 0.5 * 10.0 ** -each.decimals
        if abs(each.value - recomputed) > allowed * (1 + 1e-6) + abs(recomputed) * CLOSE:
            yield finding(
                "disagrees-with-recomputation", place_of(each), severity=check.level, indicator=each.id, subject=each.subject,
                check=check.id, name=indicator.name, raw=each.raw, value=round(recomputed, each.decimals + 2), unit=indicator.unit.text,
            )


def unusual_change(check: Check, context: Context) -> Iterator[Outcome]:
    """A figure that moved by more than the tolerance (per cent, 50 where none is given) on the same period last year."""
    before = context.when._replace(year=context.when.year - 1)
    limit = check.tolerance if check.tolerance is not None else 50.0
    for name in check.inputs:
        now, then = context.panel.figure(name, context.when), context.panel.figure(name, before)
        for at, subject in submitting(context, name):
            if np.isnan(now[at]):
                yield IN_ERROR if context.state(name, at) == UNREADABLE else LACKS
            elif np.isnan(then[at]):
                yield NO_PRIOR
            elif then[at] == 0:
                yield UNDEFINED
            else:
                yield RAN
                change = 100 * (now[at] - then[at]) / abs(then[at])
                if abs(change) > limit * (1 + CLOSE):
                    facts: dict[str, Any] = {
                        "name": context.plan.inputs[name].name, "value": context.in_unit(name, now[at]),
                        "prior": context.in_unit(name, then[at]), "change": round(float(change), 1), "limit": limit,
                    }
                    yield failed(context, check, "unusual-change", subject, (name,), **facts)


def prior(check: Check, context: Context) -> Iterator[Outcome]:
    """What this year's form says of last year against last year's own file. Both were met, and a difference told, when the
    figures were merged; here it is counted where both were there."""
    wanted = set(check.inputs)
    for name, when, by_subject in context.panel.seen.figures():
        if name in wanted and when.year < context.when.year:
            yield from (RAN if each.compared else NO_PRIOR for each in by_subject.values() if each.state == READ and not each.prior_file)


def running_total(check: Check, context: Context) -> Iterator[Outcome]:
    """A running total of the year may not fall below that of an earlier period of the same year."""
    spans = {when for _, when, _ in context.panel.seen.figures() if when.year == context.when.year}
    earlier = sorted((when for when in spans if _before(when, context.when)), key=lambda when: _months(when.span))
    for name in check.inputs:
        now = context.panel.figure(name, context.when)
        for at, subject in submitting(context, name):
            known = [when for when in earlier if not np.isnan(context.panel.figure(name, when)[at])]
            if not known:
                yield NO_EARLIER
            elif np.isnan(now[at]):
                yield IN_ERROR if context.state(name, at) == UNREADABLE else LACKS
            else:
                yield RAN
                then = float(context.panel.figure(name, known[-1])[at])
                if now[at] < then - abs(then) * CLOSE - (check.tolerance or 0.0) * context.plan.inputs[name].unit.factor:
                    shown = [f"{when.text} {context.in_unit(name, value):.12g}" for when, value in ((context.when, now[at]), (known[-1], then))]
                    label = check.name or context.plan.inputs[name].name
                    facts: dict[str, Any] = {"rule": label, "note": check.note or label, "values": shown}
                    yield failed(context, check, "check-failed", subject, (name,), **facts)


def _before(when: When, other: When) -> bool:
    """Whether a running span (from January on) ends before another: Q1 before Q1..Q3 before the whole year."""
    running = when.span in ("Q1", "01") or ".." in when.span
    return running and _months(when.span) < _months(other.span)


def _months(span: str) -> int:
    if not span:
        return 12
    last = span.split("..")[-1]
    return int(last[1:]) * 3 if last.startswith("Q") else int(last)
