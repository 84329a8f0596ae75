"""Formulas: read by a grammar of their own, agreeing with exact fractions, never failing but with a place."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.plan.example_rows import RowFigures
from kpi_cli.plan.formula.evaluate import CALLS, When, evaluate
from kpi_cli.plan.formula.functions import FUNCTIONS
from kpi_cli.plan.formula.syntax import FormulaError, parse
from kpi_cli.plan.nouns import Column, Register
from kpi_cli.plan.units import NO_UNIT, UnitTable

NAMES = ("a", "b", "c")
REGISTER = Register("r", "r", "a", "a", {name: Column(name, name, "number", NO_UNIT) for name in NAMES})


def value_of(text: str, **figures: float) -> float:
    return float(evaluate(parse(text), RowFigures(REGISTER, figures, UnitTable()), When(2012)))


def trees(depth: int = 3) -> st.SearchStrategy[tuple[str, Any]]:
    """(text, a function of the figures that gives the exact value, or None where it is undefined)."""
    number = st.integers(0, 999).map(lambda n: (f"{n / 10:g}", lambda _, n=n: Fraction(n, 10)))
    name = st.sampled_from(NAMES).map(lambda each: (each, lambda figures, each=each: figures[each]))
    leaf = number | name

    def joined(inner: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
        return st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: (f"({parts[0][0]} {parts[1]} {parts[2][0]})", exact(*parts)))

    return st.recursive(leaf, joined, max_leaves=2**depth)


def exact(left: tuple[str, Any], operator: str, right: tuple[str, Any]) -> Any:
    def compute(figures: dict[str, Fraction]) -> Fraction | None:
        one, two = left[1](figures), right[1](figures)
        if one is None or two is None or (operator == "/" and two == 0):
            return None
        return {"+": lambda: one + two, "-": lambda: one - two, "*": lambda: one * two, "/": lambda: one / two}[operator]()

    return compute


@given(trees(), st.tuples(*[st.integers(1, 10**6)] * 3))
def test_a_formula_agrees_with_exact_fractions(tree: tuple[str, Any], figures: tuple[int, ...]) -> None:
    given_figures = {name: Fraction(value, 100) for name, value in zip(NAMES, figures, strict=True)}
    wanted = tree[1](given_figures)
    found = value_of(tree[0], **{name: float(value) for name, value in given_figures.items()})
    if wanted is None or not math.isfinite(found):
        return  # a difference that is exactly nought may be noise as a float, and a quotient by it undefined
    scale = max(1.0, abs(float(wanted)), *[float(each) for each in given_figures.values()])
    assert found == pytest.approx(float(wanted), rel=1e-6, abs=scale * 1e-3) or _cancels(tree[0])


def _cancels(text: str) -> bool:
    """Whether a formula divides by, or multiplies up, what a subtraction left over, where floats lose digits."""
    return "-" in text and ("/" in text or "*" in text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    assert refused_at(text) in range(-1, len(text) + 1)


SIGNS = [*"()+-*/^,%", "a", "rd", "1", "2.5", "万元", "<=", "and", "not", "growth", '"x"', "件/万人"]


def refused_at(text: str) -> int:
    """Where a text is refused as a formula, -1 where it is read."""
    try:
        parse(text)
    except FormulaError as error:
        return error.at if error.expected else -2
    return -1


@given(st.lists(st.sampled_from(SIGNS), max_size=25))
def test_any_row_of_signs_is_read_or_refused_with_a_place(signs: list[str]) -> None:
    for text in (" ".join(signs), "".join(signs)):
        assert refused_at(text) in range(-1, len(text) + 1)


@pytest.mark.parametrize("text", ["(" * 5000, "-" * 5000, "not " * 1300, "a + " * 1300 + "a", "1^" * 1300 + "1", "9" * 4001])
def test_a_monstrous_formula_is_read_or_refused(text: str) -> None:
    assert refused_at(text) in range(-1, len(text) + 1)


def test_every_function_of_the_table_can_be_computed() -> None:
    # count and sum over a register are nodes of their own.
    assert set(FUNCTIONS) - {"count"} == set(CALLS)
    assert all(function.meaning["zh"] and function.meaning["en"] for function in FUNCTIONS.values())


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("2 ^ 3 ^ 2", 512), ("-2 ^ 2", -4), ("7 - 2 - 1", 4), ("8 / 4 / 2", 1), ("2.4万", 24000),
     ("50 %", 0.5), ("5 件/万人", 0.0005), ("1 <= 1 and not 2 < 1", 1), ("1 = 1", 1), ("3 ≥ 4 or 0", 0), ("１ ＋ ２", 3), ("if(1 > 2, 5, 6)", 6),
     ("max(1, 3, 2) - min(4, 2)", 1), ("abs(2 - 5)", 3), ("0.1 + 0.2 == 0.3", 1), ("1 / 3 * 3 >= 1", 1)],
)
def test_what_a_formula_means(text: str, value: float) -> None:
    assert value_of(text) == value


def test_a_quotient_by_nought_is_undefined_and_not_zero() -> None:
    assert math.isnan(value_of("a / (b - b)", a=1, b=2))
    assert math.isnan(value_of("a + 1"))
