"""Raw tiers → nouns: bounds with their units, operands with theirs, tables by period or by subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.build import Builder, Path, Raw
from kpi_cli.plan.build_conversions import check_no_conversion
from kpi_cli.plan.formula.dimensions import fits
from kpi_cli.plan.formula.syntax import Expression, Name, Number, Text, Unary
from kpi_cli.plan.nouns import Bound, Operand, Tier
from kpi_cli.plan.tables import is_period
from kpi_cli.plan.units import DATE, FLAG, POINTS, RATIO, UNKNOWN, UNKNOWN_UNIT, Unit, compatible, convert
from kpi_cli.rules import Word

_DONE = {"是": 1.0, "yes": 1.0, "true": 1.0, "done": 1.0, "否": 0.0, "no": 0.0, "false": 0.0}
_BESIDE = {"within", "of", "unit", "dated"}
_OTHERS = ("others", "其余", "其他")


class Owner(NamedTuple):
    """The indicator that a tier belongs to. ``subjects``: every subject of the plan, the whole first."""

    builder: Builder
    id: str
    unit: Unit
    subjects: list[str]


def build_tier(owner: Owner, raw: Raw, path: Path) -> Tier | None:
    """The bounds of one tier; None where none of them was sound."""
    either = raw["any_of"]
    deep = (*path, "any_of") if either else path
    bounds = [_bound(owner, each, (*deep, str(index))) for index, each in enumerate(raw["bounds"])]
    sound = tuple(each for each in bounds if each is not None)
    return Tier(sound, either) if sound else None


def _bound(owner: Owner, raw: Raw, path: Path) -> Bound | None:
    builder = owner.builder
    kinds = [key for key in raw if key in BOUNDS]
    if not kinds and builder.source.keys(path) - _BESIDE:
        return None  # what stands there was wrong in itself, and is reported
    if len(kinds) != 1:
        found = kinds or list(raw) or Word("yaml-nothing")
        builder.report("wrong-type", path, key=_tier_of(path), found=found, expected=Word("type-one-bound"))
        return None
    kind = kinds[0]
    unit = _unit(owner, raw, kind, path)
    owner = owner._replace(unit=unit)
    of = _formula(owner, raw.get("of"), (*path, "of"))
    check_no_conversion(builder, raw.get("of", ""), unit, (*path, "of"))
    _check_partners(builder, raw, kind, path)
    value = _value(owner, kind, raw[kind], (*path, kind))
    if value is None:
        return None
    return Bound(kind, value, unit, of, raw.get("of"), _within(owner, raw, value, (*path, "within")), _dated(owner, raw, path))


def _tier_of(path: Path) -> str:
    return next(key for key in reversed(path) if key in ("assured", "stretch"))


def _check_partners(builder: Builder, raw: Raw, kind: str, path: Path) -> None:
    """``about`` needs its tolerance; ``within`` and ``dated`` mean nothing elsewhere."""
    if kind == "about" and "within" not in raw:
        builder.report("missing-key", path, key="within", owner="about")
    for key, partner in (("within", "about"), ("dated", "done_by")):
        if key in raw and kind != partner:
            builder.report("wrong-type", (*path, key), key=key, found=kind, expected=partner)


def _dated(owner: Owner, raw: Raw, path: Path) -> str | None:
    builder = owner.builder
    dated = builder.named(raw.get("dated"), builder.inputs, (*path, "dated"), "input")
    if dated is not None and "done_by" in raw and builder.inputs[dated].unit.kind != DATE:
        builder.report("unit-conflict", (*path, "dated"), left=builder.inputs[dated].unit.text, right="日期", operator="→")
    return dated


def _unit(owner: Owner, raw: Raw, kind: str, path: Path) -> Unit:
    """The unit written; else, for a bound on something else, that of its number or of what it is on; else the
    indicator's."""
    builder = owner.builder
    if "unit" in raw:
        unit = builder.unit(raw["unit"], (*path, "unit"))
        if "of" not in raw and UNKNOWN not in (unit.kind, owner.unit.kind) and not compatible(unit, owner.unit):
            builder.report("unit-conflict", (*path, "unit"), left=owner.unit.text or Word("unit-none"), right=unit.text, operator="→")
        return unit
    if "of" not in raw or kind == "done_by":
        return owner.unit
    number = _number_with_unit(builder, raw[kind])
    if number is not None:
        return number[1]
    tree = builder.quiet(raw["of"])
    if isinstance(tree, Name):
        return builder.unit_of(tree.name) or owner.unit
    if tree is not None and not fits(builder.quantity(builder.bound(tree, owner.id)), owner.unit):
        builder.report("missing-key", (*path, "of"), key="unit", owner=raw["of"])
        return UNKNOWN_UNIT
    return owner.unit


def _number_with_unit(builder: Builder, raw: Any) -> tuple[float, Unit] | None:
    """A written amount such as 28 %, -2 百分点 or 500 万元."""
    if not isinstance(raw, str):
        return None
    tree, sign = builder.quiet(raw), 1.0
    if isinstance(tree, Unary) and tree.operator == "-":
        tree, sign = tree.operand, -1.0
    unit = builder.units.parse(tree.unit) if isinstance(tree, Number) and tree.unit else None
    return (sign * tree.value, unit) if unit is not None and isinstance(tree, Number) else None


