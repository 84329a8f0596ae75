"""Explanations: an indicator with its definition and, where figures were submitted, its whole reckoning down to cells; an
input; a rule with an example and a remedy; the functions of formulas."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.formula.functions import FUNCTIONS
from kpi_cli.plan.formula.syntax import Binary, Call, Expression, Name, Number, Unary
from kpi_cli.plan.nouns import Bound, Indicator, Input, Plan, Tier
from kpi_cli.report.text import place_text, plain
from kpi_cli.rules import RULES, Place
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import percent, shown

if TYPE_CHECKING:
    from kpi_cli.assessment import Assessment
    from kpi_cli.measure.results import Result

FORMULAS = "formulas"


def find(plan: Plan, name: str) -> tuple[str, str] | None:
    """(kind, id) of what a name stands for: an indicator or input by id or by any of its names, a rule by name or code,
    the functions."""
    if name in plan.indicators:
        return "indicator", name
    if name in plan.inputs:
        return "input", name
    if name in RULES:
        return "rule", name
    if name == FORMULAS:
        return FORMULAS, name
    for rule in RULES.values():
        if rule.code == name.upper():
            return "rule", rule.name
    from kpi_cli.plan.matching import normal_name

    wanted = normal_name(name)
    for kind, nouns in (("indicator", plan.indicators), ("input", plan.inputs)):
        for id, noun in nouns.items():
            if wanted in {normal_name(each) for each in (noun.name, *noun.aliases)}:
                return kind, id
    return None


def near_names(plan: Plan, name: str) -> list[str]:
    """Names like an unknown one, among all that can be explained."""
    import difflib

    named = [each.name for each in plan.indicators.values()] + [each.name for each in plan.inputs.values()]
    known = [*plan.indicators, *plan.inputs, *RULES, FORMULAS, *named]
    return difflib.get_close_matches(name, known, n=5, cutoff=0.5)


def render(plan: Plan, kind: str, id: str, language: Language, assessment: Assessment | None = None) -> str:
    """The explanation of what ``find`` found."""
    if kind == "rule":
        return _rule(id, language)
    if kind == FORMULAS:
        return _functions(language)
    if kind == "input":
        return _input(plan, plan.inputs[id], language, assessment)
    return _indicator(plan, plan.indicators[id], language, assessment)


def _rule(name: str, language: Language) -> str:
    rule = RULES[name]
    facts = {"code": rule.code, "name": rule.name, "severity": say(rule.severity, language)}
    lines = [say("explain-rule", language, **facts)]
    for key, text in (("explain-message", rule.message), ("explain-hint", rule.hint), ("explain-example", rule.example)):
        # The facts of a finding stand in its sentence; here there are none yet.
        lines.append(say(key, language, text=re.sub(r"\{\w+\}", "…", text[language])))
    return "\n".join(lines)


def _functions(language: Language) -> str:
    lines = [say("explain-functions", language)]
    return "\n".join([*lines, *(f"  {each.use}\n      {each.meaning[language]}" for each in FUNCTIONS.values())])


def _joined(texts: list[str], language: Language) -> str:
    return say("separator", language).join(texts)


def _indicator(plan: Plan, indicator: Indicator, language: Language, assessment: Assessment | None) -> str:
    lines = [f"{indicator.id}  {indicator.name}"]

    def tell(key: str, value: object, **facts: object) -> None:
        if value:
            lines.append(say(f"explain-{key}", language, **{key: value}, **facts))

    if plan.document:
        tell("document", plan.document)
    if indicator.clauses:
        lines.append(say("explain-clause", language, clauses=_joined(list(indicator.clauses), language)))
    if indicator.same_as:
        lines.append(say("explain-same", language, twin=f"{indicator.same_as} {plan.indicators[indicator.same_as].name}"))
    tell("unit", indicator.unit.text)
    tell("kind", say(f"kind-{indicator.kind}", language))
    tell("formula", indicator.formula)
    if indicator.group:
        lines.append(say("explain-group", language, group=plan.groups[indicator.group].name))
    if indicator.register:
        register = plan.registers[indicator.register].name
        lines.append(say("explain-register", language, register=register, row_class=indicator.row_class or "—"))
        lines.append(say("explain-each", language, formula=indicator.each_formula or "—"))
    inputs = _inputs_of(plan, indicator)
    if inputs:
        lines.append(say("explain-input", language, inputs=_joined(inputs, language)))
    for name, tier in (("assured", indicator.assured), ("stretch", indicator.stretch)):
        if tier is not None:
            lines.append(say("explain-target", language, tier=say(name, language), bound=_tier(tier, language)))
    if not indicator.scored:
        lines.append(say("explain-unscored", language))
    tell("caliber", indicator.caliber)
    tell("source", indicator.source)
    tell("note", indicator.note)
    for result in assessment.results if assessment else ():
        if result.indicator == (indicator.same_as or indicator.id) and assessment is not None:
            lines += ["", *reckoning(assessment, result, language)]
    return "\n".join(lines)


def _inputs_of(plan: Plan, indicator: Indicator) -> list[str]:
    if indicator.tree is None:
        return []
    read = dict.fromkeys(leaves(indicator.tree, When(plan.year)))
    return [f"{plan.inputs[id].name}（{when.text}）" for id, when in read if id in plan.inputs]


def _tier(tier: Tier, language: Language) -> str:
    return say("list-end", language).join(bound_text(bound) for bound in tier.bounds)


def bound_text(bound: Bound) -> str:
    """A bound as the plan has it, such as ≥ 1.9 %."""
    symbol = BOUNDS[bound.kind].symbol
    unit = "" if bound.kind == "done_by" else f" {bound.unit.text}"
    within = f" ± {shown(bound.within)}" if bound.within is not None else ""
    on = f"{bound.of_text} " if bound.of_text else ""
    return f"{on}{symbol} {_operand(bound.value)}{within}{unit}".rstrip()


def _operand(value: object) -> str:
    if isinstance(value, float):
        return shown(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_operand(each)}" for key, each in value.items()) + "}"
    if type(value) is tuple:
        return "[" + ", ".join(_operand(each) for each in value) + "]"
    if isinstance(value, Name | Number | Unary | Binary | Call):
        return written(value, lambda name: name)
    return str(value)


def reckoning(assessment: Assessment, result: Result, language: Language) -> list[str]:
    """One result: the formula with its figures, each figure with its cell, and both verdicts."""
    from kpi_cli.report.figures import gap_number, gap_unit, reason_text, target_text

    plan, indicator = assessment.plan, assessment.plan.indicators[result.indicator]
    lines = [f"— {result.subject}（{result.when.text}）"]
    if indicator.tree is not None and result.value is not None:
        figures = {(each.id, When(each.year, each.span)): each.value for each in result.inputs}

        def put_in(id: str, when: When) -> str:
            value = figures.get((id, when), math.nan)
            unit = plan.inputs[id].unit.text
            return f"{value:.12g} {unit}" if not math.isnan(value) else plan.inputs[id].name

        formula = expanded(indicator.tree, result.when, put_in)
        lines.append(say("explain-put-in", language, formula=formula, value=f"{result.value:.12g}", unit=result.unit))
    for each in result.inputs:
        noun = plan.inputs[each.id]
        value = each.date.isoformat() if each.date else "—" if math.isnan(each.value) else f"{each.value:.12g}"
        facts = {"name": noun.name, "period": When(each.year, each.span).text, "value": value, "unit": noun.unit.text}
        place = place_text(Place(each.file, each.sheet, each.cell))
        lines.append(say("explain-from", language, **facts, place=place, raw=plain(each.raw)))
    for name, tier in (("assured", result.assured), ("stretch", result.stretch)):
        if tier is not None and result.value is not None:
            verdict = say("verdict-met" if tier.met else "verdict-missed", language)
            facts = {"target": f"{target_text(tier, language)} {tier.unit}", "gap": f"{gap_number(tier.gap or 0.0)} {gap_unit(tier.unit)}"}
            lines.append(say("explain-verdict", language, tier=say(name, language), verdict=verdict, attainment=percent(tier.attainment), **facts))
    lines.append(say("explain-status", language, status=say(f"status-{result.status}", language)))
    reason = reason_text(result, language)
    return [*lines, say("explain-reason", language, reason=reason)] if reason else lines


def written(tree: Expression, name: Callable[[str], str]) -> str:
    """A tree as text, its names as ``name`` gives them."""
    return expanded(tree, When(0), lambda id, _: name(id), calls=False)


def expanded(tree: Expression, when: When, put_in: Callable[[str, When], str], calls: bool = True) -> str:
    """A tree as plain arithmetic over figures: growth and change are written out as what they compute."""
    if isinstance(tree, Number):
        number = f"{tree.value:.12g}"
        return f"{number} {tree.unit}" if tree.unit else number
    if isinstance(tree, Name):
        return put_in(tree.name, when)
    if isinstance(tree, Unary):
        inner = expanded(tree.operand, when, put_in, calls)
        return f"not {inner}" if tree.operator == "not" else f"−{inner}"
    if isinstance(tree, Binary):
        left, right = (expanded(each, when, put_in, calls) for each in (tree.left, tree.right))
        if tree.operator in "*/^" and isinstance(tree.left, Binary) and tree.left.operator in "+-":
            left = f"({left})"
        if tree.operator in "*/^-" and isinstance(tree.right, Binary):
            right = f"({right})"
        return f"{left} {tree.operator} {right}"
    if isinstance(tree, Call):
        return _call(tree, when, put_in, calls)
    return "…"


def _call(tree: Call, when: When, put_in: Callable[[str, When], str], calls: bool) -> str:
    first = tree.arguments[0]
    if calls and tree.function in ("growth", "change", "prior", "at", "start"):
        base = _base(tree, when)
        before = expanded(first, base, put_in)
        if tree.function in ("prior", "at", "start"):
            return before
        now = expanded(first, when, put_in)
        compound = isinstance(first, Binary)
        now, before = (f"({each})" if compound else each for each in (now, before))
        return f"({now} / {before} − 1)" if tree.function == "growth" else f"({now} − {before})"
    inner = ", ".join(expanded(each, when, put_in, calls) for each in tree.arguments)
    return f"{tree.function}({inner})"


def _base(tree: Call, when: When) -> When:
    if tree.function == "start":
        return When(when.year - 1)
    second = tree.arguments[1] if len(tree.arguments) > 1 else None
    if isinstance(second, Number):
        years = int(second.value)
        return when._replace(year=when.year - years) if tree.function == "prior" else When(years)
    return when._replace(year=when.year - 1)


def _input(plan: Plan, each: Input, language: Language, assessment: Assessment | None) -> str:
    lines = [f"{each.id}  {each.name}", say("explain-unit", language, unit=each.unit.text)]
    if each.aliases:
        lines.append(say("explain-aliases", language, aliases=_joined(list(each.aliases), language)))
    users = [f"{id} {indicator.name}" for id, indicator in plan.indicators.items() if _reads(indicator, each.id, plan.year)]
    if users:
        lines.append(say("explain-used-by", language, indicators=_joined(users, language)))
    checks = [check.name or check.rule_text or check.id for check in plan.checks if each.id in (check.part, check.whole, *check.inputs)]
    if checks:
        lines.append(say("explain-checks", language, checks=_joined(checks, language)))
    for key, value in (("caliber", each.caliber), ("source", each.source), ("note", each.note)):
        if value:
            lines.append(say(f"explain-{key}", language, **{key: value}))
    if assessment is not None:
        lines += _submitted(assessment, each, language)
    return "\n".join(lines)


def _submitted(assessment: Assessment, each: Input, language: Language) -> list[str]:
    lines = []
    for found in assessment.observations:
        if found.kind == "input" and found.id == each.id:
            value = found.date.isoformat() if found.date else "—" if math.isnan(found.value) else f"{found.value:.12g}"
            facts = {"name": f"{found.subject} {each.name}", "period": When(found.year, found.span).text, "value": value, "unit": each.unit.text}
            place = place_text(Place(found.file, found.sheet, found.cell))
            lines.append(say("explain-from", language, **facts, place=place, raw=plain(found.raw)))
    return lines


def _reads(indicator: Indicator, input: str, year: int) -> bool:
    return indicator.tree is not None and any(id == input for id, _ in leaves(indicator.tree, When(year)))
