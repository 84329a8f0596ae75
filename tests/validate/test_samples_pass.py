"""The example submissions: sound ones pass, and the one with mistakes gives exactly these errors, each at its cell."""

from __future__ import annotations

import json

import pytest

ERRORS = {
    ("D8", "disagrees-with-recomputation"), ("D11", "ambiguous-percent"), ("D15", "conflicting-duplicate"), ("D23", "part-exceeds-whole"),
    ("D24", "not-a-number"), ("D25", "not-a-number"), ("D31", "error-cell"), ("D32", "uncached-formula"), ("D43", "missing"),
    ("D47", "not-whole"), ("D49", "parts-do-not-sum"), ("C55", "unit-mismatch"), ("D62", "not-a-date"), ("D76", "negative"),
    ("D85", "not-a-flag"),
}
WARNINGS = {("D39", "part-exceeds-whole"), ("B87", "unknown-row")}
SOUND = ("01_list_full/form.xlsx", "02_sections_aliases/form.xlsx", "03_quarter_cumulative/form.xlsx", "04_town_matrix/form.xlsx",
         "05_dirt_readable/form.xlsx", "07_list_gb18030/form.csv")


def test_every_mistake_is_an_error_at_its_cell_and_there_are_no_others(kpi):
    done = kpi("validate", "tests/samples/06_mistakes/form.xlsx", "--format", "json")
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    errors = [(each["cell"], each["rule"]) for each in found if each["severity"] == "error"]
    assert len(errors) == len(ERRORS)
    assert set(errors) == ERRORS
    assert {(each["cell"], each["rule"]) for each in found if each["severity"] == "warning"} >= WARNINGS


@pytest.mark.parametrize("path", SOUND)
def test_a_sound_submission_passes(kpi, path):
    done = kpi("validate", f"tests/samples/{path}", "--format", "json")
    summary = json.loads(done.stdout)["summary"]
    assert (done.returncode, summary["errors"]) == (0, 0)
    assert summary["figures"] > 50
    assert summary["checks_run"] >= 5
