"""The table that an analyst reads in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click
from tabulate import tabulate

from kpi_cli.assessment import Assessment
from kpi_cli.measure.results import Result, TierResult
from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.nouns import Tier
from kpi_cli.plan.tables import entry
from kpi_cli.report.figures import (
    attainment_text,
    counts,
    decisive,
    gap_number,
    gap_text,
    gap_unit,
    reason_text,
    seen,
    target_text,
    unit_text,
    unused,
    value_text,
)
from kpi_cli.report.offenders import offender_lines
from kpi_cli.report.text import by_severity, place_text, plain
from kpi_cli.rules import Finding, hint, message
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import shown

_COLOURS = {"stretch": "green", "assured": "green", "missed": "red", "not_computable": "yellow", "no_data": "yellow"}
MOST_FINDINGS = 50


def render_check(assessment: Assessment, language: Language, colour: bool = False) -> str:
    """Results by part, what is short, rules that hold for each, findings, what was not used, and the summary."""
    period = assessment.when.text
    blocks = [say("title-results", language, plan=assessment.plan.name, period=period)]
    if assessment.when.span and not assessment.nothing_checked:
        blocks.append(say("part-year", language, period=period))
    if not assessment.nothing_checked:
        blocks.append(_results(assessment, language, colour))
    for title, lines in (
        ("title-short", _short(assessment, language)),
        ("title-absent", _absent(assessment, language)),
        ("title-compliance", _compliance(assessment, language)),
        ("title-offenders", offender_lines(assessment, language)),
        ("title-findings", finding_lines(assessment.findings, language, colour)),
        ("title-not-used", unused(assessment, language)),
    ):
        if lines:
            blocks += ["", say(title, language), *(f"  {line}" for line in lines)]
    return "\n".join([*blocks, "", *summary(assessment, language)])


def _results(assessment: Assessment, language: Language, colour: bool) -> str:
    heads = ["indicator", "unit", "actual", "assured", "stretch", "attainment", "gap", "status"]
    towns = any(result.subject != assessment.plan.subject for result in assessment.results)
    if towns:
        heads.insert(1, "subject")
    rows: list[list[str]] = []
    few = _mostly_absent(assessment)
    for part, every in by_part(assessment):
        results = [result for result in every if not (few and result.status == "no_data")]
        if part and results:
            rows.append([f"【{part}】"] + [""] * (len(heads) - 1))
        for result in results:
            rows.append(_row(assessment, result, language, colour, towns))
    align = ["right" if head in ("actual", "assured", "stretch", "attainment", "gap") else "left" for head in heads]
    titles = [say(f"head-{head}", language) for head in heads]
    return tabulate(rows, headers=titles, tablefmt="simple", colalign=align, disable_numparse=True) if rows else ""


def _mostly_absent(assessment: Assessment) -> bool:
    """Whether most results are of figures that nobody submitted: a register or one office's form alone. They are then named
    in a line instead of a row each."""
    return 2 * sum(1 for result in assessment.results if result.status == "no_data") > len(assessment.results)


def _absent(assessment: Assessment, language: Language) -> list[str]:
    if not _mostly_absent(assessment):
        return []
    names = [assessment.plan.indicators[result.indicator].name for result in assessment.results if result.status == "no_data"]
    return [say("separator", language).join(dict.fromkeys(names))]


def by_part(assessment: Assessment) -> list[tuple[str, list[Result]]]:
    """Results grouped by the plan's parts, in the order of the plan."""
    groups: dict[str, list[Result]] = {part: [] for part in assessment.plan.parts.values()}
    for result in assessment.results:
        groups.setdefault(assessment.plan.indicators[result.indicator].part, []).append(result)
    return [(part, results) for part, results in groups.items() if results]


def _row(assessment: Assessment, result: Result, language: Language, colour: bool, towns: bool) -> list[str]:
    indicator = assessment.plan.indicators[result.indicator]
    status = say(f"status-{result.status}", language)
    if colour and result.status in _COLOURS:
        status = click.style(status, fg=_COLOURS[result.status])
    cells = [
        indicator.name, result.unit, value_text(result, language), target_text(result.assured, language), target_text(result.stretch, language),
        attainment_text(result), gap_text(decisive(result)), status,
    ]
    if towns:
        cells.insert(1, result.subject)
    return cells


def _short(assessment: Assessment, language: Language) -> list[str]:
    lines = []
    for result in assessment.results:
        for name, tier in (("assured", result.assured), ("stretch", result.stretch)):
            if tier is not None and result.value is not None and not tier.met:
                lines.append(short_line(assessment, result, name, tier, language))
                break
    for result in assessment.results:
        if result.status in ("not_computable",):
            name = assessment.plan.indicators[result.indicator].name
            lines.append(say("open-line", language, name=_whose(assessment, result) + name, reason=reason_text(result, language)))
    return lines


