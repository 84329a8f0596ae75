"""The order of the steps of scoring: files → figures, each once → checks → scores and findings."""

from __future__ import annotations

from kpi_cli.intake.reading import FileRead
from kpi_cli.observations import FIGURE
from kpi_cli.pipeline import Request, in_order, period_of, read_all, wrong_periods
from kpi_cli.plan.nouns import Group, Plan
from kpi_cli.rules import Finding, Place, finding
from kpi_cli.scoring.nouns import Scheme
from kpi_cli.scoring.run import ScoreRun

_SUBJECT_OF = ("subject", "role")


def plan_for(scheme: Scheme, plan: Plan, year: int | None = None) -> Plan:
    """The plan for a scheme's year, which also knows the subjects that only the scheme names, and their other names."""
    known = {name for group in plan.groups.values() for name in group.members} | {plan.subject}
    others = {name: aliases for group in scheme.groups.values() for name, aliases in group.members.items() if name not in known}
    aliases = {name: each for group in scheme.groups.values() for name, each in group.members.items()}
    groups = {
        id: group._replace(members={name: tuple(dict.fromkeys((*own, *aliases.get(name, ())))) for name, own in group.members.items()})
        for id, group in plan.groups.items()
    }
    if others:
        groups["·scheme"] = Group("·scheme", scheme.name, others)
    return plan._replace(year=year or scheme.year, groups=groups)


def score(scheme: Scheme, plan: Plan, request: Request) -> ScoreRun:
    """Read, check and score. Never raises for what a file holds."""
    plan = plan_for(scheme, plan, request.year or request.period.year)
    reading = read_all(plan, request)
    # Imported while the workers read: pandas takes longer to import than a form takes to read.
    from kpi_cli.measure.checks import run_checks
    from kpi_cli.measure.figures import Figures
    from kpi_cli.measure.merge import merge
    from kpi_cli.measure.panel import Panel
    from kpi_cli.measure.registers.rows import register_frames
    from kpi_cli.measure.registers.run import gather
    from kpi_cli.scoring.engine import score_scheme

    files = tuple(reading)
    observations, repeated = merge(plan, Figures(file.observations for file in files))
    when = period_of(plan, observations, request.period)
    tables = [table for file in files for table in file.registers]
    gathered = gather(plan, tables)
    subjects = list(dict.fromkeys([plan.subject, *scheme.subjects(), *plan.subjects()]))
    panel = Panel(plan, observations, subjects, gathered.counted)
    checked = run_checks(plan, panel, when)
    scores = score_scheme(scheme, plan, panel, when, register_frames(plan, tables))
    findings = [each for file in files for each in file.findings] + repeated + checked.findings + gathered.findings
    findings += wrong_periods(files, when) + _of_no_subject(scheme, files)
    return ScoreRun(scheme, plan, when, files, observations, scores, in_order(findings, files) + _said_once(scores.findings))


def _of_no_subject(scheme: Scheme, files: tuple[FileRead, ...]) -> list[Finding]:
    """A finding for each file with figures, none of them of a subject that is scored."""
    subjects = set(scheme.subjects())
    found = []
    for file in files:
        said = file.observations.counts(_SUBJECT_OF)
        named = dict.fromkeys(subject for subject, role in said if role == FIGURE)
        if named and not subjects & set(named) and not file.observations[0].prior_file:
            found.append(finding("file-of-no-subject", Place(file.file), reason=list(named)))
    return found


def _said_once(findings: list[Finding]) -> list[Finding]:
    """Findings that stand at no cell are told apart by what they say of whom."""
    return list({(each.rule, each.place, each.subject, str(each.facts)): each for each in findings}.values())
