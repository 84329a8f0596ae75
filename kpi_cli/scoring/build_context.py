"""What the items of a scheme are built with: its groups, its plan's formulas, and amounts said in an item's unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.nouns import Indicator
from kpi_cli.plan.units import POINTS, RATIO, Unit, compatible, convert
from kpi_cli.rules import Word
from kpi_cli.scoring.amounts import ATTAINMENT, OWN, UNCLEAR, Amount
from kpi_cli.scoring.formulas import Formulas, Itself, Path
from kpi_cli.scoring.nouns import Group, Policy

Raw = dict[str, Any]
_MOST_RATIO = 5.0


class Context(NamedTuple):
    """What the items of a scheme share. ``head`` is the raw ``scheme`` section."""

    formulas: Formulas
    groups: Mapping[str, Group]
    head: Raw
    missing: Policy

    def subjects(self, names: list[str] | None, path: Path) -> frozenset[str] | None:
        """The subjects that a ``for`` names, by group or one by one; None for all."""
        if names is None:
            return None
        found: set[str] = set()
        everyone = {name for group in self.groups.values() for name in group.members}
        for name in names:
            if name in self.groups:
                found |= set(self.groups[name].members)
            elif self.formulas.named(name, everyone, path, "subject") is not None:
                found.add(name)
        return frozenset(found)


class Figure(NamedTuple):
    """What an item scores: the formula, its unit, and the plan's indicator behind it."""

    tree: Expression | None
    unit: Unit
    indicator: Indicator | None
    id: str | None


def operand(context: Context, value: float | str, unit: Unit, itself: Itself, path: Path) -> float | Expression | None:
    return value if isinstance(value, float) else context.formulas.of_unit(value, unit, path, itself)


def settled(formulas: Formulas, unit: Unit, amount: Amount | None, path: Path, on: str | None = None) -> Amount | None:
    """An amount with its unit converted. A bare per cent is of the indicator where that is a share itself; else it is of
    the attainment where ``on`` says so, and a mistake where nothing says what it is of."""
    if amount is None or amount.of not in (OWN, UNCLEAR):
        return amount
    if amount.of == UNCLEAR:
        if on == ATTAINMENT:
            return Amount(amount.value, ATTAINMENT)
        if unit.kind in (RATIO, POINTS):
            return Amount(amount.value / unit.factor, OWN)
        formulas.report("amount-unclear", path, found=f"{amount.value * 100:g} {amount.unit}")
        return None
    if amount.unit is None and on == ATTAINMENT:
        ratio = ratio_of(formulas, amount, path)
        return Amount(ratio, ATTAINMENT) if ratio is not None else None
    if amount.unit is None:
        return amount
    written = formulas.plan.units.parse(amount.unit)
    if written is None:
        formulas.named(amount.unit, formulas.plan.units.names(), path, "unit")
        return None
    if not compatible(written, unit) and not {written.kind, unit.kind} <= {RATIO, POINTS}:
        formulas.report("unit-conflict", path, left=written.text, right=unit.text or Word("unit-none"), operator="→")
        return None
    return Amount(amount.value * written.factor / unit.factor if written.kind != unit.kind else convert(amount.value, written, unit), OWN)


def ratio_of(formulas: Formulas, amount: Amount, path: Path) -> float | None:
    """A ratio written as 95 % or as 0.95. A bare 95 is 95 times the target, which nobody means: a mistake that asks."""
    if amount.of == OWN and (amount.unit is not None or abs(amount.value) > _MOST_RATIO):
        formulas.report("amount-unclear", path, found=f"{amount.value:g} {amount.unit or ''}".strip())
        return None
    return amount.value
