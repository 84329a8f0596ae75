"""Formula trees → values, over floats or over arrays of subjects alike. Values are in base units (元, 件, ratio 1.0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any, NamedTuple, Protocol

from kpi_cli.plan.arithmetic import NAN, Arithmetic, not_less
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Text, Unary
from kpi_cli.plan.units import UnitTable


class When(NamedTuple):
    """A period: a year, and the part of it (``""`` the whole year, ``"Q1..Q3"``, ``"06"``)."""

    year: int
    span: str = ""

    @property
    def text(self) -> str:
        return f"{self.year}-{self.span}" if self.span else str(self.year)


class Figures(Protocol):
    """Where a formula finds its figures. Values are NaN where there is none."""

    arithmetic: Arithmetic
    units: UnitTable

    def figure(self, name: str, when: When) -> Any:
        """The figure of an input, in base units."""

    def submitted_target(self, name: str) -> Any:
        """The target that was submitted for an input, in base units."""

    def years(self) -> list[int]:
        """The years for which there are figures, in order."""

    def register(self, over: OverRegister) -> Any:
        """The value of a count or sum over a register."""

    def group(self, tree: Expression, when: When, mean: bool) -> Any:
        """The sum or mean of a tree over each subject's group."""


def evaluate(tree: Expression, figures: Figures, when: When) -> Any:
    """The value of a tree at a period, in base units, NaN where it is undefined."""
    if isinstance(tree, Number):
        unit = figures.units.parse(tree.unit) if tree.unit else None
        return tree.value * unit.factor if unit else tree.value
    if isinstance(tree, Name):
        return figures.figure(tree.name, when)
    if isinstance(tree, Text):
        return NAN
    sums = figures.arithmetic
    if isinstance(tree, Unary):
        value = evaluate(tree.operand, figures, when)
        return sums.opposite(value) if tree.operator == "not" else sums.multiply(value, -1.0)
    if isinstance(tree, Binary):
        return BINARY[tree.operator](sums, evaluate(tree.left, figures, when), evaluate(tree.right, figures, when))
    if isinstance(tree, OverRegister):
        return figures.register(tree)
    return CALLS[tree.function](tree, figures, when)


BINARY: dict[str, Callable[[Arithmetic, Any, Any], Any]] = {
    "+": lambda sums, left, right: sums.add(left, right),
    "-": lambda sums, left, right: sums.subtract(left, right),
    "*": lambda sums, left, right: sums.multiply(left, right),
    "/": lambda sums, left, right: sums.divide(left, right),
    "^": lambda sums, left, right: sums.power(left, right),
    "and": lambda sums, left, right: sums.both(left, right),
    "or": lambda sums, left, right: sums.either(left, right),
    "<": lambda sums, left, right: sums.less(left, right),
    ">": lambda sums, left, right: sums.less(right, left),
    ">=": not_less,
    "<=": lambda sums, left, right: not_less(sums, right, left),
    "==": lambda sums, left, right: sums.close(left, right),
    "!=": lambda sums, left, right: sums.opposite(sums.close(left, right)),
    "in": lambda sums, left, right: sums.close(left, right),
}


def _base(tree: Call, when: When) -> When:
    """The period to compare with: last year's same period, or the whole of the year given."""
    if len(tree.arguments) < 2:
        return when._replace(year=when.year - 1)
    return When(_whole(tree.arguments[1]))


def _whole(tree: Expression) -> int:
    return int(tree.value) if isinstance(tree, Number) else 0


def _values(tree: Call, figures: Figures, when: When) -> list[Any]:
    return [evaluate(argument, figures, when) for argument in tree.arguments]


def _prior(tree: Call, figures: Figures, when: When) -> Any:
    back = _whole(tree.arguments[1]) if len(tree.arguments) > 1 else 1
    return evaluate(tree.arguments[0], figures, when._replace(year=when.year - back))


def _growth(tree: Call, figures: Figures, when: When) -> Any:
    sums = figures.arithmetic
    base = evaluate(tree.arguments[0], figures, _base(tree, when))
    # A base that is not positive has no growth: from -2 to 1 is no fall of 150 %.
    base = sums.where(sums.less(0.0, base), base, NAN)
    return sums.divide(sums.subtract(evaluate(tree.arguments[0], figures, when), base), base)


def _fall(tree: Call, figures: Figures, when: When) -> Any:
    return figures.arithmetic.multiply(_growth(tree, figures, when), -1.0)


def _total(tree: Call, figures: Figures, when: When) -> Any:
    return reduce(figures.arithmetic.add, (evaluate(tree.arguments[0], figures, each) for each in _since(tree, when)))


def _since(tree: Call, when: When) -> list[When]:
    """The whole years from the one given, then the present period."""
    return [*(When(year) for year in range(_whole(tree.arguments[1]), when.year)), when]


def _change(tree: Call, figures: Figures, when: When) -> Any:
    now = evaluate(tree.arguments[0], figures, when)
    return figures.arithmetic.subtract(now, evaluate(tree.arguments[0], figures, _base(tree, when)))


def _multiple(tree: Call, figures: Figures, when: When) -> Any:
    base = evaluate(tree.arguments[0], figures, _base(tree, when))
    return figures.arithmetic.divide(evaluate(tree.arguments[0], figures, when), base)


