"""Raw options of each method → values: steps, tiers, gates, ranks, anchors, events, entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kpi_cli.plan.units import Unit
from kpi_cli.rules import Word
from kpi_cli.scoring import nouns
from kpi_cli.scoring.amounts import ATTAINMENT, TARGET, Share
from kpi_cli.scoring.build_context import Context, Figure, Raw, operand, ratio_of, settled
from kpi_cli.scoring.build_events import build_events
from kpi_cli.scoring.formulas import Itself, Path
from kpi_cli.scoring.nouns import Step, Target, Tier


def _proportional(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    return {"stairs": ratio_of(context.formulas, raw["stairs"], (*path, "stairs")) if "stairs" in raw else None}


def _step(context: Context, raw: Any, figure: Figure, path: Path, whole: str | None) -> Step | str | None:
    if not isinstance(raw, dict):
        return raw  # type: ignore[no-any-return]
    if "each" not in raw or "points" not in raw:
        return None
    words = raw.get("steps", whole)
    if words is None:
        context.formulas.report("missing-key", path, key="steps", owner=path[-1])
    each = settled(context.formulas, figure.unit, raw["each"], (*path, "each"))
    if each is None or each.value <= 0:
        if each is not None:
            context.formulas.report("wrong-type", (*path, "each"), key="each", found=each.value, expected=Word("type-positive"))
        return None
    return Step(each, raw["points"], raw.get("cap"), words == "whole")


def _steps(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    sides = {key: _step(context, raw.get(key, "none"), figure, (*path, key), raw.get("steps")) for key in ("up", "down")}
    if "up" not in raw and "down" not in raw:
        context.formulas.report("missing-key", path, key="up", owner=raw.get("id") or raw.get("indicator"))
    return {**sides, "base": raw.get("base", Share(1.0, True))}


def build_tiers(context: Context, raw_tiers: list[Raw], unit: Unit, on: str | None, path: Path) -> tuple[Tier, ...]:
    """The tiers as written; each with one lower and one upper end at most."""
    found = []
    for index, raw in enumerate(raw_tiers):
        here = (*path, str(index))
        for left, right in (("from", "above"), ("to", "below")):
            if left in raw and right in raw:
                context.formulas.report("wrong-type", (*here, right), key=right, found=left, expected=Word("type-one-end"))
        ends = {key: settled(context.formulas, unit, raw.get(key), (*here, key), on) for key in ("from", "above", "to", "below")}
        low, high = ends["from"] or ends["above"], ends["to"] or ends["below"]
        condition = context.formulas.condition(raw.get("and"), (*here, "and"))
        if "points" in raw:
            found.append(Tier(low, ends["from"] is not None, high, ends["to"] is not None, condition, raw["points"]))
    return tuple(found)


def _tiers(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    on = raw.get("by", "value")
    tiers = build_tiers(context, raw.get("tiers", []), figure.unit, ATTAINMENT if on == ATTAINMENT else None, (*path, "tiers"))
    if on == "value" and any(end is not None and end.of in (ATTAINMENT, TARGET) for tier in tiers for end in (tier.low, tier.high)):
        on = ATTAINMENT
    return {"by": on, "tiers": tiers, "up": _step(context, raw.get("up", "none"), figure, (*path, "up"), "whole")}


def _gate(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    return {
        "strict": raw.get("strict", False), "when": context.formulas.condition(raw.get("when"), (*path, "when")),
        "all_of": tuple(raw.get("all_of", ())), "otherwise": raw.get("otherwise", Share(0.0, False)),
        "up": _step(context, raw.get("up", "none"), figure, (*path, "up"), "whole"),
    }


def _rank(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    if ("drop" in raw) == ("scores" in raw):
        context.formulas.report("missing-key", path, key="drop", owner=raw.get("id") or raw.get("indicator"))
    return {
        "scores": tuple(raw.get("scores", ())), "rest": raw.get("rest", Share(0.0, False)),
        "by": raw.get("by", "value"), "drop": raw.get("drop", Share(0.0, False)), "ties": raw.get("ties", "shared"),
        "among": raw.get("among", "all"),
    }


def _efficacy(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    ends = {}
    for key in ("low", "high"):
        value = raw.get(key)
        ends[key] = value if value in (nouns.BEST, nouns.LEAST, None) else operand(context, value, figure.unit, itself, (*path, key))
    return {**ends, "base": raw.get("base", 60.0), "span": raw.get("span", 40.0)}


def _benchmark(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    against = raw.get("against")
    if against in nouns.REFERENCES:
        return {"against": Target(against)}
    value = operand(context, against, figure.unit, itself, (*path, "against")) if against is not None else None
    return {"against": Target("number" if isinstance(value, float) else "formula", value)}


def _per_item(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    gain = raw.get("gain")
    events = build_events(context.formulas, raw, path, Share(gain, False) if gain is not None else None)
    if events is None and gain is None:
        context.formulas.report("missing-key", path, key="gain", owner=raw.get("id") or raw.get("indicator"))
    if events is None and figure.tree is None:
        context.formulas.report("missing-key", path, key="register", owner=raw.get("id"))
    whole = raw.get("steps", "whole") == "whole"
    return {"events": events, "each": raw.get("each", 1.0), "gain": gain, "beyond": raw.get("beyond", 0.0), "whole": whole}


def _manual(context: Context, raw: Raw, figure: Figure, itself: Itself, path: Path) -> Raw:
    entries = raw.get("entries")
    everyone = {name for group in context.groups.values() for name in group.members}
    for name in entries or ():
        context.formulas.named(name, everyone, (*path, "entries", name), "subject")
    if entries is None and figure.tree is None:
        context.formulas.report("missing-key", path, key="entries", owner=raw.get("id"))
    return {"entries": None if entries is None else manual_of(entries)}


def manual_of(entries: Mapping[str, Raw]) -> dict[str, nouns.Manual]:
    """Points given by hand, each with its reason."""
    return {name: nouns.Manual(each["points"], each["reason"]) for name, each in entries.items() if {"points", "reason"} <= set(each)}


# What only one method knows. Methods that are not here have no options of their own.
OPTIONS: dict[str, Callable[[Context, Raw, Figure, Itself, Path], Raw]] = {
    "proportional": _proportional,
    "steps": _steps, "tiers": _tiers, "gate": _gate, "rank": _rank, "efficacy": _efficacy, "benchmark": _benchmark,
    "per_item": _per_item, "places": lambda context, raw, figure, itself, path: {"each": raw.get("each", 0.0)}, "manual": _manual,
}
