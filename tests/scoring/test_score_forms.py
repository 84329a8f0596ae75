"""Two whole assessments, from the submitted workbook to every score, rank, grade and finding."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi_cli.pipeline import Request
from kpi_cli.pipeline_score import score
from kpi_cli.report.score_json import score_payload
from kpi_cli.scoring.lint import lint_scheme
from kpi_cli.scoring.load import load_scheme

ROOT = Path(__file__).parents[2]
FORMS = Path(__file__).parent / "forms"


@pytest.fixture(scope="module", params=["hundred_points", "groups_and_vetoes"])
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    loaded = load_scheme(ROOT / "data" / "schemes" / f"{request.param}.yaml")
    assert loaded.scheme is not None
    assert loaded.plan is not None
    run = score(loaded.scheme, loaded.plan, Request([str(FORMS / f"{request.param}.xlsx")], jobs=1))
    expected = yaml.safe_load((FORMS / f"{request.param}.yaml").read_text(encoding="utf-8"))
    return json.loads(json.dumps(score_payload(run))), expected


def test_every_score_rank_and_grade_is_right(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    found, expected = case
    assert [group["group"] for group in found["groups"]] == [name for name in expected if name != "findings"]
    for group in found["groups"]:
        assert {row["subject"] for row in group["rows"]} == set(expected[group["group"]])
        for row in group["rows"]:
            want = expected[group["group"]][row["subject"]]
            for key in ("rank", "grade"):
                assert row[key] == want[key], (row["subject"], key)
            for key in ("score", "coverage", "bonus", "penalty"):
                assert math.isclose(row[key], want[key], rel_tol=1e-9, abs_tol=1e-12), (row["subject"], key)
            assert (row["veto"] is not None) == want["veto"]
            scores = {item["item"]: item["score"] for item in row["items"]}
            assert list(scores) == list(want["items"])
            assert scores == pytest.approx(want["items"], rel=1e-9), row["subject"]


def test_rows_come_by_rank(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for group in case[0]["groups"]:
        ranks = [row["rank"] for row in group["rows"]]
        assert ranks == sorted(ranks)


def test_what_must_be_found_is_found_and_nothing_graver(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    found, expected = case
    told = {(each["rule"], each["subject"], each["item"]) for each in found["findings"]}
    wanted = {(each["rule"], each["subject"], each["item"]) for each in expected["findings"]}
    assert wanted <= told
    assert {each["rule"] for each in found["findings"] if each["severity"] == "error"} <= {"missing"}


def test_every_item_says_why(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for group in case[0]["groups"]:
        for row in group["rows"]:
            for item in row["items"]:
                assert item["why"]["zh"]
                assert item["why"]["en"]


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "schemes").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_scheme_is_sound(path: Path) -> None:
    loaded = load_scheme(path)
    assert loaded.scheme is not None
    assert [each for each in lint_scheme(loaded) if each.severity == "error" or each.rule != "indicator-not-scored"] == []


def test_examples_say_that_they_are_examples() -> None:
    for name in ("proportional_with_bonus", "mixed_groups", "innovation_cup"):
        loaded = load_scheme(ROOT / "data" / "schemes" / f"{name}.yaml")
        assert loaded.scheme is not None
        assert loaded.scheme.example
