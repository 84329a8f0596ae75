"""Every scoring method in use, with the values that its formula gives."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from scoring_made import item_score, plan_of, scheme_of, scored

from kpi_cli.scoring.explain import both, why

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "worked_values.yaml").read_text(encoding="utf-8"))


def item_of(case: dict[str, Any]) -> dict[str, Any]:
    item = {"id": "x", **({} if "value" in case["item"] or "parts" in case["item"] else {"indicator": "x"}), **case["item"]}
    if "target" in case:
        for each in item.get("parts", [item]):
            if each.get("indicator") == "x":
                each.setdefault("target", case["target"])
    return item


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_method_gives_its_worked_values(case: dict[str, Any]) -> None:
    inputs = {"x": case.get("unit", "件"), **case.get("inputs", {})}
    subjects = [f"镇{number}" for number in range(1, len(case["expect"]) + 1)]
    item = item_of(case)
    rows = {
        subject: {key: value for key, value in line.items() if key != "score"}
        for subject, line in zip(subjects, case["expect"], strict=True)
    }
    found = scored(plan_of(inputs), scheme_of([item], subjects, head={"better": "higher"}), rows)
    assert [item_score(found, subject, "x") for subject in subjects] == pytest.approx(
        [line["score"] for line in case["expect"]], rel=1e-9, abs=1e-9
    )


ODD = (0, 1, -1, 250.5, "未报", "/", "?", 1e15, 1e-9)


@pytest.mark.parametrize("policy", ["zero", "exempt", "exempt_reweight", "withhold"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_odd_figures_neither_raise_nor_go_unexplained(case: dict[str, Any], policy: str) -> None:
    inputs = {"x": case.get("unit", "件"), **case.get("inputs", {})}
    names = sorted({key for line in case["expect"] for key in line if key != "score"})
    subjects = [f"镇{number}" for number in range(len(ODD))]
    rows = {
        subject: {name: ODD[(at + 2 * column) % len(ODD)] for column, name in enumerate(names)} for at, subject in enumerate(subjects)
    }
    scheme = scheme_of([item_of(case)], subjects, head={"better": "higher", "no_target": "exempt"}, missing={"policy": policy})
    found = scored(plan_of(inputs), scheme, rows)
    for at in found.table["at"]:
        text = both(why(found, found.items[0], int(at)))
        assert text["zh"]
        assert text["en"]
        assert not math.isinf(found.items[0].score[at])
