"""Raw inputs → nouns. An indicator without a formula is itself an input, of its own name and unit."""

from __future__ import annotations

import re

from kpi_cli.plan.build import Builder, Path, Raw
from kpi_cli.plan.nouns import Input
from kpi_cli.plan.units import DATE, FLAG, UNKNOWN, compatible

_ITSELF = r"\bself\b|\b(?:prior|mean|submitted)\b(?!\s*\()"
_SHARED = ("name", "unit", "aliases", "source", "caliber", "for")


def build_inputs(builder: Builder) -> None:
    """Inputs come in rounds, since one may name another as its part or its whole, and some come from registers."""
    raw_inputs: Raw = builder.raw.get("inputs", {})
    given = {id: (("inputs", id), raw) for id, raw in raw_inputs.items()}
    for id, raw in builder.raw.get("indicators", {}).items():
        if id in given and raw.get("formula") is None and raw.get("aliases"):
            path, own = given[id]
            given[id] = path, {**own, "aliases": [*own.get("aliases", ()), *raw["aliases"]]}
        elif id not in given and _submitted_itself(builder, id, raw):
            unit = "是/否" if is_milestone(builder, id, raw) else raw.get("unit")
            given[id] = ("indicators", id), {"unit": unit, **{key: raw[key] for key in _SHARED if key in raw}}
    for id, (path, raw) in given.items():
        builder.inputs[id] = _input(builder, id, raw, path, set(given))
    for id, (path, _) in given.items():
        _check_relatives(builder, builder.inputs[id], path)
        _from_register(builder, id, raw_inputs.get(id, {}).get("from"), (*path, "from"))


def _submitted_itself(builder: Builder, id: str, raw: Raw) -> bool:
    """Whether an indicator's figure is submitted under its own name."""
    if raw.get("same_as") or raw.get("each") or raw.get("formula") is not None or raw.get("kind") in ("note", "scoring"):
        return False
    return not is_on_others(raw) and (raw.get("unit") is not None or is_milestone(builder, id, raw))


def is_on_others(raw: Raw) -> bool:
    """Whether all that an indicator demands is of other figures, as 完成 A 或 B 之一: every bound has its ``of``, and none
    speaks of the indicator itself."""
    bounds = bounds_of(raw)
    return bool(bounds) and all("of" in bound and not re.search(_ITSELF, str(bound["of"])) for bound in bounds)


def is_milestone(builder: Builder, id: str, raw: Raw) -> bool:
    """Whether an indicator's target is a day, be it written rightly or not."""
    path = ("indicators", id)
    return any(
        builder.source.knows(*path, tier, *either, str(index), "done_by")
        for tier in ("assured", "stretch") for either in ((), ("any_of",)) for index in range(len(bounds_of(raw)))
    )


def bounds_of(raw: Raw) -> list[Raw]:
    """All raw bounds of an indicator."""
    return [bound for tier in ("assured", "stretch") for bound in (raw.get(tier) or {}).get("bounds", ())]


def _input(builder: Builder, id: str, raw: Raw, path: Path, known: set[str]) -> Input:
    unit = builder.unit(raw.get("unit"), (*path, "unit"))
    whole = builder.named(raw.get("of_which"), known, (*path, "of_which"), "input")
    for part in raw.get("parts", ()):
        builder.named(part, known, (*path, "parts"), "input")
    limits = raw.get("range")
    return Input(
        id, raw.get("name", id), unit,
        aliases=tuple(dict.fromkeys(raw.get("aliases", ()))),
        source=raw.get("source"), caliber=raw.get("caliber"), note=raw.get("note"),
        parts=tuple(part for part in raw.get("parts", ()) if part in known),
        parts_exhaust=raw.get("parts_exhaust", True),
        of_which=whole, proper=raw.get("proper", False),
        whole=raw.get("whole", unit.whole),
        negative=raw.get("negative", unit.signed),
        range=(float(limits[0]), float(limits[1])) if limits else None,
        additive=raw.get("additive", not unit.signed and unit.kind not in (FLAG, DATE)),
        group=builder.named(raw.get("for"), builder.groups, (*path, "for"), "group"),
    )


def _check_relatives(builder: Builder, each: Input, path: Path) -> None:
    """Parts and wholes have compatible units, and nothing is a part of itself."""
    for key, others in (("parts", each.parts), ("of_which", (each.of_which,) if each.of_which else ())):
        for other in others:
            theirs = builder.inputs[other].unit
            if UNKNOWN not in (each.unit.kind, theirs.kind) and not compatible(each.unit, theirs):
                builder.report("unit-conflict", (*path, key), left=theirs.text, right=each.unit.text, operator="→")
    chain = [each.id]
    while (above := builder.inputs[chain[-1]].of_which) is not None and above not in chain:
        chain.append(above)
    if above == each.id:
        builder.report("circular-formula", (*path, "of_which"), chain=[*chain, above])
    if each.id in each.parts:
        builder.report("circular-formula", (*path, "parts"), chain=[each.id, each.id])


def _from_register(builder: Builder, id: str, text: str | None, path: Path) -> None:
    parsed = builder.parse(text, path) if text else None
    if parsed is not None:
        tree = builder.bound(parsed)
        builder.check_unit(tree, builder.inputs[id].unit, path)
        builder.inputs[id] = builder.inputs[id]._replace(from_register=tree)
