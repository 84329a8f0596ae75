"""The order of the steps, written once: files → readings → figures, each once → results and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kpi_cli.assessment import Assessment
from kpi_cli.batch.files import Done, Way, read_files
from kpi_cli.intake.heads import Period, is_single, last_month
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.reading import Context, FileRead
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.measure.figures import Figures
from kpi_cli.observations import FIGURE
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding, Place, finding

if TYPE_CHECKING:
    # Only for the type: Dask takes long to import, and may not be installed.
    from kpi_cli.batch.cluster import Cluster


class Request(NamedTuple):
    """What is asked: the files, last year's files, and what the user says of their period and subject. ``registers`` are
    (register, file) where the user says which register a file holds; these files are read besides ``files``. ``jobs``,
    ``cache``, ``cluster``, ``watch`` and ``waiting``: see ``Way``; they change nothing in the results, nor does the order of files.
    ``detailed``: whether readings say which row and column was matched."""

    files: Sequence[str]
    prior: Sequence[str] = ()
    year: int | None = None
    period: Period = Period(None, None)
    subject: str | None = None
    limits: Limits = Limits()
    jobs: int | None = None
    registers: Sequence[tuple[str, str]] = ()
    cache: str | None = None
    cluster: Cluster | None = None
    watch: Callable[[Done], None] | None = None
    waiting: Callable[[float | None], None] | None = None
    detailed: bool = False


def read_all(plan: Plan, request: Request) -> Iterator[FileRead]:
    """Every file read in worker processes or on a cluster, by name, last year's files last. Work starts at once."""
    prior = frozenset(request.prior) - frozenset(request.files)
    named = {file: register for register, file in request.registers}
    context = Context(vocabulary(plan), request.period, request.subject, request.limits, prior, named, request.detailed)
    paths = dict.fromkeys([*sorted({*request.files, *named} - prior), *sorted(prior)])
    return read_files(list(paths), context, Way(request.jobs, request.cache, request.cluster, request.watch, request.waiting))


def check(plan: Plan, request: Request) -> Assessment:
    """Read, measure and check. Never raises for what a file holds."""
    plan = plan._replace(year=request.year or request.period.year or plan.year)
    reading = read_all(plan, request)
    # Imported while the workers read: numpy takes longer to import than a form takes to read.
    from kpi_cli.measure.checks import run_checks
    from kpi_cli.measure.merge import added_up, merge, missing_subjects
    from kpi_cli.measure.panel import Panel
    from kpi_cli.measure.registers.run import gather, judge_registers, undecided
    from kpi_cli.measure.results import measure

    files = tuple(reading)
    observations, repeated = merge(plan, Figures(file.observations for file in files))
    when = period_of(plan, observations, request.period)
    gathered = gather(plan, (table for file in files for table in file.registers))
    counted = gathered.counted
    panel = Panel(plan, observations, plan.subjects(), counted)
    results, compliance = measure(plan, panel, when)
    registers, row_compliance, row_findings = judge_registers(plan, gathered, panel, when)
    checked = run_checks(plan, panel, when)
    findings = [each for file in files for each in file.findings] + repeated + checked.findings
    findings += gathered.findings + row_findings
    first = files[0].file if files else None
    findings += wrong_periods(files, when) + single_periods(files, when) + added_up(plan, panel, when, first) + missing_subjects(plan, panel, first)
    findings += undecided(plan, counted, first)
    places = {id: place for place, id in enumerate(plan.indicators)}
    compliance = sorted([*compliance, *row_compliance], key=lambda each: places[each.indicator])
    return Assessment(
        plan, when, files, observations, results, compliance, in_order(findings, files), checked.ran, tuple(registers)
    )


def period_of(plan: Plan, figures: Figures, asked: Period) -> When:
    """The period to judge: as asked; else, of the parts of the plan's year that the figures are of, the one that reaches
    furthest among those that hold at least half as many figures as the fullest, a running total before a single period."""
    if asked.span is not None:
        return When(plan.year, asked.span)
    spans: Counter[str] = Counter()
    for each, count in figures.periods.items():
        if each.year == plan.year and each.role == FIGURE and not each.prior_file:
            spans[each.span] += count
    full = [span for span, count in spans.items() if 2 * count >= max(spans.values())]
    furthest = max(full, key=lambda span: (last_month(span), not is_single(span)), default="")
    # A single quarter or month in mid-year is no figure of the year so far, and is judged only where it is asked for.
    return When(plan.year, "" if is_single(furthest) else furthest)


def single_periods(files: Sequence[FileRead], when: When) -> list[Finding]:
    """A finding for each file that has figures of single quarters or months and none of the period that is judged."""
    found = []
    for file in files:
        spans = dict.fromkeys(each.span for each in file.observations.periods() if each.year == when.year and each.role == FIGURE)
        if any(is_single(span) for span in spans) and when.span not in spans:
            first = next(each for each in file.observations if each.year == when.year and each.role == FIGURE)
            place = Place(file.file, first.sheet, first.cell)
            found.append(finding("single-period", place, found=[When(when.year, span).text for span in spans]))
    return found


def wrong_periods(files: Sequence[FileRead], when: When) -> list[Finding]:
    """A finding for each file that has figures, but none of the year that is judged; of an earlier submission, none of the
    year before, nor of this year before the period that is judged."""
    found = []
    for file in files:
        said = {each: count for each, count in file.observations.periods().items() if each.role == FIGURE}
        years = {each.year for each in said}
        earlier = any(each.prior_file for each in said)
        wanted = when.year - 1 if earlier else when.year
        if years and wanted not in years and not (earlier and when.year in years):
            first, most = file.observations[0], max(said, key=said.__getitem__)
            place = Place(file.file, first.sheet, first.cell)
            found.append(finding("wrong-period", place, found=When(most.year, most.span).text, expected=str(wanted)))
    return found


def in_order(findings: Sequence[Finding], files: Sequence[FileRead]) -> list[Finding]:
    """Findings by file, sheet, row and column; the same finding at the same place once. Two checks that fail at one cell are
    two findings."""
    order = {file.file: number for number, file in enumerate(files)}
    sheets = {(file.file, sheet.sheet): number for file in files for number, sheet in enumerate(file.sheets)}

    def position(each: Finding) -> tuple[int, int, int, int, str]:
        row, column = _cell_position(each.place.cell)
        return (
            order.get(each.place.file or "", len(order)), sheets.get((each.place.file or "", each.place.sheet), 0), row, column, each.rule
        )

    unique = {
        (each.rule, each.place, each.facts.get("check"), each.subject if each.place.cell is None else None): each
        for each in reversed(findings)
    }
    return sorted(unique.values(), key=position)


def _cell_position(cell: str | None) -> tuple[int, int]:
    letters = "".join(each for each in cell or "" if each.isalpha())
    digits = (cell or "")[len(letters) :]
    column = 0
    for each in letters:
        column = column * 26 + ord(each) - 64
    return (int(digits) if digits.isdigit() else 0), column
