"""A scheme's mistakes: each told by its rule at its line, all at once, and none raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scoring_made import loaded, plan_of, scheme_of

from kpi_cli.rules import message

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "scheme_mistakes.yaml").read_text(encoding="utf-8"))
PLAN = plan_of(
    {"bare": "件", "flag": "是/否"},
    {"x": {"name": "指标一", "unit": "件", "assured": {"at_least": 10}}, "y": {"name": "指标二", "unit": "件"}},
)


def changed(case: dict[str, Any]) -> dict[str, Any]:
    items = case.get("items", [{"indicator": "x", "points": 10, "method": "proportional"}])
    better = {} if case["rule"] == "direction-unknown" else {"better": "higher"}
    head = {**better, **case.get("scheme", {})}
    rest = {key: case[key] for key in ("grades", "veto", "bonus", "last_ranks") if key in case}
    return scheme_of(items, ["镇1", "镇2"], case.get("groups"), head, **rest)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_mistake_is_told_by_its_rule_with_its_line(case: dict[str, Any]) -> None:
    _, findings = loaded(PLAN, changed(case))
    told = [each for each in findings if each.rule == case["rule"]]
    assert told, findings
    assert all(each.place.line for each in told)
    for each in told:
        for language in ("zh", "en"):
            assert "{" not in message(each, language)  # type: ignore[arg-type]


def test_a_sound_scheme_has_nothing_to_tell() -> None:
    items = [{"indicator": "x", "points": 60, "method": "proportional"}, {"indicator": "y", "points": 40, "method": "rank", "drop": 1}]
    _, findings = loaded(PLAN, scheme_of(items, ["镇1", "镇2"], head={"points": 100, "better": "higher"}))
    assert findings == []


def test_all_mistakes_are_told_at_once() -> None:
    items = [
        {"indicator": "nobody", "points": 10, "method": "proportional"},
        {"indicator": "x", "points": "many", "method": "proportional"},
        {"indicator": "x", "points": 10, "method": "guess"},
    ]
    _, findings = loaded(PLAN, scheme_of(items, ["镇1", "镇2"]))
    assert len({each.place.line for each in findings if each.severity == "error"}) == 3


def test_a_near_name_is_offered() -> None:
    _, findings = loaded(PLAN, scheme_of([{"indicator": "x", "points": 10, "method": "proportional", "zero_bellow": 5}], ["镇1", "镇2"]))
    assert findings[0].facts["near"][0] == "zero_below"


def test_a_broken_plan_is_told_and_nothing_is_built() -> None:
    found, findings = loaded({"kpi": "1", "plan": {"id": "p"}}, scheme_of([], ["镇1"]))
    assert found.scheme is None
    assert findings


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.sampled_from(["x", "10 %", "proportional", "镇1", "growth(x)", "submitted"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["items", "groups", "scheme", "points", "method", "indicator", "parts", "tiers", "up", "each", "bonus", "veto", "entries"]),
        inner, max_size=4,
    ), max_leaves=12,
))
def test_no_content_of_a_scheme_raises(content: Any) -> None:
    base = scheme_of([{"indicator": "x", "points": 10, "method": "proportional"}], ["镇1", "镇2"])
    extra = content if isinstance(content, dict) else {"items": content}
    loaded(PLAN, {**base, **extra})
