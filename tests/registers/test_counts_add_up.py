"""Whatever a register's rows are like, every one of them is accounted for, and their order decides nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_cli.intake.registers import big
from kpi_cli.intake.registers.big_text import read_big_text

HEADS = ["企业名称", "信用代码", "所在镇", "类别", "销售收入（万元）", "研发投入（万元）", "是否建有中心"]
CELLS: list[list[Any]] = [
    ["甲厂", "乙厂", "丙厂", "", "合计"],
    ["A1", "A2", "A3", "A4", "a1", "", "—"],
    ["东山镇", "西水镇", "东山", "别处", ""],
    ["高新", "定报", "一般", "高新、定报", "重点", ""],
    [1000, 20000, 0, -5, "约300", "——", "/", "", "1.5亿元", "12 30", "007", "13800000000", "1.2E+04", "inf", "nan", " 50"],
    [50, 10, 0, "", "未报", "300家"],
    ["是", "否", "在建", ""],
]
ROWS = st.lists(st.tuples(*(st.sampled_from(cells) for cells in CELLS)).map(list), min_size=1, max_size=25)


def firm(number: int, chance: random.Random) -> list[Any]:
    sales = round(chance.uniform(10, 50000), 2)
    return [
        f"示例{number}厂", f"91{number:016d}", chance.choice(["东山镇", "西水镇"]), chance.choice(["高新", "定报", "一般"]), sales,
        round(sales * chance.random() * 0.1, 2), chance.choice("是否"),
    ]


def broken(row: list[Any], chance: random.Random) -> list[Any]:
    column = chance.choice([1, 3, 4, 5, 6])
    return [*row[:column], chance.choice([each for each in CELLS[column] if each not in ("A1", "A2", "A3", "A4", "a1")]), *row[column + 1 :]]


def test_with_a_row_in_twenty_broken_every_sound_row_is_judged_and_all_rows_add_up(judge: Callable[..., Any]) -> None:
    chance = random.Random(5)  # noqa: S311 - invented figures
    rows = [firm(number, chance) for number in range(2000)]
    places = set(chance.sample(range(2000), 100))
    sheet = [HEADS, *(broken(row, chance) if place in places else row for place, row in enumerate(rows)), ["合计", "", "", "", 1, 1, ""]]
    outcome = judge(sheet)
    account = outcome.account
    inside = account.judged + account.not_computable + account.outside + account.repeated + account.keyless
    assert account.total == len(sheet) == inside + sum(account.others.values())
    assert account.judged >= 1900
    sound = {row[0] for place, row in enumerate(rows) if place not in places}
    assert all(outcome.firms[name][2] in ("assured", "missed") for name in sound)
    # Whatever was not judged is told at a cell of its row; what does not apply (/) needs no word.
    told = {int("".join(filter(str.isdigit, each.place.cell))) for each in outcome.findings if each.place.cell}
    judged = {name for name, (_, _, status) in outcome.firms.items() if status != "not_computable"}
    unjudged = {place + 2 for place, row in enumerate(rows) if row[0] not in judged}
    assert unjudged <= told


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(judge: Callable[..., Any], rows: list[list[Any]], seed: int) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - not a secret
    assert verdicts(judge([HEADS, *rows])) == verdicts(judge([HEADS, *shuffled]))


def verdicts(outcome: Any) -> Any:
    """What was found of each key, wherever its rows stand; and the county's counts."""
    found = {}
    for results in outcome.register.results:
        entities = results.entities
        for place, entity in enumerate(results.at):
            key = entities.rows.text("code", int(entities.first[entity])).upper()
            found[key] = (results.indicator.id, str(results.value[place]), int(results.status[place]))
    account = outcome.account
    return found, {name: str(value) for name, value in outcome.values.items()}, account._replace(others=dict(sorted(account.others.items())))


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_a_long_text_file_is_read_as_the_ordinary_reader_reads_it(
    judge_file: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    path = tmp_path_factory.mktemp("big") / "a.csv"
    totals = [["合计", "", "", "", "1", "1", ""], ["合计（3家）", "—", "", "高新", "1", "1", ""], ["甲山镇小计", "3", "东山", "高新", "1", "1", ""]]
    lines = [HEADS, *rows, *totals, ["设计院", "B9", "东山", "高新", "100", "5", "是"], ["", "", ""], HEADS, ["注：某某"]]
    path.write_text("\n".join(",".join(str(cell) for cell in row) for row in lines) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        ordinary = judge_file(path)
        patch.setattr(big, "LEAST_BOOK", 0)
        patch.setattr(big, "LEAST_TEXT", 0)
        taken = []
        patch.setattr(big, "read_big_text", lambda *args: taken.append(read_big_text(*args)) or taken[-1])
        quick = judge_file(path)
    assert taken[0] is not None
    assert quick.files[0].sheets == ordinary.files[0].sheets
    assert quick.firms.keys() == ordinary.firms.keys()
    assert repr(sorted(quick.firms.items())) == repr(sorted(ordinary.firms.items()))
    assert quick.told == ordinary.told
    assert {key: count for key, count in quick.account.others.items() if count} == ordinary.account.others
    assert quick.account._replace(others={}) == ordinary.account._replace(others={})


def test_gb18030_and_a_mark_at_the_start_change_nothing_in_a_long_file(
    judge_file: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(6)  # noqa: S311 - invented figures
    lines = [HEADS, *(firm(number, chance) for number in range(300))]
    text = "\n".join(",".join(str(cell) for cell in row) for row in lines)
    monkeypatch.setattr(big, "LEAST_BOOK", 0)
    monkeypatch.setattr(big, "LEAST_TEXT", 0)
    outcomes = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        (tmp_path / f"{encoding}.csv").write_text(text, encoding=encoding)
        outcomes.append(judge_file(tmp_path / f"{encoding}.csv"))
    assert outcomes[0].account.judged == 300
    assert outcomes[0].firms == outcomes[1].firms == outcomes[2].firms
