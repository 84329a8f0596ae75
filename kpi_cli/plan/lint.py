"""What is wrong with a plan as a whole: contradictions between its targets, inputs nobody uses, names that stand for two
things, worked examples that do not come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kpi_cli.plan.contradictions import multiples_disagree, parts_exceed, stretch_weaker
from kpi_cli.plan.examples import run_examples
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, OverRegister, Text, Unary, names
from kpi_cli.plan.load import Loaded
from kpi_cli.plan.naming import normal_name
from kpi_cli.plan.nouns import Plan
from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import ERROR, Finding, worst

_WORD = r"[^\W\d]\w*"
_TREES = (Name, Number, Text, Unary, Binary, Call, OverRegister)


def lint(loaded: Loaded) -> list[Finding]:
    """Everything wrong with a plan, by line. Contradictions are only looked for in a plan that could be built."""
    if loaded.plan is None:
        return loaded.findings
    source = loaded.source.fresh()
    for check in (stretch_weaker, parts_exceed, multiples_disagree, ambiguous_names):
        check(loaded.plan, source)
    unused_inputs(loaded.plan, source, _spoken_of(loaded) | _checked_by_name(loaded))
    found = [*loaded.findings, *source.findings]
    if worst(found) != ERROR:
        found += run_examples(loaded.plan, source)
    return sorted(found, key=lambda each: (each.place.line or 0, each.place.column or 0))


def _spoken_of(loaded: Loaded) -> set[str]:
    """Names in formulas that could not be read, and those offered for a misspelt name: they may well be used."""
    if worst(loaded.findings) != ERROR:
        return set()
    offered = {name for each in loaded.findings for name in each.facts.get("near", ()) if isinstance(name, str)}
    return offered | set(re.findall(_WORD, str([loaded.raw.get(key) for key in ("indicators", "checks")])))


def _checked_by_name(loaded: Loaded) -> set[str]:
    """Inputs that a check names; one that is asked of everything (all) does not make a figure needed."""
    return {name for check in loaded.raw.get("checks", ()) for names in check.values() if isinstance(names, list) for name in names}


def unused_inputs(plan: Plan, source: Source, spoken_of: set[str]) -> None:
    """An input that no indicator, bound, check, part or whole uses is asked for in vain."""
    used = _used(plan) | spoken_of
    for id in plan.inputs:
        if id not in used:
            source.report("unused-input", source.place(_section(source, id), id), input=id)


def _section(source: Source, input: str) -> str:
    """Where an input stands: among the inputs, or as an indicator that is submitted itself."""
    return "inputs" if source.knows("inputs", input) else "indicators"


def _used(plan: Plan) -> set[str]:
    used: set[str] = set()
    now = When(plan.year)
    for indicator in plan.indicators.values():
        trees = [indicator.tree]
        for tier in (indicator.assured, indicator.stretch):
            for bound in tier.bounds if tier else ():
                trees += [bound.of, *_trees(bound.value)]
                used |= {bound.dated} if bound.dated else set()
        used |= {name for tree in trees if tree is not None for name, _ in leaves(tree, now, [now.year - 1])}
    for check in plan.checks:
        used |= {name.name for tree in (check.rule, check.when) if tree is not None for name in names(tree)}
    for each in plan.inputs.values():
        used |= {each.of_which or "", *each.parts}
    return used


def _trees(value: Any) -> Iterator[Expression]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _trees(each)
    elif type(value) is tuple:
        for each in value:
            yield from _trees(each)
    elif isinstance(value, _TREES):
        yield value


def ambiguous_names(plan: Plan, source: Source) -> None:
    """A name on a form must lead to one thing: an input, or a rate that is reported for an indicator."""
    taken: dict[str, str] = {}
    for section, id, name, is_alias in _form_names(plan):
        key = normal_name(name)
        first = taken.setdefault(key, id)
        if first != id:
            place = source.place(section or _section(source, id), id, "aliases" if is_alias else "name")
            source.report("ambiguous-name", place, name=name, first=first, second=id)


def _form_names(plan: Plan) -> Iterator[tuple[str, str, str, bool]]:
    """(section, empty for an input; id; name; whether it is an alias) of everything that a form may name."""
    for id, each in plan.inputs.items():
        yield "", id, each.name, False
        yield from (("", id, alias, True) for alias in each.aliases)
    for id, indicator in plan.indicators.items():
        if indicator.formula is not None and indicator.tree is not None:
            yield "indicators", id, indicator.name, False
            yield from (("indicators", id, alias, True) for alias in indicator.aliases)
