"""The annotated copy: the submitted workbook with every finding on its cell and a list of all.

An .xlsx or .xlsm is changed part by part: what is not a marked cell, a comment or the list stays byte for byte as it was
(pictures, charts, macros, formats, validations). Other formats get a companion workbook with the cells' values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers import open_book
from kpi_cli.report.annotate.listing import Note, Titles, add_list
from kpi_cli.report.text import place_text, plain
from kpi_cli.rules import RULES, Finding, hint, message
from kpi_cli.words import Language, say

# Beyond it office programs become slow; further cells keep their fill and their line in the list.
MOST_COMMENTS = 2000


class Task(NamedTuple):
    """What a worker needs: the notes of each file, by its path."""

    notes: Mapping[str, Sequence[Note]]
    titles: Titles
    limits: Limits


class Copy(NamedTuple):
    """An annotated copy. ``suffix`` is what its name must end in; ``whole`` says that it is the submitted book itself, not
    a companion."""

    data: bytes
    suffix: str
    whole: bool


def titles(language: Language) -> Titles:
    heads = ("serial", "severity", "place", "finding", "hint", "rule")
    return Titles(say("annotated-list", language), tuple(say(f"head-{head}", language) for head in heads))


def note(each: Finding, language: Language) -> Note:
    head = f"{say(each.severity, language)} {RULES[each.rule].code}"
    place = place_text(each.place._replace(file=None)) or plain(each.place.file or "")
    return Note(
        each.place.sheet, each.place.cell, each.severity, head, place, plain(message(each, language)), plain(hint(each, language)), each.rule
    )


def annotate(path: str, task: Task) -> Copy | None:
    """One file's annotated copy, None for a file that cannot be read. Runs in a worker process."""
    book, _ = open_book(path, task.limits)
    if book is None:
        return None
    notes = task.notes[path]
    comments = _comments(notes)
    if book.kind == "xlsx":
        return _patched(Path(path).read_bytes(), notes, comments, task.titles)
    from kpi_cli.report.annotate.companion import companion

    return Copy(companion(book, notes, comments, task.titles), ".xlsx", False)


def _comments(notes: Sequence[Note]) -> dict[tuple[str | None, str], str]:
    """The text on each cell: all its findings, the gravest first."""
    found: dict[tuple[str | None, str], list[str]] = {}
    for each in sorted(notes, key=lambda each: each.severity != "error"):
        if each.cell is not None:
            found.setdefault((each.sheet, each.cell), []).append(f"[{each.head}] {each.message}\n→ {each.hint}")
    return {place: "\n".join(texts) for place, texts in found.items()}


def _patched(data: bytes, notes: Sequence[Note], comments: dict[tuple[str | None, str], str], words: Titles) -> Copy:
    from kpi_cli.report.annotate.comments import add_comments
    from kpi_cli.report.annotate.package import Package
    from kpi_cli.report.annotate.sheet import At, cell_at, mark, merged_origins
    from kpi_cli.report.annotate.styles import Styles

    package = Package(data)
    styles = Styles(package)
    sheets = package.sheets()
    left = MOST_COMMENTS
    for sheet in sheets:
        texts: dict[At, str] = {}
        severities: dict[At, str] = {}
        origin = merged_origins(package.read(sheet.part))
        for each in sorted((each for each in notes if each.sheet == sheet.name and each.cell), key=lambda each: each.severity != "error"):
            at = origin(cell_at(str(each.cell)))
            severities.setdefault(at, each.severity)
            text = comments[each.sheet, str(each.cell)]
            texts[at] = text if texts.get(at) in (None, text) else f"{texts[at]}\n{text}"
        if not severities:
            continue
        package.write(sheet.part, mark(package.read(sheet.part), severities, styles.marked))
        kept = dict(list(texts.items())[:left])
        left -= len(kept)
        if kept:
            add_comments(package, sheet.part, kept)
    add_list(package, styles, notes, words, [sheet.name for sheet in sheets])
    styles.save()
    return Copy(package.save(), ".xlsm" if package.macros else ".xlsx", True)
