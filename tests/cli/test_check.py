"""``kpi check`` as scripts and analysts see it: exit codes, payload and messages apart, nothing half-written."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
COUNTY = ROOT / "data" / "county_2012.xlsx"
PRIOR = ROOT / "data" / "county_2011.xlsx"


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """The county's form with one figure hedged and one misspelt name."""
    path = tmp_path / "spoiled.xlsx"
    book = load_workbook(COUNTY)
    sheet = book.active
    for row in sheet.iter_rows(min_col=2, max_col=4):
        if row[0].value == "专利培训":
            row[2].value = "约655"
        if row[0].value == "科技工作季度例会":
            row[0].value = "科技工作季度列会"
    book.save(path)
    return path


def test_a_sound_form_exits_with_0_and_a_missed_target_is_no_error(kpi: Any) -> None:
    done = kpi("check", COUNTY, "--prior", PRIOR)
    assert (done.returncode, done.stderr) == (0, "")
    assert "未达到" in done.stdout


def test_fail_on_missed_makes_a_missed_target_fail(kpi: Any) -> None:
    assert kpi("check", COUNTY, "--fail-on", "missed").returncode == 1


def test_an_error_exits_with_1_and_names_the_cell_and_the_remedy(kpi: Any, spoiled: Path) -> None:
    done = kpi("check", spoiled)
    assert done.returncode == 1
    assert "[2012年!D" in done.stdout
    assert "“约655”不是确切的数" in done.stdout
    assert "请填确切的数字" in done.stdout


def test_fail_on_never_exits_with_0_all_the_same(kpi: Any, spoiled: Path) -> None:
    assert kpi("check", spoiled, "--fail-on", "never").returncode == 0


