"""The rows of a register in a worked example: conditions and formulas row by row, on plain floats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kpi_cli.plan.arithmetic import FLOATS, NAN
from kpi_cli.plan.formula.evaluate import When, evaluate
from kpi_cli.plan.formula.syntax import Binary, Expression, Name, Number, OverRegister, Text, Unary
from kpi_cli.plan.nouns import Indicator, Register
from kpi_cli.plan.units import UnitTable

FLAGS = {"是": 1.0, "yes": 1.0, "true": 1.0, "否": 0.0, "no": 0.0, "false": 0.0}
_BETWEEN_VALUES = r"[、,，;；/]"
Row = Mapping[str, float | str]


class RowFigures:
    """One row, as formulas look up its columns."""

    arithmetic = FLOATS

    def __init__(self, register: Register, row: Row, units: UnitTable) -> None:
        self.columns, self.row, self.units = register.columns, row, units

    def figure(self, name: str, when: When) -> float:
        value = self.row.get(name, NAN)
        if isinstance(value, str):
            return FLAGS.get(value, NAN)
        return value * self.columns[name].unit.factor

    def years(self) -> list[int]:
        return []

    def submitted_target(self, name: str) -> float:
        return NAN

    def register(self, over: OverRegister) -> float:
        return NAN

    def group(self, tree: Expression, when: When, mean: bool) -> float:
        return NAN

    def value(self, tree: Expression) -> float:
        """A condition or a formula for this row."""
        return float(evaluate(self._settled(tree), self, When(0)))

    def _settled(self, tree: Expression) -> Expression:
        """The tree with comparisons of text decided."""
        if isinstance(tree, Unary):
            return tree._replace(operand=self._settled(tree.operand))
        if not isinstance(tree, Binary):
            return tree
        name, text = (tree.left, tree.right) if isinstance(tree.left, Name) else (tree.right, tree.left)
        if isinstance(name, Name) and isinstance(text, Text):
            same = bool(values_of(self.row.get(name.name, "")) & values_of(text.value))
            return Number(float(same != (tree.operator == "!=")), None, tree.at)
        return tree._replace(left=self._settled(tree.left), right=self._settled(tree.right))


def values_of(cell: float | str) -> set[str]:
    """The values in one cell: 高新技术企业、定报企业 are two."""
    return {part.strip() for part in re.split(_BETWEEN_VALUES, str(cell)) if part.strip()}


def over_register(over: OverRegister, register: Register, rows: list[Row], units: UnitTable) -> float:
    """A count or a sum over the rows that fit; NaN where a row that fits has no value."""
    each = [RowFigures(register, row, units) for row in rows]
    fitting = [row for row in each if over.condition is None or row.value(over.condition) == 1]
    return float(len(fitting)) if over.value is None else sum((row.value(over.value) for row in fitting), 0.0)


def applicable(indicator: Indicator, register: Register, rows: list[Row], units: UnitTable) -> Iterator[RowFigures]:
    """The rows that an indicator holds for: those of its class (a row of several classes counts in the strictest) that fit
    its condition."""
    for row in rows:
        figures = RowFigures(register, row, units)
        if indicator.row_class is not None and _strictest(register, row, indicator.row_class) != indicator.row_class:
            continue
        if indicator.rows is None or figures.value(indicator.rows) == 1:
            yield figures


def _strictest(register: Register, row: Row, wanted: str) -> str | None:
    for id, column in register.columns.items():
        if wanted in column.values:
            theirs = values_of(row.get(id, ""))
            return next((value for value in column.values if value in theirs), None)
    return None


def complying(met: list[Any]) -> dict[str, int]:
    """How many rows comply, and how many could be computed."""
    known = [each for each in met if each == each]
    return {"comply": sum(1 for each in known if each == 1), "computable": len(known)}
