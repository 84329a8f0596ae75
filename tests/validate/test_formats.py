"""Every format of an audit says the same findings, in the shape that its readers ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from kpi_cli import __version__
from kpi_cli.report import VALIDATE_WRITERS

HERE = Path(__file__).parent
MISTAKES = "tests/samples/06_mistakes/form.xlsx"
SUFFIXES = {"json": "json", "junit": "xml", "sarif": "json", "gitlab": "json", "markdown": "md"}
# Two mistakes that a text file can show by line.
CSV = "指标名称,单位,本年完成\n专利申请量,件,3500\n其中：发明专利申请量,件,3600\n专利授权量,件,约2000\n"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", VALIDATE_WRITERS)
def test_a_format_is_written_as_before(kpi, golden, name, language):
    done = kpi("validate", MISTAKES, "--format", name, "--lang", language)
    assert done.returncode == 1
    text = done.stdout.replace(f'"{__version__}"', '"0"')
    text = re.sub(r'"sha256": "[0-9a-f]{64}"', '"sha256": ""', text)
    text = re.sub(r'"sha-256": "[0-9a-f]{64}"', '"sha-256": ""', text)
    golden(f"validate/mistakes.{language}.{name}.{SUFFIXES.get(name, 'txt')}", text)


@pytest.mark.parametrize("name", ["sarif", "gitlab", "junit"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_machine_formats_hold_every_finding(kpi, name, language):
    findings = json.loads(kpi("validate", MISTAKES, "--format", "json").stdout)["findings"]
    text = kpi("validate", MISTAKES, "--format", name, "--lang", language).stdout
    if name == "sarif":
        assert len(json.loads(text)["runs"][0]["results"]) == len(findings)
    elif name == "gitlab":
        assert len(json.loads(text)) == len(findings)
    else:
        told = "\n".join(each.text or "" for each in ElementTree.fromstring(text).iter() if each.tag in ("failure", "system-out"))  # noqa: S314 - our own output
        assert all(f"[{each['sheet']}!{each['cell']}]" in told for each in findings)


def test_sarif_keeps_to_its_schema(kpi, tmp_path):
    (tmp_path / "数据 1.csv").write_text(CSV, encoding="utf-8")
    validator = Draft202012Validator(json.loads((HERE / "sarif_2_1_0_used.json").read_text(encoding="utf-8")))
    for path in (MISTAKES, tmp_path / "数据 1.csv", "tests/samples/01_list_full/form.xlsx"):
        validator.validate(json.loads(kpi("validate", path, "--format", "sarif").stdout))


def test_sarif_gives_the_cell_as_logical_location_and_a_line_only_where_there_are_lines(kpi, tmp_path):
    (tmp_path / "数据 1.csv").write_text(CSV, encoding="utf-8")
    plan = Path(__file__).resolve().parents[2] / "indicators.yaml"
    result = json.loads(kpi("validate", "数据 1.csv", "--plan", plan, "--format", "sarif", cwd=tmp_path).stdout)["runs"][0]["results"][0]
    location = result["locations"][0]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "%E6%95%B0%E6%8D%AE%201.csv"}, "region": {"startLine": 3}}
    book = json.loads(kpi("validate", MISTAKES, "--format", "sarif").stdout)["runs"][0]["results"][0]["locations"][0]
    assert "region" not in book["physicalLocation"]
    assert book["logicalLocations"] == [{"name": "D8", "fullyQualifiedName": "Sheet1!D8", "kind": "member"}]


def test_junit_has_a_suite_a_file_and_a_case_a_check(kpi):
    root = ElementTree.fromstring(kpi("validate", MISTAKES, "tests/samples/07_list_gb18030/form.csv", "--format", "junit", "--lang", "en").stdout)  # noqa: S314
    suites = root.findall("testsuite")
    assert [each.get("name") for each in suites] == [MISTAKES, "tests/samples/07_list_gb18030/form.csv", "all files together"]
    cases = {each.get("name", "").split()[0]: each for each in suites[0].findall("testcase")}
    assert cases["invention_app<=patent_app"].find("failure") is not None
    assert cases["c12"].find("skipped") is not None
    assert len(cases["c3"]) == 0
    assert cases["K301"].find("failure") is not None
    assert cases["c6"].find("failure") is None, "a warning fails no case"
    assert cases["c6"].find("system-out") is not None
    for each in (root, *suites):
        inside = list(each.iter("testcase"))
        assert int(each.get("tests", 0)) == len(inside)
        assert int(each.get("failures", 0)) == sum(1 for case in inside if case.find("failure") is not None)
        assert int(each.get("skipped", 0)) == sum(1 for case in inside if case.find("skipped") is not None)


def test_junit_fails_warnings_where_the_run_does(kpi):
    root = ElementTree.fromstring(kpi("validate", MISTAKES, "--format", "junit", "--fail-on", "warning").stdout)  # noqa: S314
    assert root.find("testsuite/testcase[@name='c6 获准立项科技计划项目 不大于 申报科技计划项目']/failure") is not None


def test_gitlab_issues_have_what_gitlab_asks_for_and_fingerprints_of_their_own(kpi):
    issues = json.loads(kpi("validate", MISTAKES, "--format", "gitlab").stdout)
    for each in issues:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert each["location"]["path"] == MISTAKES
        assert each["location"]["lines"]["begin"] >= 1
    assert len({each["fingerprint"] for each in issues}) == len(issues)


def test_fingerprints_are_the_same_from_run_to_run(kpi):
    first, second = (json.loads(kpi("validate", MISTAKES, "--format", "gitlab").stdout) for _ in range(2))
    assert first == second


def test_github_annotations_are_one_line_each_with_specials_escaped(kpi, tmp_path):
    (tmp_path / "a,b:c%.csv").write_text(CSV, encoding="utf-8")
    plan = Path(__file__).resolve().parents[2] / "indicators.yaml"
    lines = kpi("validate", "a,b:c%.csv", "--plan", plan, "--format", "github", cwd=tmp_path).stdout.splitlines()
    assert lines[0].startswith("::error file=a%2Cb%3Ac%25.csv,line=3,title=K402 part-exceeds-whole C3::")
    assert all(re.fullmatch(r"::(error|warning|notice) [^\n]*::[^\n]*", line) for line in lines)


def test_a_text_of_a_submission_cannot_end_a_line_or_start_a_command(kpi, tmp_path):
    (tmp_path / "x.csv").write_text('指标名称,单位,本年完成\n专利申请量,件,"约5\n::error::\x1b[31m<script>|"\n', encoding="utf-8")
    for name in VALIDATE_WRITERS:
        text = kpi("validate", tmp_path / "x.csv", "--format", name).stdout
        assert "\x1b" not in text
        assert not any(line.startswith("::error::") for line in text.splitlines())
        if name == "junit":
            ElementTree.fromstring(text)  # noqa: S314
        if name == "markdown":
            assert "<script>" not in text


def test_the_table_ends_with_the_counts(kpi):
    last = kpi("validate", MISTAKES, "--lang", "en").stdout.splitlines()[-1]
    assert re.search(r"1 files, 152 figures; 21 checks run, 4 skipped \(.+\); 15 errors, 3 warnings", last)
