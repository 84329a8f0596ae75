"""Neither the order of files nor the number of processes decides a result, and one bad file stops nothing."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import forms
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_cli.pipeline import Request, check
from kpi_cli.pipeline_score import score
from kpi_cli.pipeline_validate import validate
from kpi_cli.plan.nouns import Plan
from kpi_cli.report import CHECK_WRITERS, SCORE_WRITERS, VALIDATE_WRITERS, writer
from kpi_cli.scoring.load import load_scheme
from kpi_cli.validation import Choice

FIGURES = 8


@pytest.fixture(scope="module")
def clashing(folder: Path, many: list[str]) -> list[str]:
    """Forty forms, and others of the same towns that repeat and contradict them; a broken file among them."""
    again = folder / "again"
    again.mkdir()
    copies = [shutil.copy(many[number], again / f"copy{number}.xlsx") for number in (1, 2, 3)]
    others = [str(forms.write_form(again / f"other{number}.xlsx", number, FIGURES, random.Random(50 + number))) for number in (2, 3, 4)]  # noqa: S311
    return [*many[:40], *map(str, copies), *others]


def payload(text: str | bytes) -> Any:
    found = json.loads(text)
    found["files"] = sorted(found.get("files", []), key=lambda each: str(each["file"]))
    return found


_first: dict[str, Any] = {}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), jobs=st.sampled_from([1, 2, 4]))
@pytest.mark.parametrize("command", ["check", "validate", "score"])
def test_order_and_jobs_decide_nothing(command: str, plan: Plan, folder: Path, clashing: list[str], seed: int, jobs: int) -> None:
    files = list(clashing)
    random.Random(seed).shuffle(files)  # noqa: S311
    request = Request(files, jobs=jobs)
    if command == "check":
        text = writer(CHECK_WRITERS, "json")(check(plan, request), "zh", False)
    elif command == "validate":
        text = writer(VALIDATE_WRITERS, "json")(validate(plan, request, Choice()), "zh", False)
    else:
        loaded = load_scheme(str(folder / "scheme.yaml"), "scheme.yaml", None, folder / "plan.yaml")
        assert loaded.scheme is not None, loaded.findings
        assert loaded.plan is not None
        text = writer(SCORE_WRITERS, "json")(score(loaded.scheme, loaded.plan, request), "zh", False)
    found = payload(text)
    assert found == _first.setdefault(command, found)
    assert {each["rule"] for each in found["findings"]} >= {"duplicate", "conflicting-duplicate", "empty-file"}


def test_bad_files_stop_nothing(plan: Plan, many: list[str]) -> None:
    bad = {many[7], many[123], many[321]}
    assessment = check(plan, Request(many, jobs=2))
    assert {each.file for each in assessment.files} == set(many)
    assert {each.file for each in assessment.observations} == set(many) - bad
    rules = ("empty-file", "unreadable-file", "unsupported-format", "no-table-found")
    refused = {each.place.file for each in assessment.findings if each.rule in rules}
    assert refused == bad


def test_a_folder_is_read_in_the_order_of_its_names(kpi: Any, folder: Path, many: list[str], tmp_path: Path) -> None:
    for name, source in (("b", 1), ("10", 2), ("a", 3), ("2", 4)):
        shutil.copy(many[source], tmp_path / f"{name}.xlsx")
    run = kpi("validate", tmp_path, "--plan", folder / "plan.yaml", "--format", "json")
    assert [Path(each["file"]).name for each in json.loads(run.stdout)["files"]] == ["10.xlsx", "2.xlsx", "a.xlsx", "b.xlsx"]
