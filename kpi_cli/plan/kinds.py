"""Kinds of value in a plan: each knows how to read itself from a YAML node and how to say itself in JSON Schema.

One definition serves both, so that an editor and the program never disagree. Reading reports every mistake to the
source and gives None in place of what was wrong.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import yaml

from kpi_cli.plan.yamltree import Source
from kpi_cli.rules import Word

Path = tuple[str, ...]
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)(\.\d+)?")
_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
# What looks like a number and is none, or is one to YAML only: 010, 1:30, 1_000, 1e3, 0x1F, .5, .inf, 3,500
_NO_NUMBER = r"[-+]?(?:[\d.][-+\d.,:_eE]*|0[xXoObB]\w+|\.(?:inf|Inf|INF|nan|NaN|NAN))"


KIND_WORDS = {yaml.MappingNode: "yaml-mapping", yaml.SequenceNode: "yaml-sequence", yaml.ScalarNode: "yaml-scalar"}


class Kind(NamedTuple):
    """``read(node, path, source)`` gives the value or None; ``schema`` is its JSON Schema."""

    read: Callable[[yaml.Node, Path, Source], Any]
    schema: dict[str, Any]


class Key(NamedTuple):
    """A key of a record: its kind, and what it means in Chinese and English."""

    kind: Kind
    zh: str
    en: str
    required: bool = False


def wrong(node: yaml.Node, path: Path, source: Source, expected: str) -> None:
    """Report a value that is not what is expected."""
    found = node.value[:60] if isinstance(node, yaml.ScalarNode) else Word(KIND_WORDS[type(node)])
    key = next((each for each in reversed(path) if not each.isdigit()), "")
    source.report("wrong-type", source.at(node), key=key, found=found or Word("yaml-nothing"), expected=Word(expected))


def _scalar(node: yaml.Node) -> str | None:
    """The text of a scalar, None for anything else and for a plain nothing (``key:`` or ``key: ~``)."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    if not node.style and node.value in ("", "~", "null", "Null", "NULL"):
        return None
    return str(node.value)


def _text(node: yaml.Node, path: Path, source: Source) -> str | None:
    text = _scalar(node)
    if text is None or not text.strip():
        wrong(node, path, source, "type-text")
        return None
    return text.strip()


def _unit(node: yaml.Node, path: Path, source: Source) -> str | None:
    """A unit's text; a quoted nothing is the unit of plain numbers."""
    return "" if isinstance(node, yaml.ScalarNode) and node.style and not node.value.strip() else _text(node, path, source)


def _number(node: yaml.Node, path: Path, source: Source) -> float | None:
    text = _scalar(node)
    if text is None or not _NUMBER.fullmatch(text):
        wrong(node, path, source, "type-number")
        return None
    return float(text)


def _whole(node: yaml.Node, path: Path, source: Source) -> int | None:
    text = _scalar(node)
    if text is None or not re.fullmatch(r"0|-?[1-9]\d*", text):
        wrong(node, path, source, "type-whole")
        return None
    return int(text)


def _flag(node: yaml.Node, path: Path, source: Source) -> bool | None:
    text = _scalar(node)
    if text not in ("true", "false"):
        wrong(node, path, source, "type-flag")
        return None
    return text == "true"


