"""``kpi score`` and ``kpi lint`` on schemes, as their users run them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

ROOT = Path(__file__).parents[2]
FORMS = Path(__file__).parent / "forms"
GROUPS = ROOT / "data" / "schemes" / "groups_and_vetoes.yaml"
HUNDRED = ROOT / "data" / "schemes" / "hundred_points.yaml"
Kpi = Callable[..., subprocess.CompletedProcess[str]]


def town_form(path: Path, town: str, figures: dict[str, float | str]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "2012年度科技创新情况表", f"填报单位：{town}人民政府"
    sheet.append(["序号", "指标", "本年完成"])
    for number, (name, value) in enumerate(figures.items(), 1):
        sheet.append([number, name, value])
    book.save(path)
    return path


FIGURES = {"专利申请量（件）": 220, "单位工业增加值能耗（吨标准煤/万元）": 0.5}


def test_the_table_ranks_each_group_and_explains(kpi: Kpi) -> None:
    done = kpi("score", FORMS / "groups_and_vetoes.xlsx", "--scheme", GROUPS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("【镇】") < done.stdout.index("【开发区】")
    assert "完成 130 %，超 30 个百分点，3 档，加 3 分" in done.stdout
    assert "科技奖励 6（3 件（次）、封顶）" in done.stdout


def test_english_is_english(kpi: Kpi) -> None:
    done = kpi("score", FORMS / "groups_and_vetoes.xlsx", "--scheme", GROUPS, "--lang", "en")
    assert "130 % of the target, 30 points above, whole steps: 3, +3" in done.stdout


def test_json_has_what_scripts_rely_on(kpi: Kpi) -> None:
    payload = json.loads(kpi("score", FORMS / "hundred_points.xlsx", "--scheme", HUNDRED, "--format", "json").stdout)
    assert {"kpi", "scheme", "files", "groups", "findings"} <= set(payload)
    assert {"id", "file", "sha256"} <= set(payload["scheme"])
    row = payload["groups"][0]["rows"][0]
    assert {"subject", "rank", "score", "grade", "coverage", "items", "bonus", "penalty", "veto"} <= set(row)
    assert {"item", "points", "score", "method", "why"} <= set(row["items"][0])
    assert set(row["items"][0]["why"]) == {"zh", "en"}


def test_csv_has_a_row_an_item(kpi: Kpi) -> None:
    rows = list(csv.DictReader(io.StringIO(kpi("score", FORMS / "hundred_points.xlsx", "--scheme", HUNDRED, "--format", "csv").stdout)))
    assert len(rows) == 12 * 8
    assert rows[0]["subject"] == "戊湖镇"


def test_the_workbook_has_ranking_items_explanation_and_findings(kpi: Kpi, tmp_path: Path) -> None:
    done = kpi("score", FORMS / "groups_and_vetoes.xlsx", "--scheme", GROUPS, "--format", "xlsx", "--output", tmp_path / "out.xlsx")
    assert done.returncode == 0, done.stderr
    book = load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["排名", "分项得分", "计分说明", "稳健性", "问题"]
    assert [cell.value for cell in book["排名"][2]][:4] == ["镇", 1, "戊湖镇", 114.2]


def test_a_workbook_does_not_go_to_the_terminal(kpi: Kpi) -> None:
    assert kpi("score", FORMS / "hundred_points.xlsx", "--scheme", HUNDRED, "--format", "xlsx").returncode == 2


def test_text_that_begins_like_a_formula_is_neutralised(kpi: Kpi, tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.yaml"
    text = HUNDRED.read_text(encoding="utf-8").replace("name: 镇（区）, subjects", 'name: "=cmd()", subjects')
    scheme.write_text(text.replace("../plans", str(ROOT / "data" / "plans")), encoding="utf-8")
    done = kpi("score", FORMS / "hundred_points.xlsx", "--scheme", scheme, "--format", "xlsx", "--output", tmp_path / "out.xlsx")
    assert done.stderr == ""
    assert load_workbook(tmp_path / "out.xlsx")["排名"]["A2"].value == "'=cmd()"
    assert "\n'=cmd()," in kpi("score", FORMS / "hundred_points.xlsx", "--scheme", scheme, "--format", "csv").stdout


def test_a_folder_of_town_workbooks_is_scored(kpi: Kpi, tmp_path: Path) -> None:
    for town in ("甲山镇", "乙河镇"):
        town_form(tmp_path / f"{town}.xlsx", town, FIGURES)
    payload = json.loads(kpi("score", tmp_path, "--scheme", HUNDRED, "--format", "json").stdout)
    rows = {row["subject"]: row for row in payload["groups"][0]["rows"]}
    assert rows["甲山镇"]["score"] == 28.5
    assert "subject-without-figures" in {each["rule"] for each in payload["findings"]}


def test_the_order_of_files_changes_nothing(kpi: Kpi, tmp_path: Path) -> None:
    files = [town_form(tmp_path / f"{town}.xlsx", town, {"专利申请量（件）": 150 + 10 * n}) for n, town in enumerate(("甲山镇", "乙河镇", "丙林镇"))]
    outcomes = [
        json.loads(kpi("score", *order, "--scheme", HUNDRED, "--format", "json", "--jobs", jobs).stdout)["groups"]
        for order, jobs in ((files, "1"), (files[::-1], "2"))
    ]
    assert outcomes[0] == outcomes[1]


def test_a_file_of_an_unknown_town_is_told_and_scores_nobody(kpi: Kpi, tmp_path: Path) -> None:
    done = kpi("score", town_form(tmp_path / "x.xlsx", "火星镇", FIGURES), "--scheme", HUNDRED, "--format", "json")
    payload = json.loads(done.stdout)
    assert done.returncode in (1, 3)
    assert {"unknown-subject", "file-of-no-subject"} & {each["rule"] for each in payload["findings"]}
    assert all(row["rank"] is None for row in payload["groups"][0]["rows"])


def test_nothing_that_matches_exits_with_three(kpi: Kpi, tmp_path: Path) -> None:
    town = town_form(tmp_path / "other.xlsx", "甲山镇", {"与考核无关的数": 3})
    assert kpi("score", town, "--scheme", HUNDRED).returncode == 3


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("never", 0)])
def test_findings_decide_the_exit_code(kpi: Kpi, level: str, code: int) -> None:
    assert kpi("score", FORMS / "hundred_points.xlsx", "--scheme", HUNDRED, "--fail-on", level).returncode == code


def test_a_broken_scheme_stops_before_any_form_is_opened(kpi: Kpi, tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text(HUNDRED.read_text(encoding="utf-8").replace("method: proportional", "method: proportonal", 1).replace(
        "../plans", str(ROOT / "data" / "plans")), encoding="utf-8")
    done = kpi("score", FORMS / "hundred_points.xlsx", "--scheme", scheme)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "proportonal" in done.stderr


def test_lint_reads_schemes(kpi: Kpi) -> None:
    assert kpi("lint", GROUPS).returncode == 0
    assert "7 个项目" in kpi("lint", GROUPS).stdout
    payload = json.loads(kpi("lint", ROOT / "data" / "schemes" / "innovation_cup.yaml", "--format", "json").stdout)
    assert payload["scheme"]["id"] == "innovation-cup"
    assert [each["rule"] for each in payload["findings"]] == ["indicator-not-scored"]


def test_the_schema_of_schemes_can_be_printed(kpi: Kpi) -> None:
    schema = json.loads(kpi("lint", "--schema", GROUPS).stdout)
    assert {"scheme", "groups", "items"} <= set(schema["properties"])


def test_a_subjects_reckoning_goes_down_to_cells(kpi: Kpi) -> None:
    done = kpi("explain", "癸溪镇", FORMS / "groups_and_vetoes.xlsx", "--scheme", GROUPS)
    assert done.returncode == 0, done.stderr
    for text in ("高新技术产业产值  25/25  完成 100 %", "[完成情况!C14]", "[目标分解!C13]", "典型经验 2", "通报批评 3", "等次  良好"):
        assert text in done.stdout


def test_an_unknown_subject_is_told(kpi: Kpi) -> None:
    assert kpi("explain", "火星镇", FORMS / "groups_and_vetoes.xlsx", "--scheme", GROUPS).returncode == 2
