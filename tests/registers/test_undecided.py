"""What a count over a register leaves out, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kpi_cli.pipeline import Request, check
from kpi_cli.plan.load import load_plan

PLAN = """
kpi: 1
plan: {id: t, name: 表, year: 2012}
registers:
  firms:
    name: 企业名录
    key: code
    columns:
      code: {name: 信用代码}
      sales: {name: 销售收入, unit: 万元}
indicators:
  big: {name: 亿元企业, unit: 家, formula: "count(firms, sales >= 1 亿元)", assured: {at_least: 2}}
"""


def rules(tmp_path: Path, rows: str) -> Any:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "firms.csv").write_text(f"信用代码,销售收入（万元）\n{rows}", encoding="utf-8")
    plan = load_plan(tmp_path / "plan.yaml").plan
    assert plan is not None
    assessment = check(plan, Request([str(tmp_path / "firms.csv")]))
    return assessment.results[0].value, {each.rule: each.facts.get("count") for each in assessment.findings}


def test_a_row_that_cannot_be_decided_is_not_counted_and_is_told(tmp_path: Path) -> None:
    value, found = rules(tmp_path, "A1,20000\nA2,约15000\nA3,300\nA4,\n")
    assert value == 1.0
    assert found["rows-undecided"] == 2


def test_where_every_row_is_decided_nothing_is_told(tmp_path: Path) -> None:
    value, found = rules(tmp_path, "A1,20000\nA2,15000\nA3,300\n")
    assert value == 2.0
    assert "rows-undecided" not in found
