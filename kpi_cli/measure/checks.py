"""Checks across figures: what a plan says must hold between them. Findings stand where the doubtful figure stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from kpi_cli.measure.merge import place_of
from kpi_cli.measure.panel import MISSING, UNREADABLE, VALUE, Array, Panel
from kpi_cli.observations import VALUE as READ
from kpi_cli.plan.formula.evaluate import When, evaluate, leaves
from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.nouns import Check, Plan
from kpi_cli.rules import Finding, Place, finding

_CLOSE = 1e-9


class Ran(NamedTuple):
    """What became of one check: on how many subjects it ran, and why it was skipped on others (word keys)."""

    check: Check
    ran: int
    skipped: int


class Run(NamedTuple):
    """All checks of a plan on one set of figures."""

    findings: list[Finding]
    ran: list[Ran]


class _Context(NamedTuple):
    plan: Plan
    panel: Panel
    when: When


Form = Callable[[Check, _Context], Iterator["Finding | str"]]
RAN, SKIPPED = "ran", "skipped"


def run_checks(plan: Plan, panel: Panel, when: When) -> Run:
    """Run every check for every subject. A check that lacks a figure is skipped as its strategy says, and counted."""
    findings: list[Finding] = []
    ran = []
    context = _Context(plan, panel, when)
    for check in plan.checks:
        outcome = list(CHECKS[check.form](check, context))
        findings += [each for each in outcome if isinstance(each, Finding)]
        ran.append(Ran(check, outcome.count(RAN), outcome.count(SKIPPED)))
    return Run(findings, ran)


def _known(context: _Context, name: str, at: int) -> bool:
    return bool(context.panel.states(name, context.when)[at] == VALUE)


def _unreadable(context: _Context, name: str, at: int) -> bool:
    return bool(context.panel.states(name, context.when)[at] == UNREADABLE)


def _subjects(context: _Context, *names: str) -> Iterator[tuple[int, str]]:
    """Subjects for which at least one of the figures was submitted."""
    for at, subject in enumerate(context.panel.subjects):
        if any(context.panel.states(name, context.when)[at] > MISSING for name in names):
            yield at, subject


def _in_unit(context: _Context, name: str, value: float) -> float:
    return float(value / context.plan.inputs[name].unit.factor)


def _of_which(check: Check, context: _Context) -> Iterator[Finding | str]:
    part, whole = str(check.part), str(check.whole)
    parts, wholes = context.panel.figure(part, context.when), context.panel.figure(whole, context.when)
    for at, subject in _subjects(context, part, whole):
        if np.isnan(parts[at]) or np.isnan(wholes[at]):
            yield SKIPPED
            continue
        yield RAN
        # Equal at the level of the whole, a part that has siblings is the total copied into the wrong row.
        equal = check.proper and subject == context.plan.subject and wholes[at] > 0 and parts[at] >= wholes[at] * (1 - _CLOSE)
        if equal or parts[at] > wholes[at] * (1 + _CLOSE):
            facts = {
                "part": context.plan.inputs[part].name, "part_value": _in_unit(context, part, parts[at]),
                "whole": context.plan.inputs[whole].name, "whole_value": _in_unit(context, whole, wholes[at]),
            }
            yield _at(context, part, subject, "part-exceeds-whole", check, **facts)


def _sum(check: Check, context: _Context) -> Iterator[Finding | str]:
    """A total against its parts, only where every one of them is readable."""
    total, *parts = check.inputs
    for at, subject in _subjects(context, total):
        names = (total, *parts)
        if not _known(context, total, at) or any(not _known(context, part, at) for part in parts):
            strict = check.missing != "skip-any" and not any(_unreadable(context, name, at) for name in names)
            if not strict or not _known(context, total, at):
                yield SKIPPED
                continue
        yield RAN
        values = [float(context.panel.figure(name, context.when)[at]) for name in names]
        whole, added = values[0], float(np.nansum(values[1:]))
        unit = context.plan.inputs[total].unit.factor
        slack = max(abs(whole), abs(added)) * _CLOSE + (check.tolerance or 0.0) * unit
        if abs(whole - added) > slack:
            facts = {
                "total": context.plan.inputs[total].name, "value": whole / unit, "sum": round(added / unit, 9),
                "parts": [context.plan.inputs[part].name for part in parts],
            }
            yield _at(context, total, subject, "parts-do-not-sum", check, **facts)


def _at(context: _Context, name: str, subject: str, rule: str, check: Check, **facts: Any) -> Finding:
    seen = context.panel.seen.get((name, subject, context.when))
    place = place_of(seen) if seen else Place()
    return finding(rule, place, severity=check.level, input=name, subject=subject, check=check.id, **facts)


class _Filled:
    """A panel in which figures that were not submitted count as nought, for checks that are never skipped."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._panel, attribute)

    def figure(self, name: str, when: When) -> Array:
        absent = self._panel.states(name, when) <= MISSING
        values = self._panel.figure(name, when)
        return np.where(absent & np.isnan(values), 0.0, values)


