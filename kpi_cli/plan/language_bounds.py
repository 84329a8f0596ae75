"""The part of the language that says targets: tiers, bounds, and what a bound may hold."""

from __future__ import annotations

from typing import Any

import yaml

from kpi_cli.plan.bounds import BOUNDS
from kpi_cli.plan.kinds import (
    DATE,
    FORMULA,
    IDENTIFIER,
    NUMBER,
    OPERAND,
    TEXT,
    UNIT,
    Key,
    Kind,
    Path,
    list_of,
    map_of,
    record,
    wrong,
)
from kpi_cli.plan.yamltree import Source

# What people write for a bound, where its spelling does not lead to it.
SYNONYMS = {
    **dict.fromkeys((">=", "≥", "min", "minimum", "least", "达到", "不低于", "不少于", "以上", "atleast", "floor", "target", "value"), "at_least"),
    **dict.fromkeys(("<=", "≤", "max", "maximum", "most", "不超过", "不高于", "以内", "以下", "控制在", "ceiling", "up_to"), "at_most"),
    **dict.fromkeys((">", "超过", "高于", "突破", "more_than", "over", "greater_than"), "above"),
    **dict.fromkeys(("<", "低于", "小于", "less_than", "under"), "below"),
    **dict.fromkeys(("range", "之间", "from", "in"), "between"),
    **dict.fromkeys(("左右", "约", "approx", "around"), "about"),
    **dict.fromkeys(("=", "==", "等于", "exactly", "is"), "equals"),
    **dict.fromkeys(("by", "before", "deadline", "期限", "完成时限", "done", "due", "until", "date"), "done_by"),
    **dict.fromkeys(("any", "or", "either", "one_of", "anyOf", "之一"), "any_of"),
    **dict.fromkeys(("tolerance", "±", "偏差", "margin"), "within"), "on": "of",
}


def _target(node: yaml.Node, path: Path, source: Source) -> Any:
    """A number or a formula; or a table of them by year (2013: …), by subject (甲山镇: …), or by both."""
    if isinstance(node, yaml.MappingNode):
        return _TABLE.read(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        wrong(node, path, source, "type-operand")
        return None
    return OPERAND.read(node, path, source)


_ROW = map_of(OPERAND, TEXT)
_CELL = Kind(lambda node, path, source: (_ROW if isinstance(node, yaml.MappingNode) else OPERAND).read(node, path, source),
             {"anyOf": [OPERAND.schema, _ROW.schema]})
_TABLE = map_of(_CELL, TEXT)
TARGET = Kind(_target, {"anyOf": [OPERAND.schema, _TABLE.schema]})


def _pair_of(kind: Kind) -> Kind:
    def read(node: yaml.Node, path: Path, source: Source) -> list[Any] | None:
        if not isinstance(node, yaml.SequenceNode) or len(node.value) != 2:
            wrong(node, path, source, "type-pair")
            return None
        found = list_of(kind).read(node, path, source)
        return found if found is not None and len(found) == 2 else None

    return Kind(read, {"type": "array", "items": kind.schema, "minItems": 2, "maxItems": 2})


def _or_table(kind: Kind) -> Kind:
    """A value, or a table of values by year, period or subject."""
    table = map_of(kind, TEXT)
    return Kind(lambda node, path, source: (table if isinstance(node, yaml.MappingNode) else kind).read(node, path, source),
                {"anyOf": [kind.schema, table.schema]})


NUMBER_PAIR = _pair_of(NUMBER)
_OPERANDS = {"number": TARGET, "pair": _or_table(_pair_of(OPERAND)), "date": _or_table(DATE)}

_BOUND = {
    **{name: Key(_OPERANDS[bound.operand], bound.zh, bound.en) for name, bound in BOUNDS.items()},
    "within": Key(
        OPERAND, "“左右”允许的偏差（按指标单位，或写明单位，如 5 %）", "tolerance of about: in the indicator's unit, or with its own, as in 5 %"
    ),
    "of": Key(
        FORMULA, "界限所约束的量（不是指标本身时）；self 指本指标",
        "what the bound is on, where it is not the indicator itself; self is the indicator",
    ),
    "unit": Key(UNIT, "of 的单位", "the unit of what `of` names"),
    "dated": Key(IDENTIFIER, "完成日期所在的填报项（配合 done_by）", "the input with the day of completion (with done_by)"),
}
_ONE = record(_BOUND, SYNONYMS)


def _bound(node: yaml.Node, path: Path, source: Source) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _ONE.read(node, path, source)
    wrong(node, path, source, "type-bound")
    return None


_BOUNDS = list_of(Kind(_bound, _ONE.schema), least=1)
# Kept apart from a bound, so that any_of is not offered inside one.
_EITHER = record({"any_of": Key(_BOUNDS, "几个界限达到其一即可", "bounds of which one is enough"), **_BOUND}, SYNONYMS)


def _tier(node: yaml.Node, path: Path, source: Source) -> dict[str, Any] | None:
    """One bound, a list of bounds that must all hold, or any_of a list."""
    if isinstance(node, yaml.ScalarNode) or not node.value:
        wrong(node, path, source, "type-bound")
        return None
    if isinstance(node, yaml.MappingNode) and any(getattr(key, "value", None) == "any_of" for key, _ in node.value):
        found = _EITHER.read(node, path, source) or {}
        if len(node.value) > 1:
            wrong(node, path, source, "type-any-of")
        return {"any_of": True, "bounds": found.get("any_of", [])}
    return {"any_of": False, "bounds": _BOUNDS.read(node, path, source) or []}


TIER = Kind(_tier, {"anyOf": [record(_BOUND).schema, _BOUNDS.schema,
                              {"type": "object", "properties": {"any_of": _BOUNDS.schema}, "required": ["any_of"], "additionalProperties": False}]})
