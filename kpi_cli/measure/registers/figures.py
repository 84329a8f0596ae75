"""The entities of a register as formulas look them up, and counts and sums over them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kpi_cli.measure.arrays import ARRAYS
from kpi_cli.measure.panel import Panel
from kpi_cli.measure.registers.entities import Entities, Indexes
from kpi_cli.measure.registers.rows import Floats
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, OverRegister, Text, Unary
from kpi_cli.plan.matching import normal_name
from kpi_cli.registers import GOOD

_ANY_TIME = When(0)


class EntityFigures:
    """Columns by name, for all entities or for those at the places ``at``. Other names are the whole's figures in ``panel``."""

    arithmetic = ARRAYS

    def __init__(self, entities: Entities, at: Indexes | None = None, panel: Panel | None = None) -> None:
        self.entities, self.at, self.panel = entities, at, panel
        self.units = entities.rows.plan.units
        self._settled: dict[str, Floats] = {}

    def chosen(self, values: Any) -> Any:
        return values if self.at is None else values[self.at]

    def value(self, tree: Expression, when: When = _ANY_TIME) -> Any:
        """A formula or condition for each entity."""
        return evaluate(self.settled(tree), self, when)

    def settled(self, tree: Expression) -> Expression:
        """The tree with comparisons of texts and classes replaced by what they come to."""
        if isinstance(tree, Unary):
            return tree._replace(operand=self.settled(tree.operand))
        if isinstance(tree, Call):
            return tree._replace(arguments=tuple(self.settled(each) for each in tree.arguments))
        if not isinstance(tree, Binary):
            return tree
        name, text = (tree.left, tree.right) if isinstance(tree.left, Name) else (tree.right, tree.left)
        if isinstance(name, Name) and isinstance(text, Text):
            own = f"{tree.operator}\x00{name.name}\x00{text.value}"
            self._settled[own] = self._compared(name.name, text.value, tree.operator == "!=")
            return Name(own, tree.at)
        return tree._replace(left=self.settled(tree.left), right=self.settled(tree.right))

    def _compared(self, id: str, text: str, differs: bool) -> Floats:
        """1 where an entity is of one of the classes (or has the text), NaN where its class is not known."""
        entities = self.entities
        if id not in entities.classes:
            texts = self.chosen(np.array(entities.rows.texts(id), dtype=object)[entities.first])
            return np.array([float((each == text) != differs) if each else np.nan for each in texts])
        column = entities.rows.register.columns[id]
        bits = 0
        for place, (value, others) in enumerate(column.values.items()):
            names = {normal_name(each) for each in (value, *others)}
            bits |= (1 << place) if names & {normal_name(each) for each in (text, *text.split("、"))} else 0
        same = (self.chosen(entities.classes[id]) & np.uint64(bits)) != 0
        return np.where(self.chosen(entities.states[id]) == GOOD, (same != differs).astype(float), np.nan)

    # ---- what formulas and bounds ask

    def figure(self, name: str, when: When) -> Any:
        if name in self._settled:
            return self._settled[name]
        if name in self.entities.figures:
            return self.chosen(self.entities.figures[name])
        return self.panel.figure(name, when)[0] if self.panel is not None and name in self.panel.plan.inputs else np.nan

    def years(self) -> list[int]:
        return []

    def submitted_target(self, name: str) -> Any:
        return self.panel.submitted_target(name)[0] if self.panel is not None else np.nan

    def register(self, over: OverRegister) -> Any:
        return self.panel.register(over)[0] if self.panel is not None else np.nan

    def group(self, tree: Expression, when: When, mean: bool) -> Any:
        values = np.asarray(evaluate(tree, self, when), dtype=float)
        known = values[~np.isnan(values)]
        return (known.mean() if mean else known.sum()) if len(known) else np.nan

    def done_by(self, flag: Any, dated: str | None, deadline: datetime.date, when: When) -> Any:
        return np.where(np.isnan(flag), np.nan, (np.asarray(flag) > 0).astype(float))

    def by_subject(self, table: Mapping[str, Any]) -> Any:
        subjects = self.entities.rows.subjects
        values = np.full(len(subjects) + 1, np.nan)
        for name, value in table.items():
            if name in subjects:
                values[subjects.index(name)] = value
        return values[self.chosen(self.entities.subject)]


