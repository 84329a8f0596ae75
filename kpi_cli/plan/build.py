"""Raw records → nouns: units parsed, formulas parsed, bound and unit-checked, names resolved. Mistakes go to the source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kpi_cli.plan.formula.bind import bind
from kpi_cli.plan.formula.dimensions import UNKNOWN, Mistake, Quantity, Scope, analyse, fits, quantity_of
from kpi_cli.plan.formula.functions import FUNCTIONS, SPOKEN
from kpi_cli.plan.formula.syntax import Call, Expression, FormulaError, Name, parse
from kpi_cli.plan.kinds import near
from kpi_cli.plan.nouns import Column, Group, Input, Register
from kpi_cli.plan.units import FLAG, NO_UNIT, UNKNOWN_UNIT, Unit, UnitTable
from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import Word

_DATED = r"(\w+?)_(\d{4}|prior|last|上年|去年)"
Raw = dict[str, Any]
Path = tuple[str, ...]


class Builder:
    """What is known of a plan while it is being built. ``self_names`` in a bound stand for the indicator itself."""

    def __init__(self, raw: Raw, source: Source) -> None:
        self.raw = raw
        self.source = source
        self.units = self._units()
        self.groups = self._groups()
        self.registers = self._registers()
        self._columns = {id: columns_of(register) for id, register in self.registers.items()}
        self.inputs: dict[str, Input] = {}
        self._trees: dict[str, Expression | None] = {}
        self._open: list[str] = []
        self._quantities: dict[str, Quantity] = {}

    # ---- small helpers

    def report(self, rule: str, path: Path, offset: int = 0, **facts: Any) -> None:
        self.source.report(rule, self.source.place(*path, offset=offset), **facts)

    def unit(self, text: str | None, path: Path) -> Unit:
        """The unit named, UNKNOWN_UNIT (and a finding) where there is none of that name."""
        if text is None:
            return NO_UNIT
        found = self.units.parse(text)
        if found is None:
            self.unknown(text, self.units.names(), path, "unit")
            return UNKNOWN_UNIT
        return found

    def unknown(self, found: str, known: Any, path: Path, what: str, offset: int = 0) -> None:
        self.report("unknown-name", path, offset, found=found, near=near(found, known) or Word("none-near"), what=Word(what))

    def named(self, found: str | None, known: Any, path: Path, what: str) -> str | None:
        """``found`` where it is known; else a finding and None."""
        if found is None or found in known:
            return found
        self.unknown(found, known, path, what)
        return None

    # ---- formulas

    def parse(self, text: str, path: Path) -> Expression | None:
        try:
            return parse(str(text))
        except FormulaError as error:
            self.report("formula-syntax", path, error.at, found=error.found, expected=Word(error.expected), formula=text)
            return None

    def quiet(self, text: str) -> Expression | None:
        """The tree of a formula, None (and no finding) where it cannot be read."""
        try:
            return parse(str(text))
        except FormulaError:
            return None

    def unit_of(self, name: str) -> Unit | None:
        """The unit of an input or an indicator, None where the name is neither or it has none."""
        if name in self.inputs:
            return self.inputs[name].unit
        return self.units.parse(self.raw.get("indicators", {}).get(name, {}).get("unit", "?"))

    def quantity(self, tree: Expression) -> Quantity:
        """What a bound tree gives, without a word about its mistakes."""
        return analyse(tree, self.scope(())._replace(report=lambda _: None))

    def bound(self, tree: Expression, itself: str | None = None) -> Expression:
        """The tree with indicators replaced by their formulas; ``prior``, ``mean``, ``self``, ``submitted`` alone stand
        for the indicator ``itself``."""

        def resolve(name: Name) -> Expression:
            if name.name in self.inputs:
                return name
            if itself is not None and name.name in ("self", "prior", "mean", "submitted"):
                own = self.tree_of(itself) or name
                if name.name == "self":
                    return own
                function = {"prior": "prior", "mean": "group_mean", "submitted": "submitted_target"}[name.name]
                return Call(function, (Name(itself, name.at) if function == "submitted_target" else own,), name.at)
            if name.name in self.raw.get("indicators", {}):
                return self.tree_of(name.name) or name
            return name

        return bind(tree, resolve, self.registers)

    def tree_of(self, indicator: str) -> Expression | None:
        """The bound formula of an indicator, None where it has none or a mistake was reported."""
        if indicator in self._trees:
            return self._trees[indicator]
        path = ("indicators", indicator, "formula")
        if indicator in self._open:
            self.report("circular-formula", path, chain=[*self._open[self._open.index(indicator):], indicator])
            return None
        self._open.append(indicator)
        text = self.raw["indicators"][indicator].get("formula")
        tree: Expression | None = None
        if text is not None:
            parsed = self.parse(text, path)
            tree = self.bound(parsed) if parsed is not None else None
        elif indicator in self.inputs:
            tree = Name(indicator, 0)
        self._open.pop()
        self._trees[indicator] = tree
        return tree

    def scope(self, path: Path, names: Mapping[str, Quantity] | None = None) -> Scope:
        """Where a formula finds its names: the inputs, unless others (a register's columns) are given."""
        # An indicator still named after binding has no sound formula: that is reported where it stands.
        known = self._known() if names is None else names

        def mistaken(mistake: Mistake) -> None:
            if mistake.rule == "unknown-name":
                self._unknown_in_formula(path, mistake, columns=names is not None)
            else:
                self.report(mistake.rule, path, mistake.at, **mistake.facts)

        return Scope(known, self._columns, self.units, mistaken)

    def _known(self) -> dict[str, Quantity]:
        if len(self._quantities) < len(self.inputs):
            self._quantities = dict.fromkeys(self.raw.get("indicators", {}), UNKNOWN)
            self._quantities |= {id: quantity_of(each.unit) for id, each in self.inputs.items()}
        return self._quantities

    def _unknown_in_formula(self, path: Path, mistake: Mistake, columns: bool) -> None:
        facts: dict[str, Any] = dict(mistake.facts)
        found, known = str(facts["found"]), list(facts["known"])
        columns = columns or facts.get("within") is not None
        what = facts.get("what") or ("column" if columns else "name")
        likely = self._meant(found, [*known, *FUNCTIONS, *self.raw.get("indicators", {})] if what == "name" else known)
        self.report("unknown-name", path, mistake.at, found=found, near=likely or Word("none-near"), what=Word(what))

    def _meant(self, found: str, known: list[str]) -> list[str]:
        """What may be meant by a name that there is not: a text without its quotes, a form's name for an id, a Chinese
        function, a year after a name; else what is spelt like it."""
        if any(found in column.values for register in self.registers.values() for column in register.columns.values()):
            return [f'"{found}"']
        ids = [id for id, each in self.inputs.items() if found in (each.name, *each.aliases)]
        function = SPOKEN.get(found)
        dated = re.fullmatch(_DATED, found)
        if dated and dated[1] in self.inputs:
            return [f"at({dated[1]}, {dated[2]})" if dated[2].isdigit() else f"prior({dated[1]})"]
        return ids or ([function] if function else near(found, known))

    def check_unit(self, tree: Expression, unit: Unit, path: Path, names: Mapping[str, Quantity] | None = None) -> None:
        """Report a formula whose quantity cannot be said in ``unit``."""
        found = analyse(tree, self.scope(path, names))
        if not fits(found, unit):
            self.report("unit-conflict", path, left=found.text, right=unit.text or Word("unit-none"), operator="→")

    # ---- units, subjects, registers

    def _units(self) -> UnitTable:
        own: dict[str, tuple[str, float]] = {}
        for name, text in self.raw.get("units", {}).items():
            if text == "new":
                own[name] = (name, 1.0)
                continue
            match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(\S+)", text)
            base = UnitTable(own).parse(match[2]) if match else None
            if match is None or base is None or len(base.dims) != 1 or base.dims[0][1] != 1:
                self.source.report("wrong-type", self.source.place("units", name), key=name, found=text, expected=Word("type-own-unit"))
            else:
                own[name] = (base.dims[0][0], float(match[1]) * base.factor)
        return UnitTable(own)

    def _groups(self) -> dict[str, Group]:
        groups, seen = {}, dict[str, str]()
        for id, raw in self.raw.get("subjects", {}).items():
            members = raw.get("members") or {}
            if isinstance(members, list):
                members = {name: [] for name in members}
            for name in members:
                if name in seen:
                    self.report("subject-in-two-groups", ("subjects", id, "members", name), subject=name, first=seen[name], second=id)
                seen[name] = id
            groups[id] = Group(id, raw.get("name", id), {name: tuple(aliases) for name, aliases in members.items()})
        return groups

    def _registers(self) -> dict[str, Register]:
        found = {}
        for id, raw in self.raw.get("registers", {}).items():
            columns = {name: self._column(id, name, each) for name, each in raw.get("columns", {}).items()}
            path = ("registers", id)
            for role in ("key", "label", "subject"):
                self.named(raw.get(role), columns, (*path, role), "column")
            key, label, subject = (raw.get(role) if raw.get(role) in columns else None for role in ("key", "label", "subject"))
            label = label or key or next(iter(columns), "")
            found[id] = Register(id, raw.get("name", id), key, label, columns, subject, tuple(raw.get("aliases", ())))
        return found

    def _column(self, register: str, id: str, raw: Raw) -> Column:
        path = ("registers", register, "columns", id, "unit")
        unit = self.unit(raw.get("unit"), path)
        values = raw.get("values") or {}
        if isinstance(values, list):
            values = {value: [] for value in values}
        type_ = raw.get("type") or ("number" if raw.get("unit") is not None else "choice" if values else "text")
        return Column(
            id, raw.get("name", id), type_, unit, tuple(raw.get("aliases", ())),
            {value: tuple(aliases) for value, aliases in values.items()}, raw.get("required", True), raw.get("negative", False),
        )


def columns_of(register: Register) -> dict[str, Quantity]:
    """What the columns of a register are in a formula: numbers have their unit, flags are true or false, the rest text."""
    return {
        id: quantity_of(column.unit) if column.type == "number" else Quantity(FLAG if column.type == "flag" else "text")
        for id, column in register.columns.items()
    }
