"""Raw bonus and penalty lists, vetoes, grades and prizes → nouns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi_cli.plan.units import AMOUNT, NO_UNIT, POINTS, RATIO
from kpi_cli.rules import Word
from kpi_cli.scoring.amounts import Share
from kpi_cli.scoring.build_context import Context
from kpi_cli.scoring.build_events import build_events
from kpi_cli.scoring.build_methods import build_tiers, manual_of
from kpi_cli.scoring.formulas import Path
from kpi_cli.scoring.nouns import Extra, Flags, Grade, Prize, Veto

Raw = dict[str, Any]
# What is counted one by one; all else is measured, in this unit or that.
_COUNTED = {"count", "event", "people", "attendance"}


def build_extras(context: Context, raw: Raw | None, section: str) -> Extra:
    """The whole list as one entry that holds the others, with its cap and its condition."""
    if raw is None:
        return Extra(section)
    path: Path = (section,) if raw.get("listed") else (section, "entries")
    entries = tuple(_extra(context, each, (*path, str(index))) for index, each in enumerate(raw.get("entries", ())))
    return Extra(section, when=context.formulas.condition(raw.get("when"), (section, "when")), cap=raw.get("cap"), of=entries)


def _extra(context: Context, raw: Raw, path: Path) -> Extra:
    formulas = context.formulas
    unit = NO_UNIT
    if "value" in raw:
        known = formulas.plan.units.parse(raw["unit"]) if "unit" in raw else NO_UNIT
        if known is None:
            formulas.named(raw["unit"], formulas.plan.units.names(), (*path, "unit"), "unit")
        unit = known or NO_UNIT
    tree = formulas.bound(raw["value"], (*path, "value")) if "value" in raw else None
    if tree is not None and "unit" in raw:
        tree = formulas.of_unit(raw["value"], unit, (*path, "value"))
    elif tree is not None:
        found = formulas.quantity(tree, (*path, "value"))
        if found.kind in (RATIO, POINTS) or (found.kind == AMOUNT and not {dim for dim, _ in found.dims} <= _COUNTED):
            # 12 % counts as 0.12, 3 万元 as 30,000: what is counted has to be said.
            formulas.report("missing-key", path, key="unit", owner=raw.get("name", "value"))
    kinds = [key for key in ("register", "value", "entries", "of", "places") if key in raw]
    when = formulas.condition(raw.get("when"), (*path, "when"))
    if not kinds and "points" in raw and "when" in raw:
        tree = when  # the points themselves, wherever the condition holds
    elif len(kinds) != 1:
        formulas.report("wrong-type", path, key=raw.get("name", "bonus"), found=kinds or Word("yaml-nothing"), expected=Word("type-one-extra"))
    points = raw.get("points")
    if "value" in raw and points is None and "tiers" not in raw:
        formulas.report("missing-key", path, key="points", owner=raw.get("name", "value"))
    everyone = {name for group in context.groups.values() for name in group.members}
    for name in raw.get("entries", ()):
        formulas.named(name, everyone, (*path, "entries", name), "subject")
    return Extra(
        raw.get("name", ""), build_events(formulas, raw, path, points), tree, unit, points, raw.get("each", 1.0), raw.get("beyond", 0.0),
        raw.get("steps", "whole") == "whole", build_tiers(context, raw.get("tiers", []), unit, None, (*path, "tiers")), raw.get("places"),
        manual_of(raw.get("entries", {})), when,
        context.subjects(raw.get("for"), (*path, "for")), raw.get("cap"),
        tuple(_extra(context, each, (*path, "of", str(index))) for index, each in enumerate(raw.get("of", ()))),
    )


def build_vetoes(context: Context, raw_vetoes: list[Raw], items: set[str], grades: list[str]) -> tuple[Veto, ...]:
    found = []
    for index, raw in enumerate(raw_vetoes):
        path: Path = ("veto", str(index))
        if not {"name", "when", "effect"} <= set(raw):
            continue
        when = context.formulas.condition(raw["when"], (*path, "when"))
        for effect, key in (("grade", "grade"), ("items_zero", "items")):
            if (effect in raw["effect"]) != (key in raw):
                context.formulas.report("missing-key", path, key=key if key not in raw else "effect", owner=raw["name"])
        for item in raw.get("items", ()):
            context.formulas.named(item, items, (*path, "items"), "item")
        if grades:
            context.formulas.named(raw.get("grade"), grades, (*path, "grade"), "grade")
        if when is not None:
            only = context.subjects(raw.get("for"), (*path, "for"))
            found.append(Veto(raw["name"], when, tuple(raw["effect"]), raw.get("grade"), tuple(raw.get("items", ())), only))
    return tuple(found)


def build_grades(context: Context, raw_grades: list[Raw]) -> tuple[Grade, ...]:
    found = []
    for index, raw in enumerate(raw_grades):
        path: Path = ("grades", str(index))
        low = raw.get("from", raw.get("above"))
        places = _places(context, raw.get("places"), (*path, "places")) if "places" in raw else None
        found.append(Grade(
            raw.get("name", ""), low, "above" not in raw, places, context.formulas.condition(raw.get("needs"), (*path, "needs")),
            _groups(context, raw, path),
        ))
        before = [each for each in found[:-1] if each.groups == found[-1].groups and each.low is not None]
        if low is not None and before and before[-1].low is not None and low > before[-1].low:
            context.formulas.report("grades-out-of-order", path, grade=raw.get("name", ""), value=low, before=before[-1].name, above=before[-1].low)
    return tuple(found)


def build_prizes(context: Context, raw_prizes: list[Raw], grades: list[str]) -> tuple[Prize, ...]:
    found = []
    for index, raw in enumerate(raw_prizes):
        path: Path = ("prizes", str(index))
        for grade in raw.get("grade", ()):
            context.formulas.named(grade, grades, (*path, "grade"), "grade")
        places = _places(context, raw.get("places"), (*path, "places"))
        found.append(Prize(raw.get("name", ""), places, raw.get("from"), tuple(raw.get("grade", ())), _groups(context, raw, path)))
    return tuple(found)


def _groups(context: Context, raw: Raw, path: Path) -> frozenset[str] | None:
    for name in raw.get("for", ()):
        context.formulas.named(name, context.groups, (*path, "for"), "group")
    return frozenset(raw["for"]) if "for" in raw else None


def _places(context: Context, raw: Share | Mapping[str, Share] | None, path: Path) -> dict[str, Share]:
    if isinstance(raw, dict):
        for name in raw:
            context.formulas.named(name, context.groups, (*path, name), "group")
        return {name: each for name, each in raw.items() if name in context.groups}
    return dict.fromkeys(context.groups, raw) if isinstance(raw, Share) else {}


def flags_of(raw: Raw) -> Flags:
    return Flags(raw.get("first", 0), raw.get("last", 0), raw.get("improved", 0))