class Pooled(EntityFigures):
    """The figures of some entities added up, as if they were one: a rate of these is Σ / Σ."""

    def figure(self, name: str, when: When) -> Any:
        return np.asarray(super().figure(name, when), dtype=float).sum()


class Counted:
    """What a register answers to counts and sums over its entities, each key once."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        # A count or sum → how many entities could not be decided, since a figure that its condition asks for is missing or wrong.
        self.undecided: dict[Expression, int] = {}
        self._known: dict[tuple[Expression, tuple[str, ...]], Floats] = {}

    def aggregate(self, over: OverRegister, subjects: Sequence[str]) -> Floats:
        """One value a subject, in base units; the first subject is the whole. NaN where a subject has no row, where a sheet
        lacks a column that is asked for, and where an entity that fits has no value. In a list of events, which has no key, who
        has no row had no event."""
        key = (over._replace(at=0), tuple(subjects))
        if key not in self._known:
            self._known[key] = self._aggregate(over, subjects)
        return self._known[key]

    def sources(self) -> list[tuple[str, str | None, str]]:
        """(file, sheet, range of cells) of each table with rows."""
        return [(table.file, table.sheet, table.range) for table in self.entities.rows.tables if table.size]

    def _aggregate(self, over: OverRegister, subjects: Sequence[str]) -> Floats:
        entities = self.entities
        asked = [name for tree in (over.condition, over.value) if tree is not None for name in columns_in(tree)]
        if not entities.size or any(not entities.rows.has(id) for id in asked):
            return np.full(len(subjects), np.nan)
        figures = EntityFigures(entities)
        held = np.ones(entities.size) if over.condition is None else np.broadcast_to(figures.value(over.condition), entities.size)
        self.undecided[over._replace(at=0)] = int(np.isnan(held).sum())
        fits = held == 1
        values = np.ones(entities.size) if over.value is None else np.asarray(figures.value(over.value), dtype=float)
        places = {name: place for place, name in enumerate(entities.rows.subjects)}
        whole = float(np.broadcast_to(values, entities.size)[fits].sum())
        found = [whole]
        for subject in subjects[1:]:
            own = entities.subject == places.get(subject, -2)
            counted = own.any() or entities.rows.register.key is None
            found.append(float(np.broadcast_to(values, entities.size)[fits & own].sum()) if counted else np.nan)
        return np.array(found)


def columns_in(tree: Expression) -> list[str]:
    """The columns that a formula over rows names."""
    if isinstance(tree, Name):
        return [tree.name]
    if isinstance(tree, Unary):
        return columns_in(tree.operand)
    if isinstance(tree, Binary):
        return columns_in(tree.left) + columns_in(tree.right)
    if isinstance(tree, Call):
        return [name for each in tree.arguments for name in columns_in(each)]
    return []


def counts_in(tree: Expression | None) -> Iterator[OverRegister]:
    """Every count and sum over a register in a formula."""
    if isinstance(tree, OverRegister):
        yield tree
    elif isinstance(tree, Unary):
        yield from counts_in(tree.operand)
    elif isinstance(tree, Binary):
        yield from counts_in(tree.left)
        yield from counts_in(tree.right)
    elif isinstance(tree, Call):
        for each in tree.arguments:
            yield from counts_in(each)


def denominators(tree: Expression) -> list[Expression]:
    """What a formula divides by."""
    if isinstance(tree, Unary):
        return denominators(tree.operand)
    if isinstance(tree, Binary):
        own = [tree.right] if tree.operator == "/" else []
        return own + denominators(tree.left) + denominators(tree.right)
    if isinstance(tree, Call):
        return [each for argument in tree.arguments for each in denominators(argument)]
    return []
