"""The audit as JSON; also what ``--since`` reads as a baseline."""

from __future__ import annotations

import json
from typing import Any

from kpi_cli import __version__
from kpi_cli.measure.checks import Ran
from kpi_cli.report.json_ import dumps, file_payload, finding_payload
from kpi_cli.report.validation import check_name
from kpi_cli.validation import Suite, Validation, fingerprint, key_of
from kpi_cli.words import LANGUAGES, both

# What each check says, by its id and in each language.
Names = dict[str, dict[str, str]]


class NotABaselineError(Exception):
    """A file that is not the output of an audit."""


def render(validation: Validation, language: str = "zh", colour: bool = False) -> str:
    """Both languages are in it, so ``language`` changes nothing."""
    return dumps(payload(validation))


def payload(validation: Validation) -> dict[str, Any]:
    plan = validation.plan
    counts = validation.counts()
    names = {check.id: {str(language): check_name(plan, check, language) for language in LANGUAGES} for check in plan.checks}
    return {
        "kpi": __version__,
        "plan": {"id": plan.id, "file": plan.file, "sha256": plan.sha256},
        "year": validation.when.year,
        "period": validation.when.text,
        "files": [_suite(names, suite) for suite in validation.suites if suite.file is not None],
        "together": next((_suite(names, suite) for suite in validation.suites if suite.file is None), None),
        "left_out": [{"file": file, "why": both(why)} for file, why in validation.left_out],
        "findings": [{**finding_payload(each), "fingerprint": fingerprint(each)} for each in validation.findings],
        "accepted": [
            {
                **finding_payload(each.finding), "fingerprint": fingerprint(each.finding), "why": each.why.removeprefix("accepted-"),
                "remark": each.remark,
            }
            for each in validation.accepted
        ],
        "summary": {**counts, "skipped": [{"why": both(reason), "count": count} for reason, count in validation.skipped().items()]},
    }


def _suite(names: Names, suite: Suite) -> dict[str, Any]:
    errors = sum(1 for each in suite.findings if each.severity == "error")
    file = file_payload(suite.file) if suite.file is not None else {}
    return {
        **file, "period": suite.when.text, "figures": suite.figures, "errors": errors, "warnings": len(suite.findings) - errors,
        "checks": [_check(names, each) for each in suite.checks],
    }


def _check(names: Names, each: Ran) -> dict[str, Any]:
    return {
        "check": each.check.id, "form": each.check.form, "level": each.check.level,
        "name": names[each.check.id],
        "ran": each.ran, "failed": each.failed, "skipped": each.skipped, "why": None if each.ran else both(each.reason),
    }


def baseline(data: bytes) -> frozenset[str]:
    """The keys of all findings in an earlier output. NotABaselineError, with the reason, for anything else."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
        return frozenset(_key(each) for part in ("findings", "accepted") for each in found.get(part, []))
    except (UnicodeDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotABaselineError(f"{type(error).__name__}: {error}") from None


def _key(each: dict[str, Any]) -> str:
    place = (each["file"], each["sheet"], each["cell"])
    return key_of(each["rule"], each["severity"], place, (each["indicator"], each["input"], each["subject"]), each["facts"])