def read_date(text: str) -> datetime.date | None:
    """2012-12-31, or 2012-12 for the last day of that month. None for anything else."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month = int(match[1]), int(match[2])
    try:
        first = datetime.date(year, month, int(match[3] or 1))
        return first if match[3] else (first.replace(day=28) + datetime.timedelta(4)).replace(day=1) - datetime.timedelta(1)
    except (ValueError, OverflowError):
        return None


def _date(node: yaml.Node, path: Path, source: Source) -> datetime.date | None:
    found = read_date(_scalar(node) or "")
    if found is None:
        wrong(node, path, source, "type-date")
    return found


def _identifier(node: yaml.Node, path: Path, source: Source) -> str | None:
    text = _scalar(node)
    if text is None or not text.isidentifier():
        wrong(node, path, source, "type-identifier")
        return None
    return text


def _operand(node: yaml.Node, path: Path, source: Source) -> float | str | None:
    """A number, or text that is a formula. A plain 010 or 1:30 is neither."""
    text = _scalar(node)
    if text is None:
        wrong(node, path, source, "type-operand")
        return None
    if _NUMBER.fullmatch(text):
        return float(text)
    if (text[:1] in "+-." or text[:1].isdigit()) and re.fullmatch(_NO_NUMBER, text):
        wrong(node, path, source, "type-number")
        return None
    return text.strip()


def _plain(node: yaml.Node, path: Path, source: Source) -> float | str | None:
    """A number or any text, as example figures have it."""
    text = _scalar(node)
    if text is None:
        wrong(node, path, source, "type-operand")
        return None
    return float(text) if _NUMBER.fullmatch(text) else text


def _verdict(node: yaml.Node, path: Path, source: Source) -> float | str | bool | None:
    text = _scalar(node)
    if text in ("true", "false"):
        return text == "true"
    return _plain(node, path, source)


TEXT = Kind(_text, {"type": ["string", "number", "boolean"]})
UNIT = Kind(_unit, {"type": "string"})
NUMBER = Kind(_number, {"type": "number"})
WHOLE = Kind(_whole, {"type": "integer"})
FLAG = Kind(_flag, {"type": "boolean"})
DATE = Kind(_date, {"type": "string", "pattern": r"^\d{4}-\d{1,2}(-\d{1,2})?$"})
# For editors, whose \w may know no Chinese: no digit first, and none of the signs of formulas.
_IDENTIFIER_SCHEMA = r"^[^\s\d!-/:-@\[-^`{-~][^\s!-/:-@\[-^`{-~]*$"
IDENTIFIER = Kind(_identifier, {"type": "string", "pattern": _IDENTIFIER_SCHEMA})
FORMULA = Kind(_text, {"type": ["string", "number"]})
OPERAND = Kind(_operand, {"type": ["number", "string"]})
PLAIN = Kind(_plain, {"type": ["number", "string", "boolean"]})
VERDICT = Kind(_verdict, {"type": ["number", "string", "boolean"]})


def choice(*values: str) -> Kind:
    """One of a few words."""

    def read(node: yaml.Node, path: Path, source: Source) -> str | None:
        text = _scalar(node)
        if text in values:
            return text
        source.report("wrong-type", source.at(node), key=path[-1], found=text or Word("yaml-nothing"), expected=list(values))
        return None

    return Kind(read, {"enum": [*values, *(int(value) for value in values if value.isdigit())]})


def list_of(kind: Kind, least: int = 0) -> Kind:
    """A list; a single value may stand for a list of one."""

    def read(node: yaml.Node, path: Path, source: Source) -> list[Any] | None:
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = []
        for index, item in enumerate(items):
            here = (*path, str(index))
            source.note(here, item)
            value = kind.read(item, here, source)
            if value is not None:
                found.append(value)
        if len(items) < least:
            wrong(node, path, source, "type-list")
            return None
        return found

    return Kind(read, {"anyOf": [{"type": "array", "items": kind.schema, "minItems": least}, kind.schema]})


def pairs(node: yaml.Node, path: Path, source: Source, expected: str = "type-mapping") -> list[tuple[str, yaml.Node, yaml.Node]]:
    """The keys and values of a mapping, with repeated and non-scalar keys reported and left out."""
    if not isinstance(node, yaml.MappingNode):
        colon = isinstance(node, yaml.ScalarNode) and "：" in node.value
        wrong(node, path, source, "type-colon" if colon else expected)
        return []
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key_node, value in node.value:
        key = _scalar(key_node)
        if key is None:
            wrong(key_node, path, source, "type-key")
        elif key == "<<":
            source.note((*path, key), key_node)
            wrong(key_node, path, source, "type-no-merge")
        elif node.flow_style and _stands_alone(key_node, value):
            # {at_least: 3,500} and {of: at(x, 2020)} fall apart at the comma: what stood before it is no value either.
            wrong(key_node, path, source, "type-comma")
            cut = next(reversed(found), None)
            if cut is not None and _is_cut(found[cut][1]):
                source.note((*path, cut), found.pop(cut)[1])
        elif key in found:
            first = found[key][0].start_mark.line + 1
            source.report("duplicate-key", source.at(key_node), key=key, first=first)
        else:
            found[key] = (key_node, value)
    return [(key, *nodes) for key, nodes in found.items()]


def _stands_alone(key: yaml.Node, value: yaml.Node) -> bool:
    """Whether a key in braces has neither a colon nor a value."""
    empty = isinstance(value, yaml.ScalarNode) and not value.style and value.value == ""
    return empty and value.start_mark.index - key.end_mark.index < len(": ")


def _is_cut(node: yaml.Node) -> bool:
    """Whether a scalar looks cut off at a comma: a bracket left open, or a number."""
    return isinstance(node, yaml.ScalarNode) and (node.value.count("(") > node.value.count(")") or node.value.isdigit())


def map_of(kind: Kind, keys: Kind = IDENTIFIER) -> Kind:
    """A mapping from free keys to values of one kind. A value of nothing is read as an empty record."""

    def read(node: yaml.Node, path: Path, source: Source) -> dict[str, Any] | None:
        found = {}
        for key, key_node, value in pairs(node, path, source):
            here = (*path, key)
            source.note(here, key_node)
            name = keys.read(key_node, here, source)
            item = kind.read(value, here, source)
            if name is not None and item is not None:
                found[str(name)] = item
        return found if isinstance(node, yaml.MappingNode) else None

    return Kind(read, {"type": "object", "additionalProperties": kind.schema, "propertyNames": keys.schema})


def record(keys: Mapping[str, Key], synonyms: Mapping[str, str] | None = None) -> Kind:
    """A mapping with known keys. Unknown, repeated and missing ones are reported, each with its line; ``synonyms`` lead
    from words that people write to the key that is meant."""

    def read(node: yaml.Node, path: Path, source: Source) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        given = pairs(node, path, source)
        for key, key_node, value in given:
            here = (*path, key)
            source.note(here, value)
            if key not in keys:
                source.report("unknown-key", source.at(key_node), key=key, known=list(keys), near=_meant(key, keys, synonyms or {}))
            else:
                item = keys[key].kind.read(value, here, source)
                if item is not None:
                    found[key] = item
        present = {key for key, _, _ in given}
        for key, definition in keys.items():
            if definition.required and key not in present and isinstance(node, yaml.MappingNode) and not merged(path, source):
                source.report("missing-key", source.at(node), key=key, owner=_owner(path) or Word("plan"))
        return found if isinstance(node, yaml.MappingNode) else None

    return Kind(read, record_schema(keys))


def record_schema(keys: Mapping[str, Key]) -> dict[str, Any]:
    """The JSON Schema of a record, the meaning of each key in both languages as its description."""
    properties = {name: {**key.kind.schema, "description": f"{key.zh} / {key.en}"} for name, key in keys.items()}
    required = [name for name, key in keys.items() if key.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _owner(path: Path) -> str:
    """What a record is called in a message: its key, or the key of its list and its number there."""
    if path and path[-1].isdigit():
        return f"{path[-2]} {int(path[-1]) + 1}"
    return path[-1] if path else ""


def merged(path: Path, source: Source) -> bool:
    """Whether a mapping took part of its keys from another by ``<<``, which is reported."""
    return source.knows(*path, "<<")


def _meant(key: str, keys: Mapping[str, Key], synonyms: Mapping[str, str]) -> list[str]:
    meant = synonyms.get(key)
    return [meant] if meant is not None and meant in keys else near(key, keys) or list(keys)


def near(found: str | None, known: Any) -> list[str]:
    """Up to three known names like ``found``, the nearest first."""
    import difflib

    cutoff = 0.5 if len(found or "") < 4 else 0.6  # one wrong character in a word of two
    return difflib.get_close_matches(found or "", dict.fromkeys(str(each) for each in known), n=3, cutoff=cutoff)
