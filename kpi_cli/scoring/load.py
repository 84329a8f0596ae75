"""A scheme's file → Scheme and findings, every mistake at once. The plan that it names is loaded with it."""

from __future__ import annotations

import hashlib
import os.path
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kpi_cli.plan.load import Loaded, load_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.plan.yamltree import Source, compose
from kpi_cli.rules import ERROR, Finding, worst
from kpi_cli.scoring import nouns
from kpi_cli.scoring.build_context import Context
from kpi_cli.scoring.build_extras import build_extras, build_grades, build_prizes, build_vetoes, flags_of
from kpi_cli.scoring.build_items import build_items, policy_of
from kpi_cli.scoring.formulas import Formulas
from kpi_cli.scoring.language import DOCUMENT
from kpi_cli.scoring.nouns import Group, Item, Rounding, Scheme

Raw = dict[str, Any]


class LoadedScheme(NamedTuple):
    """What a scheme's file gave: the scheme (None where there is no sense in it), its plan, the findings on the scheme, and
    the plan's own loading with the findings on the plan."""

    scheme: Scheme | None
    plan: Plan | None
    findings: list[Finding]
    source: Source
    plan_loaded: Loaded | None


def is_scheme(path: Path | str) -> bool:
    """Whether a YAML file is a scheme: it has the top-level key ``scheme``."""
    top, _, _ = compose(Path(path), str(path))
    return top is not None and any(getattr(key, "value", None) == "scheme" for key, _ in top.value)


def load_scheme(
    path: Path | str, shown_as: str | None = None, plan_file: Path | str | None = None, default_plan: Path | str | None = None
) -> LoadedScheme:
    """Read a scheme and its plan. Never raises for what the files hold.

    The plan is ``plan_file`` where given, else the file that the scheme names (relative to it), else ``default_plan`` where
    the scheme names a plan by its id.
    """
    file = shown_as or str(path)
    top, data, source = compose(Path(path), file)
    if top is None:
        return LoadedScheme(None, None, source.findings, source, None)
    raw = DOCUMENT.read(top, (), source)
    head = raw.get("scheme") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not head or not {"id", "name", "plan"} <= set(head) or not raw.get("items") or not raw.get("groups"):
        return LoadedScheme(None, None, in_order(source.findings), source, None)
    loaded = _plan_of(head["plan"], Path(path), plan_file, default_plan, source)
    if loaded is None or loaded.plan is None or worst(loaded.findings) == ERROR:
        if loaded is not None:
            source.report("scheme-plan-broken", source.place("scheme", "plan"), plan=loaded.source.file, count=len(loaded.findings))
        return LoadedScheme(None, None, in_order(source.findings), source, loaded)
    scheme = _scheme(raw, head, file, hashlib.sha256(data).hexdigest(), Formulas(loaded.plan, source))
    return LoadedScheme(scheme, loaded.plan, in_order(source.findings), source, loaded)


def in_order(findings: list[Finding]) -> list[Finding]:
    """By line, the same finding once."""
    unique = {(each.rule, each.place, str(each.facts)): each for each in findings}
    return sorted(unique.values(), key=lambda each: (each.place.line or 0, each.place.column or 0))


def _plan_of(named: str, path: Path, given: Path | str | None, default: Path | str | None, source: Source) -> Loaded | None:
    is_file = named.endswith((".yaml", ".yml"))
    if given is not None:
        loaded = load_plan(given)
    elif is_file:
        loaded = load_plan(path.parent / named, os.path.normpath(path.parent / named))
    elif default is not None:
        loaded = load_plan(default)
    else:
        source.report("plan-differs", source.place("scheme", "plan"), expected=named, found="—")
        return None
    if loaded.plan is not None and not is_file and loaded.plan.id != named:
        source.report("plan-differs", source.place("scheme", "plan"), expected=named, found=loaded.plan.id)
        return None
    return loaded


