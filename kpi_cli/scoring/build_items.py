"""Raw items → nouns: what is scored, its target and direction, its points by group, the options of its method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.formula.syntax import Name
from kpi_cli.plan.nouns import Indicator
from kpi_cli.plan.nouns import Tier as PlanTier
from kpi_cli.plan.units import FLAG, NO_UNIT
from kpi_cli.rules import Word
from kpi_cli.scoring import nouns
from kpi_cli.scoring.amounts import ATTAINMENT, Share
from kpi_cli.scoring.build_context import Context, Figure, Raw, operand, ratio_of, settled
from kpi_cli.scoring.build_methods import OPTIONS
from kpi_cli.scoring.formulas import Formulas, Itself, Path
from kpi_cli.scoring.language import AGGREGATES
from kpi_cli.scoring.nouns import Item, Policy, Target

# Methods that hold a figure against a target, those that ask which way is better, and those that need no figure.
TARGETED = frozenset({"proportional", "steps", "gate"})
DIRECTED = frozenset({"proportional", "steps", "rank", "benchmark", "gate", "places"})
FIGURELESS = frozenset({"manual", "per_item", "gate"})
SPANS = {"quarters": ("Q1", "Q1..Q2", "Q1..Q3", ""), "months": (
    "01", "01..02", "Q1", "01..04", "01..05", "Q1..Q2", "01..07", "01..08", "Q1..Q3", "01..10", "01..11", "")}


def policy_of(raw: Any, default: Policy) -> Policy:
    if raw is None:
        return default
    if isinstance(raw, str):
        return Policy("share", Share(0.6, True)) if raw == "share" else Policy(raw)
    return Policy("share", raw.get("share", Share(1.0, True)), raw.get("each"), raw.get("points", 0.0))


def build_items(context: Context, raw_items: list[Raw], path: Path = ("items",), above: Raw | None = None) -> tuple[Item, ...]:
    """The items of a scheme or the parts of one item, which take their groups from it."""
    found = [_item(context, raw, (*path, str(index)), above or {}) for index, raw in enumerate(raw_items)]
    return tuple(each for each in found if each is not None)


def _item(context: Context, raw: Raw, path: Path, above: Raw) -> Item | None:
    method, formulas = raw.get("method"), context.formulas
    if method is None or "points" not in raw:
        return None
    raw = {**{key: above[key] for key in ("for", "average", "period", "years_back") if key in above}, **raw}
    id = raw.get("id") or raw.get("indicator")
    if id is None:
        formulas.report("missing-key", path, key="id", owner="items")
        return None
    figure = _figure(context, raw, method, path)
    if figure is None:
        return None
    itself = Itself(figure.tree, figure.id)
    indicator = figure.indicator
    cap, bonus_cap = _limits(raw, method)
    least = {key: settled(formulas, figure.unit, raw.get(key), (*path, key)) for key in ("zero_below", "zero_at", "zero_from")}
    item = Item(
        id, _name(context, raw, id, indicator), method, _points(context, id, raw["points"], path),
        context.subjects(raw.get("for"), (*path, "for")), figure.id, figure.tree, figure.unit, _better(context, raw, indicator),
        _target(context, raw, figure, itself, path), {}, build_items(context, raw.get("parts", []), (*path, "parts"), raw),
        path=_path(formulas, raw.get("path"), (*path, "path")), cap=cap, bonus_cap=bonus_cap,
        floor=raw.get("floor", 0.0) if raw.get("floor") != "none" else None,
        zero_below=least["zero_below"], zero_at=least["zero_at"], zero_from=least["zero_from"],
        needs=formulas.condition(raw.get("needs"), (*path, "needs")), round=raw.get("round"),
        no_target=policy_of(raw.get("no_target"), policy_of(context.head.get("no_target"), nouns.EXEMPT)),
        missing=policy_of(raw.get("missing"), context.missing), years_back=raw.get("years_back", 0), period=raw.get("period"),
        average=_average(context, raw), suspended=raw.get("suspended", False), source=raw.get("source"), caliber=raw.get("caliber"),
        note=raw.get("note"),
    )
    item = item._replace(options=OPTIONS[method](context, raw, figure, itself, path) if method in OPTIONS else {})
    _applies(context, item, path)
    return item


def _name(context: Context, raw: Raw, id: str, indicator: Indicator | None) -> str:
    known = context.formulas.plan.inputs.get(id)
    return str(raw.get("name") or (indicator.name if indicator else known.name if known else id))


def _average(context: Context, raw: Raw) -> tuple[str, ...]:
    wanted = raw.get("average", context.head.get("average"))
    if wanted is None or raw.get("method") in AGGREGATES:
        return ()
    return SPANS[wanted] if isinstance(wanted, str) and wanted in SPANS else tuple("" if each == "year" else each for each in wanted)


def _figure(context: Context, raw: Raw, method: str, path: Path) -> Figure | None:
    formulas, plan = context.formulas, context.formulas.plan
    if raw.get("value") is not None:
        if raw.get("unit") is None:
            formulas.report("missing-key", path, key="unit", owner=raw.get("id", "items"))
            return None
        unit = plan.units.parse(raw["unit"])
        if unit is None:
            formulas.named(raw["unit"], plan.units.names(), (*path, "unit"), "unit")
            return None
        tree = formulas.of_unit(raw["value"], unit, (*path, "value"), Itself(None, None))
        indicator = plan.indicators.get(raw.get("indicator") or "")
        return Figure(tree, unit, indicator, indicator.id if indicator else None) if tree is not None else None
    name = raw.get("indicator")
    if name is None:
        if method in FIGURELESS or method in AGGREGATES:
            return Figure(None, NO_UNIT, None, None)
        formulas.report("missing-key", path, key="indicator", owner=raw.get("id", "items"))
        return None
    if name in plan.indicators:
        twin = plan.indicators[name].same_as
        indicator = plan.indicators[twin if twin in plan.indicators and twin is not None else name]
        return Figure(indicator.tree, indicator.unit, indicator, indicator.id)
    if formulas.named(name, [*plan.indicators, *plan.inputs], (*path, "indicator"), "indicator") is None:
        return None
    return Figure(Name(name, 0), plan.inputs[name].unit, None, name)


def _better(context: Context, raw: Raw, indicator: Indicator | None) -> int | None:
    """The direction written; else that of the plan's bound; else that of the whole scheme."""
    words = {"higher": nouns.HIGHER, "lower": nouns.LOWER}
    if "better" in raw:
        return words.get(raw["better"])
    for tier in (indicator.assured, indicator.stretch) if indicator and raw.get("value") is None else ():
        direction = BOUNDS[tier.bounds[0].kind].direction if tier else 0
        if direction:
            return direction
    if raw.get("method") == "gate" and indicator is not None:
        return nouns.HIGHER if indicator.unit.kind == FLAG else words.get(context.head.get("better", ""))
    return words.get(context.head.get("better", ""))


