"""Why an item scored what it did: facts of one subject → parts of a sentence, as word keys with their facts. The sentence is
made by whoever writes it, in either language."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kpi_cli.plan.units import POINTS, RATIO
from kpi_cli.scoring import nouns
from kpi_cli.scoring.cases import JUDGED, NOT_ASSIGNED, REASONS, UNASKED
from kpi_cli.scoring.engine import Scores
from kpi_cli.scoring.exact import TOLERANCE
from kpi_cli.scoring.leaves import Scored
from kpi_cli.scoring.methods import Facts, fits, points_of
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import percent, shown

Part = tuple[str, dict[str, Any]]


def why(scores: Scores, item: Scored, at: int) -> list[Part]:
    """The parts of an item's explanation for the subject at a place in the arrays."""
    if math.isnan(item.points[at]):
        return []
    zeroed = [each.veto.name for each in scores.vetoes if item.item.id in each.veto.items and each.holds[at]]
    if zeroed:
        return [("why-vetoed", {"veto": zeroed[0]})]
    if item.how is None:
        names = [(part.item.name, _number(part.score, at)) for part in item.parts if not math.isnan(part.points[at])]
        return [("why-parts", {"parts": names})]
    if item.status[at] != JUDGED:
        return list(_not_judged(item, at))
    if item.item.needs is not None and not item.how.case.field.holds(item.item.needs, item.how.case.when)[at] > 0:
        return [("why-needs", {})]
    parts = [*METHODS[item.item.method](item, at), *_limits(item, at)]
    if item.how.periods:
        parts.append(("why-average", {"count": item.how.periods}))
    return parts


def sentence(parts: list[Part], language: Language) -> str:
    """The parts as one sentence: 完成 112 %，超 12 个百分点，加 4 分，封顶."""
    return ("，" if language == "zh" else ", ").join(
        say(key, language, **{name: value if type(value) is str else _shown(value, language) for name, value in facts.items()})
        for key, facts in parts
    )


def both(parts: list[Part]) -> dict[str, str]:
    return {"zh": sentence(parts, "zh"), "en": sentence(parts, "en")}


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(f"{name} {shown(score)}" for name, score in value)
    if isinstance(value, tuple):
        return say(value[0], language, **{name: _shown(each, language) for name, each in value[1].items()})
    return shown(value) if isinstance(value, float) else str(value)


def _number(values: Any, at: int) -> float:
    if values is None:
        return math.nan
    if type(values) is np.ndarray and values.ndim:
        return float(values.item(at))
    return float(np.broadcast_to(values, at + 1)[at] if np.ndim(values) == 0 else values[at])


def _facts(item: Scored) -> Facts:
    return item.how.facts if item.how is not None else {}


def _fact(item: Scored, name: str, at: int) -> float:
    return _number(_facts(item).get(name), at)


def _not_judged(item: Scored, at: int) -> Iterator[Part]:
    status = int(item.status[at])
    if status == UNASKED:
        yield "why-value", _value(item, at)
    yield REASONS.get(NOT_ASSIGNED if status == UNASKED else status, "why-not-computable"), {}
    if math.isnan(item.score[at]):
        yield "why-exempt", {}
    elif item.score[at]:
        yield "why-share", {"percent": percent(float(item.score[at] / item.points[at]))}


def _value(item: Scored, at: int) -> dict[str, Any]:
    return {"value": shown(_fact(item, "value", at), 4), "unit": item.item.unit.text}


def _attainment(item: Scored, at: int) -> Iterator[Part]:
    """How far the target was reached, and by how much it was passed or missed."""
    ratio = _number(item.how.case.ratio, at) if item.how is not None else math.nan
    if math.isnan(ratio) or math.isinf(ratio):
        yield "why-value-target", {**_value(item, at), "target": shown(_fact(item, "target", at), 4)}
        return
    if item.item.target is not None and item.item.target.kind in (nouns.MEAN, nouns.OVERALL):
        yield "why-value", _value(item, at)
        yield "why-mean", {"target": shown(_fact(item, "target", at), 4), "percent": percent(ratio)}
        return
    yield "why-attainment", {"percent": percent(ratio)}
    over = (ratio - 1.0) * 100.0
    if abs(over) > 100.0 * TOLERANCE:
        yield "why-over" if over > 0 else "why-under", {"amount": ("why-pp", {"amount": shown(abs(over))})}


def _limits(item: Scored, at: int) -> Iterator[Part]:
    score, raw = float(item.score[at]), _fact(item, "raw", at)
    nothing = item.item.zero_below or item.item.zero_at or item.item.zero_from
    if nothing is not None and raw == 0:
        yield "why-zero-below", {}
    elif raw > score + 0.006:
        yield "why-capped", {}
    elif raw < score - 0.006:
        yield "why-floored", {}


