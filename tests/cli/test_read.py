"""kpi read: how a file was read, as its users see it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path("tests/samples")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", ["02_sections_aliases", "03_quarter_cumulative", "04_town_matrix", "06_mistakes"])
def test_what_was_found_is_shown_with_its_cells(kpi: Run, golden: Callable[[str, str], None], case: str, language: str) -> None:
    done = kpi("read", SAMPLES / case / "form.xlsx", "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    golden(f"read/{case}.{language}.txt", done.stdout)


def test_json_has_the_same_account_for_scripts(kpi: Run, golden: Callable[[str, str], None]) -> None:
    done = kpi("read", SAMPLES / "04_town_matrix" / "form.xlsx", "--format", "json")
    found = json.loads(done.stdout)
    assert found["kind"] == "xlsx"
    golden("read/04_town_matrix.json", json.dumps(found["sheets"], ensure_ascii=False, indent=1) + "\n")


def test_a_file_that_is_no_table_is_refused_with_exit_code_1(kpi: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")
    done = kpi("read", path, "--lang", "en")
    assert done.returncode == 1
    assert "unsupported-format" in done.stdout


def test_a_table_without_names_of_the_plan_is_read_and_told(kpi: Run, tmp_path: Path) -> None:
    path = tmp_path / "others.csv"
    path.write_text("姓名,电话\n某甲,00000000\n", encoding="utf-8-sig")
    done = kpi("read", path, "--format", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [sheet["layout"] for sheet in found["sheets"]] == [None]
    assert [each["rule"] for each in found["findings"]] == ["no-table-found"]


def test_a_register_is_shown_by_the_columns_that_it_was_taken_for(kpi: Run, tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_text("企业名称,统一社会信用代码,类别,销售收入（万元）,研发投入（万元）\n甲厂,91A,高新技术企业,1000,50\n", encoding="utf-8")
    done = kpi("read", path)
    assert done.returncode == 0
    assert "D1  销售收入（万元） → sales 销售收入" in done.stdout
    assert "共 1 行" in done.stdout
