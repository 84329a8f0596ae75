"""``kpi validate`` as its users run it: what it reads, what it says, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from given import form

SOUND = {"专利申请量（件）": (3500, 3200), "其中：发明专利申请量（件）": (1100, 900), "专利授权量（件）": 2000}
WRONG = {"专利申请量（件）": (3500, 3200), "其中：发明专利申请量（件）": (3600, 900), "专利授权量（件）": "约2000"}
SOFT = {"高新技术企业认定数（家）": (26, 20), "培育进入高新技术领域企业（家）": (25, 20)}


@pytest.fixture
def audit(kpi, tmp_path):
    """Run kpi validate in a folder of its own; the parsed JSON and the exit code."""

    def run(*arguments, cwd=tmp_path):
        plan = Path(__file__).resolve().parents[2] / "indicators.yaml"
        done = kpi("validate", "--plan", plan, "--format", "json", *arguments, cwd=cwd)
        assert done.returncode in (0, 1, 3), done.stderr
        return json.loads(done.stdout), done.returncode

    return run


def rules(found):
    return [each["rule"] for each in found["findings"]]


def test_a_sound_form_passes(audit, tmp_path):
    found, code = audit(form(tmp_path / "a.xlsx", SOUND))
    assert (code, rules(found)) == (0, [])


def test_mistakes_fail_and_are_told_at_their_cells(audit, tmp_path):
    found, code = audit(form(tmp_path / "a.xlsx", WRONG).name)
    assert code == 1
    assert [(each["rule"], each["file"], each["sheet"], each["cell"]) for each in found["findings"]] == [
        ("part-exceeds-whole", "a.xlsx", "填报表", "C5"), ("not-a-number", "a.xlsx", "填报表", "C6"),
    ]


def test_attainment_is_never_computed(audit, tmp_path):
    found, code = audit(form(tmp_path / "a.xlsx", {"专利申请量（件）": 1}))
    assert code == 0
    assert "results" not in found
    assert '"attainment"' not in json.dumps(found)


def test_the_counts_say_what_was_checked_and_what_was_not_and_why(audit, tmp_path):
    found, _ = audit(form(tmp_path / "a.xlsx", SOUND))
    summary = found["summary"]
    assert (summary["files"], summary["figures"], summary["errors"], summary["warnings"]) == (1, 6, 0, 0)
    assert summary["checks_run"] + summary["checks_skipped"] == len(found["files"][0]["checks"])
    assert sum(each["count"] for each in summary["skipped"]) == summary["checks_skipped"]
    by_id = {each["check"]: each for each in found["files"][0]["checks"]}
    assert by_id["invention_app<=patent_app"]["ran"] == 1
    assert by_id["c3"]["ran"] == 0
    assert by_id["c3"]["why"]["en"] == "none of its figures was submitted"
    assert by_id["c14"]["why"]["en"] == "no figure of last year to compare with"


def test_a_folder_is_read_to_its_depths_in_a_fixed_order(audit, tmp_path):
    for name in ("b/2.xlsx", "b/10.xlsx", "a/deep/z.xlsx", "c.xlsx"):
        form(tmp_path / "in" / name, SOUND)
    found, _ = audit("in")
    assert [each["file"] for each in found["files"]] == ["in/a/deep/z.xlsx", "in/b/10.xlsx", "in/b/2.xlsx", "in/c.xlsx"]


def test_lock_files_and_what_is_no_spreadsheet_are_left_out_with_a_word(audit, tmp_path):
    form(tmp_path / "in" / "a.xlsx", SOUND)
    for name in ("~$a.xlsx", ".~lock.a.xlsx#", "说明.docx", ".hidden.xlsx"):
        (tmp_path / "in" / name).write_bytes(b"x")
    found, code = audit("in")
    assert code == 0
    assert [each["file"] for each in found["files"]] == ["in/a.xlsx"]
    assert {each["file"].removeprefix("in/"): each["why"]["en"] for each in found["left_out"]} == {
        "~$a.xlsx": "a lock file", ".~lock.a.xlsx#": "a lock file", ".hidden.xlsx": "hidden", "说明.docx": "not a spreadsheet by its name",
    }


def test_a_pattern_is_expanded_where_the_shell_did_not(audit, tmp_path):
    form(tmp_path / "a1.xlsx", SOUND)
    form(tmp_path / "b1.xlsx", SOUND)
    found, _ = audit("a*.xlsx")
    assert [each["file"] for each in found["files"]] == ["a1.xlsx"]


def test_a_file_named_twice_is_read_once(audit, tmp_path):
    form(tmp_path / "a.xlsx", SOUND)
    found, code = audit("a.xlsx", ".", "./a.xlsx")
    assert (code, len(found["files"])) == (0, 1)


@pytest.mark.parametrize("what", ["empty folder", "a form of another subject matter", "a form of another year", "no match"])
def test_where_nothing_was_checked_the_exit_code_is_3(audit, tmp_path, what):
    (tmp_path / "in").mkdir()
    if what == "a form of another subject matter":
        form(tmp_path / "in" / "a.xlsx", {"粮食产量": 5})
    elif what == "a form of another year":
        form(tmp_path / "in" / "a.xlsx", {"专利申请量（件）": 5}, title="2015年度完成情况")
    found, code = audit("in/*.xlsx" if what == "no match" else "in")
    assert code == 3
    assert found["summary"]["figures"] == 0


def test_a_file_that_is_not_there_is_wrong_usage(kpi, tmp_path):
    done = kpi("validate", "nowhere.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert "nowhere.xlsx" in done.stderr


def test_a_file_that_cannot_be_read_does_not_hide_the_others(audit, tmp_path):
    form(tmp_path / "in" / "b.xlsx", SOUND)
    (tmp_path / "in" / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    found, code = audit("in")
    assert code == 1
    assert rules(found) == ["unreadable-file"]
    assert found["files"][1]["figures"] == 6


def test_only_some_rules_can_be_asked_for(audit, tmp_path):
    path = form(tmp_path / "a.xlsx", WRONG)
    assert rules(audit(path, "--only", "not-a-number")[0]) == ["not-a-number"]
    assert rules(audit(path, "--only", "K402")[0]) == ["part-exceeds-whole"]
    assert rules(audit(path, "--only", "invention_app<=patent_app")[0]) == ["part-exceeds-whole"]
    assert audit(path, "--only", "negative")[1] == 0


def test_an_unreadable_file_is_told_whatever_was_asked_for(audit, tmp_path):
    form(tmp_path / "in" / "b.xlsx", SOUND)
    (tmp_path / "in" / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    found, code = audit("in", "--only", "negative")
    assert (code, rules(found)) == (1, ["unreadable-file"])
    assert audit("in", "--ignore", "unreadable-file")[1] == 0


def test_rules_can_be_ignored(audit, tmp_path):
    path = form(tmp_path / "a.xlsx", WRONG)
    assert rules(audit(path, "--ignore", "not-a-number")[0]) == ["part-exceeds-whole"]
    assert audit(path, "--ignore", "not-a-number,K402")[1] == 0


def test_an_unknown_rule_is_wrong_usage_with_a_near_name(kpi, tmp_path):
    path = form(tmp_path / "a.xlsx", SOUND)
    done = kpi("validate", path, "--only", "not-a-numbr")
    assert done.returncode == 2
    assert "not-a-number" in done.stderr


def test_accepted_findings_do_not_fail_again_and_new_ones_do(audit, tmp_path):
    path = form(tmp_path / "a.xlsx", WRONG).name
    first, _ = audit(path)
    (tmp_path / "base.json").write_text(json.dumps(first), encoding="utf-8")
    again, code = audit(path, "--since", "base.json")
    assert (code, rules(again), len(again["accepted"])) == (0, [], 2)
    form(tmp_path / "a.xlsx", {**WRONG, "专利培训（人次）": -5})
    fresh, code = audit(path, "--since", "base.json")
    assert (code, rules(fresh)) == (1, ["negative"])


def test_a_finding_whose_figure_changed_is_not_the_accepted_one(audit, tmp_path):
    path = form(tmp_path / "a.xlsx", WRONG).name
    (tmp_path / "base.json").write_text(json.dumps(audit(path)[0]), encoding="utf-8")
    form(tmp_path / "a.xlsx", {**WRONG, "其中：发明专利申请量（件）": (9999, 900)})
    fresh, code = audit(path, "--since", "base.json")
    assert (code, rules(fresh)) == (1, ["part-exceeds-whole"])
    assert fresh["summary"]["gone"] == 1


def test_a_baseline_of_accepted_findings_can_follow_a_baseline(audit, tmp_path):
    path = form(tmp_path / "a.xlsx", WRONG).name
    (tmp_path / "one.json").write_text(json.dumps(audit(path)[0]), encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps(audit(path, "--since", "one.json")[0]), encoding="utf-8")
    assert audit(path, "--since", "two.json")[1] == 0


@pytest.mark.parametrize("content", [b"no json", b'{"findings": [{"rule": 1}]}', b"[]", b"\xff\xff"])
def test_a_baseline_that_is_none_is_wrong_usage(kpi, tmp_path, content):
    path = form(tmp_path / "a.xlsx", WRONG)
    (tmp_path / "base.json").write_bytes(content)
    done = kpi("validate", path, "--since", tmp_path / "base.json")
    assert done.returncode == 2
    assert "base.json" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_a_soft_check_fails_the_run_only_where_that_is_asked_for(audit, tmp_path, fail_on, code):
    found, got = audit(form(tmp_path / "a.xlsx", SOFT), "--fail-on", fail_on)
    assert (rules(found), got) == (["part-exceeds-whole"], code)


def test_what_a_soft_check_finds_may_stay_with_an_explanation_in_the_remark_column(audit, tmp_path):
    explained = {**SOFT, "高新技术企业认定数（家）": (26, 20, "含上年培育的 3 家")}
    found, code = audit(form(tmp_path / "a.xlsx", explained), "--fail-on", "warning")
    assert (code, rules(found)) == (0, [])
    assert [(each["rule"], each["why"], each["remark"]) for each in found["accepted"]] == [("part-exceeds-whole", "remark", "含上年培育的 3 家")]


def test_what_a_hard_check_finds_may_not_stay_whatever_the_remark_says(audit, tmp_path):
    found, code = audit(form(tmp_path / "a.xlsx", {**SOUND, "其中：发明专利申请量（件）": (3600, 900, "情况属实")}))
    assert (code, rules(found)) == (1, ["part-exceeds-whole"])


def test_the_set_together_shows_what_no_file_shows_alone(audit, tmp_path):
    towns = ["甲山镇", "乙河镇", "丙林镇", "丁桥镇", "戊湖镇", "己岭镇", "庚港镇", "辛塘镇", "壬田镇", "癸溪镇", "子丘乡", "示例经济开发区"]
    for town in towns:
        form(tmp_path / "in" / f"{town}.xlsx", {"专利申请量（件）": 300}, unit=town)
    form(tmp_path / "in" / "全县.xlsx", {"专利申请量（件）": 3612})
    found, code = audit("in")
    assert code == 1
    assert [(each["rule"], each["file"], each["cell"], each["facts"]["sum"]) for each in found["findings"]] == [
        ("total-disagrees", "in/全县.xlsx", "C4", 3600)
    ]
    assert all(each["errors"] == 0 for each in found["files"])
    assert found["together"]["errors"] == 1


def test_one_figure_in_two_files_must_agree(audit, tmp_path):
    form(tmp_path / "in" / "a.xlsx", {"专利授权量（件）": 3500})
    form(tmp_path / "in" / "b.xlsx", {"专利授权量（件）": 3501})
    found, code = audit("in")
    assert code == 1
    errors = [(each["rule"], each["file"]) for each in found["findings"] if each["severity"] == "error"]
    assert errors == [("conflicting-duplicate", "in/b.xlsx")]


def test_last_years_column_is_held_against_last_years_file(audit, tmp_path):
    form(tmp_path / "2011.xlsx", {"专利申请量（件）": 3180}, title="2011年度科技工作完成情况表")
    form(tmp_path / "a.xlsx", SOUND)
    found, code = audit("a.xlsx", "--prior", "2011.xlsx")
    assert code == 0
    assert [(each["rule"], each["cell"], each["severity"]) for each in found["findings"]] == [("prior-disagrees", "D4", "warning")]
    assert next(each for each in found["files"][0]["checks"] if each["check"] == "c14")["ran"] == 1


def test_a_running_total_is_held_against_the_previous_periods_file(kpi, tmp_path):
    plan = (Path(__file__).resolve().parents[2] / "indicators.yaml").read_text(encoding="utf-8")
    check = "  - {id: c16, name: 累计数不减, running_total: all, level: error}\n\nnotes:"
    (tmp_path / "plan.yaml").write_text(plan.replace("\nnotes:", check, 1), encoding="utf-8")
    form(tmp_path / "half.xlsx", {"专利申请量（件）": 1800}, title="2012年上半年完成情况表", now="累计完成")
    form(tmp_path / "three.xlsx", {"专利申请量（件）": 1700}, title="2012年1-3季度完成情况表", now="累计完成")
    for arguments in (["three.xlsx", "--prior", "half.xlsx"], ["half.xlsx", "three.xlsx"]):
        done = kpi("validate", "--plan", "plan.yaml", "--format", "json", *arguments, cwd=tmp_path)
        found = [(each["rule"], each["file"], each["facts"]["check"]) for each in json.loads(done.stdout)["findings"]]
        assert found == [("check-failed", "three.xlsx", "c16")]
        assert done.returncode == 1


def test_the_output_may_not_replace_a_submission(kpi, tmp_path):
    path = form(tmp_path / "a.xlsx", SOUND)
    before = path.read_bytes()
    for option in ("--output", "--annotate"):
        assert kpi("validate", path, option, path).returncode == 2
    assert path.read_bytes() == before
