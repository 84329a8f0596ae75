"""Findings, and the one table of rules that says what each means.

A finding carries facts, never sentences: the sentence is made last, from the table, in the reader's language.
Codes never change their meaning and are never reused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kpi_cli.words import Language, say

ERROR = "error"
WARNING = "warning"
SEVERITIES = (ERROR, WARNING)


class Rule(NamedTuple):
    """One kind of mistake. Texts are ``{"zh": …, "en": …}`` templates over a finding's facts.

    ``message`` says what is wrong (found and expected), ``hint`` what to do; ``example`` shows a cell or line that
    breaks the rule. ``asks`` is what a form asks for so that the rule is kept; only rules that a form can speak of have it.
    """

    code: str
    name: str
    severity: str
    message: dict[str, str]
    hint: dict[str, str]
    example: dict[str, str]
    asks: dict[str, str] = {}


class Place(NamedTuple):
    """Where a finding stands: a cell of a sheet (``sheet`` is None for text files), or a line of a plan."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    column: int | None = None


class Word(str):
    """A fact that is itself a word of ours: translated when the sentence is made."""

    __slots__ = ()


class Finding(NamedTuple):
    """Something wrong or doubtful, at a place. ``facts`` fill the rule's templates."""

    rule: str
    severity: str
    place: Place
    facts: Mapping[str, Any] = {}
    indicator: str | None = None
    input: str | None = None
    subject: str | None = None


def finding(
    rule: str,
    place: Place | None = None,
    /,
    *,
    severity: str | None = None,
    indicator: str | None = None,
    input: str | None = None,
    subject: str | None = None,
    **facts: Any,
) -> Finding:
    """A finding of ``rule`` with the rule's own severity unless another is given. KeyError for an unknown rule."""
    return Finding(rule, severity or RULES[rule].severity, place or Place(), facts, indicator, input, subject)


def message(found: Finding, language: Language) -> str:
    """The sentence of a finding: what is wrong."""
    return _fill(RULES[found.rule].message[language], found, language)


def hint(found: Finding, language: Language) -> str:
    """What to do about a finding."""
    return _fill(RULES[found.rule].hint[language], found, language)


def worst(findings: Iterable[Finding]) -> str | None:
    """The gravest severity among the findings, None where there are none."""
    found = {each.severity for each in findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


def _fill(template: str, found: Finding, language: Language) -> str:
    facts = {"indicator": found.indicator, "input": found.input, "subject": found.subject, **found.facts}
    return template.format_map({key: _shown(value, language) for key, value in facts.items()})


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, Word):
        return say(value, language)
    if isinstance(value, list | tuple) and not value:
        return "—"
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(_shown(each, language) for each in value)
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)


def _table() -> dict[str, Rule]:
    from kpi_cli.rules import across, cells, files, plans, schemes, sheets

    parts = (files.RULES, sheets.RULES, cells.RULES, across.RULES, plans.RULES, schemes.RULES)
    return {rule.name: rule for part in parts for rule in part}


RULES: dict[str, Rule] = _table()
