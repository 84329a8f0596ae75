"""Checks across figures: what a plan says must hold between them. Findings stand where the doubtful figure stands.

One function a form of check, in the table ``CHECKS``; each yields what became of every subject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from kpi_cli.measure.checks.against import prior, reported, running_total, unusual_change
from kpi_cli.measure.checks.outcome import NO_FIGURES, RAN, Context, Form, Skip
from kpi_cli.measure.checks.relations import of_which, rule, sum_of_parts
from kpi_cli.measure.checks.subjects import empty_for, subjects_sum, whole
from kpi_cli.measure.panel import Panel
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Check, Plan
from kpi_cli.rules import Finding

CHECKS: dict[str, Form] = {
    "of_which": of_which,
    "sum": sum_of_parts,
    "rule": rule,
    "reported": reported,
    "unusual_change": unusual_change,
    "prior": prior,
    "running_total": running_total,
    "subjects_sum": subjects_sum,
    "empty_for": empty_for,
    "whole": whole,
}


class Ran(NamedTuple):
    """What became of one check: on how many subjects (and figures) it ran, on how many it was skipped, and why (word keys
    with how often)."""

    check: Check
    ran: int
    skipped: int
    why: Mapping[str, int] = {}
    failed: int = 0

    @property
    def reason(self) -> str:
        """The most frequent reason for skipping; that none of its figures was submitted where there is no other."""
        return max(self.why, key=lambda key: self.why[key]) if self.why else NO_FIGURES


class Run(NamedTuple):
    """All checks of a plan on one set of figures."""

    findings: list[Finding]
    ran: list[Ran]


def run_checks(plan: Plan, panel: Panel, when: When) -> Run:
    """Run every check for every subject. A check that lacks a figure is skipped as its strategy says, and counted."""
    findings: list[Finding] = []
    ran = []
    context = Context(plan, panel, when)
    for check in plan.checks:
        outcome = list(CHECKS[check.form](check, context))
        wrong = [each for each in outcome if isinstance(each, Finding)]
        why = Counter(str(each) for each in outcome if isinstance(each, Skip))
        findings += wrong
        ran.append(Ran(check, sum(1 for each in outcome if each == RAN), why.total(), dict(why), len(wrong)))
    return Run(findings, ran)
