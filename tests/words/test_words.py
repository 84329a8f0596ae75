"""Two languages: every word and every rule has both, with the same facts to fill in."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kpi_cli.rules import RULES
from kpi_cli.words.numbers import percent, round_half_up, shown
from kpi_cli.words.table import PARTS, WORDS

PACKAGE = Path(__file__).resolve().parents[2] / "kpi_cli"
CONTRACT = [
    "unreadable-file", "unsupported-format", "encrypted-file", "too-large", "reader-died", "empty-file", "undecodable-text", "no-table-found",
    "unknown-row", "unknown-column", "hidden-data", "unit-missing", "unit-mismatch", "duplicate", "conflicting-duplicate", "unknown-subject",
    "not-a-number", "error-cell", "not-a-date", "not-a-flag", "uncached-formula", "ambiguous-percent", "negative", "not-whole", "out-of-range",
    "zero-denominator", "missing", "part-exceeds-whole", "parts-do-not-sum", "disagrees-with-recomputation", "unusual-change",
    "prior-disagrees", "check-failed", "total-disagrees", "plan-syntax", "unknown-key", "duplicate-key", "wrong-type", "unknown-name",
    "unit-conflict", "stretch-below-assured", "parts-exceed-target", "circular-formula", "unused-input",
]


def facts(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("key", WORDS)
def test_every_word_has_both_languages_with_the_same_facts(key: str) -> None:
    chinese, english = WORDS[key]
    assert chinese.strip()
    assert english.strip()
    assert facts(chinese) == facts(english)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_both_languages_with_the_same_facts(name: str) -> None:
    rule = RULES[name]
    for texts in (rule.message, rule.hint, rule.example):
        assert set(texts) == {"zh", "en"}
        assert all(text.strip() for text in texts.values())
    assert facts(rule.message["zh"]) == facts(rule.message["en"])
    assert facts(rule.hint["zh"]) == facts(rule.hint["en"])


def test_no_word_stands_in_two_parts_of_the_table() -> None:
    assert sum(len(part) for part in PARTS) == len(WORDS)


def test_codes_are_used_once() -> None:
    codes = [rule.code for rule in RULES.values()]
    assert len(codes) == len(set(codes))


def test_every_rule_that_scripts_rely_on_is_there() -> None:
    assert set(CONTRACT) <= set(RULES)


def test_every_word_that_the_program_names_is_in_the_table() -> None:
    missing = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "word", "both", "Word") and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant) and key.value not in WORDS:
                    missing.add((path.name, key.value))
    assert not missing


def test_halves_go_up_as_they_are_written_not_as_binary_has_them() -> None:
    assert round_half_up(2.675, 2) == 2.68
    assert round_half_up(-2.675, 2) == -2.68
    assert round_half_up(0.285, 2) == 0.29


def test_a_value_below_its_target_never_shows_as_the_target() -> None:
    assert shown(1.8999, 2, 1.9) != shown(1.9)
    assert shown(1.8999999, 2, 1.9) == "1.8999999"
    assert percent(0.99999) == "99.999 %"


def test_a_value_that_is_not_nought_never_shows_as_nought() -> None:
    assert shown(0.0004) == "0.0004"
    assert shown(0.0) == "0"
