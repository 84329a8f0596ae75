"""What is wrong with a plan is shown all at once, each mistake at its line and column, with near names.

Each file in ``mistakes/`` ends in comments that say what must be found: ``# ✗ line:column rule → nearest name``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi_cli.plan.lint import lint
from kpi_cli.plan.load import load_plan
from kpi_cli.rules import RULES, Finding, hint, message, plans

FOLDER = Path(__file__).parent / "mistakes"
FILES = sorted(FOLDER.glob("*.yaml"))
EXPECTED = re.compile(r"# ✗ (\d+):(\d+) (\S+)(?: → (.+))?")
GOOD = b"kpi: 1\nplan: {id: p, name: p, year: 2012}\nindicators:\n  a: {name: a, unit: \xe4\xbb\xb6}\n"


def told(finding: Finding, with_near: bool) -> tuple[int | None, int | None, str, str | None]:
    near = finding.facts.get("near")
    nearest = near[0] if with_near and isinstance(near, list) and near else None
    return finding.place.line, finding.place.column, finding.rule, nearest


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_mistakes_of_a_file_are_shown_in_order(path: Path) -> None:
    expected = [
        (int(match[1]), int(match[2]), match[3], match[4])
        for match in map(EXPECTED.fullmatch, path.read_text("utf-8").splitlines()) if match
    ]
    assert expected
    findings = lint(load_plan(path))
    with_near = [each[3] is not None for each in expected]
    shown = [told(each, near) for each, near in zip(findings, [*with_near, *[False] * len(findings)], strict=False)]
    assert shown == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_mistake_has_a_sentence_and_a_hint_in_both_languages(path: Path) -> None:
    for finding in lint(load_plan(path)):
        for language in ("zh", "en"):
            assert message(finding, language)
            assert hint(finding, language)


def test_every_rule_of_plans_is_broken_by_a_file() -> None:
    broken = {match[3] for path in FILES for match in map(EXPECTED.fullmatch, path.read_text("utf-8").splitlines()) if match}
    elsewhere = {"plan-unreadable"}
    assert {rule.name for rule in plans.RULES if rule.code.startswith("K5")} - broken - elsewhere <= set(SCHEME_RULES)


SCHEME_RULES = {rule.name for rule in plans.RULES if "scheme" in rule.name}


@pytest.mark.parametrize(
    ("content", "line", "column", "rule"),
    [
        (b"", 1, 1, "wrong-type"),
        (b"\xef\xbb\xbf", 1, 1, "wrong-type"),
        ("kpi: 1\nplan: {id: p, name: 计划, year: 2012}\n".encode("gb18030"), 2, 21, "plan-syntax"),
        (GOOD.decode().encode("utf-16"), 1, 1, "plan-syntax"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", 1, 3, "plan-syntax"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), 1, 1, "plan-syntax"),
        (b"kpi: 1\nplan: {id: \x07}\n", 2, 12, "plan-syntax"),
        (b"kpi: " + b"[" * 2_000_000, 1, 1, "plan-syntax"),
        (b"kpi:\n" + b"- " * 2_000_000, 1, 1, "plan-syntax"),
        (b"x" * 5_000_001, 1, 1, "plan-syntax"),
    ],
    ids=["empty", "only a mark", "gbk", "utf-16", "zip", "old office", "bell", "deep brackets", "deep lists", "large"],
)
def test_what_is_not_a_plan_is_refused_with_its_place(
    content: bytes, line: int, column: int, rule: str, tmp_path: Path
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    loaded = load_plan(path)
    assert loaded.plan is None
    [found] = lint(loaded)
    assert (found.place.line, found.place.column, found.rule) == (line, column, rule)
    assert message(found, "zh")
    assert message(found, "en")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD)
    assert lint(load_plan(path)) == []


def test_windows_line_ends_are_no_mistake_and_count_as_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes((GOOD + b"  b: {name: b}\n").replace(b"\n", b"\r\n"))
    [found] = lint(load_plan(path))
    assert (found.place.line, found.rule) == (5, "missing-key")


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path: Path) -> None:
    [found] = lint(load_plan(tmp_path / "none.yaml"))
    assert found.rule == "plan-unreadable"


def test_a_gbk_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes("name: 计划".encode("gbk"))
    [found] = lint(load_plan(path))
    assert "GBK" in message(found, "zh")


def test_rules_of_plans_have_codes_of_their_own() -> None:
    assert len({rule.code for rule in RULES.values()}) == len(RULES)
