"""What cells hold → numbers, told apart from what only looks like one."""

from __future__ import annotations

import datetime
import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.intake.numerals import read_number
from kpi_cli.observations import BLANK, MISSING, NOT_APPLICABLE, UNREADABLE, VALUE

CASES = yaml.safe_load((Path(__file__).parent / "numbers.yaml").read_text(encoding="utf-8"))
STATES = {BLANK: "空", MISSING: "未报", NOT_APPLICABLE: "不适用", UNREADABLE: "不是数"}


def shown(text: object) -> str:
    found = read_number(text)
    if found.state != VALUE:
        return STATES[found.state]
    return f"{found.value * found.scale:.15g} {found.unit or ''}".strip()


@pytest.mark.parametrize(("text", "expected"), list(CASES["read"].items()))
def test_a_written_number_is_read(text: str, expected: object) -> None:
    assert shown(text) == str(expected)


@pytest.mark.parametrize("text", list(map(str, CASES["refused"])))
def test_what_is_not_an_exact_number_is_refused(text: str) -> None:
    assert read_number(text).state == UNREADABLE


@pytest.mark.parametrize("cell", [datetime.date(2012, 6, 30), datetime.time(8), datetime.timedelta(1), True, math.inf, math.nan])
def test_a_date_a_truth_value_and_no_number_are_refused(cell: object) -> None:
    assert read_number(cell).state == UNREADABLE


def test_a_dash_is_not_zero_and_a_slash_is_not_a_dash() -> None:
    assert [read_number(cell).state for cell in ("—", "0", 0, 0.0, "/", None, "")] == [MISSING, VALUE, VALUE, VALUE, NOT_APPLICABLE, BLANK, BLANK]


FULL_WIDTH = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")


@given(st.decimals(-10**9, 10**9, places=2, allow_nan=False), st.sampled_from(["", "件", "万元", "%", "‰", "个百分点"]))
def test_width_separators_and_spaces_around_do_not_change_a_number(number: object, unit: str) -> None:
    plain, grouped = f"{number}{unit}", f"{number:,}{unit}"
    first = read_number(plain)
    assert (first.value, first.unit or "") == (float(str(number)), unit)
    for text in (grouped, plain.translate(FULL_WIDTH), grouped.translate(FULL_WIDTH), f"　{plain} ", " ".join([str(number), unit]).strip()):
        assert read_number(text)[:4] == first[:4]


@given(st.text(max_size=12))
def test_no_text_raises_and_what_is_read_holds_its_digits(text: str) -> None:
    found = read_number(text)
    if found.state == VALUE:
        assert math.isfinite(found.value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_stored_number_is_itself(number: float) -> None:
    assert read_number(number).value == number
