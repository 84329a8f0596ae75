"""What kind of quantity a formula gives: its unit's dimensions, worked out before any figure is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from kpi_cli.plan import units
from kpi_cli.plan.formula.functions import FUNCTIONS, YEAR_ARGUMENT
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Text, Unary
from kpi_cli.plan.units import AMOUNT, DATE, FLAG, NUMBER, POINTS, RATIO, Dimensions, Unit, UnitTable, word_of
from kpi_cli.rules import Word


class Quantity(NamedTuple):
    """``kind`` as in units; ``difference`` marks one ratio less another, which may be said in % or in points;
    ``counted`` a figure counted one by one (件, 家), which may stand beside a bare number."""

    kind: str
    dims: Dimensions = ()
    difference: bool = False
    counted: bool = False

    @property
    def text(self) -> str:
        """The dimensions in a form fit for a message, such as 元/人; a word where there are none."""
        if not self.dims:
            return Word(f"quantity-{self.kind}")
        above = "·".join(word_of(dim) for dim, power in self.dims for _ in range(max(power, 0))) or "1"
        below = "".join(f"/{word_of(dim)}" for dim, power in self.dims for _ in range(max(-power, 0)))
        return above + below


TEXT = Quantity("text")
UNKNOWN = Quantity(units.UNKNOWN)
_PLAIN = (RATIO, NUMBER, FLAG, UNKNOWN.kind)


class Mistake(NamedTuple):
    """A mistake in a formula: rule name, offset, facts."""

    rule: str
    at: int
    facts: dict[str, object]


class Scope(NamedTuple):
    """``names``: what a bare name stands for; ``registers``: per register, what its columns stand for; ``within``: the
    register whose columns the names are."""

    names: Mapping[str, Quantity]
    registers: Mapping[str, Mapping[str, Quantity]]
    units: UnitTable
    report: Callable[[Mistake], None]
    within: str | None = None


def quantity_of(unit: Unit) -> Quantity:
    """What a figure in ``unit`` is."""
    return Quantity(unit.kind, unit.dims, counted=unit.whole)


def fits(found: Quantity, unit: Unit) -> bool:
    """Whether a formula's quantity can be said in ``unit``."""
    if UNKNOWN.kind in (found.kind, unit.kind):
        return True
    if found.dims or unit.dims:
        return found.dims == unit.dims
    if unit.kind == POINTS:
        return found.kind == POINTS or found.difference
    if unit.kind == FLAG:
        return found.kind in (FLAG, NUMBER)
    return found.kind in (RATIO, NUMBER, FLAG) and unit.kind in (RATIO, NUMBER)


def analyse(tree: Expression, scope: Scope) -> Quantity:
    """The quantity of a tree; every mistake is reported to the scope, and UNKNOWN stands in for what has one."""
    if isinstance(tree, Number):
        return _number(tree, scope)
    if isinstance(tree, Text):
        return TEXT
    if isinstance(tree, Name):
        if tree.name not in scope.names:
            scope.report(Mistake("unknown-name", tree.at, {"found": tree.name, "known": list(scope.names), "within": scope.within}))
            return UNKNOWN
        return scope.names[tree.name]
    if isinstance(tree, Unary):
        inner = analyse(tree.operand, scope)
        return Quantity(FLAG) if tree.operator == "not" else inner
    if isinstance(tree, Binary):
        return _binary(tree, analyse(tree.left, scope), analyse(tree.right, scope), scope)
    if isinstance(tree, OverRegister):
        return _over_register(tree, scope)
    return _call(tree, scope)


def _number(tree: Number, scope: Scope) -> Quantity:
    if tree.unit is None:
        return Quantity(NUMBER)
    unit = scope.units.parse(tree.unit)
    if unit is None:
        scope.report(Mistake("unknown-name", tree.at, {"found": tree.unit, "known": scope.units.names(), "what": "unit"}))
        return UNKNOWN
    return quantity_of(unit)


def _binary(tree: Binary, left: Quantity, right: Quantity, scope: Scope) -> Quantity:
    operator = tree.operator
    if operator in ("and", "or"):
        return Quantity(FLAG)
    if operator in ("*", "/"):
        return _product(left, right, 1 if operator == "*" else -1)
    if operator == "^":
        return _power(tree, left, scope)
    if not _agree(tree.left, left, tree.right, right):
        scope.report(Mistake("unit-conflict", tree.at, {"left": left.text, "right": right.text, "operator": operator}))
    if operator not in ("+", "-"):
        return Quantity(FLAG)
    if left.dims or left.kind == UNKNOWN.kind:
        return left
    if left.kind == POINTS and right.kind == POINTS:
        return left
    shares = left.kind == RATIO and right.kind == RATIO
    return Quantity(right.kind if right.dims else _ratio(left, right), right.dims, operator == "-" and shares)


def _agree(left: Expression, left_is: Quantity, right: Expression, right_is: Quantity) -> bool:
    """Whether two operands may be added or compared.

    Nought has every unit. A bare number may stand beside what is counted one by one; beside a share only 1 may, since
    nobody can tell whether 38 means 38 % or 3,800 %.
    """
    for tree, quantity, other in ((left, left_is, right_is), (right, right_is, left_is)):
        bare = _bare(tree)
        if bare == 0:
            return True
        if bare is not None and other.kind in (RATIO, POINTS):
            return bare == 1 and other.kind == RATIO
        if quantity.kind == NUMBER and other.counted:
            return True
    return _same(left_is, right_is)


