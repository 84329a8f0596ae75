"""Small plans and figures for tests of checks."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kpi_cli.measure.checks import Run, run_checks
from kpi_cli.measure.merge import merge
from kpi_cli.measure.panel import Panel
from kpi_cli.observations import Observation
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Plan

HEAD = """
kpi: 1
plan: {id: small, name: 小计划, year: 2012}
subjects:
  towns: {name: 镇, members: [甲镇, 乙镇]}
inputs:
  a: {name: 甲项, unit: 件}
  b: {name: 乙项, unit: 件}
  c: {name: 丙项, unit: 件}
  money: {name: 金额, unit: 万元}
  total: {name: 总金额, unit: 万元}
indicators:
  share: {name: 占比, unit: "%", formula: money / total, assured: {at_least: 1}}
  left: {name: 余数, unit: 件, formula: a + b + c}
"""

YEAR = When(2012)
# What a test writes for a figure → its state; a number is a value.
STATES = {"缺": "missing", "空": "blank", "/": "not_applicable", "错": "unreadable"}


@pytest.fixture
def plan_of(tmp_path: Path) -> Callable[[str], Plan]:
    """A plan of five figures with the checks given as YAML."""

    def build(checks: str, head: str = HEAD) -> Plan:
        path = tmp_path / "plan.yaml"
        text = textwrap.dedent(checks).strip()
        path.write_text(head + ("checks:\n" + textwrap.indent(text, "  ") + "\n" if text else ""), encoding="utf-8")
        loaded = load_plan(path, "plan.yaml")
        assert loaded.plan is not None, loaded.findings
        return loaded.plan

    return build


def observed(
    plan: Plan, id: str, value: object, subject: str = "全县", when: When = YEAR, *, prior_file: bool = False, decimals: int = 0,
    remark: str = "", cell: str = "",
) -> Observation:
    """One figure, as reading a form would give it."""
    kind = "input" if id in plan.inputs else "reported"
    state = STATES.get(str(value), "value")
    number = float(value) if state == "value" else math.nan  # type: ignore[arg-type]
    file = "last.xlsx" if prior_file else "form.xlsx"
    return Observation(
        kind, id, subject, when.year, when.span, "value", state, number, decimals, file, "表", cell or "A1", str(value), remark=remark,
        prior_file=prior_file,
    )


def run(plan: Plan, figures: Mapping[str, object], when: When = YEAR, **more: Mapping[str, object]) -> Run:
    """Run a plan's checks on figures of the whole; ``prior`` are last year's, ``甲镇`` and so on those of subjects."""
    found = [observed(plan, id, value, when=when) for id, value in figures.items()]
    for name, others in more.items():
        before = when._replace(year=when.year - 1)
        found += [
            observed(plan, id, value, when=before) if name == "prior" else observed(plan, id, value, name, when)
            for id, value in others.items()
        ]
    return run_observed(plan, found, when)


def run_observed(plan: Plan, found: list[Observation], when: When = YEAR) -> Run:
    merged, repeated = merge(plan, found)
    outcome = run_checks(plan, Panel(plan, merged, plan.subjects()), when)
    return outcome._replace(findings=repeated + outcome.findings)


def verdict(outcome: Run) -> str:
    """What became of the last check: held, failed, or skipped with its reason; "" where it did not apply."""
    ran = outcome.ran[-1]
    if ran.failed:
        return "failed"
    return "held" if ran.ran else ran.reason.removeprefix("check-skip-")


def form(path: Path, rows: Mapping[str, object], *, title: str = "2012年度科技工作完成情况表", unit: str = "全县", now: str = "本年完成") -> Path:
    """A list form as a workbook. A row is this year's figure, or (this year's, last year's, remark); last
    year was not assigned where nothing is said of it."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "填报表"
    sheet.append([title])
    sheet.append([f"填报单位：{unit}"])
    sheet.append(["序号", "指标名称", now, "上年同期", "备注"])
    for number, (name, values) in enumerate(rows.items(), 1):
        now_value, last, remark = (*values, None, None)[:3] if isinstance(values, tuple) else (values, "/", None)
        sheet.append([number, name, now_value, last, remark])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
