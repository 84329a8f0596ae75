"""One subject's whole reckoning: each item with its points, why, and the cells that its figures came from; then bonus,
penalty, vetoes, total and rank."""

from __future__ import annotations

import math

from kpi_cli.measure.merge import place_of
from kpi_cli.measure.seen import TARGET_OF
from kpi_cli.plan.formula.evaluate import leaves
from kpi_cli.report.score_table import cell
from kpi_cli.report.scoring_rows import SubjectRow, extra_text, extras_of, groups_of
from kpi_cli.report.text import place_text, plain
from kpi_cli.scoring.explain import sentence, why
from kpi_cli.scoring.leaves import Scored
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import shown


def render_subject(run: ScoreRun, subject: str, language: Language) -> str | None:
    """The reckoning of a subject, None where the scheme does not know it."""
    for group in groups_of(run):
        for row in group.rows:
            if row.subject == subject:
                lines = _lines(run, group.name, row, language)
                absent = [other.subject for other in group.rows if other.coverage is None or not other.coverage > 0]
                if absent:
                    facts = {"count": len(group.rows) - len(absent), "total": len(group.rows), "names": say("separator", language).join(absent[:8])}
                    lines.append(say("explain-others-absent", language, **facts))
                return "\n".join(lines)
    return None


def _lines(run: ScoreRun, group: str, row: SubjectRow, language: Language) -> list[str]:
    lines = [f"{plain(row.subject)}  {plain(run.scheme.name)}  {plain(group)}"]
    for item in run.scores.items:
        if not math.isnan(item.points[row.at]):
            lines += _item(run, item, row, language, 1)
    for word, added, sign in (("bonus", run.scores.bonus, "+"), ("penalty", run.scores.penalty, "−")):
        entries = list(extras_of(added, row.subject, row.at))
        if entries:
            lines.append(f"  {say(word, language)}  {sign}{shown(getattr(row, word))}")
            lines += [f"      {plain(extra_text(each, language))}" for each in entries]
    for name in ("veto", "score", "rank", "grade", "prize", "movement", "coverage"):
        text = cell(row, name, language)
        if text:
            lines.append(f"  {say(name, language)}  {text}")
    return lines


def _item(run: ScoreRun, item: Scored, row: SubjectRow, language: Language, depth: int) -> list[str]:
    mark = "  " * depth
    score = None if math.isnan(item.score[row.at]) else float(item.score[row.at])
    text = sentence(why(run.scores, item, row.at), language)
    lines = [f"{mark}{plain(item.item.name)}  {shown(score, 4)}/{shown(float(item.points[row.at]))}  {plain(text)}"]
    lines += [f"{mark}    {line}" for line in _cells(run, item, row.subject)]
    for part in item.parts:
        if not math.isnan(part.points[row.at]):
            lines += _item(run, part, row, language, depth + 1)
    return lines


def _cells(run: ScoreRun, item: Scored, subject: str) -> list[str]:
    """The cells of the figures and of the allotted target that an item was scored on."""
    if item.how is None or item.item.tree is None:
        return []
    seen = run.scores.field.panel.seen
    when = item.how.case.when
    periods = [when._replace(span=span) for span in item.item.average] or [when]
    wanted = dict.fromkeys(leaf for each in periods for leaf in leaves(item.item.tree, each, run.scores.field.panel.years()))
    found = [each for name, when in wanted if (each := seen.get(name, subject, when)) is not None]
    target = f"{TARGET_OF}{item.item.indicator}"
    found += [by_subject[subject] for name, _, by_subject in seen.figures() if name == target and subject in by_subject]
    names = {**{id: each.name for id, each in run.plan.indicators.items()}, **{id: each.name for id, each in run.plan.inputs.items()}}
    return [f"{plain(names[each.id])} = {plain(each.raw)}  {place_text(place_of(each))}" for each in found]
