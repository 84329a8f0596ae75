"""Conversions written by hand where the program converts by itself."""

from __future__ import annotations

from collections.abc import Iterator

from kpi_cli.plan.build import Builder, Path
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Number, Unary, names
from kpi_cli.plan.units import FLAG, NUMBER, UNKNOWN, Unit

_CONVERSIONS = frozenset(10.0**power for power in range(2, 13))


def check_no_conversion(builder: Builder, text: str, unit: Unit, path: Path) -> None:
    """Units are converted by the program: ``a / b * 100`` in % would show a hundred times too much."""
    tree = builder.quiet(text)
    factor = next(_powers_of_ten(tree, builder), None) if tree is not None and unit.kind not in (NUMBER, FLAG, UNKNOWN) else None
    if factor is not None:
        builder.report("double-conversion", path, factor.at, factor=factor.value, unit=unit.text)


def _powers_of_ten(tree: Expression, builder: Builder) -> Iterator[Number]:
    """Bare 100, 1000, 10000 … that something is multiplied or divided by. A price index (a number without unit, the year
    before being 100) is rightly divided by 100."""
    if isinstance(tree, Unary):
        yield from _powers_of_ten(tree.operand, builder)
    elif isinstance(tree, Call):
        for argument in tree.arguments:
            yield from _powers_of_ten(argument, builder)
    elif isinstance(tree, Binary):
        for side, other in ((tree.left, tree.right), (tree.right, tree.left)):
            bare = isinstance(side, Number) and side.unit is None and side.value in _CONVERSIONS
            if tree.operator in ("*", "/") and isinstance(side, Number) and bare and not _is_index(other, builder):
                yield side
            yield from _powers_of_ten(side, builder)


def _is_index(tree: Expression, builder: Builder) -> bool:
    read = [builder.inputs.get(each.name) for each in names(tree)]
    return bool(read) and all(each is not None and each.unit.kind == NUMBER for each in read)