def _bare(tree: Expression) -> float | None:
    if isinstance(tree, Unary) and tree.operator == "-":
        return _bare(tree.operand)
    return tree.value if isinstance(tree, Number) and tree.unit is None else None


def _ratio(left: Quantity, right: Quantity) -> str:
    return RATIO if RATIO in (left.kind, right.kind) else NUMBER


def _same(left: Quantity, right: Quantity) -> bool:
    if UNKNOWN.kind in (left.kind, right.kind) or left == TEXT or right == TEXT:
        return True
    if left.dims != right.dims:
        return False
    if DATE in (left.kind, right.kind):
        return left.kind == right.kind
    return left.kind == right.kind or (left.kind in _PLAIN and right.kind in _PLAIN) or _points(left, right)


def _points(left: Quantity, right: Quantity) -> bool:
    """A share may rise by points; points go with points."""
    return {left.kind, right.kind} <= {POINTS, RATIO}


def _product(left: Quantity, right: Quantity, sign: int) -> Quantity:
    if UNKNOWN.kind in (left.kind, right.kind):
        return UNKNOWN
    powers = dict(left.dims)
    for dim, power in right.dims:
        powers[dim] = powers.get(dim, 0) + sign * power
    dims = tuple(sorted((dim, power) for dim, power in powers.items() if power))
    if dims:
        return Quantity(AMOUNT, dims)
    if left.kind == POINTS and right.kind in _PLAIN:
        return left
    bare = left.kind in (NUMBER, FLAG) and right.kind in (NUMBER, FLAG)
    return Quantity(NUMBER) if bare and not left.dims else Quantity(RATIO)


def _power(tree: Binary, base: Quantity, scope: Scope) -> Quantity:
    if base.dims and isinstance(tree.right, Number) and tree.right.value.is_integer():
        return Quantity(AMOUNT, tuple((dim, power * int(tree.right.value)) for dim, power in base.dims))
    if base.dims:
        scope.report(Mistake("unit-conflict", tree.at, {"left": base.text, "right": "?", "operator": "^"}))
    return base


def _call(tree: Call, scope: Scope) -> Quantity:
    function = FUNCTIONS.get(tree.function)
    if function is None:
        scope.report(Mistake("unknown-name", tree.at, {"found": tree.function, "known": list(FUNCTIONS)}))
        return UNKNOWN
    least, most = function.arguments
    if not least <= len(tree.arguments) <= most:
        facts: dict[str, object] = {"found": len(tree.arguments), "function": tree.function, "use": function.use}
        scope.report(Mistake("wrong-arguments", tree.at, facts))
        return UNKNOWN
    register = tree.arguments[0]
    if tree.function == "count":
        known = list(scope.registers)
        facts = {"found": getattr(register, "name", "?"), "known": known, "what": "register"}
        scope.report(Mistake("unknown-name", register.at, facts))
        return UNKNOWN
    if tree.function == "submitted_target":
        # Its argument names whose target it is, input or indicator; the figure takes that unit when it is read.
        return UNKNOWN
    return _result(tree, list(_arguments(tree, scope)), scope)


def _arguments(tree: Call, scope: Scope) -> Iterator[Quantity]:
    for index, argument in enumerate(tree.arguments):
        if index == YEAR_ARGUMENT.get(tree.function) or (tree.function == "prior" and index == 1):
            if not isinstance(argument, Number) or not argument.value.is_integer():
                use = FUNCTIONS[tree.function].use
                scope.report(Mistake("wrong-arguments", argument.at, {"found": "?", "function": tree.function, "use": use}))
        else:
            yield analyse(argument, scope)


def _over_register(tree: OverRegister, scope: Scope) -> Quantity:
    inner = scope._replace(names=scope.registers[tree.register], within=tree.register)
    if tree.condition is not None:
        analyse(tree.condition, inner)
    return Quantity(AMOUNT, (("count", 1),), counted=True) if tree.value is None else analyse(tree.value, inner)


def _result(tree: Call, found: list[Quantity], scope: Scope) -> Quantity:
    name, first = tree.function, found[0]
    if name in ("growth", "fall", "multiple", "cagr"):
        return Quantity(RATIO)
    if name == "change":
        return Quantity(POINTS) if first.kind == RATIO else first
    if name in ("sum", "mean", "min", "max", "given"):
        for other, argument in zip(found[1:], tree.arguments[1:], strict=True):
            if not _agree(tree.arguments[0], first, argument, other):
                facts: dict[str, object] = {"left": first.text, "right": other.text, "operator": name}
                scope.report(Mistake("unit-conflict", argument.at, facts))
        return first
    if name == "if":
        then, otherwise = found[1], found[2]
        if not _agree(tree.arguments[1], then, tree.arguments[2], otherwise):
            facts = {"left": then.text, "right": otherwise.text, "operator": "if"}
            scope.report(Mistake("unit-conflict", tree.at, facts))
        return otherwise if _bare(tree.arguments[1]) == 0 else then
    return first