def test_a_file_without_any_figure_of_the_plan_exits_with_3_and_says_what_it_saw(kpi: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("菜名,价格\n豆腐,3\n青菜,2\n", encoding="utf-8")
    done = kpi("check", path)
    assert done.returncode == 3
    assert "没有认出任何指标名称" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "缺少"),
        (["check", "nowhere.xlsx"], "没有这个文件：nowhere.xlsx"),
        (["check", COUNTY, "--period", "2012Q9"], "不是报告期"),
        (["check", COUNTY, "--subject", "甲山街道"], "甲山镇"),
        (["check", COUNTY, "--formt", "json"], "--format"),
        (["chek", COUNTY], "check"),
        (["check", COUNTY, "--format", "xml"], "json"),
        (["check", COUNTY, "--plan", "nowhere.yaml"], "没有这个文件"),
        (["check", COUNTY, "--output", COUNTY], "不能是输入文件"),
    ],
)
def test_wrong_usage_exits_with_2_and_one_plain_line(kpi: Any, arguments: list[Any], said: str) -> None:
    done = kpi(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_plan_stops_before_any_submission_is_opened_and_shows_every_mistake(kpi: Any, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "kpi: 1\nplan: {id: a, name: b, year: 2012}\ninputs:\n  x: {name: X, unit: 亿圆整}\nindicators:\n  y: {name: Y, formula: x / z, unit: '%'}\n",
        encoding="utf-8",
    )
    missing = tmp_path / "form.xlsx"
    missing.write_bytes(b"not a workbook")
    done = kpi("check", missing, "--plan", plan)
    assert done.returncode == 2
    assert "亿圆整" in done.stderr
    assert "“z”" in done.stderr
    assert "form.xlsx" not in done.stderr + done.stdout


def test_the_json_payload_is_alone_on_standard_output_and_follows_the_contract(kpi: Any) -> None:
    done = kpi("check", COUNTY, "--prior", PRIOR, "--format", "json")
    payload = json.loads(done.stdout)
    assert {"kpi", "plan", "year", "period", "files", "results", "compliance", "findings", "summary"} <= set(payload)
    assert payload["summary"]["indicators"] == 67
    rd = next(each for each in payload["results"] if each["indicator"] == "rd_gdp")
    assert rd["assured"]["met"] is True
    assert rd["stretch"]["shortfall"] == {"input": "rd_expenditure", "amount": pytest.approx(0.24), "unit": "亿元"}
    assert [each["cell"] for each in rd["inputs"]] == ["D63", "D64"]


def test_english_is_spoken_where_it_is_asked_for(kpi: Any) -> None:
    by_option = kpi("check", COUNTY, "--lang", "en").stdout
    by_environment = kpi("check", COUNTY, env={"KPI_LANG": "en"}).stdout
    by_locale = kpi("check", COUNTY, env={"LANG": "en_GB.UTF-8"}).stdout
    assert "assured met" in by_option
    assert by_option == by_environment == by_locale
    assert "达到确保" in kpi("check", COUNTY, env={"LANG": "C.UTF-8"}).stdout


def test_no_colour_reaches_a_pipe(kpi: Any, spoiled: Path) -> None:
    assert "\x1b[" not in kpi("check", spoiled).stdout


def test_output_goes_to_the_file_whole_and_nothing_to_standard_output(kpi: Any, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    done = kpi("check", COUNTY, "--format", "csv", "--output", target)
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_output_that_cannot_be_written_is_a_usage_error_and_leaves_nothing(kpi: Any, tmp_path: Path) -> None:
    done = kpi("check", COUNTY, "--output", tmp_path / "nowhere" / "out.txt")
    assert done.returncode == 2
    assert "写不了" in done.stderr


def test_one_bad_file_does_not_hide_another_files_figures(kpi: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(COUNTY.read_bytes()[:3000])
    done = kpi("check", broken, COUNTY, "--format", "json")
    payload = json.loads(done.stdout)
    assert done.returncode == 1
    assert payload["summary"]["assured"] > 30
    assert [each["rule"] for each in payload["findings"]] == ["unreadable-file"]


def test_the_plan_in_the_current_folder_goes_before_the_one_that_is_shipped(kpi: Any, tmp_path: Path) -> None:
    shutil.copy(ROOT / "data" / "plans" / "national_rd_2023.yaml", tmp_path / "indicators.yaml")
    done = kpi("check", ROOT / "data" / "national_rd_2023.xlsx", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["plan"]["id"].startswith("national")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("format_", ["table", "json", "csv", "markdown"])
def test_every_writer_gives_its_golden_text(kpi: Any, golden: Any, format_: str, language: str) -> None:
    done = kpi("check", "tests/samples/06_mistakes/form.xlsx", "--format", format_, "--lang", language)
    # The plan's digest changes with every edit of the plan, and says nothing of the writer.
    text = re.sub(r'("id": "county-2012".*?"sha256": ")[0-9a-f]{64}', r"\1…", done.stdout, flags=re.DOTALL)
    golden(f"check/mistakes.{language}.{format_}", text)
    assert done.returncode == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_town_matrix_gives_its_golden_table(kpi: Any, golden: Any, language: str) -> None:
    done = kpi("check", "tests/samples/04_town_matrix/form.xlsx", "--lang", language)
    golden(f"check/towns.{language}.table", done.stdout)
    assert done.returncode == 0


def test_a_form_of_another_year_checks_nothing_and_says_so(kpi: Any) -> None:
    done = kpi("check", PRIOR)
    assert done.returncode == 3
    assert "wrong-period" in done.stdout


def test_a_register_that_the_plan_does_not_have_is_a_usage_error(kpi: Any) -> None:
    done = kpi("check", COUNTY, "--register", f"shops={COUNTY}")
    assert done.returncode == 2
    assert "firms" in done.stderr


def test_rows_of_a_register_go_to_their_file_the_failing_ones_first(kpi: Any, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    done = kpi("check", "tests/samples/08_enterprise_register/register.xlsx", "--rows", rows)
    lines = rows.read_text(encoding="utf-8-sig").splitlines()
    assert done.returncode == 1
    assert lines[0] == "indicator,subject,key,value,unit,status,target,gap,file,sheet,row"
    statuses = [line.split(",")[5] for line in lines[1:]]
    assert statuses[0] == "missed"
    assert statuses == sorted(statuses, key=["missed", "not_computable", "assured", "repeated"].index)
    assert len(lines) == 301


def test_the_firms_most_short_are_named_with_their_cells(kpi: Any) -> None:
    done = kpi("check", "tests/samples/08_enterprise_register/register.xlsx", "--lang", "en")
    assert "fall short; of the sums" in done.stdout
    assert "register.xlsx[企业名录!I" in done.stdout


def test_rows_in_an_unknown_format_are_wrong_usage(kpi: Any, tmp_path: Path) -> None:
    assert kpi("check", COUNTY, "--rows", tmp_path / "rows.pdf").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
def test_what_is_no_plain_file_is_written_into_and_never_replaced(kpi: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    done = kpi("check", COUNTY, "--format", "csv", "--output", pipe)
    reader.join(timeout=30)
    assert done.returncode == 0
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert b"rd_gdp" in read[0]
