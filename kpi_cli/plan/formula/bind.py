"""Binding: names of indicators become their formulas, calls over a register become nodes of their own."""

from __future__ import annotations

from collections.abc import Callable, Container

from kpi_cli.plan.formula.functions import REGISTER_FUNCTIONS
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, OverRegister, Unary


def bind(tree: Expression, resolve: Callable[[Name], Expression], registers: Container[str]) -> Expression:
    """The tree with every name outside a register replaced by what ``resolve`` gives for it."""
    if isinstance(tree, Name):
        return resolve(tree)
    if isinstance(tree, Unary):
        return tree._replace(operand=bind(tree.operand, resolve, registers))
    if isinstance(tree, Binary):
        return tree._replace(left=bind(tree.left, resolve, registers), right=bind(tree.right, resolve, registers))
    if isinstance(tree, Call):
        first = tree.arguments[0] if tree.arguments else None
        if tree.function in REGISTER_FUNCTIONS and isinstance(first, Name) and first.name in registers:
            return _over(tree, first.name)
        return tree._replace(arguments=tuple(bind(each, resolve, registers) for each in tree.arguments))
    return tree


def _over(tree: Call, register: str) -> Expression:
    """count(register, condition); sum(register, value, condition). Other argument counts stay calls, and mistakes."""
    rest = tree.arguments[1:]
    if tree.function == "count" and len(rest) <= 1:
        return OverRegister("count", register, None, rest[0] if rest else None, tree.at)
    if tree.function == "sum" and 1 <= len(rest) <= 2:
        return OverRegister("sum", register, rest[0], rest[1] if len(rest) == 2 else None, tree.at)
    return tree
