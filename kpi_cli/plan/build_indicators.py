"""Raw indicators → nouns: formulas bound and unit-checked, bounds read, twins joined."""

from __future__ import annotations

from functools import reduce

from kpi_cli.plan.build import Builder, Path, Raw, columns_of
from kpi_cli.plan.build_bounds import Owner, build_tier
from kpi_cli.plan.build_conversions import check_no_conversion
from kpi_cli.plan.build_inputs import is_milestone, is_on_others
from kpi_cli.plan.formula.dimensions import Quantity
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Number, Unary
from kpi_cli.plan.kinds import merged
from kpi_cli.plan.nouns import Bound, Indicator, Tier
from kpi_cli.plan.units import FLAG, RATIO, Unit

TIERS: tuple[str, ...] = ("assured", "stretch")
_COMPARED = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<", "equals": "=="}


def build_indicators(builder: Builder, parts: dict[str, str], subjects: list[str]) -> dict[str, Indicator]:
    """All indicators of a plan, the clauses of twins added to the indicator that they repeat."""
    raw_indicators = builder.raw.get("indicators", {})
    found = {id: _indicator(builder, id, raw, parts, subjects) for id, raw in raw_indicators.items()}
    for id, indicator in found.items():
        twin = indicator.same_as
        if twin is not None and twin in found:
            found[twin] = found[twin]._replace(clauses=tuple(dict.fromkeys((*found[twin].clauses, *indicator.clauses))))
        if twin is not None and twin in found and found[twin].same_as:
            builder.report("circular-formula", ("indicators", id, "same_as"), chain=[id, twin, str(found[twin].same_as)])
    return found


def _indicator(builder: Builder, id: str, raw: Raw, parts: dict[str, str], subjects: list[str]) -> Indicator:
    path = ("indicators", id)
    tree = builder.tree_of(id)
    unit = _unit(builder, id, raw, tree)
    if tree is not None and raw.get("formula") is not None:
        builder.check_unit(tree, unit, (*path, "formula"))
        check_no_conversion(builder, raw["formula"], unit, (*path, "formula"))
    clauses = tuple(raw.get("clause", ()))
    twin = builder.named(raw.get("same_as"), builder.raw["indicators"], (*path, "same_as"), "indicator")
    register, rows, each = _over_rows(builder, path, raw, unit)
    owner = Owner(builder, id, unit, subjects)
    tiers = _with_day({name: build_tier(owner, raw[name], (*path, name)) for name in TIERS if name in raw})
    scored = raw.get("scored", True)
    if tree is None and is_on_others(raw):
        tree, unit = _verdict(tiers), builder.unit("是/否", path)
    return Indicator(
        id, raw.get("name", id), clauses, _part(clauses, parts), unit, raw.get("kind") or _kind(unit, tree, tiers), tree,
        raw.get("formula"), tuple(raw.get("aliases", ())),
        builder.named(raw.get("for"), builder.groups, (*path, "for"), "group"), register, rows, raw.get("class"), each,
        raw.get("each"), tiers.get("assured"), tiers.get("stretch"), twin, scored, raw.get("caliber"), raw.get("note"), raw.get("source"),
    )


def _with_day(tiers: dict[str, Tier | None]) -> dict[str, Tier | None]:
    """Both tiers of a milestone look at the same day of completion, though only one of them may name it."""
    milestones = [bound for tier in tiers.values() if tier for bound in tier.bounds if bound.kind == "done_by"]
    days = {bound.dated for bound in milestones if bound.dated is not None}
    if len(days) != 1:
        return tiers
    day = days.pop()
    return {
        name: tier and tier._replace(
            bounds=tuple(bound._replace(dated=bound.dated or day) if bound.kind == "done_by" and bound.of is None else bound for bound in tier.bounds)
        )
        for name, tier in tiers.items()
    }


