"""One file → observations and findings, with an account of every sheet. Runs in a worker process; light, and picklable
both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from kpi_cli.intake.book import Book, Sheet, address, column_letters
from kpi_cli.intake.heads import Period
from kpi_cli.intake.layouts import choose_layout
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.observe import Observer
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.registers.big import content_of_long, read_big_register
from kpi_cli.intake.registers.recognise import candidate, outweighs, read_register
from kpi_cli.intake.slots import Layout
from kpi_cli.intake.view import View
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.observations import NO_OBSERVATIONS, Observation, Observations
from kpi_cli.plan.matching import bare_name
from kpi_cli.registers import RegisterTable
from kpi_cli.rules import Finding, Place, Word, finding

# Columns of figures beyond this are no form: towns across, each with targets and actuals, take some hundreds.
_WIDEST_FORM = 1_000
# Near names are looked for so many unknown names of a sheet: each costs as much as reading a form.
_MOST_NEAR = 60


class Matched(NamedTuple):
    """A row or column that was matched: the name as written, what it names, and its cell."""

    cell: str
    text: str
    id: str


class SheetRead(NamedTuple):
    """What was made of one sheet. ``layout`` is None where no table was found; ``why`` a word's key with its facts.

    ``names``: how many rows and columns were matched; ``matched`` says which, where that was asked for. ``heads``: column →
    what it was taken for; ``periods``: column → the period of its figures; ``subjects``: whose figures they are; ``unit``: the
    unit stated for the whole sheet, and its cell.
    """

    sheet: str | None
    layout: str | None
    why: str
    facts: dict[str, object]
    names: int = 0
    matched: tuple[Matched, ...] = ()
    skipped: tuple[tuple[str, str, str], ...] = ()
    unknown: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    periods: tuple[tuple[str, str], ...] = ()
    subjects: tuple[str, ...] = ()
    unit: tuple[str, str] | None = None


class FileRead(NamedTuple):
    """What was made of one file. ``registers``: a table for each sheet that is a register."""

    file: str
    kind: str | None
    sha256: str | None
    observations: Observations
    findings: list[Finding]
    sheets: tuple[SheetRead, ...]
    registers: tuple[RegisterTable, ...] = ()


class Context(NamedTuple):
    """What workers need to read any of the files: sent to each of them once. ``prior`` names last year's files;
    ``registers`` says which register a file holds, for the files of which the user said so. ``detailed``: whether to say
    which row and column of each sheet was matched."""

    words: Vocabulary
    period: Period
    subject: str | None
    limits: Limits
    prior: frozenset[str] = frozenset()
    registers: Mapping[str, str] = {}
    detailed: bool = False


def read_file(path: str, context: Context, data: bytes | None = None) -> FileRead:
    """Open and read one file. Whatever is wrong with it is a finding. ``data`` are its bytes where they were sent from where
    the file is."""
    if path not in context.prior and context.words.registers:
        data = data or content_of_long(path, context.limits)
        big = read_big_register(path, data, context.words, context.limits, context.registers.get(path), context.subject) if data else None
        if big is not None:
            sheet = _account_of_register(big.table, big.name)
            return FileRead(path, big.kind, big.sha256, NO_OBSERVATIONS, big.findings, (sheet,), (big.table,))
    book, findings = open_book(path, context.limits, data)
    if book is None:
        return FileRead(path, None, None, NO_OBSERVATIONS, findings, ())
    if path in context.prior:
        read = read_book(book, context.words.of_last_year(), Asked(Period(None, None), context.subject, None, context.detailed))
        observations = Observations(each._replace(prior_file=True) for each in read.observations)
        read = read._replace(observations=observations, registers=())
    else:
        asked = Asked(context.period, context.subject, context.registers.get(path), context.detailed)
        read = read_book(book, context.words, asked)
    return read._replace(findings=findings + read.findings)


class Asked(NamedTuple):
    """What the user says of a file, None where nothing was said, and whether to say which names were matched."""

    period: Period
    subject: str | None = None
    register: str | None = None
    detailed: bool = False


def read_book(book: Book, words: Vocabulary, asked: Asked) -> FileRead:
    """All observations and registers of a book."""
    parts = [_read_sheet(sheet, book.file, words, asked) for sheet in book.sheets]
    findings = [each for part in parts for each in part.findings]
    if not any(part.read.layout for part in parts):
        seen = any(part.read.why == "why-no-figures" for part in parts)
        reason = Word("why-not-register" if asked.register else "why-no-figures" if seen else "why-no-names")
        place = Place(book.file, book.sheets[0].name if book.sheets else None)
        findings.append(finding("no-table-found", place, reason=reason))
    return FileRead(
        book.file, book.kind, book.sha256, Observations(each for part in parts for each in part.observations), findings,
        tuple(part.read for part in parts), tuple(part.register for part in parts if part.register is not None),
    )


class _Part(NamedTuple):
    """What one sheet comes to."""

    read: SheetRead
    observations: Sequence[Observation] = ()
    findings: Sequence[Finding] = ()
    register: RegisterTable | None = None


def _read_sheet(sheet: Sheet, file: str, words: Vocabulary, asked: Asked) -> _Part:
    if not any(cell not in (None, "") for row in sheet.rows for cell in row):
        return _Part(SheetRead(sheet.name, None, "why-blank", {}))
    register = candidate(sheet, words, asked.register)
    if register is not None and register.sure:
        view, layout = register.view, None
    else:
        if max(map(len, sheet.rows)) > _WIDEST_FORM:
            return _Part(SheetRead(sheet.name, None, "why-too-wide", {"columns": _WIDEST_FORM}))
        view = View(sheet, words)
        layout = choose_layout(view, asked.period, asked.subject) if asked.register is None else None
    if sheet.hidden and (layout or register):
        wrong = finding("hidden-data", Place(file, sheet.name), what=Word("hidden-sheets"), treatment=Word("not-used"))
        return _Part(SheetRead(sheet.name, None, "why-hidden", {}), findings=[wrong])
    if register is not None and (layout is None or outweighs(register, layout)):
        table, wrong_cells = read_register(sheet, file, words, register, asked.subject)
        return _Part(_account_of_register(table, register.found.register.name), (), wrong_cells, table)
    if layout is None:
        return _Part(SheetRead(sheet.name, None, "why-no-figures" if view.hits else "why-no-names", {}))
    observer = Observer(sheet, file, words)
    observer.read_all(layout.slots)
    near = _near_names(layout, words)
    observer.findings += _unknown(near, layout, sheet, file) + _doubts(layout, sheet, file) + _hidden_lines(layout, sheet, file)
    # A unit is wrong for all figures of its row: told once.
    told = {(each.rule, each.place, each.input, each.subject): each for each in reversed(observer.findings)}
    return _Part(_account(view, layout, near, asked.detailed), observer.observations, list(told.values())[::-1])


def _account_of_register(table: RegisterTable, name: str) -> SheetRead:
    matched = [Matched(f"{each.letters}{each.head_row}", each.text[:60], each.id) for each in table.columns]
    heads = [(each.letters, each.id) for each in table.columns]
    facts: dict[str, object] = {"name": name, "rows": table.size}
    return SheetRead(table.sheet, "register", "why-register", facts, len(matched), tuple(matched), heads=tuple(heads))


def _unknown(near: list[tuple[str, ...]], layout: Layout, sheet: Sheet, file: str) -> list[Finding]:
    return [
        finding(
            each.rule, Place(file, sheet.name, address(each.row, each.column)), name=each.text,
            **({"near": names or (Word("none-near"),)} if each.rival is None else {"other": each.rival}),
        )
        for each, names in zip(layout.unknown, near, strict=True)
    ]


def _near_names(layout: Layout, words: Vocabulary) -> list[tuple[str, ...]]:
    """The plan's names that are near each unknown one. A sheet full of strange words gets them for the first only."""
    if not layout.unknown:
        return []
    figures, subjects = tuple(words.names()), tuple(dict.fromkeys(words.subjects.values()))
    return [
        _near(each.text, subjects if each.rule == "unknown-subject" else figures) if number < _MOST_NEAR else ()
        for number, each in enumerate(layout.unknown)
    ]


