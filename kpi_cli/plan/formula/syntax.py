"""Formulas: text → tree. A small arithmetic language, parsed here and never handed to an evaluator of Python.

    expression := or;  or := and ("or" and)*;  and := not ("and" not)*;  not := "not" not | comparison
    comparison := sum (("<=" | ">=" | "<" | ">" | "==" | "!=" | "in") sum)?
    sum := term (("+" | "-") term)*;  term := unary (("*" | "/") unary)*;  unary := "-" unary | power
    power := atom ("^" unary)?;  atom := number [unit] | "text" | name | name "(" expression, … ")" | "(" expression ")"
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kpi_cli.plan.units import UnitTable, multiplier


class Number(NamedTuple):
    value: float
    unit: str | None
    at: int


class Text(NamedTuple):
    value: str
    at: int


class Name(NamedTuple):
    name: str
    at: int


class Unary(NamedTuple):
    operator: str
    operand: Expression
    at: int


class Binary(NamedTuple):
    operator: str
    left: Expression
    right: Expression
    at: int


class Call(NamedTuple):
    function: str
    arguments: tuple[Expression, ...]
    at: int


class OverRegister(NamedTuple):
    """A count or sum over the rows of a register: made of a Call when a plan's names are bound."""

    function: str
    register: str
    value: Expression | None
    condition: Expression | None
    at: int


Expression = Number | Text | Name | Unary | Binary | Call | OverRegister


class FormulaError(Exception):
    """Raised inside this package only; ``at`` is the offset in the text. The loader turns it into a finding."""

    def __init__(self, at: int, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.at, self.found, self.expected = at, found, expected


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)
    |(?P<text>"[^"]*"|'[^']*'|“[^”]*”)
    |(?P<operator><=|>=|==|!=|\*\*|&&|\|\||[-+*/^<>(),%‰=≤≥≠])
    |(?P<name>[^\W\d][\w.·]*))""",
    re.VERBOSE,
)
_WIDE = str.maketrans("（），＋－—×÷＊／＝＜＞％０１２３４５６７８９．", "(),+--*/*/=<>%0123456789.")
_SAME = {"=": "==", "≤": "<=", "≥": ">=", "≠": "!=", "**": "^", "&&": "and", "||": "or"}
_COMPOUND = r"[^\W\d]\w*(?:/\d*[^\W\d]\w*)+"
_COMMON = UnitTable()
_MAX_LENGTH = 4000
_MAX_DEPTH = 60


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(plain: str) -> list[_Token]:
    found, at, end = [], 0, len(plain.rstrip())
    while at < end:
        match = _TOKEN.match(plain, at)
        if match is None:
            rest = plain[at:].lstrip()
            raise FormulaError(len(plain) - len(rest), rest[:12], "formula-token")
        kind = match.lastgroup or ""
        found.append(_Token(kind, _SAME.get(match[kind], match[kind]), match.start(kind)))
        at = match.end()
    found.append(_Token("end", "", len(plain)))
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.plain = text.translate(_WIDE)
        self.tokens = _tokens(self.plain)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def take(self, *texts: str) -> _Token | None:
        token = self.token
        if token.kind in ("operator", "name") and token.text in texts:
            self.index += 1
            return token
        return None

    def fail(self, expected: str) -> FormulaError:
        return FormulaError(self.token.at, self.token.text or "…", expected)

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fail("formula-shallower")
        left = self.conjunction()
        while token := self.take("or", "或"):
            left = Binary("or", left, self.conjunction(), token.at)
        self.depth -= 1
        return left

    def conjunction(self) -> Expression:
        left = self.negation()
        while token := self.take("and", "且"):
            left = Binary("and", left, self.negation(), token.at)
        return left

    def negation(self) -> Expression:
        token = self.take("not", "非")
        return Unary("not", self.negation(), token.at) if token else self.comparison()

    def comparison(self) -> Expression:
        left = self.sum()
        if token := self.take("<=", ">=", "<", ">", "==", "!=", "in"):
            return Binary(token.text, left, self.sum(), token.at)
        return left

    def sum(self) -> Expression:
        left = self.term()
        while token := self.take("+", "-"):
            left = Binary(token.text, left, self.term(), token.at)
        return left

    def term(self) -> Expression:
        left = self.unary()
        while token := self.take("*", "/"):
            left = Binary(token.text, left, self.unary(), token.at)
        return left

    def unary(self) -> Expression:
        signs = []
        while token := self.take("-", "+"):
            signs.append(token)
        value = self.power()
        for token in reversed(signs):
            value = Unary("-", value, token.at) if token.text == "-" else value
        return value

    def power(self) -> Expression:
        base = self.atom()
        if token := self.take("^"):
            return Binary("^", base, self.unary(), token.at)
        return base

    def atom(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.index += 1
            unit = self.unit()
            times = multiplier(unit) if unit else None  # 2.4万 is a number, 2.4万元 an amount
            return Number(float(token.text) * (times or 1.0), None if times else unit, token.at)
        if token.kind == "text":
            self.index += 1
            return Text(token.text[1:-1], token.at)
        if token.kind == "name":
            self.index += 1
            return Call(token.text, self.arguments(), token.at) if self.take("(") else Name(token.text, token.at)
        if self.take("("):
            inner = self.expression()
            if not self.take(")"):
                raise self.fail("formula-closing")
            return inner
        raise self.fail("formula-value")

    def unit(self) -> str | None:
        """A unit right after a number: a word, or a per cent sign (there is no remainder operator)."""
        token = self.token
        keyword = token.text in ("and", "or", "not", "in", "且", "或", "非")
        if (token.kind != "name" or keyword) and token.text not in ("%", "‰"):
            return None
        self.index += 1
        return self.compound(token) if self.token.text == "/" else token.text

    def compound(self, first: _Token) -> str:
        """件/万人 written without spaces right after a number is one unit; x 元 / people is a division."""
        match = re.compile(_COMPOUND).match(self.plain, first.at)
        unit = match[0] if match else first.text
        if match is None or _COMMON.parse(unit) is None:
            return first.text
        while self.token.kind != "end" and self.token.at < match.end():
            self.index += 1
        return unit

    def arguments(self) -> tuple[Expression, ...]:
        if self.take(")"):
            return ()
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        if not self.take(")"):
            raise self.fail("formula-closing")
        return tuple(found)


def parse(text: str) -> Expression:
    """Parse a formula. Raises FormulaError with the offset of the first mistake."""
    if len(text) > _MAX_LENGTH:
        raise FormulaError(_MAX_LENGTH, f"{len(text)}", "formula-shorter")
    parser = _Parser(text)
    try:
        tree = parser.expression()
    except RecursionError:
        raise FormulaError(parser.token.at, parser.token.text, "formula-shallower") from None
    if parser.token.kind != "end":
        raise parser.fail("formula-operator")
    return tree


def names(tree: Expression) -> list[Name]:
    """Every bare name in a tree, in order of reading."""
    if isinstance(tree, Name):
        return [tree]
    if isinstance(tree, Unary):
        return names(tree.operand)
    if isinstance(tree, Binary):
        return names(tree.left) + names(tree.right)
    if isinstance(tree, Call):
        return [name for argument in tree.arguments for name in names(argument)]
    return []
