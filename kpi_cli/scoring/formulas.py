"""Formulas of a scheme: parsed as in a plan, and bound to that plan's inputs, so that they are computed the same way."""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.plan.build import columns_of
from kpi_cli.plan.formula.bind import bind
from kpi_cli.plan.formula.dimensions import Mistake, Quantity, Scope, analyse, fits, quantity_of
from kpi_cli.plan.formula.syntax import Call, Expression, FormulaError, Name, OverRegister, parse
from kpi_cli.plan.kinds import near
from kpi_cli.plan.nouns import Plan
from kpi_cli.plan.units import FLAG, Unit
from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import Word

Path = tuple[str, ...]


class Itself(NamedTuple):
    """What ``self``, ``prior``, ``mean`` and ``submitted`` alone mean in an item's formulas."""

    tree: Expression | None
    indicator: str | None


NOTHING = Itself(None, None)


class Formulas:
    """Parses, binds and checks the formulas of one scheme against one plan; mistakes go to the source with their line."""

    def __init__(self, plan: Plan, source: Source) -> None:
        self.plan, self.source = plan, source
        self.flag = Unit("是/否", FLAG, (), 1.0)

    def report(self, rule: str, path: Path, offset: int = 0, **facts: object) -> None:
        self.source.report(rule, self.source.place(*path, offset=offset), **facts)

    def named(self, found: str | None, known: object, path: Path, what: str) -> str | None:
        """``found`` where it is known; else a finding and None."""
        if found is None or found in known:  # type: ignore[operator]
            return found
        self.report("unknown-name", path, found=found, near=near(found, known), what=Word(what))
        return None

    def bound(self, text: str, path: Path, itself: Itself = NOTHING) -> Expression | None:
        """The tree of a formula over the plan's inputs, None (and a finding) where it cannot be read."""
        try:
            tree = parse(text)
        except FormulaError as error:
            self.report("formula-syntax", path, error.at, found=error.found, expected=Word(error.expected), formula=text)
            return None
        return bind(tree, lambda name: self._resolve(name, itself), self.plan.registers)

    def _resolve(self, name: Name, itself: Itself) -> Expression:
        if name.name in self.plan.inputs:
            return name
        indicator = self.plan.indicators.get(name.name)
        if indicator is not None and indicator.tree is not None:
            return indicator.tree
        if itself.tree is not None:
            if name.name == "self":
                return itself.tree
            if name.name in ("prior", "mean"):
                return Call("prior" if name.name == "prior" else "group_mean", (itself.tree,), name.at)
            if name.name == "submitted" and itself.indicator is not None:
                return Call("submitted_target", (Name(itself.indicator, name.at),), name.at)
        return name

    def quantity(self, tree: Expression, path: Path, quiet: bool = False) -> Quantity:
        """What a bound tree gives; its mistakes are reported unless ``quiet``."""
        known = {id: quantity_of(each.unit) for id, each in self.plan.inputs.items()}
        known |= {id: quantity_of(each.unit) for id, each in self.plan.indicators.items() if id not in known}
        registers = {id: columns_of(register) for id, register in self.plan.registers.items()}

        def mistaken(mistake: Mistake) -> None:
            facts = dict(mistake.facts)
            if mistake.rule == "unknown-name":
                facts = {"found": facts["found"], "near": near(str(facts["found"]), facts.get("known", ())), "what": Word("name")}
            if not quiet:
                self.report(mistake.rule, path, mistake.at, **facts)

        return analyse(tree, Scope(known, registers, self.plan.units, mistaken))

    def of_unit(self, text: str, unit: Unit, path: Path, itself: Itself = NOTHING) -> Expression | None:
        """A formula that must be sayable in ``unit``."""
        tree = self.bound(text, path, itself)
        if tree is None:
            return None
        before = len(self.source.findings)
        found = self.quantity(tree, path)
        if not fits(found, unit):
            self.report("unit-conflict", path, left=found.text, right=unit.text or Word("unit-none"), operator="→")
        return tree if len(self.source.findings) == before else None

    def condition(self, text: str | None, path: Path) -> Expression | None:
        """A formula that is true or false."""
        return self.of_unit(text, self.flag, path) if text is not None else None

    def rows(self, register: str, text: str | None, path: Path) -> Expression | None:
        """A condition over the rows of a register."""
        if text is None:
            return None
        try:
            tree = parse(text)
        except FormulaError as error:
            self.report("formula-syntax", path, error.at, found=error.found, expected=Word(error.expected), formula=text)
            return None
        self.quantity(OverRegister("count", register, None, tree, 0), path)
        return tree
