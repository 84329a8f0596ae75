"""What an audit of submissions hands to the writers: findings, what was accepted, and what each check made of each file."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kpi_cli.intake.reading import FileRead
from kpi_cli.measure.checks import Ran
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import ERROR, WARNING, Finding

BASELINE, REMARK = "accepted-baseline", "accepted-remark"


class Choice(NamedTuple):
    """Which findings count. ``only`` and ``ignore`` hold names of rules and ids of checks; ``accepted`` the keys of
    findings that were accepted earlier; ``fail_on`` is error, warning or never."""

    only: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    fail_on: str = ERROR

    @property
    def failing(self) -> tuple[str, ...]:
        """The severities that make a run fail; those that writers show as failures."""
        return (ERROR, WARNING) if self.fail_on == WARNING else (ERROR,)


class Suite(NamedTuple):
    """One file looked at alone, or, with ``file`` None, all files together. ``findings`` are those that count."""

    file: FileRead | None
    when: When
    figures: int
    checks: list[Ran]
    findings: list[Finding]


class Accepted(NamedTuple):
    """A finding that may stay: it was accepted earlier, or is soft and explained in the form's remark column."""

    finding: Finding
    why: str
    remark: str = ""


class Validation(NamedTuple):
    """``suites``: the files in the order given, then the set where there is more than one. ``left_out``: paths of a folder
    that were not read, and why (a word's key). ``gone``: accepted findings that no longer occur."""

    plan: Plan
    when: When
    suites: list[Suite]
    findings: list[Finding]
    accepted: list[Accepted]
    choice: Choice
    left_out: Sequence[tuple[str, str]] = ()
    gone: int = 0

    @property
    def figures(self) -> int:
        """How many figures matched the plan: 0 means that nothing was checked."""
        return sum(suite.figures for suite in self.suites)

    @property
    def files(self) -> list[FileRead]:
        return [suite.file for suite in self.suites if suite.file is not None]

    def counts(self) -> dict[str, int]:
        """The closing line: files, figures, checks run and skipped, findings."""
        ran = [each for suite in self.suites for each in suite.checks]
        severities = Counter(each.severity for each in self.findings)
        return {
            "files": len(self.files), "figures": self.figures, "checks_run": sum(1 for each in ran if each.ran),
            "checks_skipped": sum(1 for each in ran if not each.ran), "errors": severities[ERROR],
            "warnings": severities[WARNING], "accepted": len(self.accepted), "gone": self.gone,
        }

    def skipped(self) -> Mapping[str, int]:
        """Why checks were skipped: word keys and how often, the most frequent first."""
        reasons = Counter(each.reason for suite in self.suites for each in suite.checks if not each.ran)
        return dict(reasons.most_common())


def key_of(rule: str, severity: str, place: Sequence[Any], who: Sequence[Any], facts: Mapping[str, Any]) -> str:
    """What tells one finding from another: its rule, severity, place, owner and facts, as one text."""
    return json.dumps([rule, severity, list(place), list(who), _plain(facts)], ensure_ascii=False, sort_keys=True)


def key(each: Finding) -> str:
    place = (each.place.file, each.place.sheet, each.place.cell)
    return key_of(each.rule, each.severity, place, (each.indicator, each.input, each.subject), each.facts)


def fingerprint(each: Finding) -> str:
    """A short name of a finding that stays the same from run to run (hexadecimal)."""
    return hashlib.sha256(key(each).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """A fact as JSON has it, so that a finding and its report compare equal."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | type(None)) else str(value)
