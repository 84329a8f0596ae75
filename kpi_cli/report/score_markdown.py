"""The ranking as markdown, for reports."""

from __future__ import annotations

from kpi_cli.report.markdown import escaped, findings_table, table_line
from kpi_cli.report.score_table import cell, columns
from kpi_cli.report.scoring_rows import extra_text, extras_of, groups_of, items_and_parts, items_of, robust_lines, why_text
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import shown


def render_score(run: ScoreRun, language: Language, colour: bool = False) -> str:
    lines = [f"# {escaped(say('score-title', language, name=run.scheme.name))}"]
    if run.scheme.example:
        lines += ["", escaped(say("score-example", language))]
    groups = groups_of(run)
    for group in groups:
        names = columns(run, group)
        per_row = [{item.item: item for item in items_of(run, row.at)} for row in group.rows]
        items = {item.item: item for row in per_row for item in row.values()}
        heads = [say(name, language) for name in names] + [f"{item.name}（{shown(item.points)}）" for item in items.values()]
        lines += ["", f"## {escaped(group.name)}", "", table_line(heads), "|" + "---|" * len(heads)]
        for row, found in zip(group.rows, per_row, strict=True):
            scores = [shown(found[id].score) if id in found else "" for id in items]
            lines.append(table_line([*(cell(row, name, language) for name in names), *scores]))
    lines += ["", f"## {escaped(say('sheet-why', language))}"]
    for group in groups:
        for row in group.rows:
            lines += ["", f"### {escaped(row.subject)}", ""]
            lines += [
                f"{'  ' * item.depth}- {escaped(f'{item.name} {shown(item.score, 4)}/{shown(item.points)}：{why_text(item, language)}')}"
                for item in items_and_parts(run, row.at)
            ]
            for word, added in (("bonus", run.scores.bonus), ("penalty", run.scores.penalty)):
                for each in extras_of(added, row.subject, row.at):
                    lines.append(f"- {escaped(f'{say(word, language)}：{extra_text(each, language)}')}")
    robust = robust_lines(run, language)
    if robust:
        lines += ["", f"## {escaped(say('sheet-robust', language))}", "", *(f"- {escaped(line)}" for line in robust)]
    return "\n".join([*lines, *findings_table(run.findings, language)])
