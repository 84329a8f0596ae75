"""The ranking as a table for the terminal: group by group, then why, then what was found."""

from __future__ import annotations

from tabulate import tabulate

from kpi_cli.report.scoring_rows import (
    GroupRows,
    SubjectRow,
    coverage_text,
    extra_text,
    extras_of,
    flag_text,
    groups_of,
    items_and_parts,
    items_of,
    movement_text,
    robust_lines,
    why_text,
)
from kpi_cli.report.table import finding_lines
from kpi_cli.report.text import plain
from kpi_cli.scoring.run import ScoreRun
from kpi_cli.words import Language, say
from kpi_cli.words.numbers import shown

# More subjects than this are not explained on a screen; items of so many cells are not shown on one. Files hold all of it.
MOST_EXPLAINED = 60
MOST_CELLS = 20_000


def render_score(run: ScoreRun, language: Language, colour: bool = False) -> str:
    blocks = [say("score-title", language, name=plain(run.scheme.name))]
    if run.scheme.example:
        blocks.append(say("score-example", language))
    groups = groups_of(run)
    itemized = sum(len(group.rows) for group in groups) * len(run.scores.items) <= MOST_CELLS
    for group in groups:
        blocks += ["", f"【{plain(group.name)}】", ranking(run, group, language, itemized)]
    if sum(len(group.rows) for group in groups) > MOST_EXPLAINED:
        blocks += ["", say("score-only-reasons" if itemized else "score-only-ranking", language)]
    else:
        blocks += ["", say("sheet-why", language)]
        for group in groups:
            for row in group.rows:
                blocks += explanation(run, row, language)
        blocks += ["", say("sheet-robust", language), *(f"  {line}" for line in robust_lines(run, language))]
    findings = finding_lines(run.findings, language, colour)
    if findings:
        blocks += ["", say("title-findings", language), *(f"  {line}" for line in findings)]
    return "\n".join(blocks)


def columns(run: ScoreRun, group: GroupRows) -> list[str]:
    """The columns that a ranking needs: those that say nothing for anybody are left out."""
    optional = {
        "bonus": any(row.bonus for row in group.rows), "penalty": any(row.penalty for row in group.rows),
        "grade": bool(run.scheme.grades), "prize": bool(run.scheme.prizes), "veto": any(row.veto for row in group.rows),
        "movement": bool(run.scheme.last_ranks), "flag-word": any(row.flag for row in group.rows),
    }
    return ["rank", "subject", "score", *(name for name, needed in optional.items() if needed), "coverage"]


def cell(row: SubjectRow, column: str, language: Language) -> str:
    """The text of one cell of the ranking."""
    if column == "rank":
        return say("rank-withheld", language) if row.rank is None else shown(float(row.rank))
    if column == "score":
        return shown(row.score, 4)
    texts = {
        "subject": row.subject, "bonus": shown(row.bonus), "penalty": shown(row.penalty), "grade": row.grade or "", "prize": row.prize or "",
        "veto": row.veto or "", "movement": movement_text(row.movement), "flag-word": flag_text(row.flag, language),
        "coverage": coverage_text(row.coverage),
    }
    return plain(texts[column])


def ranking(run: ScoreRun, group: GroupRows, language: Language, itemized: bool = True) -> str:
    """The ranking of a group, with each item's score where that is wanted."""
    names = columns(run, group)
    per_row = [{item.item: item for item in items_of(run, row.at)} if itemized else {} for row in group.rows]
    items = {item.item: item for row in per_row for item in row.values()}
    heads = [say(name, language) for name in names] + [f"{plain(item.name)}\n{shown(item.points)}" for item in items.values()]
    rows = [
        [cell(row, name, language) for name in names] + [shown(found[id].score) if id in found else "" for id in items]
        for row, found in zip(group.rows, per_row, strict=True)
    ]
    align = ["right" if name in ("rank", "score", "bonus", "penalty", "coverage") else "left" for name in names] + ["right"] * len(items)
    return tabulate(rows, headers=heads, tablefmt="simple", colalign=align, disable_numparse=True) if rows else ""


def explanation(run: ScoreRun, row: SubjectRow, language: Language) -> list[str]:
    """Every point of a subject with its reason."""
    title = f"{row.subject}  {cell(row, 'score', language)}" + (f"  {row.veto}" if row.veto else "")
    lines = ["", f"  {plain(title)}"]
    for item in items_and_parts(run, row.at):
        mark = "    " + "  " * item.depth
        lines.append(f"{mark}{plain(item.name)}  {shown(item.score, 4)}/{shown(item.points)}  {plain(why_text(item, language))}")
    for word, added, sign in (("bonus", run.scores.bonus, "+"), ("penalty", run.scores.penalty, "−")):
        entries = [plain(extra_text(each, language)) for each in extras_of(added, row.subject, row.at)]
        if entries:
            lines.append(f"    {say(word, language)}  {sign}{shown(getattr(row, word))}  {say('separator', language).join(entries)}")
    return lines
