"""Small plans, schemes and figures for tests: what a test says, and nothing else."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kpi_cli.measure.panel import Panel
from kpi_cli.observations import Observation
from kpi_cli.pipeline_score import plan_for
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.rules import Finding
from kpi_cli.scoring.engine import Scores, score_scheme
from kpi_cli.scoring.lint import lint_scheme
from kpi_cli.scoring.load import LoadedScheme, load_scheme

YEAR = 2012
STATES = {"/": "not_applicable", "未报": "missing", "?": "unreadable"}


def yaml_file(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def plan_of(inputs: Mapping[str, str], indicators: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A plan with inputs (id → unit) and indicators."""
    return {
        "kpi": "1", "plan": {"id": "p", "name": "计划", "year": str(YEAR)},
        "inputs": {id: {"name": id, "unit": unit} for id, unit in inputs.items()}, "indicators": indicators or {}, **more,
    }


def scheme_of(
    items: list[Any], subjects: list[str] | None = None, groups: Any = None, head: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    groups = groups or {"towns": {"name": "镇", "subjects": subjects}}
    return {"kpi": "1", "scheme": {"id": "s", "name": "办法", "plan": "plan.yaml", **(head or {})}, "groups": groups, "items": items, **more}


def loaded(plan: Any, scheme: Any) -> tuple[LoadedScheme, list[Finding]]:
    """The scheme as loaded, and everything that lint says of it."""
    with tempfile.TemporaryDirectory() as folder:
        yaml_file(Path(folder), "plan.yaml", plan)
        found = load_scheme(yaml_file(Path(folder), "scheme.yaml", scheme), "scheme.yaml")
        return found, lint_scheme(found)


def observation(subject: str, id: str, value: Any, year: int = YEAR, span: str = "", role: str = "value") -> Observation:
    """A figure in its input's unit, or one of the signs of STATES."""
    state = STATES.get(value, "value") if isinstance(value, str) else "value"
    number = float(value) if state == "value" else math.nan
    return Observation("input", id, subject, year, span, role, state, number, 2, "form.xlsx", "表", "B2", str(value))


def figures_of(rows: Mapping[str, Mapping[str, Any]]) -> list[Observation]:
    """Figures by subject: ``x`` this year's, ``x@2011`` another year's, ``x@2012-Q1`` a part's, ``x!`` the allotted target."""
    found = []
    for subject, figures in rows.items():
        for key, value in figures.items():
            name, _, period = key.partition("@")
            year, _, span = period.partition("-")
            found.append(observation(subject, name.removesuffix("!"), value, int(year or YEAR), span, "target" if name.endswith("!") else "value"))
    return found


def scored(plan: Any, scheme: Any, rows: Mapping[str, Mapping[str, Any]], events: Mapping[str, Any] | None = None) -> Scores:
    """The scores of subjects with these figures; ``events``: register → rows as dictionaries."""
    found, findings = loaded(plan, scheme)
    errors = [each for each in findings if each.severity == "error"]
    assert found.scheme is not None, findings
    assert not errors, errors
    assert found.plan is not None
    whole = plan_for(found.scheme, found.plan)
    panel = Panel(whole, figures_of(rows), list(dict.fromkeys([whole.subject, *found.scheme.subjects()])))
    frames = {
        id: pd.DataFrame([{"file": "form.xlsx", "sheet": id, "row": number, **each} for number, each in enumerate(each_rows, 2)])
        for id, each_rows in (events or {}).items()
    }
    return score_scheme(found.scheme, whole, panel, When(found.scheme.year), frames)


def score_of(scores: Scores, subject: str) -> float:
    return float(scores.table.set_index("subject").loc[subject, "score"])


def item_score(scores: Scores, subject: str, item: str) -> float:
    at = scores.field.panel.index[subject]
    return next(float(each.score[at]) for each in scores.items if each.item.id == item and not math.isnan(each.points[at]))


def ranks(scores: Scores) -> dict[str, float]:
    return {row["subject"]: row["rank"] for _, row in scores.table.iterrows()}


