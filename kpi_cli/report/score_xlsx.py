"""Scores as a workbook: the ranking, the matrix of items, why each point, how firm it is, and the findings."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kpi_cli.report.cells import safe_cell
from kpi_cli.report.scoring_rows import (
    extra_text,
    extras_of,
    flag_text,
    groups_of,
    items_and_parts,
    items_of,
    robust_lines,
    why_text,
)
from kpi_cli.report.text import place_text
from kpi_cli.rules import hint, message
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import tidy

_RANKING = ("group", "rank", "subject", "score", "items-total", "bonus", "penalty", "grade", "prize", "flag-word", "veto", "movement", "coverage")


def render_score(run: ScoreRun, language: Language, colour: bool = False) -> bytes:
    book = Workbook(write_only=True)
    for title, heads, rows, widths in (
        ("sheet-ranking", [say(name, language) for name in _RANKING], _ranking(run, language), (10, 6, 20, 10, 10, 8, 8, 10, 10, 10, 30, 8, 10)),
        ("sheet-items", *_items(run, language), (10, 20)),
        ("sheet-why", [say(name, language) for name in ("group", "subject", "item", "points", "score", "method", "why")], _why(run, language),
         (10, 20, 30, 8, 10, 14, 80)),
        ("sheet-robust", [say("sheet-robust", language)], ([line] for line in robust_lines(run, language)), (100,)),
        ("sheet-findings", [say(f"head-{name}", language) for name in ("severity", "place", "finding", "hint", "rule")], _findings(run, language),
         (8, 40, 70, 50, 24)),
    ):
        _sheet(book, say(title, language), heads, rows, widths)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Workbook, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    top = []
    for head in heads:
        cell = WriteOnlyCell(sheet, safe_cell(head))
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
        top.append(cell)
    sheet.append(top)
    for row in rows:
        sheet.append([_value(value) for value in row])


def _value(value: Any) -> Any:
    """A number as it is, text that no program takes for a formula."""
    if isinstance(value, float):
        return tidy(value)
    return safe_cell(value) if isinstance(value, str) else value


def _ranking(run: ScoreRun, language: Language) -> Iterable[Sequence[Any]]:
    for group in groups_of(run):
        for row in group.rows:
            yield [
                group.name, row.rank if row.rank is not None else say("rank-withheld", language), row.subject, row.score, row.items_total, row.bonus,
                row.penalty, row.grade, row.prize, flag_text(row.flag, language), row.veto, row.movement, row.coverage,
            ]


def _items(run: ScoreRun, language: Language) -> tuple[list[str], list[Sequence[Any]]]:
    """A column an item: those of all groups, each once."""
    names: dict[str, str] = {}
    found = []
    for group in groups_of(run):
        for row in group.rows:
            items = {item.item: item for item in items_of(run, row.at)}
            names |= {id: item.name for id, item in items.items() if id not in names}
            found.append((group.name, row.subject, items))
    rows: list[Sequence[Any]] = [
        [group, subject, *(items[id].score if id in items else None for id in names)] for group, subject, items in found
    ]
    return [say("group", language), say("subject", language), *names.values()], rows


def _why(run: ScoreRun, language: Language) -> Iterable[Sequence[Any]]:
    for group in groups_of(run):
        for row in group.rows:
            for item in items_and_parts(run, row.at):
                name = "　" * item.depth + item.name
                yield [group.name, row.subject, name, item.points, item.score, item.method, why_text(item, language)]
            for word, added in (("bonus", run.scores.bonus), ("penalty", run.scores.penalty)):
                for each in extras_of(added, row.subject, row.at):
                    yield [group.name, row.subject, f"{say(word, language)}：{each.name}", None, each.points, None, extra_text(each, language)]


def _findings(run: ScoreRun, language: Language) -> Iterable[Sequence[Any]]:
    for each in run.findings:
        yield [say(each.severity, language), place_text(each.place), message(each, language), hint(each, language), each.rule]
