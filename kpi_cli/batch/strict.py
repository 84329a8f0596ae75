"""Plain data (what JSON holds) → values, each part looked at before it is used: what is loaded may have been written by
anyone."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Any

from kpi_cli.rules import RULES, Word
from kpi_cli.words.table import WORDS

_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_CELLS = re.compile(rf"(?:{_CELL.pattern},)*")
_SPAN = re.compile(r"|(?:Q[1-4]|0[1-9]|1[0-2])(?:\.\.(?:Q[1-4]|0[1-9]|1[0-2]))?")
_DEEPEST = 6


class NotPlainError(Exception):
    """A value that cannot be written as plain data without loss."""


class DamagedError(Exception):
    """Data that no writing of ours can have left."""


def plain(value: Any) -> Any:
    """A fact as JSON holds it: what JSON lacks becomes ``[kind, content]``. NotPlainError for anything else."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is Word:
        return ["word", str(value)]
    if kind is datetime.date:
        return ["date", value.isoformat()]
    if kind in (list, tuple):
        return [kind.__name__, [plain(each) for each in value]]
    if kind is dict:
        return ["map", [[plain(key), plain(each)] for key, each in value.items()]]
    raise NotPlainError(kind.__name__)


def fact(value: Any, depth: int = 0) -> Any:
    """The value that ``plain`` made this of."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    need(type(value) is list and len(value) == 2 and depth < _DEEPEST)
    kind, content = value
    if kind == "word":
        need(type(content) is str and content in WORDS)
        return Word(content)
    if kind == "date":
        return date(content)
    need(kind in ("list", "tuple", "map") and type(content) is list)
    if kind == "map":
        return {text(pair[0]): fact(pair[1], depth + 1) for pair in rows(content, 2)}
    found = [fact(each, depth + 1) for each in content]
    return tuple(found) if kind == "tuple" else found


def facts(value: Any) -> dict[str, Any]:
    """Facts by name."""
    found = fact(value)
    need(type(found) is dict)
    return dict(found)


def need(truth: bool) -> None:
    if not truth:
        raise DamagedError


def text(value: Any) -> str:
    need(type(value) is str)
    return str(value)


def text_or_none(value: Any) -> str | None:
    return None if value is None else text(value)


def number(value: Any, least: int, most: int) -> int:
    need(type(value) is int and least <= value <= most)
    return int(value)


def date(value: Any) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text(value))
    except ValueError:
        raise DamagedError from None


def cell(value: Any) -> str:
    need(type(value) is str and _CELL.fullmatch(value) is not None)
    return str(value)


def spans(values: Iterable[str]) -> None:
    """DamagedError unless all are parts of a year: a quarter, a month, or from one to another."""
    need(all(_SPAN.fullmatch(each) is not None for each in set(values)))


def cells(values: Iterable[str]) -> None:
    """DamagedError unless all are addresses of cells."""
    need(_CELLS.fullmatch("".join(f"{each}," for each in values)) is not None)


def rows(value: Any, width: int) -> list[list[Any]]:
    """A list of lists of this many values each."""
    need(type(value) is list and all(type(each) is list and len(each) == width for each in value))
    return list(value)


def all_of(values: Sequence[Any], *kinds: type) -> Sequence[Any]:
    """Values that are all of these very types."""
    need(set(map(type, values)) <= set(kinds))
    return values


def among(values: Iterable[Any], known: frozenset[Any]) -> None:
    """DamagedError unless all values, which can be hashed, are known."""
    need(known.issuperset(values))


def fills(templates: Iterable[str], given: Iterable[str]) -> None:
    """DamagedError unless the facts given suffice for the sentences."""
    named = {name for template in templates for _, name, _, _ in Formatter().parse(template) if name}
    need(named <= set(given))


def rule(name: Any, given: Mapping[str, Any]) -> str:
    """The name of a rule of ours, of which these facts fill the sentences."""
    need(type(name) is str and name in RULES)
    own = {"indicator", "input", "subject", *given}
    fills([*RULES[name].message.values(), *RULES[name].hint.values()], own)
    need(type(given.get("check")) in (str, type(None)))
    return str(name)
