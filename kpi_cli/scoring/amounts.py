"""Amounts in a scheme: 10 % of target, 5 pp of attainment, 0.5 万平方米, 75 % (of an item's points)."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from kpi_cli.plan.kinds import TEXT, Kind, Path, wrong
from kpi_cli.plan.yamltree import Source

ATTAINMENT, TARGET, MEAN, PRIOR, OWN, UNCLEAR = "attainment", "target", "mean", "prior", "own", "unclear"
_REFERENCES = {
    "attainment": ATTAINMENT, "完成率": ATTAINMENT, "target": TARGET, "目标": TARGET, "目标值": TARGET, "mean": MEAN, "平均": MEAN,
    "组平均": MEAN, "平均值": MEAN, "prior": PRIOR, "上年": PRIOR, "last year": PRIOR, "上年数": PRIOR,
}
_NUMBER = r"([-+]?\d+(?:\.\d+)?)"
_OF = re.compile(rf"{_NUMBER}\s*(%|％|pp|个?百分点)\s*(?:of|占|的)?\s*({'|'.join(_REFERENCES)})")
_PERCENT = re.compile(rf"{_NUMBER}\s*(%|％|pp|个?百分点)")
_WITH_UNIT = re.compile(rf"{_NUMBER}\s*(\S.*)")


class Amount(NamedTuple):
    """``value`` of what ``of`` says: a ratio of attainment, target, mean or last year's figure; or (``own``) an amount of
    the indicator, in ``unit`` where one is written. ``unclear`` is a bare per cent: it is settled by the item's unit."""

    value: float
    of: str
    unit: str | None = None


class Share(NamedTuple):
    """A number of points, or (``share``) a part of the item's points."""

    value: float
    share: bool


def read_amount(text: str) -> Amount | None:
    """An amount as written, None where it cannot be read."""
    plain = text.strip()
    if match := _OF.fullmatch(plain):
        return Amount(float(match[1]) / 100, _REFERENCES[match[3]])
    if match := _PERCENT.fullmatch(plain):
        return Amount(float(match[1]) / 100, UNCLEAR, "%" if match[2] in "%％" else "百分点")
    try:
        return Amount(float(plain), OWN)
    except ValueError:
        match = _WITH_UNIT.fullmatch(plain)
        return Amount(float(match[1]), OWN, match[2].strip()) if match else None


def _amount(node: yaml.Node, path: Path, source: Source) -> Amount | None:
    text = TEXT.read(node, path, source)
    if text is None:
        return None
    found = read_amount(text)
    if found is None:
        wrong(node, path, source, "type-amount")
    return found


def _share(node: yaml.Node, path: Path, source: Source) -> Share | None:
    text = TEXT.read(node, path, source)
    found = read_amount(text) if text is not None else None
    if text is None:
        return None
    if found is None or found.of not in (OWN, UNCLEAR) or found.unit not in (None, "%"):
        wrong(node, path, source, "type-share")
        return None
    return Share(found.value, found.of == UNCLEAR)


def or_words(kind: Kind, *words: str) -> Kind:
    """A kind, or one of a few words that are kept as text."""

    def read(node: yaml.Node, path: Path, source: Source) -> object:
        if isinstance(node, yaml.ScalarNode) and node.value in words:
            return str(node.value)
        return kind.read(node, path, source)

    return Kind(read, {"anyOf": [{"enum": list(words)}, kind.schema]})


def by_shape(scalar: Kind, mapping: Kind | None = None, sequence: Kind | None = None) -> Kind:
    """The kind that fits what is written: a single value, keys and values, or a list."""

    def read(node: yaml.Node, path: Path, source: Source) -> object:
        if isinstance(node, yaml.MappingNode) and mapping is not None:
            return mapping.read(node, path, source)
        if isinstance(node, yaml.SequenceNode) and sequence is not None:
            return sequence.read(node, path, source)
        return scalar.read(node, path, source)

    return Kind(read, {"anyOf": [each.schema for each in (scalar, mapping, sequence) if each is not None]})


AMOUNT = Kind(_amount, {"type": ["string", "number"]})
SHARE = Kind(_share, {"type": ["string", "number"]})