def _proportional(item: Scored, at: int) -> Iterator[Part]:
    yield from _attainment(item, at)
    more = float(item.score[at] - item.points[at])
    if more > TOLERANCE:
        yield "why-plus", {"points": shown(more)}
    elif more < -TOLERANCE:
        yield "why-gets", {"points": shown(float(item.score[at]))}


def _steps(item: Scored, at: int) -> Iterator[Part]:
    each = next((side.each for side in (item.item.options["up"], item.item.options["down"]) if isinstance(side, nouns.Step)), None)
    if each is not None and each.of == "own":
        yield "why-value-target", {**_value(item, at), "target": shown(_fact(item, "target", at), 4)}
        over = _fact(item, "value", at) - _fact(item, "target", at)
        over *= item.item.better or nouns.HIGHER
        if abs(over) > TOLERANCE:
            unit = "" if item.item.unit.kind in (RATIO, POINTS) else item.item.unit.text
            yield "why-over" if over > 0 else "why-under", {"amount": f"{shown(abs(over), 4)} {unit}".strip()}
    else:
        yield from _attainment(item, at)
    for side, key, count in (("up", "why-plus", "ups"), ("down", "why-minus", "downs")):
        points = _fact(item, side, at)
        if points > TOLERANCE:
            step = item.item.options[side]
            steps = _fact(item, count, at)
            if isinstance(step, nouns.Step) and step.whole and not math.isnan(steps):
                yield "why-steps", {"steps": shown(steps)}
            yield key, {"points": shown(points)}
            if isinstance(step, nouns.Step) and step.cap is not None:
                worth = float(item.points[at])
                if steps * points_of(step.points, worth) > points_of(step.cap, worth) + TOLERANCE:
                    yield "why-capped", {}


def _tiers(item: Scored, at: int) -> Iterator[Part]:
    if item.item.options["by"] == "attainment":
        yield from _attainment(item, at)
    else:
        yield "why-value", _value(item, at)
    tier = _tier_of(item, at)
    if tier:
        yield "why-tier", {"tier": str(tier), "points": shown(float(item.score[at]))}
    else:
        yield "why-no-tier", {}


def _tier_of(item: Scored, at: int) -> int:
    """The number of the tier that a subject is in, from 1; 0 for none. Worked out for all subjects at once."""
    if item.how is None:
        return 0
    case, facts = item.how.case, item.how.facts
    if "tier" not in facts:
        numbers = np.zeros(case.field.size, dtype=np.int64)
        for number in range(len(item.item.options["tiers"]), 0, -1):
            np.copyto(numbers, number, where=fits(case.field, case.when, item.item.options["tiers"][number - 1], facts["judged"]))
        facts["tier"] = numbers
    return int(facts["tier"][at])


def _gate(item: Scored, at: int) -> Iterator[Part]:
    if _facts(item)["target"] is not None and item.item.tree is not None:
        yield "why-value-target", {**_value(item, at), "target": shown(_fact(item, "target", at), 4)}
    yield ("why-met" if _facts(item)["gate"][at] else "why-not-met"), {}
    if _fact(item, "up", at) > TOLERANCE:
        yield "why-plus", {"points": shown(_fact(item, "up", at))}


def _rank(item: Scored, at: int) -> Iterator[Part]:
    yield from _attainment(item, at) if item.item.options["by"] == "attainment" else [("why-value", _value(item, at))]
    place = _fact(item, "place", at)
    yield ("why-not-met", {}) if math.isnan(place) else ("why-rank", {"rank": shown(place)})


def _efficacy(item: Scored, at: int) -> Iterator[Part]:
    yield "why-value", _value(item, at)
    facts = {name: shown(_fact(item, name, at), 4) for name in ("coefficient", "low", "high")}
    yield "why-efficacy", facts


def _count(item: Scored, at: int) -> Iterator[Part]:
    yield "why-count", {"count": shown(_fact(item, "count", at))}


def _places(item: Scored, at: int) -> Iterator[Part]:
    yield "why-value", _value(item, at)
    yield "why-moved", {"places": shown(_fact(item, "moved", at))}


def _manual(item: Scored, at: int) -> Iterator[Part]:
    entries = item.item.options["entries"]
    if entries is None:
        yield "why-value", _value(item, at)
    else:
        given = {float(entry.points): entry.reason for entry in entries.values()}
        yield "why-manual", {"reason": given.get(_fact(item, "raw", at), "—")}


METHODS: dict[str, Callable[[Scored, int], Iterator[Part]]] = {
    "proportional": _proportional, "benchmark": _proportional, "steps": _steps, "tiers": _tiers, "gate": _gate, "rank": _rank,
    "efficacy": _efficacy, "per_item": _count, "places": _places, "manual": _manual,
}