def _points(context: Context, id: str, raw: float | Mapping[str, float], path: Path) -> dict[str, float]:
    """Points by group; a group that does not take the item is not in it."""
    if isinstance(raw, Mapping):
        for name in raw:
            context.formulas.named(name, context.groups, (*path, "points", name), "group")
        given = {name: float(value) for name, value in raw.items() if name in context.groups}
    else:
        given = dict.fromkeys(context.groups, float(raw))
    return {name: value for name, value in given.items() if id not in context.groups[name].without}


def _target(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Target | None:
    here, written = (*path, "target"), raw.get("target")
    if written is None:
        tier = _plan_tier(figure.indicator) if raw.get("value") is None else None
        return Target(nouns.ASSURED if tier is None or tier == "assured" else nouns.STRETCH) if tier else None
    if isinstance(written, Mapping):
        for name in written:
            known = {*context.groups, *(member for group in context.groups.values() for member in group.members)}
            context.formulas.named(name, known, (*here, name), "subject")
        cells = {name: operand(context, value, figure.unit, itself, (*here, name)) for name, value in written.items()}
        return Target("table", cells)
    if written in nouns.REFERENCES:
        return _reference(context, written, figure, here)
    value = operand(context, written, figure.unit, itself, here)
    return Target("number" if isinstance(value, float) else "formula", value) if value is not None else None


def _reference(context: Context, word: str, figure: Figure, path: Path) -> Target | None:
    indicator = figure.indicator
    if word in (nouns.ASSURED, nouns.STRETCH) and (indicator is None or getattr(indicator, word) is None):
        context.formulas.report("item-without-target", path, item=figure.id or "?", target=word)
        return None
    if word == nouns.SUBMITTED and figure.id is None:
        context.formulas.report("item-without-target", path, item="?", target=word)
        return None
    return Target(word)


def _plan_tier(indicator: Indicator | None) -> str | None:
    """The tier that is the 100 % mark: the assured one, else the stretch."""
    for name in ("assured", "stretch"):
        tier: PlanTier | None = getattr(indicator, name, None)
        if tier is not None:
            return name
    return None


def _path(formulas: Formulas, raw: Any, path: Path) -> Mapping[str, float] | str | None:
    if not isinstance(raw, Mapping):
        return raw  # type: ignore[no-any-return]
    due = {year: ratio_of(formulas, amount, (*path, year)) for year, amount in raw.items()}
    return {year: ratio for year, ratio in due.items() if ratio is not None}


def _limits(raw: Raw, method: str) -> tuple[Share | None, float | None]:
    """(cap, bonus cap). Where nothing is written a score ends at the item's points; in steps, where the steps end."""
    cap, bonus = raw.get("cap"), raw.get("bonus_cap")
    if cap is None:
        open_ended = method in ("steps", "per_item") or method in AGGREGATES or isinstance(raw.get("up"), dict)
        return (None if open_ended or bonus is not None else Share(1.0, True)), bonus
    if cap == "none":
        return None, bonus
    return cap, bonus


def _applies(context: Context, item: Item, path: Path) -> None:
    """A method must be able to judge its kind of figure: it needs a target, a direction, a number."""
    report = context.formulas.report
    needs_target = item.method in TARGETED or item.options.get("by") == ATTAINMENT or item.options.get("among") == "met"
    by_condition = item.method == "gate" and (item.options.get("when") is not None or item.options.get("all_of") or item.unit.kind == FLAG)
    if needs_target and item.target is None and not by_condition and item.tree is not None:
        report("item-without-target", path, item=item.id, target="target")
    directed = item.method in DIRECTED or needs_target or (item.method == "efficacy" and isinstance(item.options.get("low"), str))
    if directed and item.better is None and not by_condition and item.tree is not None:
        report("direction-unknown", path, item=item.id)
    if item.unit.kind == FLAG and item.method not in ("gate", "manual", "per_item", *AGGREGATES) and item.tree is not None:
        report("method-cannot-apply", (*path, "method"), item=item.id, method=item.method, kind=Word("kind-flag"))
    if item.method == "gate" and item.tree is None and not by_condition:
        report("missing-key", path, key="when", owner=item.id)
