"""``kpi diff``: what changed between two submissions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from given import form

PLAN = Path(__file__).resolve().parents[2] / "indicators.yaml"
OLD = {"专利申请量（件）": (3400, 3200), "其中：发明专利申请量（件）": (1050, 900), "专利授权量（件）": "约2000", "专利培训（人次）": -5}
NEW = {
    "专利申请量（件）": (3600, 3300), "其中：发明专利申请量（件）": (1050, 900), "专利授权量（件）": 2100, "专利培训（人次）": -6,
    "征集技术难题（个）": 4.5,
}


@pytest.fixture
def diff(kpi, tmp_path):
    def run(old, new, *arguments):
        form(tmp_path / "old.xlsx", old)
        form(tmp_path / "new.xlsx", new)
        return kpi("diff", "old.xlsx", "new.xlsx", "--plan", PLAN, *arguments, cwd=tmp_path)

    return run


def test_changed_figures_are_told_with_their_cells(diff):
    found = json.loads(diff(OLD, NEW, "--format", "json").stdout)
    told = {(each["input"], each["change"], (each["before"] or {}).get("raw"), (each["after"] or {}).get("raw")) for each in found["figures"]}
    assert told == {
        ("patent_app", "changed", "3400", "3600"), ("patent_grant", "changed", "约2000", "2100"), ("patent_training", "changed", "-5", "-6"),
        ("tech_problem", "added", None, "4.5"),
    }
    assert next(each for each in found["figures"] if each["input"] == "patent_app")["after"]["cell"] == "C4"


def test_restated_figures_of_last_year_are_told_apart(diff):
    found = json.loads(diff(OLD, NEW, "--format", "json").stdout)
    restated = [each for each in found["restated"] if each["change"] == "changed"]
    assert [(each["input"], each["period"], each["before"]["value"], each["after"]["value"]) for each in restated] == [
        ("patent_app", "2011", 3200, 3300)
    ]


def test_changed_verdicts_are_told_with_both_values(diff):
    found = json.loads(diff(OLD, NEW, "--format", "json").stdout)
    verdicts = {each["indicator"]: (each["before"], each["after"], each["value_before"], each["value_after"]) for each in found["verdicts"]}
    assert verdicts["patent_app"] == ("missed", "assured", 3400, 3600)
    assert verdicts["patent_grant"] == ("not_computable", "assured", None, 2100)
    assert "invention_app" not in verdicts


def test_findings_are_fixed_remain_or_are_new(diff):
    found = json.loads(diff(OLD, NEW, "--format", "json").stdout)["findings"]
    assert [(each["rule"], each["input"]) for each in found["fixed"]] == [("not-a-number", "patent_grant")]
    assert [(each["rule"], each["input"]) for each in found["remaining"]] == [("negative", "patent_training")]
    assert [(each["rule"], each["input"]) for each in found["new"]] == [("not-whole", "tech_problem")]


def test_a_row_that_moved_is_no_change(diff):
    found = json.loads(diff(OLD, {name: OLD[name] for name in reversed(OLD)}, "--format", "json").stdout)
    assert (found["figures"], found["verdicts"], found["findings"]["fixed"], found["findings"]["new"]) == ([], [], [], [])
    assert len(found["findings"]["remaining"]) == 2


def test_the_same_file_twice_differs_in_nothing(diff):
    done = diff(OLD, OLD, "--lang", "en")
    assert "0 figures changed, 0 restated, 0 verdicts changed; findings: 0 fixed, 2 remain, 0 new" in done.stdout


def test_errors_of_the_new_submission_decide_the_exit_code(diff):
    assert diff(OLD, NEW).returncode == 1
    assert diff(OLD, {"专利授权量（件）": 5}).returncode == 0
    assert diff({"专利授权量（件）": 5}, NEW, "--fail-on", "never").returncode == 0
    assert diff(OLD, {"粮食产量": 5}).returncode == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_is_written_as_before(diff, golden, language):
    golden(f"validate/diff.{language}.table.txt", diff(OLD, NEW, "--lang", language).stdout)