def _value(owner: Owner, kind: str, raw: Any, path: Path) -> Any:
    if BOUNDS[kind].operand == "pair":
        return _table(owner, raw, path, _pair) if isinstance(raw, dict) else _pair(owner, raw, path)
    if BOUNDS[kind].operand == "date":
        return _deadlines(owner, raw, path) if isinstance(raw, dict) else raw
    return _cell(owner, raw, path)


def _deadlines(owner: Owner, raw: Raw, path: Path) -> Raw | None:
    strange = [key for key in raw if not is_period(key)]
    if strange:
        owner.builder.report("wrong-type", (*path, strange[0]), key=path[-1], found=strange[0], expected=Word("type-dates"))
    return None if strange else raw


def _cell(owner: Owner, raw: Any, path: Path) -> Any:
    return _table(owner, raw, path, _cell) if isinstance(raw, dict) else _operand(owner, raw, path)


def _pair(owner: Owner, raw: Any, path: Path) -> tuple[Operand, Operand] | None:
    low, high = (_operand(owner, each, path) for each in raw)
    if isinstance(low, float) and isinstance(high, float) and low > high:
        owner.builder.report("wrong-type", path, key=path[-1], found=raw, expected=Word("type-pair"))
    return None if low is None or high is None else (low, high)


def _table(owner: Owner, raw: Raw, path: Path, read: Callable[[Owner, Any, Path], Any]) -> Any:
    """A table by year or period, or by subject. By subject a key may also be a group (all its members) or 其余 (all
    others); ranges by subject become a table of lows and one of highs."""
    read_cells = {key: read(owner, each, (*path, key)) for key, each in raw.items()}
    if any(each is None for each in read_cells.values()):
        return None
    periods = [key for key in raw if is_period(key)]
    if periods and len(periods) != len(raw):
        strange = next(key for key in raw if key not in periods)
        owner.builder.report("wrong-type", (*path, strange), key=path[-1], found=strange, expected=Word("type-table"))
        return None
    if periods:
        return read_cells
    cells = _by_subject(owner, read_cells, path)
    if cells and all(type(each) is tuple for each in cells.values()):
        return tuple({name: pair[side] for name, pair in cells.items()} for side in (0, 1))
    return cells


def _by_subject(owner: Owner, cells: Raw, path: Path) -> Raw:
    builder = owner.builder
    found: Raw = {}
    for key, value in cells.items():
        if key in builder.groups:
            found |= {name: value for name in builder.groups[key].members if name not in cells}
        elif key not in _OTHERS:
            builder.named(key, [*owner.subjects, *builder.groups, _OTHERS[1]], (*path, key), "subject")
            found[key] = value
    for key in _OTHERS:
        if key in cells:
            group = builder.groups.get(builder.raw["indicators"][owner.id].get("for", ""))
            members = list(group.members) if group else owner.subjects
            found |= {name: cells[key] for name in members if name not in found}
    return found


def _operand(owner: Owner, raw: float | str, path: Path) -> Operand | None:
    """A number in the bound's unit; a written amount is converted to it, anything else is a formula."""
    if isinstance(raw, float):
        return raw
    if owner.unit.kind == FLAG and raw in _DONE:
        return _DONE[raw]
    amount = _number_with_unit(owner.builder, raw)
    if amount is not None and compatible(amount[1], owner.unit):
        return convert(*amount, owner.unit)
    plain = owner.builder.quiet(raw)
    if isinstance(plain, Number) and plain.unit is None:
        return plain.value  # 2.4万
    return _formula(owner, raw, path)


def _formula(owner: Owner, text: str | None, path: Path) -> Expression | None:
    """A formula within a bound, in which ``prior``, ``mean``, ``self`` and ``submitted`` stand for the indicator."""
    if text is None:
        return None
    builder = owner.builder
    tree = builder.parse(text, path)
    if tree is None or isinstance(tree, Text):
        return None
    tree = builder.bound(tree, owner.id)
    if owner.unit.kind != FLAG:
        builder.check_unit(tree, owner.unit, path)
    return tree


def _within(owner: Owner, raw: Raw, value: Any, path: Path) -> float | None:
    """The tolerance in the bound's unit; ``5 %`` of an amount is taken of the target."""
    given = raw.get("within")
    if given is None or isinstance(given, float):
        return given
    amount = _number_with_unit(owner.builder, given)
    if amount is not None and amount[1].kind == RATIO and owner.unit.kind != RATIO and isinstance(value, float):
        return abs(value) * amount[0] * amount[1].factor
    if amount is not None and (compatible(amount[1], owner.unit) or {amount[1].kind, owner.unit.kind} == {RATIO, POINTS}):
        return amount[0] * amount[1].factor / owner.unit.factor
    owner.builder.report("wrong-type", path, key="within", found=given, expected=Word("type-number"))
    return None
