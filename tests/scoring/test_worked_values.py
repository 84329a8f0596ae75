"""Every scoring method in use, with the values that its formula gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from scoring_made import item_score, plan_of, scheme_of, scored

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "worked_values.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_method_gives_its_worked_values(case: dict[str, Any]) -> None:
    inputs = {"x": case.get("unit", "件"), **case.get("inputs", {})}
    subjects = [f"镇{number}" for number in range(1, len(case["expect"]) + 1)]
    item = {"id": "x", **({} if "value" in case["item"] or "parts" in case["item"] else {"indicator": "x"}), **case["item"]}
    if "target" in case:
        for each in item.get("parts", [item]):
            if each.get("indicator") == "x":
                each.setdefault("target", case["target"])
    rows = {
        subject: {key: value for key, value in line.items() if key != "score"}
        for subject, line in zip(subjects, case["expect"], strict=True)
    }
    found = scored(plan_of(inputs), scheme_of([item], subjects, head={"better": "higher"}), rows)
    assert [item_score(found, subject, "x") for subject in subjects] == pytest.approx(
        [line["score"] for line in case["expect"]], rel=1e-9, abs=1e-9
    )
