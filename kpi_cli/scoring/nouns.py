"""What a scheme is made of. Frozen and typed; formulas are bound to the plan's inputs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.units import Unit
from kpi_cli.scoring.amounts import Amount, Share

HIGHER, LOWER = 1, -1
# What a target may be taken from; anything else is a number, a formula or a table.
ASSURED, STRETCH, SUBMITTED, PRIOR, MEAN, OVERALL, BEST, LEAST = (
    "assured", "stretch", "submitted", "prior", "mean", "overall_mean", "group_max", "group_min",
)
REFERENCES = (ASSURED, STRETCH, SUBMITTED, PRIOR, MEAN, OVERALL, BEST, LEAST)


class Group(NamedTuple):
    """Subjects that are ranked together. ``members``: name → other names; ``takes_when``: subjects of other groups for
    which it holds are moved here; ``unranked``: members that are scored only."""

    id: str
    name: str
    members: Mapping[str, tuple[str, ...]]
    without: frozenset[str] = frozenset()
    points: float | None = None
    takes_when: Expression | None = None
    unranked: frozenset[str] = frozenset()


class Target(NamedTuple):
    """The 100 % mark. ``kind``: number, formula, table (by subject or group), or one of REFERENCES."""

    kind: str
    value: Any = None


class Step(NamedTuple):
    """Points for each step away from the target. ``cap`` is None where there is no limit."""

    each: Amount
    points: Share
    cap: Share | None
    whole: bool


class Tier(NamedTuple):
    """A tier: between ``low`` and ``high`` (None: open), each included or not, and the condition beside it."""

    low: Amount | None
    low_included: bool
    high: Amount | None
    high_included: bool
    condition: Expression | None
    points: Share


class Policy(NamedTuple):
    """What is done where no task is assigned or a figure is missing. ``kind``: zero, exempt, exempt_reweight, full, share,
    withhold. With ``each``, what was done without a task earns ``points`` for every so many."""

    kind: str
    share: Share = Share(1.0, True)
    each: float | None = None
    points: float = 0.0


ZERO, EXEMPT = Policy("zero"), Policy("exempt")


class Item(NamedTuple):
    """One scored item, or (``parts``) several that make one.

    ``points``: group → points; ``only``: the subjects that it holds for, None for all; ``options``: what only its method
    knows, by key of the language; ``cap`` None for no limit; ``path``: year → part of the target due, or pro_rata.
    """

    id: str
    name: str
    method: str
    points: Mapping[str, float]
    only: frozenset[str] | None
    indicator: str | None
    tree: Expression | None
    unit: Unit
    better: int | None
    target: Target | None
    options: Mapping[str, Any]
    parts: tuple[Item, ...] = ()
    path: Mapping[str, float] | str | None = None
    cap: Share | None = Share(1.0, True)
    bonus_cap: float | None = None
    floor: float | None = 0.0
    zero_below: Amount | None = None
    zero_at: Amount | None = None
    zero_from: Amount | None = None
    needs: Expression | None = None
    round: int | None = None
    no_target: Policy = EXEMPT
    missing: Policy = ZERO
    years_back: int = 0
    period: str | None = None
    average: tuple[str, ...] = ()
    suspended: bool = False
    source: str | None = None
    caliber: str | None = None
    note: str | None = None

    def leaves(self) -> Iterator[Item]:
        """The items that are scored by a method of their own: itself, or those of its parts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


class Events(NamedTuple):
    """Rows of a register that earn or cost points: ``levels`` level → points, else ``points`` each."""

    register: str
    rows: Expression | None
    level: str | None
    levels: Mapping[str, Share]
    points: Share | None
    per: tuple[str, ...] = ()
    highest_only: bool = False
    dated: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None


class Manual(NamedTuple):
    points: float
    reason: str


class Extra(NamedTuple):
    """An entry of the bonus or penalty list; ``of`` holds entries whose sum ``cap`` limits."""

    name: str
    events: Events | None = None
    tree: Expression | None = None
    unit: Unit | None = None
    points: Share | None = None
    each: float = 1.0
    beyond: float = 0.0
    whole: bool = True
    tiers: tuple[Tier, ...] = ()
    places: float | None = None
    entries: Mapping[str, Manual] = {}
    when: Expression | None = None
    only: frozenset[str] | None = None
    cap: float | None = None
    of: tuple[Extra, ...] = ()


class Veto(NamedTuple):
    name: str
    when: Expression
    effects: tuple[str, ...]
    grade: str | None = None
    items: tuple[str, ...] = ()
    only: frozenset[str] | None = None


class Grade(NamedTuple):
    """``places``: group → how many places (or part of the group), None where the rank does not matter."""

    name: str
    low: float | None = None
    low_included: bool = True
    places: Mapping[str, Share] | None = None
    needs: Expression | None = None
    groups: frozenset[str] | None = None


class Prize(NamedTuple):
    name: str
    places: Mapping[str, Share]
    low: float | None = None
    grades: tuple[str, ...] = ()
    groups: frozenset[str] | None = None


class Rounding(NamedTuple):
    """Decimals by stage, None where nothing is rounded. ``attainment`` counts decimals of the per cent."""

    attainment: int | None = None
    value: int | None = None
    item: int | None = None
    bonus: int | None = None
    total: int | None = None
    converted: int | None = None
    mode: str = "half_up"


class Flags(NamedTuple):
    first: int = 0
    last: int = 0
    improved: int = 0


class Scheme(NamedTuple):
    """One scheme. ``plan_id`` is the plan that it was built on; ``tie_break`` names items or indicators."""

    id: str
    name: str
    file: str
    sha256: str
    plan_id: str
    year: int
    document: str | None
    example: bool
    points: float | None
    groups: Mapping[str, Group]
    items: tuple[Item, ...]
    bonus: Extra
    penalty: Extra
    vetoes: tuple[Veto, ...]
    missing: Policy
    rank_withheld_below: float | None
    score_withheld_below: float | None
    rounding: Rounding
    ties: str
    tie_break: tuple[tuple[str, Expression | None, int], ...]
    aggregate: str
    cap: float | None
    floor: float | None
    convert: float | None
    grades: tuple[Grade, ...]
    prizes: tuple[Prize, ...]
    flags: Flags
    last_ranks: Mapping[str, int]
    key: tuple[str, ...]
    note: str | None = None

    def subjects(self) -> list[str]:
        """Every subject, group after group."""
        return [name for group in self.groups.values() for name in group.members]

    def full(self, group: str) -> float:
        """The full points of a group: as declared, else what its items add up to."""
        declared = self.groups[group].points if self.groups[group].points is not None else self.points
        return declared if declared is not None else sum(item.points.get(group, 0.0) for item in self.items)
