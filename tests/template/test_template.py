"""The form that ``kpi template`` makes: what it holds, what it lets be filled in, and how it is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filling import KEY, LAST, NAME, UNIT, VALUE, fill, rows_of, sound
from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
LIST_FORM = ROOT / "tests/samples/01_list_full/form.xlsx"


def read(kpi, path):
    return json.loads(kpi("read", path, "--format", "json").stdout)


def test_the_countys_form_asks_for_every_input_that_is_not_a_groups_own(template, county):
    rows = rows_of(load_workbook(template()))
    assert set(rows) == {each.id for each in county.inputs.values() if each.group is None}


def test_a_form_says_names_and_units_as_the_plan_does(template, county):
    sheet = load_workbook(template()).worksheets[0]
    for id, row in rows_of(sheet.parent).items():
        assert sheet.cell(row, NAME).value.removeprefix("其中：") == county.inputs[id].name
        assert sheet.cell(row, UNIT).value == county.inputs[id].unit.text


def test_parts_stand_below_their_whole(template, county):
    rows = rows_of(load_workbook(template()))
    for id, row in rows.items():
        whole = county.inputs[id].of_which
        if whole is not None:
            assert row > rows[whole]


def test_a_filled_form_passes_the_audit(template, audit, county):
    path = template()
    values = sound(county, rows_of(load_workbook(path)))
    assert audit(fill(path, values, last=values)) == ([], 0)


def test_a_filled_form_is_read_by_its_keys_without_guessing(template, kpi, county):
    path = template("--subject", "甲山", "--period", "2012-Q1..Q3")
    ids = rows_of(load_workbook(path))
    found = read(kpi, fill(path, sound(county, ids)))
    assert [each["layout"] for each in found["sheets"]] == ["template"]
    assert {each["id"] for each in found["sheets"][0]["matched"]} == set(ids)


def test_a_form_says_its_subject_and_period_to_its_reader(template, kpi, county):
    path = template("--subject", "甲山", "--period", "2012-Q1..Q3")
    fill(path, sound(county, rows_of(load_workbook(path))))
    found = json.loads(kpi("check", path, "--format", "json").stdout)
    assert found["period"] == "2012-Q1..Q3"
    assert {each["subject"] for each in found["findings"]} <= {"甲山镇", None}


def test_figures_stand_where_the_keys_say_although_rows_and_columns_were_inserted(template, kpi, county):
    path = template()
    book = load_workbook(path)
    values = sound(county, rows_of(book))
    fill(path, values, last=values)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_rows(7, 2)
    sheet.insert_cols(3)
    book.save(path)
    found = json.loads(kpi("check", path, "--format", "json").stdout)
    cells = {each["input"]: each["value"] for result in found["results"] for each in result["inputs"] if each["period"] == "2012"}
    assert cells["patent_app"] == values["patent_app"]
    assert cells["rd_expenditure"] == values["rd_expenditure"]


def test_a_form_may_be_handed_in_as_csv(template, kpi, tmp_path, county):
    path = template()
    values = sound(county, rows_of(load_workbook(path)))
    book = load_workbook(fill(path, values, last=values))
    lines = [",".join("" if cell is None else f'"{cell}"' for cell in row) for row in book.worksheets[0].iter_rows(values_only=True)]
    (tmp_path / "form.csv").write_text("\n".join(lines), encoding="utf-8")
    found = read(kpi, tmp_path / "form.csv")
    assert found["sheets"][0]["layout"] == "template"


def test_a_row_that_was_written_over_with_another_name_is_not_read(template, audit, county):
    path = template()
    values = sound(county, rows_of(load_workbook(path)))
    fill(path, values, last=values, cells={("patent_training", NAME): "专利授权量"})
    found, _ = audit(path)
    assert [(each["rule"], each["facts"]["name"]) for each in found] == [("unknown-row", "专利授权量")]


def test_a_row_that_was_added_below_is_told(template, audit, county):
    path = template()
    values = sound(county, rows_of(load_workbook(path)))
    fill(path, values, last=values)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(sheet.max_row + 1, NAME).value = "粮食产量"
    sheet.cell(sheet.max_row, VALUE).value = 12
    book.save(path)
    found, _ = audit(path)
    assert [(each["rule"], each["facts"]["name"]) for each in found] == [("unknown-row", "粮食产量")]


def test_last_years_figures_are_filled_in_from_last_years_submission(template, county):
    sheet = load_workbook(template("--prior", LIST_FORM)).worksheets[0]
    rows = rows_of(sheet.parent)
    given = load_workbook(LIST_FORM).worksheets[0]
    last = {row[1].value: row[4].value for row in given.iter_rows(min_row=5) if row[1].value}
    assert sheet.cell(rows["hitech_output"], LAST).value == last["高新技术产业产值"]
    assert sheet.cell(rows["patent_app"], LAST).value == last["专利申请量"]
    assert sheet.cell(rows["hitech_output"], VALUE).value is None


def test_last_years_files_of_another_period_fill_in_nothing_and_say_so(kpi, tmp_path):
    done = kpi("template", "--period", "2012-Q1..Q2", "--prior", LIST_FORM, "-o", tmp_path / "f.xlsx", "--lang", "en")
    assert done.returncode == 0
    assert "2011-Q1..Q2" in done.stderr


def test_a_group_gets_a_file_each_in_the_folder(kpi, tmp_path, county):
    done = kpi("template", "--group", "towns", "--output", tmp_path / "forms", cwd=tmp_path)
    assert done.returncode == 0
    made = sorted(each.name for each in (tmp_path / "forms").iterdir())
    assert made == sorted(f"county-2012_{town}_2012.xlsx" for town in county.groups["towns"].members)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["forms"], "nothing is written beside the folder"


def test_a_towns_form_asks_for_what_adds_up_and_its_own_and_not_for_the_countys(template):
    rows = rows_of(load_workbook(template("--subject", "甲山镇")))
    assert {"patent_app", "town_sci_fund", "town_fiscal_spend"} <= set(rows)
    assert not {"rd_expenditure", "county_budget", "award_county", "sci_city_built"} & set(rows)


def test_towns_forms_and_the_countys_are_audited_together(kpi, audit, tmp_path, county):
    kpi("template", "--group", "towns", "--output", tmp_path / "forms/")
    towns = sorted((tmp_path / "forms").iterdir())
    values = sound(county, rows_of(load_workbook(towns[0])))
    for path in towns:
        fill(path, values, last=values)
    kpi("template", "--output", tmp_path / "forms/全县.xlsx")
    ids = rows_of(load_workbook(tmp_path / "forms/全县.xlsx"))
    whole = {**sound(county, ids), **{id: value * len(towns) for id, value in values.items() if id in ids and not isinstance(value, str)}}
    assert fill(tmp_path / "forms/全县.xlsx", whole, last=whole)
    found, code = audit(tmp_path / "forms")
    assert [each["rule"] for each in found if each["severity"] == "error"] == []
    fill(tmp_path / "forms/全县.xlsx", {**whole, "patent_grant": whole["patent_grant"] + 1}, last=whole)
    found, code = audit(tmp_path / "forms")
    assert (code, [(each["rule"], each["input"]) for each in found]) == (1, [("total-disagrees", "patent_grant")])


@pytest.mark.parametrize(
    ("period", "title"), [("2012", "2012年度"), ("2012-Q1..Q3", "2012年1-3季度"), ("2012-Q1", "2012年1季度"), ("2012-01..05", "2012年1-5月")]
)
def test_a_form_is_for_a_period(template, period, title):
    sheet = load_workbook(template("--period", period)).worksheets[0]
    assert title in sheet["A1"].value


def test_headings_are_locked_and_cells_to_fill_in_are_open(template):
    sheet = load_workbook(template()).worksheets[0]
    assert sheet.protection.sheet
    for row in rows_of(sheet.parent).values():
        assert [sheet.cell(row, column).protection.locked for column in range(1, 9)] == [True, True, True, False, False, False, True, True]


def test_keys_are_hidden(template):
    sheet = load_workbook(template()).worksheets[0]
    assert sheet.row_dimensions[4].hidden
    assert sheet.column_dimensions["H"].hidden
    assert sheet.cell(4, KEY).value.startswith("kpi:template:1;county-2012;")


def test_what_may_be_entered_is_limited_by_what_the_rules_accept(template, county):
    sheet = load_workbook(template()).worksheets[0]
    rows = rows_of(sheet.parent)
    limits = {str(each.sqref).split(":")[0]: each for each in sheet.data_validations.dataValidation}
    assert limits[f"D{rows['patent_app']}"].formula1 == (
        'OR(TRIM(D{0})="/",IF(ISNUMBER(D{0}),AND(D{0}>=0,D{0}=INT(D{0})),FALSE))'.format(rows["patent_app"])
    )
    assert "INT" not in limits[f"D{rows['gdp']}"].formula1
    assert limits[f"D{rows['sci_city_built']}"].formula1 == '"是,否,/"'
    assert "17899" in limits[f"D{rows['sci_city_date']}"].formula1
    assert all(each.showErrorMessage and each.prompt for each in limits.values())
    assert len(limits) == len(rows)


def test_no_text_of_a_plan_becomes_a_formula(kpi, tmp_path):
    (tmp_path / "plan.yaml").write_text(
        'kpi: 1\nplan: {id: p, name: "=1+1", year: 2012}\ninputs:\n  a: {name: "=HYPERLINK(1)", unit: 件}\n'
        "indicators:\n  a: {name: 甲, unit: 件, assured: {at_least: 1}}\n", encoding="utf-8",
    )
    done = kpi("template", "--plan", tmp_path / "plan.yaml", "-o", tmp_path / "f.xlsx")
    assert done.returncode == 0
    cells = [cell for row in load_workbook(tmp_path / "f.xlsx").worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(isinstance(cell.value, str) and cell.value.startswith("=") for cell in cells)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--group", "twons", "-o", "x/"), "towns"), (("--subject", "甲山市", "-o", "x.xlsx"), "甲山市"), (("--group", "towns"), "--output"),
        (("--period", "2012-Q9", "-o", "x.xlsx"), "2012-Q9"),
    ],
)
def test_wrong_usage_is_said_in_one_line(kpi, tmp_path, arguments, words):
    done = kpi("template", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
