"""A scoring run as rows and texts, which all its writers share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kpi_cli.scoring.engine import Scores
from kpi_cli.scoring.explain import Part, sentence, why
from kpi_cli.scoring.extras import Added, is_capped
from kpi_cli.scoring.leaves import Scored
from kpi_cli.scoring.robust import RUNS, SEED, SPREAD, neighbours, rank_ranges
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import percent, shown

MOST_FOR_RANGES = 300


class ItemRow(NamedTuple):
    """One item of one subject. ``score`` None where it is not counted."""

    item: str
    name: str
    points: float
    score: float | None
    method: str
    depth: int
    source: tuple[Scores, Scored, int]

    @property
    def why(self) -> list[Part]:
        """The parts of the explanation, put together when they are asked for: a ranking shows none."""
        return why(*self.source)


class SubjectRow(NamedTuple):
    """One subject's line of the ranking. What is withheld is None."""

    subject: str
    rank: int | float | None
    score: float | None
    grade: str | None
    prize: str | None
    flag: str | None
    coverage: float | None
    items_total: float | None
    bonus: float
    penalty: float
    veto: str | None
    movement: int | None
    at: int


class GroupRows(NamedTuple):
    id: str
    name: str
    rows: list[SubjectRow]


def groups_of(run: ScoreRun) -> list[GroupRows]:
    """The ranking, group by group in the order of the scheme."""
    found = []
    for group in run.scheme.groups.values():
        table = run.scores.table[run.scores.table["group"] == group.id]
        found.append(GroupRows(group.id, group.name, [_row(row) for row in table.to_dict("records")]))
    return found


def _row(row: Mapping[Any, Any]) -> SubjectRow:
    movement = _number(row["movement"])
    return SubjectRow(
        row["subject"], _whole(_number(row["rank"])), _number(row["score"]), row["grade"], row["prize"], row["flag"], _number(row["coverage"]),
        _number(row["items"]), float(row["bonus"]), float(row["penalty"]), row["veto"], None if movement is None else int(movement), int(row["at"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and value.is_integer() else value


def items_of(run: ScoreRun, at: int) -> list[ItemRow]:
    """The items that a subject is assessed on, in the order of the scheme."""
    return [_item(run, item, at, 0) for item in run.scores.items if not math.isnan(item.points[at])]


def items_and_parts(run: ScoreRun, at: int) -> Iterator[ItemRow]:
    """The same, each followed by its parts."""

    def walk(item: Scored, depth: int) -> Iterator[ItemRow]:
        yield _item(run, item, at, depth)
        for part in item.parts:
            if not math.isnan(part.points[at]):
                yield from walk(part, depth + 1)

    for item in run.scores.items:
        if not math.isnan(item.points[at]):
            yield from walk(item, 0)


def _item(run: ScoreRun, item: Scored, at: int, depth: int) -> ItemRow:
    score = _number(item.score[at])
    return ItemRow(item.item.id, item.item.name, float(item.points[at]), score, item.item.method, depth, (run.scores, item, at))


class ExtraRow(NamedTuple):
    """An entry of the bonus or penalty list that gave a subject points. ``number``: how many things were counted."""

    name: str
    points: float
    number: float
    capped: bool
    reason: str | None


def extras_of(added: Added, subject: str, at: int) -> Iterator[ExtraRow]:
    for part in added.parts:
        if part.parts:
            yield from extras_of(part, subject, at)
        elif part.uncapped[at]:
            given = part.extra.entries.get(subject)
            yield ExtraRow(part.extra.name, float(part.points[at]), float(part.number[at]), is_capped(part, at), given.reason if given else None)


def extra_text(row: ExtraRow, language: Language) -> str:
    """科技奖励 6 分（3 件，封顶）."""
    notes = [say("why-count", language, count=shown(row.number))] if row.number else []
    notes += [say("why-capped", language)] if row.capped else []
    notes += [row.reason] if row.reason else []
    inside = say("separator", language).join(notes)
    return f"{row.name} {shown(row.points)}" + (f"（{inside}）" if notes else "")


def why_text(row: ItemRow, language: Language) -> str:
    return sentence(row.why, language)


def coverage_text(coverage: float | None) -> str:
    return percent(coverage)


def movement_text(movement: int | None) -> str:
    return "" if movement is None else "→" if movement == 0 else f"↑{movement}" if movement > 0 else f"↓{-movement}"


def flag_text(flag: str | None, language: Language) -> str:
    return say("separator", language).join(say(f"flag-{each}", language) for each in flag.split(",")) if flag else ""


def robust_lines(run: ScoreRun, language: Language) -> list[str]:
    """What is to be said of how firm the ranking is: neighbours, then ranges of ranks."""
    lines: list[str] = []
    if len(run.scores.table) > MOST_FOR_RANGES:
        return lines
    for each in neighbours(run.scores):
        facts = {"first": each.first, "second": each.second, "gap": shown(each.gap, 4)}
        if each.change is not None:
            facts |= {"item": str(each.item), "change": shown(abs(each.change))}
        lines.append(f"{each.group}：{say(each.kind, language, **facts)}")
    for one in rank_ranges(run.scores):
        if one.best != one.worst:
            facts = {"percent": shown(SPREAD), "runs": str(RUNS), "seed": str(SEED), "subject": one.subject}
            lines.append(f"{one.group}：{say('robust-range', language, **facts, best=shown(one.best), worst=shown(one.worst))}")
    return lines


def robust_payload(run: ScoreRun, group: str) -> dict[str, Any] | None:
    """The same for machines, for one group (by name); None where there are too many subjects for it to mean much."""
    if len(run.scores.table) > MOST_FOR_RANGES:
        return None
    pairs = [each for each in neighbours(run.scores) if each.group == group]
    found: dict[str, Any] = {"neighbours": [
        {**each._asdict(), "kind": each.kind.removeprefix("robust-")} for each in pairs
    ]}
    ranges = [each for each in rank_ranges(run.scores) if each.group == group]
    found["ranges"] = {
        "spread": SPREAD, "runs": RUNS, "seed": SEED,
        "ranks": [
            {"subject": each.subject, "rank": _whole(each.rank), "best": _whole(each.best), "worst": _whole(each.worst)} for each in ranges
        ],
    }
    return found


