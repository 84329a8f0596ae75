"""Bonus and penalty, vetoes, grades, prizes, missing figures, ranks: what the parts of a scheme do to a total."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scoring_made import item_score, plan_of, ranks, scheme_of, score_of, scored

from kpi_cli.scoring.explain import both, why
from kpi_cli.scoring.robust import neighbours, rank_ranges

ITEM = {"indicator": "x", "points": 100, "method": "proportional"}
PLAN = plan_of({"flag": "是/否", "reports": "次"}, {"x": {"name": "产值", "unit": "亿元", "assured": {"at_least": 100}}})
EVENTS_PLAN = plan_of(
    {"flag": "是/否"}, {"x": {"name": "产值", "unit": "亿元", "assured": {"at_least": 100}}},
    registers={"awards": {"name": "加分事项", "subject": "town", "columns": {
        "town": {"name": "镇"}, "category": {"name": "类别"}, "project": {"name": "项目"}, "level": {"name": "级别"}, "day": {"name": "日期"},
    }}},
    subjects={"towns": {"name": "镇", "members": ["甲镇", "乙镇", "丙镇"]}},
)
TOWNS = ["甲镇", "乙镇", "丙镇"]


def award(town: str | None, project: str, level: str, category: str = "科技奖励", day: str = "2012-05-01") -> dict[str, Any]:
    return {"town": town, "category": category, "project": project, "level": level, "day": day, "subject": town}


def with_events(bonus: Any, rows: list[dict[str, Any]], **more: Any) -> Any:
    figures = {town: {"x": 100, "flag": 0} for town in TOWNS}
    return scored(EVENTS_PLAN, scheme_of([ITEM], TOWNS, bonus=bonus, **more), figures, {"awards": rows})


LEVELS = {"name": "科技奖励", "register": "awards", "rows": 'category == "科技奖励"', "levels": {"国家级": 5, "省级": 3, "市级": 1}}


def test_only_the_highest_level_of_one_project_counts() -> None:
    bonus = [{**LEVELS, "per": "project", "highest_only": True}]
    rows = [("甲镇", "工艺", "市级"), ("甲镇", "工艺", "省级"), ("甲镇", "系统", "市级"), ("乙镇", "工艺", "市级")]
    found = with_events(bonus, [award(*row) for row in rows])
    assert [score_of(found, town) for town in TOWNS] == [104, 101, 100]


def test_caps_nest_entry_section_and_total() -> None:
    bonus = {"cap": 8, "entries": [
        {"name": "大类", "cap": 7, "of": [{**LEVELS, "cap": 6}, {"name": "其他", "register": "awards", "rows": 'category == "其他"', "points": 2}]},
        {"name": "酌情", "entries": {"甲镇": {"points": 4, "reason": "承办现场会"}}},
    ]}
    found = with_events(bonus, [award("甲镇", f"项目{number}", "省级") for number in range(4)] + [award("甲镇", "其他", "", "其他")])
    assert score_of(found, "甲镇") == 108
    entry = found.bonus.parts[0]
    at = found.field.panel.index["甲镇"]
    assert (entry.parts[0].uncapped[at], entry.parts[0].points[at], entry.points[at]) == (12, 6, 7)


def test_an_unknown_level_is_told_and_not_counted() -> None:
    found = with_events([LEVELS], [award("甲镇", "工艺", "部级")])
    assert score_of(found, "甲镇") == 100
    assert [each.rule for each in found.findings if each.severity == "error"] == ["event-not-counted"]


def test_an_event_without_a_day_is_told_where_days_decide() -> None:
    rows = [award("甲镇", "一", "省级"), award("甲镇", "二", "省级", day=""), award("甲镇", "三", "省级", day="待定")]
    found = with_events([{**LEVELS, "dated": "day", "until": "2012-11-30"}], rows)
    assert score_of(found, "甲镇") == 103
    assert [each.place.cell for each in found.findings if each.rule == "event-not-counted"] == ["A3", "A4"]


def test_events_without_a_name_are_told_where_the_name_tells_one_matter_from_another() -> None:
    bonus = [{**LEVELS, "per": "project", "highest_only": True}]
    found = with_events(bonus, [award("甲镇", "", "省级"), award("甲镇", "", "省级"), award("乙镇", "", "省级")])
    assert (score_of(found, "甲镇"), score_of(found, "乙镇")) == (100, 103)
    assert [each.place.cell for each in found.findings if each.rule == "event-not-counted"] == ["A2", "A3"]


def test_an_event_of_nobody_is_told() -> None:
    found = with_events([LEVELS], [award(None, "工艺", "省级")])
    assert "event-not-counted" in {each.rule for each in found.findings}


def test_events_after_the_last_day_are_next_years() -> None:
    bonus = [{**LEVELS, "dated": "day", "until": "2012-11-30"}]
    found = with_events(bonus, [award("甲镇", "一", "省级", day="2012年11月30日"), award("甲镇", "二", "省级", day="2012年12月1日")])
    assert score_of(found, "甲镇") == 103


def test_a_penalty_may_be_a_share_of_all_points() -> None:
    penalty = [{**LEVELS, "levels": {"省级": "20 %", "市级": "10 %"}, "per": "project", "highest_only": True}]
    found = with_events([], [award("甲镇", "同一事项", "省级"), award("甲镇", "同一事项", "市级")], penalty=penalty)
    assert score_of(found, "甲镇") == 80


def test_a_bonus_waits_for_its_condition() -> None:
    bonus = {"when": "x >= 100 亿元", "entries": [{"name": "酌情", "entries": {town: {"points": 2, "reason": "好"} for town in TOWNS}}]}
    found = scored(PLAN, scheme_of([ITEM], TOWNS, bonus=bonus), {"甲镇": {"x": 100}, "乙镇": {"x": 99}, "丙镇": {"x": 50}})
    assert [score_of(found, town) for town in TOWNS] == [102, 99, 50]


def test_a_bonus_may_be_points_wherever_a_condition_holds() -> None:
    found = scored(PLAN, scheme_of([ITEM], TOWNS, bonus=[{"name": "超全年", "points": 2, "when": "x > 110 亿元"}]), {
        "甲镇": {"x": 100}, "乙镇": {"x": 111}, "丙镇": {"x": 50},
    })
    assert [score_of(found, name) for name in TOWNS] == [100, 102, 50]


def test_short_reports_cost_points_each() -> None:
    penalty = [{"name": "少报", "value": "max(4 - reports, 0)", "points": 1}]
    rows = {town: {"x": 100, "reports": number} for number, town in enumerate(TOWNS, 2)}
    found = scored(PLAN, scheme_of([ITEM], TOWNS, penalty=penalty), rows)
    assert [score_of(found, town) for town in TOWNS] == [98, 99, 100]


VETO_ROWS = {"甲镇": {"x": 100, "flag": 1}, "乙镇": {"x": 90, "flag": 0}, "丙镇": {"x": 80, "flag": 0}}
GRADES = [{"name": "优秀", "from": 90, "places": 1}, {"name": "良好", "from": 90}, {"name": "合格", "above": 70}, {"name": "不合格"}]


@pytest.mark.parametrize(
    ("veto", "score", "rank", "grade"),
    [
        ({"effect": "total_zero"}, 0, 3, "不合格"),
        ({"effect": "grade", "grade": "不合格"}, 100, 1, "不合格"),
        ({"effect": "not_ranked"}, 100, None, "良好"),
        ({"effect": "grade_down"}, 100, 1, "良好"),
        ({"effect": "items_zero", "items": ["x"]}, 0, 3, "不合格"),
        ({"effect": "not_eligible"}, 100, 1, "优秀"),
    ],
)
def test_a_veto_does_what_it_says_and_no_more(veto: dict[str, Any], score: float, rank: float | None, grade: str) -> None:
    prizes = [{"name": "一等奖", "places": 1}]
    found = scored(PLAN, scheme_of([ITEM], TOWNS, veto=[{"name": "事故", "when": "flag", **veto}], grades=GRADES, prizes=prizes), VETO_ROWS)
    row = found.table.set_index("subject").loc["甲镇"]
    assert row["score"] == score
    assert (None if math.isnan(row["rank"]) else row["rank"]) == rank
    assert (row["grade"], row["veto"]) == (grade, "事故")
    if veto["effect"] == "not_eligible":
        assert found.table.set_index("subject")["prize"].to_dict() == {"甲镇": None, "乙镇": "一等奖", "丙镇": None}


def test_a_total_ends_at_its_cap_and_floor() -> None:
    extras = {"bonus": [{"name": "加", "entries": {"甲镇": {"points": 50, "reason": "好"}}}],
              "penalty": [{"name": "扣", "entries": {"乙镇": {"points": 500, "reason": "差"}}}]}
    found = scored(PLAN, scheme_of([ITEM], TOWNS, head={"cap": 110, "floor": 0}, **extras), {town: {"x": 100} for town in TOWNS})
    assert [score_of(found, town) for town in TOWNS] == [110, 0, 100]


def test_a_subject_may_be_scored_and_not_ranked() -> None:
    groups = {"towns": {"name": "镇", "subjects": TOWNS, "unranked": ["甲镇"]}}
    found = scored(PLAN, scheme_of([ITEM], groups=groups), {"甲镇": {"x": 100}, "乙镇": {"x": 90}, "丙镇": {"x": 80}})
    assert score_of(found, "甲镇") == 100
    assert math.isnan(ranks(found)["甲镇"])
    assert (ranks(found)["乙镇"], ranks(found)["丙镇"]) == (1, 2)


def test_silence_about_a_veto_is_told() -> None:
    veto = [{"name": "事故", "when": "flag", "effect": "total_zero"}]
    found = scored(PLAN, scheme_of([ITEM], TOWNS, veto=veto), {town: {"x": 100} for town in TOWNS})
    assert [each.facts["subjects"] for each in found.findings if each.rule == "veto-unknown"] == [TOWNS]


def test_a_grade_asks_for_score_and_place_and_ties_all_count() -> None:
    found = scored(PLAN, scheme_of([ITEM], TOWNS, grades=GRADES), {"甲镇": {"x": 95}, "乙镇": {"x": 95}, "丙镇": {"x": 90}})
    assert found.table["grade"].tolist() == ["优秀", "优秀", "良好"]


def test_prizes_go_down_the_ranking_and_ties_share_one() -> None:
    prizes = [{"name": "一", "places": 1}, {"name": "二", "places": 1}]
    found = scored(PLAN, scheme_of([ITEM], TOWNS, prizes=prizes), {"甲镇": {"x": 95}, "乙镇": {"x": 95}, "丙镇": {"x": 90}})
    assert found.table["prize"].tolist() == ["一", "一", "二"]


@pytest.mark.parametrize(("ties", "expected"), [("shared", [1, 1, 3]), ("dense", [1, 1, 2]), ("mean", [1.5, 1.5, 3])])
def test_equal_scores_take_places_as_the_scheme_says(ties: str, expected: list[float]) -> None:
    found = scored(PLAN, scheme_of([ITEM], TOWNS, head={"ties": ties}), {"甲镇": {"x": 95}, "乙镇": {"x": 95}, "丙镇": {"x": 90}})
    assert found.table["rank"].tolist() == expected


def test_a_tie_is_broken_in_the_order_given() -> None:
    rows = {"甲镇": {"x": 95, "reports": 1}, "乙镇": {"x": 95, "reports": 4}, "丙镇": {"x": 90}}
    found = scored(PLAN, scheme_of([ITEM], TOWNS, head={"tie_break": ["reports"]}), rows)
    assert ranks(found) == {"乙镇": 1, "甲镇": 2, "丙镇": 3}


TWO = [
    {"indicator": "x", "points": 60, "method": "proportional"},
    {"id": "r", "indicator": "reports", "points": 40, "method": "benchmark", "against": 4},
]


@pytest.mark.parametrize(
    ("policy", "score", "coverage"),
    [("zero", 60, 0.6), ("exempt", 60, 0.6), ("exempt_reweight", 100, 0.6), ({"share": "50 %"}, 80, 0.6), ("withhold", None, 0.6)],
)
def test_a_missing_figure_is_treated_as_declared(policy: Any, score: float | None, coverage: float) -> None:
    rows = {"甲镇": {"x": 100, "reports": "未报"}, "乙镇": {"x": 50, "reports": 4}}
    found = scored(PLAN, scheme_of(TWO, ["甲镇", "乙镇"], head={"better": "higher"}, missing={"policy": policy}), rows)
    row = found.table.set_index("subject").loc["甲镇"]
    assert (None if math.isnan(row["score"]) else row["score"]) == score
    assert row["coverage"] == pytest.approx(coverage)


@pytest.mark.parametrize(("policy", "score"), [("exempt", 60), ("exempt_reweight", 100), ("full", 100), ("zero", 60), ({"share": "60 %"}, 84)])
def test_what_is_not_assigned_counts_on_neither_side(policy: Any, score: float) -> None:
    rows = {"甲镇": {"x": 100, "reports": "/"}, "乙镇": {"x": 50, "reports": 4}}
    found = scored(PLAN, scheme_of(TWO, ["甲镇", "乙镇"], head={"better": "higher", "no_target": policy}), rows)
    row = found.table.set_index("subject").loc["甲镇"]
    assert row["score"] == pytest.approx(score)
    assert row["coverage"] == 1


def test_a_rank_is_withheld_where_too_little_could_be_judged() -> None:
    rows = {"甲镇": {"x": "未报", "reports": 4}, "乙镇": {"x": 50, "reports": 4}, "丙镇": {"x": 40, "reports": 4}}
    found = scored(PLAN, scheme_of(TWO, TOWNS, head={"better": "higher"}, missing={"rank_withheld_below": "60 %"}, grades=GRADES), rows)
    row = found.table.set_index("subject").loc["甲镇"]
    assert math.isnan(row["rank"])
    assert row["grade"] is None
    assert [ranks(found)[town] for town in ("乙镇", "丙镇")] == [1, 2]
    assert "rank-withheld" in {each.rule for each in found.findings}


def test_figures_missing_altogether_give_no_rank() -> None:
    found = scored(PLAN, scheme_of([ITEM], TOWNS), {town: {"x": "未报"} for town in TOWNS})
    assert found.table["rank"].isna().all()
    assert found.table["score"].isna().all()
    assert "nothing-judged" in {each.rule for each in found.findings}


def test_equal_scores_throughout_are_told() -> None:
    found = scored(PLAN, scheme_of([ITEM], TOWNS), {town: {"x": 100} for town in TOWNS})
    assert "no-difference" in {each.rule for each in found.findings}
    assert found.table["rank"].tolist() == [1, 1, 1]


def test_a_subject_without_any_figure_is_told() -> None:
    found = scored(PLAN, scheme_of([ITEM], TOWNS), {"甲镇": {"x": 100}, "乙镇": {"x": 90}})
    assert [each.subject for each in found.findings if each.rule == "subject-without-figures"] == ["丙镇"]


def test_a_target_left_out_of_the_allotment_is_told() -> None:
    item = {**ITEM, "target": "submitted"}
    found = scored(PLAN, scheme_of([item], TOWNS), {"甲镇": {"x": 100, "x!": 100}, "乙镇": {"x": 90, "x!": 90}, "丙镇": {"x": 1}})
    assert [(each.rule, each.subject) for each in found.findings if each.rule == "target-not-submitted"] == [("target-not-submitted", "丙镇")]
    assert item_score(found, "丙镇", "x") == 0


def test_nought_where_less_is_better_needs_a_cap() -> None:
    item = {"indicator": "x", "points": 10, "method": "proportional", "better": "lower", "target": 5, "cap": "none"}
    found = scored(PLAN, scheme_of([item], TOWNS), {"甲镇": {"x": 0}, "乙镇": {"x": 5}, "丙镇": {"x": 10}})
    assert "score-unbounded" in {each.rule for each in found.findings}


def test_groups_have_their_own_points_and_places() -> None:
    groups = {"a": {"name": "甲组", "subjects": ["甲镇", "乙镇"]}, "b": {"name": "乙组", "subjects": ["丙镇", "丁镇"], "without": ["r"]}}
    items = [{"indicator": "x", "points": {"a": 60, "b": 100}, "method": "proportional"}, TWO[1]]
    rows = {name: {"x": value, "reports": 4} for name, value in (("甲镇", 50), ("乙镇", 100), ("丙镇", 50), ("丁镇", 100))}
    found = scored(PLAN, scheme_of(items, groups=groups, head={"points": 100, "better": "higher"}), rows)
    assert ranks(found) == {"乙镇": 1, "甲镇": 2, "丁镇": 1, "丙镇": 2}
    assert score_of(found, "甲镇") == 70


def test_a_subject_moves_to_the_group_whose_condition_it_fulfils() -> None:
    groups = {"a": {"name": "甲组", "subjects": ["甲镇", "乙镇"]}, "b": {"name": "乙组", "subjects": ["丙镇", "丁镇"], "takes_when": "flag"}}
    rows = {name: {"x": 50, "flag": name == "甲镇"} for name in ("甲镇", "乙镇", "丙镇", "丁镇")}
    found = scored(PLAN, scheme_of([ITEM], groups=groups), rows)
    assert found.table.set_index("subject")["group"].to_dict() == {"甲镇": "b", "乙镇": "a", "丙镇": "b", "丁镇": "b"}


def test_a_subject_that_moves_is_measured_by_the_plans_target_of_its_new_group() -> None:
    target = {"at_least": {"towns": 10, "parks": 2}}
    plan = plan_of(
        {"x": "家", "moved": "是/否"}, {"n": {"name": "企业数", "unit": "家", "formula": "x", "for": "towns", "assured": target}},
        subjects={"towns": {"name": "镇", "members": ["甲镇", "乙镇"]}, "parks": {"name": "园区", "members": ["丙园"]}},
    )
    groups = {"towns": {"name": "镇", "subjects": ["甲镇", "乙镇"]}, "parks": {"name": "园区", "subjects": ["丙园"], "takes_when": "moved == 1"}}
    item = {"indicator": "n", "points": 100, "method": "proportional", "cap": 100}
    rows = {"甲镇": {"x": 5, "moved": 0}, "乙镇": {"x": 1, "moved": 1}, "丙园": {"x": 1, "moved": 0}}
    found = scored(plan, scheme_of([item], groups=groups), rows)
    assert [score_of(found, name) for name in ("甲镇", "乙镇", "丙园")] == [50, 50, 50]


def test_parts_of_a_mean_are_not_rounded_on_the_way() -> None:
    parts = [
        {"id": "a", "indicator": "x", "points": 1, "method": "proportional"},
        {"id": "b", "value": "y", "unit": "家", "better": "higher", "target": 17, "points": 1, "method": "proportional"},
    ]
    plan = plan_of({"y": "家"}, {"x": {"name": "产值", "unit": "亿元", "assured": {"at_least": 100}}})
    index = {"id": "i", "name": "指数", "points": 10, "method": "harmonic", "parts": parts}
    found = scored(plan, scheme_of([index], ["甲镇"], head={"round": {"item": 2}}), {"甲镇": {"x": 80, "y": 16}})
    assert item_score(found, "甲镇", "i") == 8.65


def test_a_score_is_converted_and_rounded_half_up() -> None:
    head = {"convert": 12, "round": {"total": 2, "converted": 1}}
    found = scored(PLAN, scheme_of([ITEM], TOWNS, head=head), {"甲镇": {"x": 73.75}, "乙镇": {"x": 50}, "丙镇": {"x": 1}})
    assert score_of(found, "甲镇") == 8.9  # 8.85


def test_places_gained_on_last_year_are_shown_and_may_earn_points() -> None:
    bonus = [{"name": "进位", "places": 2}]
    last = {"甲镇": 3, "乙镇": 1, "丙镇": 2}
    rows = {"甲镇": {"x": 95}, "乙镇": {"x": 90}, "丙镇": {"x": 85}}
    found = scored(PLAN, scheme_of([ITEM], TOWNS, bonus=bonus, last_ranks=last), rows)
    assert found.table["movement"].tolist() == [2, -1, -1]
    assert score_of(found, "甲镇") == 99


def test_the_explanation_says_attainment_excess_bonus_and_cap() -> None:
    item = {"indicator": "x", "points": 20, "method": "proportional", "bonus_cap": 4}
    found = scored(PLAN, scheme_of([item], TOWNS), {"甲镇": {"x": 112}, "乙镇": {"x": 140}, "丙镇": {"x": "未报"}})
    texts = [both(why(found, found.items[0], found.field.panel.index[town])) for town in TOWNS]
    assert texts[0]["zh"] == "完成 112 %，超 12 个百分点，加 2.4 分"
    assert texts[1]["zh"] == "完成 140 %，超 40 个百分点，加 4 分，封顶"
    assert texts[1]["en"] == "140 % of the target, 40 points above, +4, capped"
    assert texts[2] == {"zh": "未报", "en": "not submitted"}


def test_neighbours_tell_what_would_swap_them() -> None:
    rows = {"甲镇": {"x": 100, "reports": 2}, "乙镇": {"x": 80, "reports": 3}, "丙镇": {"x": 50, "reports": 1}}
    found = scored(PLAN, scheme_of(TWO, TOWNS, head={"better": "higher"}), rows)
    first = neighbours(found)[0]
    assert (first.first, first.second, first.kind) == ("甲镇", "乙镇", "robust-swap")
    changed = [{**TWO[0], "points": 60 - abs(float(first.change or 0))}, {**TWO[1], "points": 40 + abs(float(first.change or 0))}]
    level = scored(PLAN, scheme_of(changed, TOWNS, head={"better": "higher"}), rows)
    assert score_of(level, "甲镇") == pytest.approx(score_of(level, "乙镇"))


def test_ranges_of_ranks_are_the_same_in_every_run() -> None:
    rows = {"甲镇": {"x": 100, "reports": 2}, "乙镇": {"x": 80, "reports": 3}, "丙镇": {"x": 50, "reports": 1}}
    found = scored(PLAN, scheme_of(TWO, TOWNS, head={"better": "higher"}), rows)
    assert rank_ranges(found, 10.0, 50, 1) == rank_ranges(found, 10.0, 50, 1)
    assert [(each.subject, each.best, each.worst) for each in rank_ranges(found)][2] == ("丙镇", 3, 3)
