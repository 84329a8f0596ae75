"""Each instruction of a form comes from a rule: broken, that rule is what the audit names, at that cell."""

from __future__ import annotations

import pytest
from filling import UNIT, VALUE, fill, rows_of, sound
from openpyxl import load_workbook

from kpi_cli.plan.load import load_plan
from kpi_cli.report.template.asks import asks, instruction
from kpi_cli.rules import RULES
from kpi_cli.words import LANGUAGES

SMALL = """kpi: 1
plan: {id: small, name: 小计划, year: 2012}
inputs:
  whole: {name: 总数, unit: 件}
  part: {name: 其中一项, unit: 件, of_which: whole}
  sum: {name: 合计, unit: 次, parts: [one, two]}
  one: {name: 第一种, unit: 次}
  two: {name: 第二种, unit: 次}
  rate: {name: 合格率, unit: "%", range: [0, 100]}
  money: {name: 经费, unit: 万元}
  built: {name: 建成, unit: 是/否}
  day: {name: 建成日期, unit: 日期}
indicators:
  i: {name: 总数目标, formula: growth(whole), unit: "%", assured: {at_least: 1}}
checks:
  - {id: k1, name: 总数不少于合计的件数, rule: whole >= part * 2, level: error}
  - {id: k2, unusual_change: [money], tolerance: 30, level: warning}
"""

# What breaks the instruction of a rule: the cell to write to, and what to write, given the sound figures.
BREAKS = {
    "missing": lambda id, values: ((id, VALUE), None),
    "not-a-number": lambda id, values: ((id, VALUE), "约5"),
    "not-whole": lambda id, values: ((id, VALUE), values[id] + 0.5),
    "negative": lambda id, values: ((id, VALUE), -3),
    "not-a-flag": lambda id, values: ((id, VALUE), "基本完成"),
    "not-a-date": lambda id, values: ((id, VALUE), "2012年13月5日"),
    "unit-mismatch": lambda id, values: ((id, UNIT), "平方米" if id != "incubator_area_new" else "家"),
    "ambiguous-percent": lambda id, values: ((id, VALUE), "0.385"),
    "out-of-range": lambda id, values: ((id, VALUE), "385%"),
    "part-exceeds-whole": lambda id, values: ((id, VALUE), 1000),
    "parts-do-not-sum": lambda id, values: ((id, VALUE), values[id] + 1),
    "unusual-change": lambda id, values: ((id, VALUE), values[id] * 3),
    "check-failed": lambda id, values: ((id, VALUE), 1),
}
# Rules that read last year's figure need one.
AREAS = ("prov_incubator_area", "incubator_area_new")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    loaded = load_plan(path, "small.yaml")
    assert loaded.plan is not None, loaded.findings
    return path, loaded.plan


IDS = ("whole", "part", "sum", "one", "two", "rate", "money", "built", "day")


@pytest.mark.parametrize("id", IDS)
def test_an_instruction_that_is_broken_is_named_by_its_rule_at_its_cell(small, template, audit, id):
    path, plan = small
    made = template(plan=path)
    values = {**sound(plan, plan.inputs), "rate": "50%", "whole": 20}
    original = made.read_bytes()
    assert audit(fill(made, values, last=values), plan=path) == ([], 0)
    for ask in asks(plan, plan.inputs[id]):
        made.write_bytes(original)
        broken, value = BREAKS[ask.rule](id, values)
        fill(made, values, last=values, cells={broken: value})
        found, _ = audit(made, plan=path)
        cell = f"{'ABCDEFGH'[broken[1] - 1]}{rows_of(load_workbook(made))[id]}"
        assert ask.rule in {each["rule"] for each in found if each["cell"] == cell}, (ask, found)


def test_the_small_plan_breaks_every_rule_that_a_form_can_ask_of(small):
    _, plan = small
    assert {ask.rule for noun in plan.inputs.values() for ask in asks(plan, noun)} == set(BREAKS)


def test_every_rule_with_an_instruction_is_asked_by_some_form():
    assert {name for name, rule in RULES.items() if rule.asks} == set(BREAKS)


def test_instructions_of_the_county_are_broken_one_by_one_in_one_form(county, template, audit):
    path = template()
    ids = list(rows_of(load_workbook(path)))
    values = sound(county, ids)
    rules = ("missing", "not-a-number", "not-whole", "negative", "not-a-flag", "not-a-date", "unit-mismatch")
    original = path.read_bytes()
    for rule in rules:
        path.write_bytes(original)
        asked = [id for id in ids if rule in {ask.rule for ask in asks(county, county.inputs[id])}]
        broken = {}
        for id in asked:
            place, value = BREAKS[rule](id, values)
            broken[place] = "家" if rule == "unit-mismatch" and id in AREAS else value
        fill(path, values, last=values, cells=broken)
        found, _ = audit(path)
        rows = rows_of(load_workbook(path))
        wanted = {f"{'ABCDEFGH'[column - 1]}{rows[id]}" for id, column in broken}
        assert {each["cell"] for each in found if each["rule"] == rule} == wanted, rule


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_says_its_instructions_in_the_words_of_the_rules(county, template, language):
    sheet = load_workbook(template("--lang", language)).worksheets[0]
    for id, row in rows_of(sheet.parent).items():
        assert sheet.cell(row, 7).value == instruction(county, county.inputs[id], language)


def test_last_years_figure_is_asked_for_where_a_formula_needs_it(county, template, audit):
    path = template()
    values = sound(county, rows_of(load_workbook(path)))
    found, _ = audit(fill(path, values))
    assert {each["rule"] for each in found} == {"missing"}
    yellow = {id for id, row in rows_of(load_workbook(path)).items() if load_workbook(path).worksheets[0].cell(row, 5).fill.fgColor.rgb == "FFFFFFE5"}
    assert {each["input"] for each in found} == yellow
