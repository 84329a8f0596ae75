"""What all writers of results share: numbers beside their targets, reasons, counts, what was not used."""

from __future__ import annotations

from kpi_cli.assessment import Assessment
from kpi_cli.measure.results import Result, TierResult
from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.report.text import place_text, plain
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import percent, shown

FLAG_UNIT = "是/否"
COUNTED = ("stretch", "assured", "missed", "no_data", "not_computable", "not_applicable", "reported")
def value_text(result: Result, language: Language) -> str:
    """The value with enough digits to tell it from its targets."""
    if result.unit == FLAG_UNIT and result.value is not None:
        return say("yes" if result.value else "no", language)
    edges = [tier.target for tier in (result.assured, result.stretch) if tier and tier.on is None and isinstance(tier.target, float)]
    for edge in edges:
        text = shown(result.value, 2, edge)
        if text != shown(result.value):
            return text
    return shown(result.value)


def target_text(tier: TierResult | None, language: Language) -> str:
    """A target with its direction where it is not the plain one (at least), and its unit where the bound that decides is on
    another figure than the indicator."""
    if tier is None or tier.target is None:
        return "—"
    if tier.kind == "done_by":
        return say("yes", language) if tier.unit == FLAG_UNIT else shown(tier.target)
    value = "–".join(shown(each) for each in tier.target) if isinstance(tier.target, tuple) else shown(tier.target)
    symbol = "" if tier.kind in ("at_least", "between") else f"{BOUNDS[tier.kind].symbol} "
    return f"{symbol}{value} {tier.unit}" if tier.on is not None else f"{symbol}{value}"


def decisive(result: Result) -> TierResult | None:
    """The tier that attainment and gap are shown for: the assured, else the stretch."""
    return result.assured or result.stretch


def attainment_text(result: Result) -> str:
    tier = decisive(result)
    return percent(tier.attainment) if tier else "—"


def gap_text(tier: TierResult | None) -> str:
    if tier is None or tier.gap is None:
        return "—"
    return gap_number(tier.gap)


def gap_number(gap: float) -> str:
    """A gap never reads as nought where there is one."""
    return "0" if gap == 0 else shown(gap)


def gap_unit(unit: str) -> str:
    """A difference of per cents is in percentage points."""
    return {"%": "百分点", "‰": "千分点"}.get(unit, unit)


def reason_text(result: Result, language: Language) -> str | None:
    if result.reason is None:
        return None
    key, facts = result.reason
    joined = {name: say("separator", language).join(value) if isinstance(value, list) else value for name, value in facts.items()}
    return say(key, language, **joined)


def counts(assessment: Assessment) -> dict[str, int]:
    """The summary of a run: indicators of the plan, results by status, findings by severity."""
    found = {"indicators": len(assessment.plan.indicators)}
    found |= {status: sum(1 for result in assessment.results if result.status == status) for status in COUNTED}
    found["errors"] = sum(1 for each in assessment.findings if each.severity == "error")
    found["warnings"] = sum(1 for each in assessment.findings if each.severity == "warning")
    return found


def unit_text(unit: str) -> str:
    """The unit beside a number; nothing for yes or no."""
    return "" if unit == FLAG_UNIT else unit


def seen(assessment: Assessment, language: Language) -> str:
    """What was seen where nothing matched: the sheets, and why each was not used."""
    parts = []
    for file in assessment.files:
        if not file.sheets:
            rules = [each.rule for each in file.findings] or ["why-blank"]
            parts.append(say("seen-file", language, file=plain(file.file), why=rules[0]))
        for sheet in file.sheets:
            why = say(sheet.why, language, **sheet.facts)
            parts.append(say("seen-sheet", language, file=plain(file.file), sheet=plain(sheet.sheet or ""), why=why))
    return say("list-end", language).join(parts)


def unused(assessment: Assessment, language: Language) -> list[str]:
    """What the files hold and the plan did not use, a line a kind."""
    lines = []
    for key, rule in (("not-used-row", "unknown-row"), ("not-used-column", "unknown-column"), ("not-used-subject", "unknown-subject")):
        names = [f"{plain(str(each.facts.get('name', '')))}（{place_text(each.place)}）" for each in assessment.findings if each.rule == rule]
        if names:
            lines.append(say(key, language, names=_few(names, language)))
    sheets = [
        f"{plain(sheet.sheet or '')}（{say(sheet.why, language, **sheet.facts)}）"
        for file in assessment.files for sheet in file.sheets if sheet.layout is None and sheet.why != "why-blank"
    ]
    if sheets:
        lines.append(say("not-used-sheet", language, names=_few(sheets, language)))
    return lines


def _few(names: list[str], language: Language, most: int = 12) -> str:
    text = say("separator", language).join(names[:most])
    return text if len(names) <= most else f"{text} {say('and-more', language, count=len(names) - most)}"