def _whose(assessment: Assessment, result: Result) -> str:
    return "" if result.subject == assessment.plan.subject else f"{result.subject} "


def short_line(assessment: Assessment, result: Result, name: str, tier: TierResult, language: Language) -> str:
    """One target that is short: by how much, and what it would take."""
    indicator = assessment.plan.indicators[result.indicator]
    shown_name = _whose(assessment, result) + indicator.name
    if tier.kind == "done_by":
        return _not_done(result, shown_name, getattr(indicator, name), language)
    unit = unit_text(tier.unit)
    value = value_text(result, language) if tier.on is None else shown(tier.value)
    if tier.on is not None:
        shown_name = f"{shown_name}（{tier.on}）"
    facts = {"name": shown_name, "value": value, "unit": f" {unit}" if unit else "", "tier": say(name, language)}
    if tier.gap == 0:
        return say("short-strict", language, **facts, target=target_text(tier, language).lstrip("><≥≤≈= "))
    gap = f" {gap_unit(unit)}" if unit else ""
    line = say("short-line", language, **facts, target=target_text(tier._replace(on=None), language), gap=gap_number(tier.gap or 0.0), gap_unit=gap)
    return line + _takes(assessment, tier, language)


def _not_done(result: Result, name: str, tier: Tier, language: Language) -> str:
    """A milestone that is open, or that was done after its day."""
    bound = next(bound for bound in tier.bounds if bound.kind == "done_by")
    deadline = entry(bound.value, result.when) if isinstance(bound.value, Mapping) else bound.value
    day = next((each.date for each in result.inputs if each.id == bound.dated and each.date is not None), None)
    done = any(each.state == "value" and each.value > 0 and each.id != bound.dated for each in result.inputs)
    if done and day is not None:
        return say("short-late", language, name=name, deadline=deadline, day=day)
    return say("short-not-done", language, name=name, deadline=deadline)


def _takes(assessment: Assessment, tier: TierResult, language: Language) -> str:
    short = tier.shortfall
    if short is None:
        return ""
    noun = assessment.plan.inputs[short.input]
    amount = short.amount
    if noun.whole and noun.unit.whole:
        # Half a firm cannot be built: what is counted one by one is asked for in whole numbers, and beyond a strict
        # bound one more than what would only reach it.
        amount = float(round(amount, 9) // 1 + 1) if BOUNDS[tier.kind].strict else float(-(-round(amount, 9) // 1))
    key = "short-over" if short.direction == "less" else "short-takes"
    return say(key, language, input=noun.name, amount=shown(amount), unit=short.unit)


def _compliance(assessment: Assessment, language: Language) -> list[str]:
    rows = [
        [assessment.plan.indicators[each.indicator].name, each.comply, each.computable, each.not_computable,
         f"{shown(each.share)} %" if each.share is not None else "—"]
        for each in assessment.compliance
    ]
    heads = [say(f"head-{head}", language) for head in ("indicator", "comply", "computable", "not-computable", "share")]
    return tabulate(rows, headers=heads, tablefmt="simple").splitlines() if rows else []


def finding_lines(findings: Sequence[Finding], language: Language, colour: bool, most: int = MOST_FINDINGS) -> list[str]:
    """Findings with place, message and hint, errors first; beyond ``most`` only their number."""
    lines = []
    for each in by_severity(list(findings))[:most]:
        severity = say(each.severity, language)
        if colour:
            severity = click.style(severity, fg="red" if each.severity == "error" else "yellow")
        lines.append(f"{severity} {place_text(each.place)} {plain(message(each, language))} [{each.rule}]")
        lines.append(f"     → {plain(hint(each, language))}")
    if len(findings) > most:
        lines.append(say("and-more", language, count=len(findings) - most))
    return lines


def summary(assessment: Assessment, language: Language) -> list[str]:
    """The lines that close a run; one of them says what was not matched and not used."""
    found = counts(assessment)
    if assessment.nothing_checked:
        return [say("nothing-checked", language, seen=seen(assessment, language))]
    unmatched = sum(len(sheet.unknown) for file in assessment.files for sheet in file.sheets)
    unused_ = sum(len(sheet.skipped) for file in assessment.files for sheet in file.sheets)
    facts = {"files": len(assessment.files), "figures": assessment.matched, "unmatched": unmatched, "unused": unused_}
    joined = say("list-end", language)
    apart = found["indicators"] - len({result.indicator for result in assessment.results})
    return [say("summary-results", language, **found, apart=apart) + joined + say("summary-files", language, **facts, **found)]
