"""Raw indicators → nouns: formulas bound and unit-checked, bounds read, twins joined."""

from __future__ import annotations

import datetime
from typing import Any

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.build import Builder, Path, Raw, columns_of
from kpi_cli.plan.formula.dimensions import Quantity
from kpi_cli.plan.formula.syntax import Call, Expression, Text, Unary
from kpi_cli.plan.nouns import Bound, Indicator, Operand, Tier
from kpi_cli.plan.units import DATE, FLAG, RATIO, Unit
from kpi_cli.rules import Word


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
    clauses = tuple(raw.get("clause", ()))
    twin = builder.named(raw.get("same_as"), builder.raw["indicators"], (*path, "same_as"), "indicator")
    register, rows, each = _over_rows(builder, path, raw, unit)
    tiers = {name: _tier(builder, id, raw[name], (*path, name), unit, subjects) for name in ("assured", "stretch") if name in raw}
    scored = raw.get("scored", True)
    if tree is None and each is None and not raw.get("same_as") and not raw.get("formula") and scored and raw.get("kind") not in ("note", "scoring"):
        builder.unknown(id, list(builder.inputs), path, "input")
    return Indicator(
        id, raw.get("name", id), clauses, _part(clauses, parts), unit, raw.get("kind") or _kind(unit, tree, tiers), tree,
        raw.get("formula"), tuple(raw.get("aliases", ())),
        builder.named(raw.get("for"), builder.groups, (*path, "for"), "group"), register, rows, raw.get("class"), each,
        raw.get("each"), tiers.get("assured"), tiers.get("stretch"), twin, scored, raw.get("caliber"), raw.get("note"), raw.get("source"),
    )


def _unit(builder: Builder, id: str, raw: Raw, tree: Expression | None) -> Unit:
    if raw.get("unit") is not None:
        return builder.unit(raw["unit"], ("indicators", id, "unit"))
    if raw.get("formula") is None and id in builder.inputs:
        return builder.inputs[id].unit
    twin = builder.raw["indicators"].get(raw.get("same_as") or "")
    if twin is not None and twin is not raw and not twin.get("same_as"):
        return _unit(builder, raw["same_as"], twin, builder.tree_of(raw["same_as"]))
    if tree is not None or raw.get("each"):
        builder.source.report("missing-key", builder.source.place("indicators", id), key="unit", owner=id)
    return builder.unit("", ())


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
    for key in ("class", "rows", "each"):
        if raw.get(key) is not None and raw.get("register") is None:
            builder.source.report("missing-key", builder.source.place(*path, key), key="register", owner=path[-1])
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
    if tree is not None:
        builder.check_unit(tree, unit, path, columns)
    return tree


def _tier(builder: Builder, id: str, raw: list[Raw], path: Path, unit: Unit, subjects: list[str]) -> Tier | None:
    bounds = []
    for index, each in enumerate(raw):
        # A single bound may stand without a list, and then its place has no index.
        deep = (*path, str(index))
        found = _bound(builder, id, each, deep, unit, subjects)
        if found is not None:
            bounds.append(found)
    return Tier(tuple(bounds)) if bounds else None


def _bound(builder: Builder, id: str, raw: Raw, path: Path, unit: Unit, subjects: list[str]) -> Bound | None:
    kinds = [key for key in raw if key in BOUNDS]
    if not kinds and builder.source.holds(path):
        return None  # what stands there was wrong in itself, and is reported
    if len(kinds) != 1:
        builder.report("wrong-type", path, key=path[-2], found=kinds or list(raw) or Word("yaml-nothing"), expected=Word("type-one-bound"))
        return None
    kind = kinds[0]
    unit = builder.unit(raw["unit"], (*path, "unit")) if "unit" in raw else unit
    if kind == "about" and "within" not in raw:
        builder.report("missing-key", path, key="within", owner="about")
    if kind != "about" and "within" in raw:
        builder.report("unknown-key", (*path, "within"), key="within", known=[kind], near=["about"])
    dated = builder.named(raw.get("dated"), builder.inputs, (*path, "dated"), "input")
    if dated is not None and builder.inputs[dated].unit.kind != DATE:
        builder.report("unit-conflict", (*path, "dated"), left=builder.inputs[dated].unit.text, right="日期", operator="→")
    of = _formula(builder, id, raw.get("of"), (*path, "of"), unit)
    value = _value(builder, id, kind, raw[kind], (*path, kind), unit, subjects)
    return None if value is None else Bound(kind, value, unit, of, raw.get("of"), raw.get("within"), dated)


def _value(builder: Builder, id: str, kind: str, raw: Any, path: Path, unit: Unit, subjects: list[str]) -> Any:
    if isinstance(raw, datetime.date):
        return raw
    if isinstance(raw, list):
        pair = [_operand(builder, id, each, path, unit) for each in raw]
        if all(isinstance(each, float) for each in pair) and pair[0] > pair[1]:
            builder.report("wrong-type", path, key=kind, found=raw, expected=Word("type-pair"))
        return None if None in pair else tuple(pair)
    if isinstance(raw, dict):
        return {key: _cell(builder, id, key, each, (*path, key), unit, subjects) for key, each in raw.items()}
    return _operand(builder, id, raw, path, unit)


def _cell(builder: Builder, id: str, key: str, raw: Any, path: Path, unit: Unit, subjects: list[str]) -> Any:
    """A value of a table by year or by subject; a year's value may be a table by subject."""
    if not (key.isdigit() and len(key) == 4):
        builder.named(key, subjects, path, "subject")
    if isinstance(raw, dict):
        return {name: _cell(builder, id, name, each, (*path, name), unit, subjects) for name, each in raw.items()}
    return _operand(builder, id, raw, path, unit)


def _operand(builder: Builder, id: str, raw: float | str, path: Path, unit: Unit) -> Operand | None:
    return raw if isinstance(raw, float) else _formula(builder, id, raw, path, unit)


def _formula(builder: Builder, id: str, text: str | None, path: Path, unit: Unit) -> Expression | None:
    """A formula within a bound, in which ``prior``, ``mean``, ``self`` and ``submitted`` stand for the indicator."""
    if text is None:
        return None
    tree = builder.parse(text, path)
    if tree is None or isinstance(tree, Text):
        return None
    tree = builder.bound(tree, id)
    if unit.kind != FLAG:
        builder.check_unit(tree, unit, path)
    return tree
