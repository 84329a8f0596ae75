"""Two submissions → what differs between them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from kpi_cli.assessment import Assessment
from kpi_cli.comparison import ADDED, CHANGED, REMOVED, Comparison, FigureChange, VerdictChange
from kpi_cli.observations import BLANK, MISSING, VALUE, Observation
from kpi_cli.pipeline import Request, check
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding

_SAME = 1e-9
Key = tuple[object, ...]


def compare(plan: Plan, old: Request, new: Request) -> Comparison:
    """Assess both and compare. The new one's period is the one that is compared."""
    before, after = check(plan, old), check(plan, new)
    changes = _figures(before.observations, after.observations)
    restated = [each for each in changes if each.either.year < after.when.year]
    fixed, remaining, fresh = _findings(before.findings, after.findings)
    return Comparison(
        before, after, after.when, [each for each in changes if each not in restated], restated, _verdicts(before, after), fixed,
        remaining, fresh,
    )


def _figures(before: Iterable[Observation], after: Iterable[Observation]) -> list[FigureChange]:
    old = {each[:6]: each for each in before if not each.prior_file}
    new = {each[:6]: each for each in after if not each.prior_file}
    found = []
    for key in dict.fromkeys([*new, *old]):
        first, second = old.get(key), new.get(key)
        if first is not None and second is not None:
            if not _agree(first, second):
                found.append(FigureChange(CHANGED, first, second))
        elif second is not None and second.state not in (BLANK, MISSING):
            found.append(FigureChange(ADDED, None, second))
        elif first is not None and first.state not in (BLANK, MISSING):
            found.append(FigureChange(REMOVED, first, None))
    return found


def _agree(left: Observation, right: Observation) -> bool:
    if left.state != right.state:
        return False
    if left.state != VALUE:
        return left.raw == right.raw
    both_days = math.isnan(left.value) and math.isnan(right.value)
    return left.date == right.date and (both_days or math.isclose(left.value, right.value, rel_tol=_SAME))


def _verdicts(before: Assessment, after: Assessment) -> list[VerdictChange]:
    old = {(each.indicator, each.subject): each for each in before.results}
    new = {(each.indicator, each.subject): each for each in after.results}
    found = []
    for key in dict.fromkeys([*new, *old]):
        first, second = old.get(key), new.get(key)
        said, says = (each.status if each else "no_data" for each in (first, second))
        either = second or first
        if said != says and either is not None:
            values = (first.value if first else None, second.value if second else None)
            found.append(VerdictChange(either.indicator, either.subject, either.unit, said, says, *values))
    return found


def _findings(before: list[Finding], after: list[Finding]) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """(fixed, remaining, new). A finding is the same although its row has moved or its figure has changed and is still
    wrong: its rule and owner tell, its place only where it has no owner."""
    left = Counter(_key(each) for each in before)
    remaining: list[Finding] = []
    fresh: list[Finding] = []
    for each in after:
        known = left[_key(each)] > 0
        left[_key(each)] -= known
        (remaining if known else fresh).append(each)
    fixed: list[Finding] = []
    for each in reversed(before):
        if left[_key(each)] > 0:
            left[_key(each)] -= 1
            fixed.append(each)
    return fixed[::-1], remaining, fresh


def _key(each: Finding) -> Key:
    owner = (each.indicator, each.input)
    place = () if any(owner) else (each.place.sheet, each.facts.get("name", each.place.cell))
    return each.rule, each.severity, owner, each.subject, each.facts.get("check"), each.facts.get("period"), place
