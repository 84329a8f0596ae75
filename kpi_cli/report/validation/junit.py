"""The audit as JUnit XML: a suite a file, a case a check of the plan and a case a rule of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from kpi_cli.report.text import place_text
from kpi_cli.report.validation import check_name, sentence
from kpi_cli.rules import RULES, Finding
from kpi_cli.validation import Suite, Validation
from kpi_cli.words import Language, say

# Rules that any file is read under: of files, sheets and cells.
_READING = tuple(rule.name for rule in RULES.values() if rule.code[:2] in ("K1", "K2", "K3"))
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(validation: Validation, language: Language, colour: bool = False) -> str:
    suites = [_suite(validation, suite, language) for suite in validation.suites]
    total = [sum(numbers) for numbers in zip(*(counts for counts, _ in suites), strict=True)] or [0, 0, 0]
    head = f"<testsuites name={_quoted(validation.plan.name)} {_counted(total)}>"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head, *(line for _, lines in suites for line in lines), "</testsuites>"]
    return "\n".join(lines)


def _suite(validation: Validation, suite: Suite, language: Language) -> tuple[list[int], list[str]]:
    name = suite.file.file if suite.file is not None else say("all-files", language)
    cases = list(_cases(validation, suite, language))
    lines, failures, skipped = [], 0, 0
    for case, findings, why in cases:
        bad = [each for each in findings if each.severity in validation.choice.failing]
        failures += bool(bad)
        skipped += bool(why and not findings)
        lines += _case(case, name, bad, [each for each in findings if each not in bad], why, language)
    counts = [len(cases), failures, skipped]
    return counts, [f" <testsuite name={_quoted(name)} {_counted(counts)}>", *lines, " </testsuite>"]


def _cases(validation: Validation, suite: Suite, language: Language) -> Iterator[tuple[str, list[Finding], str | None]]:
    """(name, findings, why it was skipped) of each case. Every finding of the suite is in one of them."""
    left = list(suite.findings)
    for ran in suite.checks:
        findings = [each for each in left if each.facts.get("check") == ran.check.id]
        left = [each for each in left if each not in findings]
        yield f"{ran.check.id} {check_name(validation.plan, ran.check, language)}", findings, None if ran.ran else say(ran.reason, language)
    for rule in dict.fromkeys([*(_READING if suite.file is not None else ()), *(each.rule for each in left)]):
        yield f"{RULES[rule].code} {rule}", [each for each in left if each.rule == rule], None


def _case(case: str, file: str, bad: Sequence[Finding], soft: Sequence[Finding], why: str | None, language: Language) -> list[str]:
    head = f"  <testcase name={_quoted(case)} classname={_quoted(file)}"
    inside = []
    if bad:
        first = bad[0]
        text = "\n".join(f"{place_text(each.place)} {sentence(each, language)}" for each in bad)
        inside.append(f"   <failure type={_quoted(first.rule)} message={_quoted(sentence(first, language))}>{_text(text)}</failure>")
    elif why is not None and not soft:
        inside.append(f"   <skipped message={_quoted(why)}/>")
    if soft:
        inside.append(f"   <system-out>{_text(chr(10).join(f'{place_text(each.place)} {sentence(each, language)}' for each in soft))}</system-out>")
    return [f"{head}>", *inside, "  </testcase>"] if inside else [f"{head}/>"]


def _counted(counts: Sequence[int]) -> str:
    return f'tests="{counts[0]}" failures="{counts[1]}" errors="0" skipped="{counts[2]}" time="0"'


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("�", text))


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("�", text))
