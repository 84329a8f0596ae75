"""Figures → scores: items, bonus, penalty, vetoes, totals, ranks, grades. One pass over all subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kpi_cli.measure.panel import Panel
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding, finding
from kpi_cli.scoring.aggregate import Whole, together
from kpi_cli.scoring.awards import flags_of, grades_of, prizes_of
from kpi_cli.scoring.cases import NO_TARGET
from kpi_cli.scoring.exact import TOLERANCE, Array, round_to
from kpi_cli.scoring.extras import Added, add_up, asks_for_ranks
from kpi_cli.scoring.field import Field
from kpi_cli.scoring.leaves import Reckoning, Scored, score_leaf
from kpi_cli.scoring.nouns import LOWER, Item, Scheme, Veto
from kpi_cli.scoring.ranks import places

if TYPE_CHECKING:
    import pandas as pd


class Vetoed(NamedTuple):
    """A veto and where it holds."""

    veto: Veto
    holds: Any


class Scores(NamedTuple):
    """What was scored. ``table``: one row a subject, in the order of the scheme's groups, by rank, with the columns

    group (id), subject, at (its place in the arrays of ``items``), rank (NaN withheld), score (final; NaN withheld), total
    (before conversion), items (the items' own), bonus, penalty, coverage (0 to 1, NaN where nothing was assigned), grade,
    prize, flag, veto (text or None), last_rank, movement (places gained, NaN where not known).

    ``items``: the scheme's items with arrays over subjects; ``bonus`` and ``penalty``: entry by entry.
    """

    scheme: Scheme
    field: Field
    table: pd.DataFrame
    items: tuple[Scored, ...]
    bonus: Added
    penalty: Added
    vetoes: tuple[Vetoed, ...]
    findings: list[Finding]


def score_item(field: Field, item: Item, exact: bool = False) -> Scored:
    """An item, or all parts of one put together. Parts of a sum are items, and rounded as such; parts of a mean are steps on the
    way to one, and ``exact``."""
    if not item.parts:
        return score_leaf(field, item, exact)
    parts = tuple(score_item(field, part, exact or item.method != "sum") for part in item.parts)
    points = field.points(item)
    found = together(parts, points, item.method)
    score = found.score
    if item.cap is not None:
        score = np.minimum(score, points * item.cap.value if item.cap.share else item.cap.value)
    if item.bonus_cap is not None:
        score = np.minimum(score, points + item.bonus_cap)
    if item.floor is not None:
        score = np.maximum(score, item.floor)
    if item.needs is not None:
        score = np.where(field.holds(item.needs) > 0, score, np.where(np.isnan(score), score, 0.0))
    digits = item.round if item.round is not None else None if exact else field.scheme.rounding.item
    score = round_to(score, digits, field.scheme.rounding.mode)
    return Scored(
        item, score, points, found.judged, found.assigned, None, found.withheld, parts[0].status, None, parts
    )


def score_scheme(
    scheme: Scheme, plan: Plan, panel: Panel, when: When, events: Mapping[str, pd.DataFrame] | None = None
) -> Scores:
    """Score and rank every subject of a scheme. ``panel`` holds their figures, ``events`` the rows of the plan's registers.
    Nothing raises for what was submitted: it becomes a finding."""
    field = Field(scheme, plan, panel, when, events)
    items = tuple(_bounded(field, score_item(field, item)) for item in scheme.items)
    findings = [found for item in items for found in _findings_of(field, item)]
    vetoes = tuple(_vetoed(field, veto, findings) for veto in scheme.vetoes)
    items = tuple(_zeroed(item, vetoes) for item in items)
    full = _full(field)
    whole_score = together(items, full, scheme.aggregate)
    base = add_up(field, scheme.bonus, full), add_up(field, scheme.penalty, full)
    ranked = _ranked(field, items, whole_score, *base, vetoes, full)
    if asks_for_ranks(scheme.bonus) or asks_for_ranks(scheme.penalty):
        moved = last_ranks(field) - ranked.rank
        base = add_up(field, scheme.bonus, full, moved), add_up(field, scheme.penalty, full, -moved)
        ranked = _ranked(field, items, whole_score, *base, vetoes, full)
    findings += [*base[0].all_findings(), *base[1].all_findings()]
    findings += _about_ranks(field, ranked)
    table = _table(field, ranked, base, vetoes)
    return Scores(scheme, field, table, items, *base, vetoes, findings)


class Ranked(NamedTuple):
    """Arrays over subjects: see the columns of ``Scores``."""

    items: Array
    total: Array
    score: Array
    rank: Array
    coverage: Array


def _full(field: Field) -> Array:
    """The full points of every subject's group, NaN for subjects of no group."""
    found = np.full(field.size, np.nan)
    for group, members in zip(field.groups, field.members, strict=True):
        found[members] = field.scheme.full(group.id)
    return found


def _ranked(
    field: Field, items: Sequence[Scored], whole_score: Whole, bonus: Added, penalty: Added, vetoes: Sequence[Vetoed], full: Array
) -> Ranked:
    scheme, rounding = field.scheme, field.scheme.rounding
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where(whole_score.assigned > 0, whole_score.judged / whole_score.assigned, np.nan)
    more, less = (round_to(each.points, rounding.bonus, rounding.mode) for each in (bonus, penalty))
    total = whole_score.score + more - less
    if scheme.cap is not None:
        total = np.minimum(total, scheme.cap)
    if scheme.floor is not None:
        total = np.maximum(total, scheme.floor)
    total = round_to(total, rounding.total, rounding.mode)
    for each in vetoes:
        if "total_zero" in each.veto.effects:
            total = np.where(each.holds & ~np.isnan(total), 0.0, total)
    nothing = np.zeros(field.size, dtype=bool)
    for members in field.members:
        nothing[members] = not (np.nan_to_num(coverage[members]) > 0).any()
    total = np.where(whole_score.withheld | nothing | _below(coverage, scheme.score_withheld_below), np.nan, total)
    score = total if scheme.convert is None else round_to(total / full * scheme.convert, rounding.converted, rounding.mode)
    key = np.where(_below(coverage, scheme.rank_withheld_below), np.nan, score)
    for each in vetoes:
        if "not_ranked" in each.veto.effects:
            key = np.where(each.holds, np.nan, key)
    for group in field.groups:
        if group.unranked:
            key = np.where(field.only(group.unranked), np.nan, key)
    rank = places([key, *_breakers(field, items, bonus)], field.members, scheme.ties)
    return Ranked(whole_score.score, total, score, rank, coverage)


def _below(coverage: Array, limit: float | None) -> Any:
    if limit is None:
        return np.zeros(len(coverage), dtype=bool)
    return ~(coverage >= limit - TOLERANCE)


def _breakers(field: Field, items: Sequence[Scored], bonus: Added) -> list[Array]:
    found = []
    for name, tree, sign in field.scheme.tie_break:
        if tree is not None:
            found.append(np.broadcast_to(evaluate(tree, field.panel, field.when), field.size) * float(sign))
        else:
            scores = [each.score for item in items for each in _all_of(item) if each.item.id == name]
            found.append(np.nan_to_num(np.sum([np.nan_to_num(score) for score in scores], axis=0)))
    return found


def _all_of(item: Scored) -> list[Scored]:
    return [item, *(each for part in item.parts for each in _all_of(part))]


def _bounded(field: Field, item: Scored) -> Scored:
    """No score is without end: such a one is told, and counts as nothing."""
    if item.item.better == LOWER and np.isinf(item.score).any():
        without_end = np.isinf(item.score)
        how = Reckoning(item.how.case, item.how.periods, without_end) if item.how is not None else None
        return item._replace(score=np.where(without_end, 0.0, item.score), how=how)
    return item


def _findings_of(field: Field, item: Scored) -> list[Finding]:
    found = []
    for each in _all_of(item):
        if each.how is None:
            continue
        for at in np.flatnonzero(each.status == NO_TARGET):
            found.append(finding("target-not-submitted", subject=field.panel.subjects[at], indicator=each.item.indicator, item=each.item.id))
        for at in np.flatnonzero(each.how.unbounded) if each.how.unbounded is not None else ():
            shown = float(each.how.case.value[at])
            found.append(finding("score-unbounded", subject=field.panel.subjects[at], indicator=each.item.indicator, item=each.item.id, value=shown))
        if each.item.method == "manual" and each.item.tree is None:
            entries = each.item.options["entries"]
            lacking = [at for at in np.flatnonzero(~np.isnan(each.points)) if field.panel.subjects[at] not in entries]
            found += [finding("manual-not-given", subject=field.panel.subjects[at], item=each.item.id) for at in lacking]
        if each.item.options.get("events") is not None and each.item.options["events"].register not in field.events:
            found.append(finding("events-missing", register=each.item.options["events"].register, name=each.item.name))
    return found


def _vetoed(field: Field, veto: Veto, findings: list[Finding]) -> Vetoed:
    holds = np.where(field.only(veto.only), field.holds(veto.when), 0.0)
    silent = [field.panel.subjects[at] for members in field.members for at in members[np.isnan(holds[members])]]
    if silent:
        findings.append(finding("veto-unknown", veto=veto.name, subjects=silent))
    return Vetoed(veto, holds > 0)


def _zeroed(item: Scored, vetoes: Sequence[Vetoed]) -> Scored:
    """An item that a veto makes nought."""
    score = item.score
    for each in vetoes:
        if item.item.id in each.veto.items:
            score = np.where(each.holds & ~np.isnan(score), 0.0, score)
    return item._replace(score=score, parts=tuple(_zeroed(part, vetoes) for part in item.parts))


def last_ranks(field: Field) -> Array:
    """Last year's rank of every subject, NaN where the scheme gives none."""
    if not field.scheme.last_ranks:
        return np.full(field.size, np.nan)
    return np.array([float(field.scheme.last_ranks.get(name, np.nan)) for name in field.panel.subjects])


def _about_ranks(field: Field, ranked: Ranked) -> list[Finding]:
    found = []
    limit = max(field.scheme.rank_withheld_below or 0.0, field.scheme.score_withheld_below or 0.0)
    for group, members in zip(field.groups, field.members, strict=True):
        coverage, scores = ranked.coverage[members], ranked.score[members]
        if not len(members) or not (np.nan_to_num(coverage) > 0).any():
            found.append(finding("nothing-judged", group=group.name))
            continue
        for at in members[~(coverage > 0)]:
            found.append(finding("subject-without-figures", subject=field.panel.subjects[at]))
        for at in members[_below(coverage, limit or None)]:
            judged = round(float(np.nan_to_num(ranked.coverage[at])) * 100, 2)
            found.append(finding("rank-withheld", subject=field.panel.subjects[at], coverage=judged, limit=round(limit * 100, 2)))
        known = scores[~np.isnan(scores)]
        if len(known) > 1 and np.ptp(known) <= TOLERANCE * np.max(np.abs(known)):
            found.append(finding("no-difference", group=group.name, count=len(known)))
        if len(members) == 1:
            found.append(finding("group-of-one", group=group.name, count=1))
    return found


def _table(field: Field, ranked: Ranked, extras: tuple[Added, Added], vetoes: Sequence[Vetoed]) -> pd.DataFrame:
    import pandas as pd

    rounding = field.scheme.rounding
    too_little = _below(ranked.coverage, field.scheme.rank_withheld_below)
    grades = grades_of(field, np.where(too_little, np.nan, ranked.total), ranked.rank, vetoes)
    last = last_ranks(field)
    columns = {
        "subject": np.array(field.panel.subjects, dtype=object), "at": np.arange(field.size), "rank": ranked.rank, "score": ranked.score,
        "total": ranked.total, "items": ranked.items, "bonus": round_to(extras[0].points, rounding.bonus, rounding.mode),
        "penalty": round_to(extras[1].points, rounding.bonus, rounding.mode), "coverage": ranked.coverage, "grade": grades,
        "prize": prizes_of(field, ranked.total, ranked.rank, grades, vetoes), "flag": flags_of(field, ranked.rank, last),
        "veto": _texts(field, vetoes), "last_rank": last, "movement": last - ranked.rank,
    }
    order = [members[_by_rank(ranked.rank[members])] for members in field.members]
    ids = np.repeat(np.array([group.id for group in field.groups], dtype=object), [len(members) for members in order])
    rows = np.concatenate(order) if order else np.zeros(0, dtype=np.intp)
    found = {"group": ids, **{name: values.take(rows) for name, values in columns.items()}}
    # Texts stay objects, so that None stays None.
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype, copy=False) for name, values in found.items()}, copy=False)


def _by_rank(rank: Array) -> Any:
    """By rank, equal ones in the order of the scheme, those without a rank last."""
    size = len(rank)
    return np.argsort(np.where(np.isnan(rank), size + 1.0, rank) * size + np.arange(size))


def _texts(field: Field, vetoes: Sequence[Vetoed]) -> Any:
    found = np.full(field.size, None, dtype=object)
    for each in vetoes:
        for at in np.flatnonzero(each.holds):
            found[at] = each.veto.name if found[at] is None else f"{found[at]}；{each.veto.name}"
    return found
