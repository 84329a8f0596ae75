"""The audit: every file alone, then all together. No result is computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi_cli.intake.reading import FileRead
from kpi_cli.measure.checks import Ran, run_checks
from kpi_cli.measure.figures import Figures
from kpi_cli.measure.merge import merge
from kpi_cli.measure.panel import Panel
from kpi_cli.measure.registers.run import gather
from kpi_cli.observations import Observation, Observations
from kpi_cli.pipeline import Request, in_order, period_of, read_all, wrong_periods
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import RULES, WARNING, Finding
from kpi_cli.validation import BASELINE, REMARK, Accepted, Choice, Suite, Validation, key

FILES = "K1"


def validate(plan: Plan, request: Request, choice: Choice, left_out: Sequence[tuple[str, str]] = ()) -> Validation:
    """Read and check. Never raises for what a file holds."""
    plan = plan._replace(year=request.year or request.period.year or plan.year)
    earlier = frozenset(request.prior) - frozenset(request.files)
    read = list(read_all(plan, request))
    files = [file for file in read if file.file not in earlier]
    prior = [file.observations for file in read if file.file in earlier]
    suites = [_alone(plan, request, file, prior) for file in files]
    whole = Figures(file.observations for file in files)
    when = period_of(plan, whole, request.period)
    of_prior = [each for file in read if file.file in earlier for each in file.findings]
    if len(files) > 1:
        suites.append(_together(plan, when, files, prior, suites))
    findings = [each for suite in suites for each in suite.findings] + of_prior
    findings = in_order(findings + wrong_periods(read, when), read)
    counted, accepted, gone = _settle(findings, {_at(each): each.remark for each in whole if each.remark}, choice)
    kept = set(map(key, counted))
    suites = [suite._replace(findings=[each for each in suite.findings if key(each) in kept]) for suite in suites]
    return Validation(plan, when, suites, counted, accepted, choice, left_out, gone)


def _alone(plan: Plan, request: Request, file: FileRead, prior: Sequence[Observations]) -> Suite:
    """One file by itself, with the earlier submissions that it refers to."""
    observations, repeated = merge(plan, Figures([file.observations, *prior]))
    when = period_of(plan, observations, request.period)
    gathered = gather(plan, file.registers)
    subjects = list(dict.fromkeys([plan.subject, *file.observations.column("subject")]))
    run = run_checks(plan, Panel(plan, observations, subjects, gathered.counted), when)
    own = [each for each in repeated + gathered.findings + run.findings if each.place.file in (file.file, None)]
    figures = len(file.observations) if plan.year in file.observations.column("year") else 0
    figures += sum(each.size for each in gathered.entities.values())
    return Suite(file, when, figures, run.ran, in_order(file.findings + own, [file]))


def _together(
    plan: Plan, when: When, files: Sequence[FileRead], prior: Sequence[Observations], suites: Sequence[Suite]
) -> Suite:
    """All files as one submission, in every period that some of them report. Only what no file shows alone is new."""
    merged, repeated = merge(plan, Figures([*(file.observations for file in files), *prior]))
    gathered = gather(plan, (table for file in files for table in file.registers))
    panel = Panel(plan, merged, plan.subjects(), gathered.counted)
    periods = list(dict.fromkeys([when, *(suite.when for suite in suites)]))
    runs = [run_checks(plan, panel, each) for each in periods]
    known = {_same(each) for suite in suites for each in suite.findings}
    found = repeated + gathered.findings + [each for run in runs for each in run.findings]
    return Suite(None, when, 0, _added(runs_of=[run.ran for run in runs]), [each for each in found if _same(each) not in known])


def _added(runs_of: Sequence[Sequence[Ran]]) -> list[Ran]:
    """The same checks over several periods, their counts added up."""
    added = []
    for runs in zip(*runs_of, strict=True):
        why: dict[str, int] = {}
        for each in runs:
            for reason, count in each.why.items():
                why[reason] = why.get(reason, 0) + count
        added.append(Ran(runs[0].check, sum(each.ran for each in runs), sum(each.skipped for each in runs), why, sum(each.failed for each in runs)))
    return added


def _same(each: Finding) -> tuple[object, ...]:
    return each.rule, each.place, each.facts.get("check"), each.subject if each.place.cell is None else None


def _at(each: Observation) -> tuple[str | None, ...]:
    return each.file, each.sheet, each.cell


def _settle(
    findings: Iterable[Finding], remarks: dict[tuple[str | None, ...], str], choice: Choice
) -> tuple[list[Finding], list[Accepted], int]:
    """What counts, what may stay, and how many of the accepted have gone. What a soft check of the plan finds may stay where
    the row's remark explains it; what a hard one finds may not."""
    counted, accepted, seen = [], [], set()
    for each in findings:
        if not _wanted(each, choice):
            continue
        remark = remarks.get((each.place.file, each.place.sheet, each.place.cell), "").strip()
        if (known := key(each)) in choice.accepted:
            seen.add(known)
            accepted.append(Accepted(each, BASELINE))
        elif remark and each.severity == WARNING and each.facts.get("check") is not None:
            accepted.append(Accepted(each, REMARK, remark))
        else:
            counted.append(each)
    return counted, accepted, len(choice.accepted) - len(seen)


def _wanted(each: Finding, choice: Choice) -> bool:
    """Whether a finding was asked for. A file that could not be read is told whatever was asked for, unless it is ignored
    by name: nothing can be said of what it holds."""
    names = {each.rule, str(each.facts.get("check"))}
    if names & choice.ignore:
        return False
    return not choice.only or bool(names & choice.only) or RULES[each.rule].code.startswith(FILES)