def _doubts(layout: Layout, sheet: Sheet, file: str) -> list[Finding]:
    return [
        finding("uncertain-layout", Place(file, sheet.name, address(each.row, each.column)), reason=Word(each.reason))
        for each in layout.doubts
    ]


def _hidden_lines(layout: Layout, sheet: Sheet, file: str) -> list[Finding]:
    """Hidden rows and columns that hold figures are read, and told."""
    if not sheet.suspect:
        return []
    found = []
    evidence = sheet.evidence
    for what, lines, part in (("hidden-rows", evidence.hidden_rows, 0), ("hidden-columns", evidence.hidden_columns, 1)):
        told: set[int] = set()
        for slot in layout.slots:
            line = slot[part]
            if line in lines and line not in told and sheet.cell(slot.row, slot.column) not in (None, ""):
                told.add(line)
                place = Place(file, sheet.name, address(slot.row, slot.column))
                found.append(finding("hidden-data", place, what=Word(what), treatment=Word("used-all-the-same")))
    return found


def _account(view: View, layout: Layout, near: list[tuple[str, ...]], detailed: bool) -> SheetRead:
    # Column by column: a hundred slots are looked through in a hundredth of a millisecond.
    _, columns, wanted, subjects, whens, _, _, named_at, *_ = zip(*layout.slots, strict=True) if layout.slots else [()] * 11
    named = dict(zip(named_at, wanted, strict=True))
    matched = []
    if detailed:
        ids = {at: each.id for at, each in named.items()}
        matched = [Matched(address(*at), view.text(*at)[:60], id) for at, id in [*ids.items(), *layout.subjects.items()]]
    skipped = [
        (str(each.row + 1) if each.row is not None else column_letters(each.column or 0), each.text, each.why) for each in layout.skipped
    ]
    unknown = [
        (address(each.row, each.column), each.text, names) for each, names in zip(layout.unknown, near, strict=True)
    ]
    heads = [(column_letters(column), role) for column, role in sorted(layout.heads.items())]
    said: dict[int, list[str]] = {}
    for column, when in dict.fromkeys(zip(columns, whens, strict=True)):
        said.setdefault(column, []).append(when.text)
    unit = (layout.unit_line[0], address(layout.unit_line[1], layout.unit_line[2])) if layout.unit_line is not None else None
    return SheetRead(
        view.sheet.name, layout.name, layout.why, layout.facts, len(named) + len(layout.subjects),
        tuple(matched), tuple(skipped), tuple(unknown), tuple(heads),
        tuple((column_letters(column), " ".join(texts)) for column, texts in sorted(said.items()) if len(texts) <= 4),
        tuple(dict.fromkeys(subjects)), unit,
    )


@lru_cache(maxsize=4096)
def _near(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    import difflib

    plain = bare_name(text)[:40]
    return tuple(difflib.get_close_matches(plain, known, n=3, cutoff=0.6)) if plain else ()