def _unit(builder: Builder, id: str, raw: Raw, tree: Expression | None) -> Unit:
    if raw.get("unit") is not None:
        return builder.unit(raw["unit"], ("indicators", id, "unit"))
    if raw.get("formula") is None and id in builder.inputs:
        return builder.inputs[id].unit
    twin = builder.raw["indicators"].get(raw.get("same_as") or "")
    if twin is not None and twin is not raw and not twin.get("same_as"):
        return _unit(builder, raw["same_as"], twin, builder.tree_of(raw["same_as"]))
    if is_milestone(builder, id, raw):
        return builder.unit("是/否", ())
    wish = raw.get("scored", True) is False or raw.get("kind") in ("note", "scoring")
    told = raw.get("same_as") or is_on_others(raw) or merged(("indicators", id), builder.source) or builder.source.knows("indicators", id, "unit")
    if not told and (not wish or tree is not None):
        builder.source.report("missing-key", builder.source.place("indicators", id), key="unit", owner=id)
    return builder.unit("", ())


def _verdict(tiers: dict[str, Tier | None]) -> Expression | None:
    """Whether what is demanded of other figures holds: the value of an indicator that has no figure of its own."""
    tier = tiers.get("assured") or tiers.get("stretch")
    met = [_holds(bound) for bound in tier.bounds] if tier else []
    if not met or None in met:
        return None
    return reduce(lambda left, right: Binary("or" if tier and tier.any_of else "and", left, right, 0), [each for each in met if each])


def _holds(bound: Bound) -> Expression | None:
    if bound.kind == "done_by":
        return bound.of
    operator = _COMPARED.get(bound.kind)
    if operator is None or bound.of is None or not isinstance(bound.value, float):
        return None
    factor = bound.unit.factor if bound.unit.kind != FLAG else 1.0
    return Binary(operator, bound.of, Number(bound.value * factor, None, 0), 0)


def _part(clauses: tuple[str, ...], parts: dict[str, str]) -> str:
    """The name of the part whose prefix fits the first clause best."""
    first = clauses[0] if clauses else ""
    fitting = [prefix for prefix in parts if first.startswith(prefix)]
    return parts[max(fitting, key=len)] if fitting else ""


def _kind(unit: Unit, tree: Expression | None, tiers: dict[str, Tier | None]) -> str:
    if any(bound.kind == "done_by" for tier in tiers.values() if tier for bound in tier.bounds):
        return "milestone"
    head = tree.operand if isinstance(tree, Unary) else tree
    if isinstance(head, Call) and head.function in ("growth", "change"):
        return head.function
    return "share" if unit.kind == RATIO else "count" if unit.whole else "level"


def _over_rows(builder: Builder, path: Path, raw: Raw, unit: Unit) -> tuple[str | None, Expression | None, Expression | None]:
    """The register, the condition of its rows and the formula of each, for a rule that holds row by row."""
    register = builder.named(raw.get("register"), builder.registers, (*path, "register"), "register")
    alone = [key for key in ("class", "rows", "each") if raw.get(key) is not None and raw.get("register") is None]
    if alone:
        builder.report("missing-key", (*path, alone[0]), key="register", owner=path[-1])
    if register is None:
        return None, None, None
    columns = columns_of(builder.registers[register])
    if raw.get("class") is not None:
        classes = [value for column in builder.registers[register].columns.values() for value in column.values]
        builder.named(raw["class"], classes, (*path, "class"), "class")
    rows = _checked(builder, raw.get("rows"), (*path, "rows"), builder.unit("是/否", ()), columns)
    each = _checked(builder, raw.get("each"), (*path, "each"), unit, columns)
    return register, rows, each


def _checked(builder: Builder, text: str | None, path: Path, unit: Unit, columns: dict[str, Quantity]) -> Expression | None:
    tree = builder.parse(text, path) if text is not None else None
    if tree is not None and text is not None:
        builder.check_unit(tree, unit, path, columns)
        check_no_conversion(builder, text, unit, path)
    return tree