def _rule(check: Check, context: _Context) -> Iterator[Finding | str]:
    """A relation between figures. Its finding stands at the first figure that it names."""
    if check.rule is None:
        return
    panel, when = context.panel, context.when
    trees = [tree for tree in (check.rule, check.when) if tree is not None]
    read = list(dict.fromkeys(leaf for tree in trees for leaf in leaves(tree, when, panel.years())))
    figures: Any = panel if check.missing == "skip-any" else _Filled(panel)
    size = len(panel.subjects)
    holds = np.broadcast_to(evaluate(check.rule, figures, when), size)
    applies = np.broadcast_to(evaluate(check.when, figures, when), size) if check.when is not None else np.ones(size)
    for at, subject in enumerate(panel.subjects):
        states = [int(panel.states(name, period)[at]) for name, period in read]
        absent = all(state <= MISSING for state in states)
        if absent and (check.missing != "never-skip" or not any(subject == each for _, each, _ in panel.seen)):
            continue
        if np.isnan(holds[at]) or np.isnan(applies[at]):
            yield SKIPPED
        elif applies[at]:
            yield RAN
            if not holds[at]:
                yield _failed(check, context, check.rule, read, at, subject)


def _failed(check: Check, context: _Context, tree: Expression, read: list[tuple[str, When]], at: int, subject: str) -> Finding:
    values = []
    for name, when in read:
        value = context.panel.figure(name, when)[at]
        label = context.plan.inputs[name].name + ("" if when == context.when else f"（{when.text}）")
        shown = "—" if np.isnan(value) else f"{_in_unit(context, name, value):.12g}"
        values.append(f"{label} {shown}")
    name, when = next(leaves(tree, context.when))
    seen = context.panel.seen.get((name, subject, when))
    return finding(
        "check-failed", place_of(seen) if seen else Place(), severity=check.level, input=name, subject=subject, check=check.id,
        rule=check.name or check.rule_text or check.id, values=values, note=check.note or check.rule_text or "",
    )


def _reported(check: Check, context: _Context) -> Iterator[Finding | str]:
    """Reported rates against the recomputed: half a unit of the last digit that was reported is allowed."""
    for each in context.panel.reported:
        if each.id not in check.inputs or each.state != READ:
            continue
        indicator = context.plan.indicators[each.id]
        at = context.panel.index[each.subject]
        if indicator.tree is None:
            yield SKIPPED
            continue
        value = float(np.broadcast_to(evaluate(indicator.tree, context.panel, When(each.year, each.span)), len(context.panel.subjects))[at])
        if np.isnan(value):
            yield SKIPPED
            continue
        yield RAN
        recomputed = value / indicator.unit.factor
        allowed = check.tolerance if check.tolerance is not None else 0.5 * 10.0 ** -each.decimals
        if abs(each.value - recomputed) > allowed * (1 + 1e-6) + abs(recomputed) * _CLOSE:
            yield finding(
                "disagrees-with-recomputation", place_of(each), severity=check.level, indicator=each.id, subject=each.subject,
                check=check.id, name=indicator.name, raw=each.raw, value=round(recomputed, each.decimals + 2), unit=indicator.unit.text,
            )


