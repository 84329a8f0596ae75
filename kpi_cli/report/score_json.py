"""Scores for machines, as the contract has them."""

from __future__ import annotations

import json
from typing import Any

from kpi_cli import __version__
from kpi_cli.plan.formula.evaluate import leaves
from kpi_cli.report.json_ import dumps, file_payload, finding_payload
from kpi_cli.report.scoring_rows import (
    GroupRows,
    ItemRow,
    SubjectRow,
    extras_of,
    groups_of,
    items_of,
    robust_payload,
)
from kpi_cli.rules import Finding
from kpi_cli.scoring.explain import both
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words.numbers import tidy

# Indented JSON takes ten times as long to write: it is for what a person may look at.
MOST_INDENTED = 300


def render_score(run: ScoreRun, language: str = "zh", colour: bool = False) -> str:
    """The payload of ``kpi score --format json``; both languages are in it, so ``language`` changes nothing."""
    payload = score_payload(run)
    if len(run.scores.table) <= MOST_INDENTED:
        return dumps(payload)
    return json.dumps(payload, ensure_ascii=False, allow_nan=False)


def score_payload(run: ScoreRun) -> dict[str, Any]:
    scheme = run.scheme
    reads = items_reading(run)
    return {
        "kpi": __version__,
        "scheme": {"id": scheme.id, "file": scheme.file, "sha256": scheme.sha256, "name": scheme.name, "example": scheme.example},
        "plan": {"id": run.plan.id, "file": run.plan.file, "sha256": run.plan.sha256},
        "period": run.when.text,
        "files": [file_payload(file) for file in run.files],
        "groups": [_group(run, group) for group in groups_of(run)],
        "findings": [{**finding_payload(each), "item": item_of(each, reads)} for each in run.findings],
    }


def items_reading(run: ScoreRun) -> dict[str, str]:
    """Input or indicator → the first item that is scored on it."""
    found: dict[str, str] = {}
    for item in run.scheme.items:
        for leaf in item.leaves():
            if leaf.indicator is not None:
                found.setdefault(leaf.indicator, item.id)
            for name, _ in leaves(leaf.tree, run.when, []) if leaf.tree is not None else ():
                found.setdefault(name, item.id)
    return found


def item_of(each: Finding, reads: dict[str, str]) -> str | None:
    """The item that a finding concerns."""
    return each.facts.get("item") or reads.get(each.input or "") or reads.get(each.indicator or "")


def _group(run: ScoreRun, group: GroupRows) -> dict[str, Any]:
    return {"group": group.name, "id": group.id, "rows": [_row(run, row) for row in group.rows], "robustness": robust_payload(run, group.name)}


def _row(run: ScoreRun, row: SubjectRow) -> dict[str, Any]:
    return {
        "subject": row.subject, "rank": row.rank, "score": _tidy(row.score), "grade": row.grade, "coverage": _tidy(row.coverage),
        "items": [_item(item) for item in items_of(run, row.at)],
        "bonus": tidy(row.bonus), "penalty": tidy(row.penalty), "veto": row.veto, "prize": row.prize, "flag": row.flag, "movement": row.movement,
        "bonus_entries": [each._asdict() for each in extras_of(run.scores.bonus, row.subject, row.at)],
        "penalty_entries": [each._asdict() for each in extras_of(run.scores.penalty, row.subject, row.at)],
    }


def _item(item: ItemRow) -> dict[str, Any]:
    return {
        "item": item.item, "name": item.name, "points": item.points, "score": _tidy(item.score), "method": item.method, "why": both(item.why),
    }


def _tidy(value: float | None) -> float | None:
    return None if value is None else tidy(value)
