"""Grades, prizes and flags: from totals, ranks and vetoes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi_cli.scoring.amounts import Share
from kpi_cli.scoring.exact import Array, passes, reaches, whole
from kpi_cli.scoring.field import Field

if TYPE_CHECKING:
    from kpi_cli.scoring.engine import Vetoed


def _places(share: Share, size: int) -> float:
    """How many places: as written, or a part of the group, never more than that part."""
    return float(whole(share.value * size)) if share.share else share.value


def _within(field: Field, places: Mapping[str, Share], rank: Array) -> Any:
    found = np.zeros(field.size, dtype=bool)
    for group, members in zip(field.groups, field.members, strict=True):
        if group.id in places:
            found[members] = rank[members] <= _places(places[group.id], len(members))
    return found


def _in_groups(field: Field, groups: frozenset[str] | None) -> Any:
    if groups is None:
        return np.ones(field.size, dtype=bool)
    found = np.zeros(field.size, dtype=bool)
    for group, members in zip(field.groups, field.members, strict=True):
        found[members] = group.id in groups
    return found


def grades_of(field: Field, total: Array, rank: Array, vetoes: Sequence[Vetoed]) -> Any:
    """The first grade whose every condition holds; None where there is no score or none fits. A veto's grade goes first."""
    found = np.full(field.size, None, dtype=object)
    for grade in reversed(field.scheme.grades):
        fits = ~np.isnan(total) & _in_groups(field, grade.groups)
        if grade.low is not None:
            fits &= (reaches if grade.low_included else passes)(total, grade.low)
        if grade.places is not None:
            fits &= _within(field, grade.places, rank)
        if grade.needs is not None:
            fits &= field.holds(grade.needs) > 0
        found[fits] = grade.name
    names = [grade.name for grade in field.scheme.grades]
    for each in vetoes:
        if "grade_down" in each.veto.effects:
            for at in np.flatnonzero(each.holds & (found != None)):  # noqa: E711 - element by element
                found[at] = names[min(names.index(found[at]) + 1, len(names) - 1)]
    for each in vetoes:
        if each.veto.grade is not None:
            found[each.holds & ~np.isnan(total)] = each.veto.grade
    return found


def prizes_of(field: Field, total: Array, rank: Array, grades: Any, vetoes: Sequence[Vetoed]) -> Any:
    """Prizes in the order of the ranks: each prize takes its places from those that the one before left over. Equal ranks
    share a prize. A veto on eligibility passes the place on."""
    found = np.full(field.size, None, dtype=object)
    if not field.scheme.prizes:
        return found
    barred = np.zeros(field.size, dtype=bool)
    for each in vetoes:
        if "not_eligible" in each.veto.effects:
            barred |= each.holds
    for group, members in zip(field.groups, field.members, strict=True):
        eligible = members[~np.isnan(rank[members]) & ~barred[members]]
        ordered = eligible[np.argsort(rank[eligible], kind="stable")]
        given = 0
        for prize in field.scheme.prizes:
            if (prize.groups is not None and group.id not in prize.groups) or group.id not in prize.places:
                continue
            left = int(_places(prize.places[group.id], len(members)))
            at_rank = np.nan
            while given < len(ordered) and (left > 0 or rank[ordered[given]] == at_rank):
                at = ordered[given]
                if (prize.low is not None and not reaches(total[at], prize.low)) or (prize.grades and grades[at] not in prize.grades):
                    break
                found[at], at_rank = prize.name, rank[at]
                given, left = given + 1, left - 1
    return found


def flags_of(field: Field, rank: Array, last: Array) -> Any:
    """first, last and improved (several joined by a comma), None for the rest."""
    flags = field.scheme.flags
    found = np.full(field.size, None, dtype=object)
    for members in field.members if any(flags) else ():
        ranked = members[~np.isnan(rank[members])]
        moved = (last - rank)[ranked]
        marks = {
            "first": ranked[rank[ranked] <= flags.first],
            "last": ranked[rank[ranked] > len(ranked) - flags.last] if flags.last else ranked[:0],
            "improved": ranked[np.argsort(-np.nan_to_num(moved, nan=-np.inf), kind="stable")][: flags.improved],
        }
        for mark, chosen in marks.items():
            for at in chosen:
                if mark != "improved" or last[at] > rank[at]:
                    found[at] = mark if found[at] is None else f"{found[at]},{mark}"
    return found
