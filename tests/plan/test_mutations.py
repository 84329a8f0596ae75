"""Lint never fails, whatever is done to a plan."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_cli.plan.lint import lint
from kpi_cli.plan.load import load_plan
from kpi_cli.rules import hint, message

PLAN = """kpi: 1
plan: {id: p, name: 计划, year: 2012, subject: 全县}
parts: {一: 主要目标}
units: {箱: 50 千克}
subjects:
  towns: {name: 镇, members: {甲山镇: [甲山], 乙河镇: []}}
inputs:
  rd: {name: 研发经费, unit: 亿元, aliases: [R&D], of_which: gdp}
  gdp: {name: 生产总值, unit: 亿元}
  total: {name: 合计, unit: 件, parts: [x, y]}
  done: {name: 建成, unit: 是/否}
  day: {name: 日期, unit: 日期}
registers:
  firms:
    name: 企业
    key: code
    columns: {code: {name: 代码}, class: {name: 类别, type: choices, values: [高, 低]}, sales: {name: 销售, unit: 万元}}
indicators:
  rd_gdp: {name: 比重, clause: 一.1, unit: "%", formula: rd / gdp, assured: {at_least: {2012: 1.9}}, stretch: {at_least: 2}}
  total: {name: 合计, unit: 件, assured: [{at_least: 8}, {at_least: 5 %, of: growth(self)}]}
  x: {name: 子, unit: 件, assured: {at_least: {甲山镇: 3, 其余: 2}}}
  y: {name: 丑, unit: 件, assured: {between: [1, 4]}, stretch: {about: 3, within: 0.5}}
  done: {name: 建成, assured: {done_by: 2012-12, dated: day}}
  either: {name: 其一, assured: {any_of: [{at_least: 1, of: x}, {at_least: 2, of: y}]}}
  each: {name: 每家, unit: "%", register: firms, class: 高, rows: sales > 1 万元, each: sales / sales, assured: {at_least: 5}}
  up: {name: 提高, unit: 百分点, formula: "change(rd_gdp, 2010)", assured: {above: 0}}
checks:
  - {id: c1, rule: x + y <= total, level: error}
  - {reported: all, level: error}
notes: [{clause: 一, text: 说明}]
examples:
  - {name: 例, given: {rd: 5.7, gdp: 300, x: 2, y: 3}, expect: {rd_gdp: {value: 1.9, status: assured}, total: {value: 5}}}
"""
LINES = PLAN.splitlines()
ROUGH = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def survives(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        for finding in lint(load_plan(path)):
            assert finding.place.line is not None
            assert message(finding, "zh")
            assert message(finding, "en")
            assert hint(finding, "zh")


def test_the_plan_itself_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    assert [message(each, "en") for each in lint(load_plan(path))] == []


@ROUGH
@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    survives(text)


@ROUGH
@given(st.integers(0, len(PLAN) - 1), st.integers(0, 12), st.text(alphabet="{}[]:,-#&*!|>'\"%@ \n\tab1甲（：0.", max_size=6))
def test_a_plan_with_a_piece_replaced_is_survived(at: int, length: int, piece: str) -> None:
    survives(PLAN[:at] + piece + PLAN[at + length :])


@ROUGH
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1))
def test_a_plan_with_lines_moved_about_is_survived(one: int, two: int) -> None:
    lines = list(LINES)
    lines[one], lines[two] = lines[two], lines[one]
    survives("\n".join(lines))


VALUES = [
    "", "~", "[]", "{}", "no", "010", "x", "growth(x)", "[1, 2]", "{a: 1}", "{2012: 1}", "-1", "prior", "mean", "submitted", "self",
    '"x > 1"', "是", "2012-12", "1 %", "all",
]


@ROUGH
@given(st.data(), st.sampled_from(VALUES))
def test_a_plan_with_a_value_replaced_is_survived(data: st.DataObject, value: str) -> None:
    starts = [index for index, sign in enumerate(PLAN) if PLAN[index : index + 2] == ": "]
    at = data.draw(st.sampled_from(starts)) + 2
    end = min(found for sign in ",}]\n" if (found := PLAN.find(sign, at)) >= 0)
    survives(PLAN[:at] + value + PLAN[end:])
