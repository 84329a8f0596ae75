"""What is wrong with a scheme as a whole: points that do not add up, indicators nobody scores, tiers out of reach, key items
that do not weigh most, groups of one, names that look like slips."""

from __future__ import annotations

from collections.abc import Iterator

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.kinds import near
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import ERROR, Finding, Place, finding, worst
from kpi_cli.scoring.load import LoadedScheme, in_order
from kpi_cli.scoring.nouns import Item, Scheme, Tier

_CLOSE = 1e-9
_MOST_NAMES = 12


def lint_scheme(loaded: LoadedScheme) -> list[Finding]:
    """Everything wrong with a scheme, by line. The whole is looked at only where its parts could be read."""
    found = list(loaded.findings)
    if loaded.scheme is None or loaded.plan is None or worst(found) == ERROR:
        return found
    scheme, plan = loaded.scheme, loaded.plan
    place = loaded.source.place
    found += _points(scheme, place("items"))
    found += _groups(scheme, plan, loaded)
    for index, item in enumerate(scheme.items):
        for leaf in item.leaves():
            found += _tiers(leaf, loaded.source.place("items", str(index)))
            found += _direction(leaf, plan, loaded.source.place("items", str(index)))
    found += _key(scheme, place("scheme", "key"))
    found += _unscored(scheme, plan, place("items"))
    return in_order(found)


def _points(scheme: Scheme, place: Place) -> Iterator[Finding]:
    """The items of each group add up to its points, and the parts of a sum to their item's."""
    for id, group in scheme.groups.items():
        declared = group.points if group.points is not None else scheme.points
        if declared is not None and scheme.aggregate == "sum":
            for found in sorted(_sums(scheme, id)):
                if abs(found - declared) > _CLOSE * declared:
                    yield finding("points-do-not-add-up", place, group=group.name, found=round(found, 9), expected=declared)
        for item in scheme.items:
            for whole in _composites(item):
                total = sum(part.points.get(id, 0.0) for part in whole.parts)
                if whole.method == "sum" and id in whole.points and abs(total - whole.points[id]) > _CLOSE * max(total, 1.0):
                    yield finding("points-do-not-add-up", place, group=f"{group.name}·{whole.id}", found=round(total, 9), expected=whole.points[id])


def _sums(scheme: Scheme, group: str) -> set[float]:
    """What the items add up to, for each subject of a group: items may hold for some of them only."""
    return {
        round(sum(item.points.get(group, 0.0) for item in scheme.items if item.only is None or subject in item.only), 9)
        for subject in scheme.groups[group].members
    }


def _composites(item: Item) -> Iterator[Item]:
    if item.parts:
        yield item
    for part in item.parts:
        yield from _composites(part)


def _groups(scheme: Scheme, plan: Plan, loaded: LoadedScheme) -> Iterator[Finding]:
    known = [plan.subject, *(name for group in plan.groups.values() for name in group.members)]
    for id, group in scheme.groups.items():
        place = loaded.source.place("groups", id)
        if len(group.members) < 2:
            yield finding("group-of-one", place, group=group.name, count=len(group.members))
        for name in group.members if plan.groups else ():
            if name not in known and near(name, known):
                yield finding("subject-not-in-plan", place, subject=name, near=near(name, known))


def _tiers(item: Item, place: Place) -> Iterator[Finding]:
    tiers: tuple[Tier, ...] = item.options.get("tiers", ())
    for number, tier in enumerate(tiers, 1):
        if any(_covers(before, tier) for before in tiers[: number - 1] if before.condition is None):
            yield finding("tier-out-of-reach", place, item=item.id, number=number)


def _covers(outer: Tier, inner: Tier) -> bool:
    """Whether everything that fits ``inner`` fits ``outer`` too."""
    low = outer.low is None or (inner.low is not None and (
        inner.low.value > outer.low.value or (inner.low.value == outer.low.value and (outer.low_included or not inner.low_included))
    ))
    high = outer.high is None or (inner.high is not None and (
        inner.high.value < outer.high.value or (inner.high.value == outer.high.value and (outer.high_included or not inner.high_included))
    ))
    return low and high


def _direction(item: Item, plan: Plan, place: Place) -> Iterator[Finding]:
    indicator = plan.indicators.get(item.indicator or "")
    if indicator is None or item.better is None or item.tree is not indicator.tree:
        return
    for tier in (indicator.assured, indicator.stretch):
        if tier is not None and BOUNDS[tier.bounds[0].kind].direction == -item.better:
            yield finding("better-contradicts-plan", place, item=item.id)
            return


def _key(scheme: Scheme, place: Place) -> Iterator[Finding]:
    """Each key item weighs more than every other item that is no key item, in every group that has it."""
    for id in scheme.groups:
        weights = {item.id: item.points[id] for item in scheme.items if id in item.points}
        others = {name: points for name, points in weights.items() if name not in scheme.key}
        heaviest = max(others, key=lambda name: others[name], default=None)
        for name in scheme.key:
            if heaviest is not None and name in weights and weights[name] <= others[heaviest]:
                yield finding("key-not-heaviest", place, item=name, points=weights[name], other=heaviest, other_points=others[heaviest])


def _unscored(scheme: Scheme, plan: Plan, place: Place) -> Iterator[Finding]:
    """One finding with all indicators of the plan that have a target and no item that reads them."""
    when = When(plan.year)
    read = {name for item in scheme.items for leaf in item.leaves() if leaf.tree is not None for name, _ in leaves(leaf.tree, when, [])}
    used = {leaf.indicator for item in scheme.items for leaf in item.leaves()}
    names = [
        indicator.name for id, indicator in plan.indicators.items()
        if id not in used and id not in read and indicator.scored and indicator.same_as is None and (indicator.assured or indicator.stretch)
    ]
    if names:
        shown = names if len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"]
        yield finding("indicator-not-scored", place, names=shown, count=len(names))