def _scheme(raw: Raw, head: Raw, file: str, sha256: str, formulas: Formulas) -> Scheme:
    lacking = raw.get("missing", {})
    groups = _groups(raw["groups"], formulas)
    context = Context(formulas, groups, head, policy_of(lacking.get("policy"), nouns.ZERO))
    items = build_items(context, raw["items"])
    _no_item_twice(items, groups, formulas)
    ids = {leaf.id for item in items for leaf in (item, *item.leaves())}
    for item in items:
        for leaf in item.leaves():
            for each in leaf.options.get("all_of", ()):
                formulas.named(each, ids, ("items",), "item")
    grade_names = [each.get("name", "") for each in raw.get("grades", ())]
    grades = build_grades(context, raw.get("grades", []))
    everyone = {name for group in groups.values() for name in group.members}
    for name in raw.get("last_ranks", {}):
        formulas.named(name, everyone, ("last_ranks", name), "subject")
    for name in head.get("key", ()):
        formulas.named(name, ids, ("scheme", "key"), "item")
    return Scheme(
        head["id"], head["name"], file, sha256, formulas.plan.id, head.get("year", formulas.plan.year), head.get("document"),
        head.get("example", False), head.get("points"), groups, items, build_extras(context, raw.get("bonus"), "bonus"),
        build_extras(context, raw.get("penalty"), "penalty"), build_vetoes(context, raw.get("veto", []), ids, grade_names), context.missing,
        _part(lacking.get("rank_withheld_below")), _part(lacking.get("score_withheld_below")), _rounding(head.get("round")),
        head.get("ties", "shared"), _tie_break(head.get("tie_break", []), ids, formulas),
        head.get("aggregate", "sum"), head.get("cap"), head.get("floor"), head.get("convert"),
        grades, build_prizes(context, raw.get("prizes", []), grade_names), flags_of(raw.get("flags", {})), raw.get("last_ranks", {}),
        tuple(head.get("key", ())), head.get("note"),
    )


def _part(share: Any) -> float | None:
    """A coverage: 60 % or 0.6."""
    return None if share is None else float(share.value)


def _rounding(raw: Any) -> Rounding:
    if raw is None or isinstance(raw, int):
        return Rounding(total=raw)
    return Rounding(**raw)


def _tie_break(names: list[str], items: set[str], formulas: Formulas) -> tuple[tuple[str, Any, int], ...]:
    """Items count by their score; anything else must be an indicator or input of the plan, and counts by its value."""
    found: list[tuple[str, Any, int]] = []
    for name in names:
        if name in items:
            found.append((name, None, nouns.HIGHER))
        elif formulas.named(name, [*items, *formulas.plan.indicators, *formulas.plan.inputs], ("scheme", "tie_break"), "item") is not None:
            found.append((name, formulas.bound(name, ("scheme", "tie_break")), nouns.HIGHER))
    return tuple(found)


def _groups(raw_groups: Mapping[str, Raw], formulas: Formulas) -> dict[str, Group]:
    found: dict[str, Group] = {}
    seen: dict[str, str] = {}
    for id, raw in raw_groups.items():
        path = ("groups", id)
        members = _members(raw.get("subjects"), formulas, (*path, "subjects"))
        for name in members:
            if name in seen:
                formulas.report("subject-in-two-groups", (*path, "subjects"), subject=name, first=seen[name], second=id)
            seen.setdefault(name, id)
        members = {name: aliases for name, aliases in members.items() if seen[name] == id}
        found[id] = Group(
            id, raw.get("name", id), members, frozenset(raw.get("without", ())), raw.get("points"),
            formulas.condition(raw.get("takes_when"), (*path, "takes_when")), _unranked(raw.get("unranked"), members, formulas, path),
        )
    return found


def _unranked(raw: bool | list[str] | None, members: Mapping[str, Any], formulas: Formulas, path: tuple[str, ...]) -> frozenset[str]:
    if isinstance(raw, list):
        return frozenset(name for name in raw if formulas.named(name, members, (*path, "unranked"), "subject") is not None)
    return frozenset(members) if raw else frozenset()


def _members(raw: Any, formulas: Formulas, path: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Subjects with their other names: those written, and those that the plan knows them by."""
    plan = formulas.plan
    known = {name: aliases for group in plan.groups.values() for name, aliases in group.members.items()}
    if isinstance(raw, str) and raw in plan.groups:
        return dict(plan.groups[raw].members)
    written = raw if isinstance(raw, dict) else {}
    if not isinstance(raw, dict):
        for name in [raw] if isinstance(raw, str) else raw or []:
            if name in written:
                formulas.report("subject-twice", path, subject=name)
            written[name] = []
    return {name: tuple(dict.fromkeys((*aliases, *known.get(name, ())))) for name, aliases in written.items()}


def _no_item_twice(items: tuple[Item, ...], groups: Mapping[str, Group], formulas: Formulas) -> None:
    """An id may come again for other subjects, never for the same ones."""
    taken: dict[str, set[str]] = {}
    for index, item in enumerate(items):
        subjects = {name for id in item.points for name in groups[id].members}
        subjects &= item.only if item.only is not None else subjects
        if taken.get(item.id, set()) & subjects:
            formulas.report("item-twice", ("items", str(index)), item=item.id)
        taken.setdefault(item.id, set()).update(subjects)
