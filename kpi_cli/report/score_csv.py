"""Scores as csv, a row an item of a subject, the subject's totals on each."""

from __future__ import annotations

import csv
import io
from typing import Any

from kpi_cli.report.cells import safe_cell
from kpi_cli.report.scoring_rows import groups_of, items_of, why_text
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words import Language
from kpi_cli.words.numbers import tidy

COLUMNS = (
    "group", "subject", "rank", "score", "grade", "prize", "coverage", "bonus", "penalty", "veto", "movement", "item", "item_name", "points",
    "item_score", "method", "why",
)


def render_score(run: ScoreRun, language: Language, colour: bool = False) -> str:
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    for group in groups_of(run):
        for row in group.rows:
            head = [_cell(each) for each in (
                group.name, row.subject, row.rank, row.score, row.grade, row.prize, row.coverage, row.bonus, row.penalty, row.veto, row.movement,
            )]  # fmt: skip
            for item in items_of(run, row.at):
                tail = [item.item, item.name, item.points, item.score, item.method, why_text(item, language)]
                rows.writerow([*head, *map(_cell, tail)])
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return tidy(value)
    return "" if value is None else safe_cell(value) if isinstance(value, str) else value
