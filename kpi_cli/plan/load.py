"""A plan's file → Plan and findings. Every mistake at once; a plan with an error is still returned where it can be
looked at, but must not be used to judge anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kpi_cli.plan.build import Builder
from kpi_cli.plan.build_checks import build_checks, build_examples
from kpi_cli.plan.build_indicators import build_indicators
from kpi_cli.plan.build_inputs import build_inputs
from kpi_cli.plan.language import DOCUMENT
from kpi_cli.plan.nouns import Note, Plan
from kpi_cli.plan.yamltree import Source, compose
from kpi_cli.rules import Finding

if TYPE_CHECKING:
    from pathlib import Path


class Loaded(NamedTuple):
    """What a plan's file gave: the plan (None where there is no sense in it), its findings, the places in it, and what was
    written, by its keys."""

    plan: Plan | None
    findings: list[Finding]
    source: Source
    raw: Mapping[str, Any] = {}


def load_plan(path: Path | str, shown_as: str | None = None) -> Loaded:
    """Read a plan. Never raises for what the file holds; ``shown_as`` is the name that findings give the file."""
    file = shown_as or str(path)
    top, data, source = compose(path, file)
    if top is None:
        return Loaded(None, source.findings, source)
    raw = DOCUMENT.read(top, (), source)
    head = raw.get("plan") if isinstance(raw, dict) else None
    if not head or not {"id", "name", "year"} <= set(head) or "indicators" not in raw:
        return Loaded(None, _sorted(source.findings), source)
    builder = Builder(raw, source)
    build_inputs(builder)
    parts = raw.get("parts", {})
    subject = head.get("subject", "全县")
    subjects = [subject, *(name for group in builder.groups.values() for name in group.members)]
    indicators = build_indicators(builder, parts, subjects)
    plan = Plan(
        head["id"], head["name"], head["year"], file, data, head.get("document"),
        subject, tuple(head.get("aliases", ())), parts, builder.units, builder.groups, builder.inputs, builder.registers, indicators,
        build_checks(builder, indicators),
        tuple(Note(each.get("clause", ""), each.get("text", "")) for each in raw.get("notes", ())),
        build_examples(builder, indicators),
    )
    return Loaded(plan, _sorted(source.findings), source, raw)


def _sorted(findings: list[Finding]) -> list[Finding]:
    unique = list(dict.fromkeys((each.rule, each.place, str(each.facts)) for each in findings))
    first = {(each.rule, each.place, str(each.facts)): each for each in reversed(findings)}
    return sorted((first[key] for key in unique), key=lambda each: (each.place.line or 0, each.place.column or 0))