def _unusual_change(check: Check, context: _Context) -> Iterator[Finding | str]:
    """A figure that moved by more than the tolerance (per cent) against the same period last year."""
    before = context.when._replace(year=context.when.year - 1)
    limit = check.tolerance if check.tolerance is not None else 50.0
    for name in check.inputs:
        now, then = context.panel.figure(name, context.when), context.panel.figure(name, before)
        for at, subject in _subjects(context, name):
            if np.isnan(now[at]) or np.isnan(then[at]) or then[at] == 0:
                yield SKIPPED
                continue
            yield RAN
            change = 100 * (now[at] - then[at]) / abs(then[at])
            seen = context.panel.seen.get((name, subject, context.when))
            explained = check.level == "warning" and seen is not None and bool(seen.remark.strip())
            if abs(change) > limit * (1 + _CLOSE) and not explained:
                facts = {
                    "name": context.plan.inputs[name].name, "value": _in_unit(context, name, now[at]),
                    "prior": _in_unit(context, name, then[at]), "change": round(change, 1), "limit": limit,
                }
                yield _at(context, name, subject, "unusual-change", check, **facts)


def _running_total(check: Check, context: _Context) -> Iterator[Finding | str]:
    """A running total of the year may not fall below that of an earlier period of the same year."""
    earlier = sorted({when for _, _, when in context.panel.seen if when.year == context.when.year and _before(when, context.when)})
    for name in check.inputs:
        now = context.panel.figure(name, context.when)
        for at, subject in _subjects(context, name):
            for when in earlier:
                then = context.panel.figure(name, when)[at]
                if np.isnan(then) or np.isnan(now[at]):
                    continue
                yield RAN
                if now[at] < then * (1 - _CLOSE):
                    facts = {
                        "rule": check.name or name, "note": check.note or "",
                        "values": [f"{context.when.text} {_in_unit(context, name, now[at]):.12g}", f"{when.text} {_in_unit(context, name, then):.12g}"],
                    }
                    yield _at(context, name, subject, "check-failed", check, **facts)


def _before(when: When, other: When) -> bool:
    """Whether a running span ends before another: Q1 before Q1..Q3 before the whole year."""
    return _months(when.span) < _months(other.span) and when.span != ""


def _months(span: str) -> int:
    if not span:
        return 12
    last = span.split("..")[-1]
    return int(last[1:]) * 3 if last.startswith("Q") else int(last)


def _subjects_sum(check: Check, context: _Context) -> Iterator[Finding | str]:
    """The whole's figure against the sum over a group's members, where all of them have one or were not assigned it."""
    panel, plan = context.panel, context.plan
    whole = panel.index.get(plan.subject)
    for name in check.inputs:
        for group in plan.groups.values():
            members = [panel.index[each] for each in group.members if each in panel.index]
            states = panel.states(name, context.when)[members]
            if whole is None or not _known(context, name, whole) or not len(states) or (states == 0).all():
                continue
            if not np.isin(states, (VALUE, 2)).all():
                yield SKIPPED
                continue
            yield RAN
            values = panel.figure(name, context.when)
            unit = plan.inputs[name].unit.factor
            added, said = float(np.nansum(values[members])), float(values[whole])
            if abs(added - said) > max(abs(added), abs(said)) * _CLOSE + (check.tolerance or 0.0) * unit:
                facts = {"name": plan.inputs[name].name, "value": round(said / unit, 9), "sum": round(added / unit, 9)}
                yield _at(context, name, plan.subject, "total-disagrees", check, **facts)


def _empty_for(check: Check, context: _Context) -> Iterator[Finding | str]:
    """Figures of the whole that members of a group should not submit."""
    members = context.plan.groups[str(check.whole)].members if check.whole else {}
    for name in check.inputs:
        for at, subject in _subjects(context, name):
            if subject in members:
                yield RAN
                if _known(context, name, at):
                    value = _in_unit(context, name, context.panel.figure(name, context.when)[at])
                    values = [f"{context.plan.inputs[name].name} {value:.12g}"]
                    facts = {"rule": check.name or check.id, "values": values, "note": check.note or ""}
                    yield _at(context, name, subject, "check-failed", check, **facts)


def _done_while_reading(check: Check, context: _Context) -> Iterator[Finding | str]:
    """Whole numbers and agreement with last year's file are settled figure by figure while reading and merging; here they
    are counted as run."""
    for name in check.inputs:
        yield from (RAN for at, _ in _subjects(context, name) if _known(context, name, at))


CHECKS: dict[str, Form] = {
    "of_which": _of_which,
    "sum": _sum,
    "rule": _rule,
    "reported": _reported,
    "unusual_change": _unusual_change,
    "running_total": _running_total,
    "subjects_sum": _subjects_sum,
    "empty_for": _empty_for,
    "prior": _done_while_reading,
    "whole": _done_while_reading,
}

