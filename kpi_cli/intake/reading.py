"""One file → observations and findings, with an account of every sheet. Runs in a worker process; light, and picklable
both ways."""

from __future__ import annotations

from typing import NamedTuple

from kpi_cli.intake.book import Book, Sheet, address, column_letters
from kpi_cli.intake.heads import Period
from kpi_cli.intake.layouts import choose_layout
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.observe import Observer
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.slots import Layout
from kpi_cli.intake.view import View
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.observations import Observation
from kpi_cli.rules import Finding, Place, Word, finding


class Matched(NamedTuple):
    """A row or column that was matched: the name as written, what it names, and its cell."""

    cell: str
    text: str
    id: str


class SheetRead(NamedTuple):
    """What was made of one sheet. ``layout`` is None where no table was found; ``why`` a word's key with its facts."""

    sheet: str | None
    layout: str | None
    why: str
    facts: dict[str, object]
    matched: tuple[Matched, ...] = ()
    skipped: tuple[tuple[str, str, str], ...] = ()
    unknown: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    heads: tuple[tuple[str, str], ...] = ()


class FileRead(NamedTuple):
    """What was made of one file."""

    file: str
    kind: str | None
    sha256: str | None
    observations: list[Observation]
    findings: list[Finding]
    sheets: tuple[SheetRead, ...]


class Context(NamedTuple):
    """What workers need to read any of the files: sent to each of them once. ``prior`` names last year's files."""

    words: Vocabulary
    period: Period
    subject: str | None
    limits: Limits
    prior: frozenset[str] = frozenset()


def read_file(path: str, context: Context) -> FileRead:
    """Open and read one file. Whatever is wrong with it is a finding."""
    book, findings = open_book(path, context.limits)
    if book is None:
        return FileRead(path, None, None, [], findings, ())
    if path in context.prior:
        read = read_book(book, context.words.of_last_year(), Period(None, None), context.subject)
        read = read._replace(observations=[each._replace(prior_file=True) for each in read.observations])
    else:
        read = read_book(book, context.words, context.period, context.subject)
    return read._replace(findings=findings + read.findings)


def read_book(book: Book, words: Vocabulary, period: Period, subject: str | None) -> FileRead:
    """All observations of a book. ``period`` and ``subject`` are what the user says of it, None where nothing was said."""
    observations: list[Observation] = []
    findings: list[Finding] = []
    sheets = []
    for sheet in book.sheets:
        read, found, wrong = _read_sheet(sheet, book.file, words, period, subject)
        sheets.append(read)
        observations += found
        findings += wrong
    if not any(read.layout for read in sheets):
        findings.append(finding("no-table-found", Place(book.file, book.sheets[0].name if book.sheets else None), reason=Word("why-no-names")))
    return FileRead(book.file, book.kind, book.sha256, observations, findings, tuple(sheets))


def _read_sheet(
    sheet: Sheet, file: str, words: Vocabulary, period: Period, subject: str | None
) -> tuple[SheetRead, list[Observation], list[Finding]]:
    if not any(cell not in (None, "") for row in sheet.rows for cell in row):
        return SheetRead(sheet.name, None, "why-blank", {}), [], []
    view = View(sheet, words)
    layout = choose_layout(view, period, subject)
    if layout is None:
        return SheetRead(sheet.name, None, "why-no-names", {}), [], []
    if sheet.hidden:
        wrong = finding("hidden-data", Place(file, sheet.name), what=Word("hidden-sheets"), treatment=Word("not-used"))
        return SheetRead(sheet.name, None, "why-hidden", {}), [], [wrong]
    observer = Observer(sheet, file, words)
    for slot in layout.slots:
        observer.read(slot)
    observer.findings += _unknown(layout, sheet, file, words) + _hidden_lines(layout, sheet, file)
    return _account(view, layout, words), observer.observations, observer.findings


def _unknown(layout: Layout, sheet: Sheet, file: str, words: Vocabulary) -> list[Finding]:
    found = []
    for each in layout.unknown:
        near = _near(each.text, list(dict.fromkeys(words.subjects.values())) if each.rule == "unknown-subject" else words.names())
        found.append(finding(each.rule, Place(file, sheet.name, address(each.row, each.column)), name=each.text, near=near))
    return found


def _hidden_lines(layout: Layout, sheet: Sheet, file: str) -> list[Finding]:
    """Hidden rows and columns that hold figures are read, and told."""
    if not sheet.suspect:
        return []
    found = []
    evidence = sheet.evidence
    for what, lines, key in (
        ("hidden-rows", evidence.hidden_rows, lambda slot: slot.row), ("hidden-columns", evidence.hidden_columns, lambda slot: slot.column)
    ):
        told = set()
        for slot in layout.slots:
            line = key(slot)
            if line in lines and line not in told and sheet.cell(slot.row, slot.column) not in (None, ""):
                told.add(line)
                place = Place(file, sheet.name, address(slot.row, slot.column))
                found.append(finding("hidden-data", place, what=Word(what), treatment=Word("used-all-the-same")))
    return found


def _account(view: View, layout: Layout, words: Vocabulary) -> SheetRead:
    named = dict.fromkeys((slot.name_at, slot.wanted.id) for slot in layout.slots)
    matched = [Matched(address(*at), view.text(*at)[:60], id) for at, id in named]
    skipped = [
        (str(each.row + 1) if each.row is not None else column_letters(each.column or 0), each.text, each.why) for each in layout.skipped
    ]
    unknown = [(address(each.row, each.column), each.text, tuple(_near(each.text, words.names()))) for each in layout.unknown]
    heads = [(column_letters(column), role) for column, role in sorted(layout.heads.items())]
    return SheetRead(view.sheet.name, layout.name, layout.why, layout.facts, tuple(matched), tuple(skipped), tuple(unknown), tuple(heads))


def _near(text: str, known: list[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(text, known, n=3, cutoff=0.6)