def _cagr(tree: Call, figures: Figures, when: When) -> Any:
    sums, years = figures.arithmetic, when.year - _whole(tree.arguments[1])
    if years <= 0:
        return sums.multiply(evaluate(tree.arguments[0], figures, when), NAN)
    ratio = _multiple(tree, figures, when)
    ratio = sums.where(sums.less(0.0, ratio), ratio, NAN)
    return sums.subtract(sums.power(ratio, 1.0 / years), 1.0)


def _over_years(tree: Call, figures: Figures, when: When, pick: Callable[[Any, Any], Any]) -> Any:
    """The extreme over the years up to now. Years before the first that can be computed do not count; this year, and every
    year after that first one, must be computable: a year left out may be the one that fails."""
    sums = figures.arithmetic
    result = evaluate(tree.arguments[0], figures, when)
    broken = sums.opposite(sums.known(result))
    for year in sorted((year for year in figures.years() if year < when.year), reverse=True):
        value = evaluate(tree.arguments[0], figures, when._replace(year=year))
        known = sums.known(value)
        result = sums.where(known, sums.where(broken, NAN, pick(result, sums.where(known, value, result))), result)
        broken = sums.either(broken, sums.opposite(known))
    return result


def _if(tree: Call, figures: Figures, when: When) -> Any:
    condition, then, otherwise = _values(tree, figures, when)
    return figures.arithmetic.where(condition, then, otherwise)


def _given(tree: Call, figures: Figures, when: When) -> Any:
    sums = figures.arithmetic
    return reduce(lambda first, later: sums.where(sums.known(first), first, later), _values(tree, figures, when))


def _mean(tree: Call, figures: Figures, when: When) -> Any:
    total = reduce(figures.arithmetic.add, _values(tree, figures, when))
    return figures.arithmetic.divide(total, float(len(tree.arguments)))


def _abs(tree: Call, figures: Figures, when: When) -> Any:
    value = evaluate(tree.arguments[0], figures, when)
    return figures.arithmetic.larger(value, figures.arithmetic.multiply(value, -1.0))


def _submitted_target(tree: Call, figures: Figures, when: When) -> Any:
    name = tree.arguments[0]
    return figures.submitted_target(name.name) if isinstance(name, Name) else NAN


CALLS: dict[str, Callable[[Call, Figures, When], Any]] = {
    "prior": _prior,
    "growth": _growth,
    "fall": _fall,
    "total": _total,
    "change": _change,
    "at": lambda tree, figures, when: evaluate(tree.arguments[0], figures, _base(tree, when)),
    "start": lambda tree, figures, when: evaluate(tree.arguments[0], figures, When(when.year - 1)),
    "multiple": _multiple,
    "cagr": _cagr,
    "lowest": lambda tree, figures, when: _over_years(tree, figures, when, figures.arithmetic.smaller),
    "highest": lambda tree, figures, when: _over_years(tree, figures, when, figures.arithmetic.larger),
    "sum": lambda tree, figures, when: reduce(figures.arithmetic.add, _values(tree, figures, when)),
    "mean": _mean,
    "min": lambda tree, figures, when: reduce(figures.arithmetic.smaller, _values(tree, figures, when)),
    "max": lambda tree, figures, when: reduce(figures.arithmetic.larger, _values(tree, figures, when)),
    "abs": _abs,
    "if": _if,
    "given": _given,
    "group_mean": lambda tree, figures, when: figures.group(tree.arguments[0], when, True),
    "group_sum": lambda tree, figures, when: figures.group(tree.arguments[0], when, False),
    "submitted_target": _submitted_target,
}


def leaves(tree: Expression, when: When, years: list[int] | None = None) -> Iterator[tuple[str, When]]:
    """Every figure that a tree reads at a period, as (input, period), in order of reading, repeats included."""
    if isinstance(tree, Name):
        yield tree.name, when
    elif isinstance(tree, Unary):
        yield from leaves(tree.operand, when, years)
    elif isinstance(tree, Binary):
        yield from leaves(tree.left, when, years)
        yield from leaves(tree.right, when, years)
    elif isinstance(tree, Call) and tree.arguments:
        yield from _call_leaves(tree, when, years)


def _call_leaves(tree: Call, when: When, years: list[int] | None) -> Iterator[tuple[str, When]]:
    first = tree.arguments[0]
    if tree.function in ("growth", "fall", "change", "multiple", "cagr"):
        yield from leaves(first, when, years)
        yield from leaves(first, _base(tree, when), years)
    elif tree.function == "prior":
        back = _whole(tree.arguments[1]) if len(tree.arguments) > 1 else 1
        yield from leaves(first, when._replace(year=when.year - back), years)
    elif tree.function == "total":
        for each in _since(tree, when):
            yield from leaves(first, each, years)
    elif tree.function == "at":
        yield from leaves(first, _base(tree, when), years)
    elif tree.function == "start":
        yield from leaves(first, When(when.year - 1), years)
    elif tree.function in ("lowest", "highest"):
        yield from leaves(first, when, years)
        for year in years or []:
            if year < when.year:
                yield from leaves(first, when._replace(year=year), years)
    else:
        for argument in tree.arguments:
            yield from leaves(argument, when, years)
