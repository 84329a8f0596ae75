"""Audits → text, one module a format; what they share is here: what a check is called, what a run counted."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_cli.plan.nouns import Check, Plan
from kpi_cli.report.text import plain
from kpi_cli.rules import Finding, hint, message
from kpi_cli.validation import REMARK, Validation
from kpi_cli.words import Language, say

_MOST_NAMES = 3


def check_name(plan: Plan, check: Check, language: Language) -> str:
    """What a check says: its name in the plan, else its relation in words."""
    if check.name is not None:
        return check.name
    if check.form == "rule":
        return check.rule_text or check.id
    names = [(plan.indicators[id] if check.form == "reported" else plan.inputs[id]).name for id in check.inputs]
    facts = {"names": _few(names, language)}
    if check.form == "of_which":
        facts = {"part": plan.inputs[str(check.part)].name, "whole": plan.inputs[str(check.whole)].name}
    elif check.form == "sum":
        facts = {"total": names[0], "parts": _few(names[1:], language)}
    elif check.form == "empty_for":
        facts["group"] = plan.groups[str(check.whole)].name
    return say(f"check-name-{check.form}", language, **facts)


def _few(names: Sequence[str], language: Language) -> str:
    shown = say("separator", language).join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else say("names-more", language, names=shown, count=len(names))


def sentence(each: Finding, language: Language) -> str:
    """What is wrong and what to do, in one line."""
    return plain(f"{message(each, language)} → {hint(each, language)}")


def summary(validation: Validation, language: Language) -> str:
    """The line that closes a run: what was read, what was checked and what was not, what was found."""
    reasons = [
        say("reason-count", language, reason=say(reason, language), count=count) for reason, count in validation.skipped().items()
    ]
    told = say("summary-reasons", language, reasons=say("separator", language).join(reasons)) if reasons else ""
    counts = validation.counts()
    parts = [say("summary-validation", language, **counts, reasons=told)]
    parts += [say("summary-accepted", language, **counts)] if counts["accepted"] else []
    parts += [say("summary-gone", language, **counts)] if counts["gone"] else []
    nothing = [say("validation-nothing", language)] if validation.figures == 0 else []
    return say("list-end", language).join(nothing + parts)


def accepted_lines(validation: Validation, language: Language) -> list[str]:
    """The findings that may stay, each with why."""
    from kpi_cli.report.text import place_text

    return [
        say(
            "accepted-remark-line" if each.why == REMARK else "accepted-line", language, place=place_text(each.finding.place),
            message=plain(message(each.finding, language)), rule=each.finding.rule, why=say(each.why, language), remark=plain(each.remark),
        )
        for each in validation.accepted
    ]
