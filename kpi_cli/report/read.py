"""How a file was read: layout and why, matches with their cells, what was skipped, what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi_cli import __version__
from kpi_cli.intake.reading import FileRead, SheetRead
from kpi_cli.plan.nouns import Plan
from kpi_cli.report.json_ import dumps, finding_payload
from kpi_cli.report.table import finding_lines
from kpi_cli.report.text import plain
from kpi_cli.words import LANGUAGES, Language, say

# So many subjects are named where there are many.
_SHOWN = 4


def render_table(plan: Plan, read: FileRead, language: Language, colour: bool = False) -> str:
    """Sheet by sheet: the layout and why, then each matched, skipped and unknown row or column with its cell."""
    lines = [_with_note(plain(read.file), read.kind or "—", language)]
    for sheet in read.sheets:
        lines += ["", *_sheet(plan, sheet, language)]
    if read.findings:
        lines += ["", say("title-findings", language), *(f"  {line}" for line in finding_lines(read.findings, language, colour))]
    return "\n".join(lines)


def _sheet(plan: Plan, sheet: SheetRead, language: Language) -> list[str]:
    facts = {"sheet": plain(sheet.sheet or ""), "layout": say(f"layout-{sheet.layout or 'none'}", language)}
    facts["why"] = say(sheet.why, language, **sheet.facts)
    lines = [say("read-sheet" if sheet.sheet is not None else "read-text", language, **facts), *_said(plan, sheet, language)]
    if sheet.matched:
        lines.append("  " + say("read-matched", language, count=len(sheet.matched)))
        columns = _columns_of(plan, sheet)
        lines += [f"    {each.cell}  {plain(each.text)} → {columns.get(each.id) or _name(plan, each.id)}" for each in sheet.matched]
    if sheet.skipped:
        lines.append("  " + say("read-skipped", language, count=len(sheet.skipped)))
        lines += [f"    {where}  {_with_note(plain(text), say(why, language), language)}" for where, text, why in sheet.skipped]
    if sheet.unknown:
        lines.append("  " + say("read-unknown", language, count=len(sheet.unknown)))
        for cell, text, near in sheet.unknown:
            like = say("read-near", language, near=say("separator", language).join(near)) if near else ""
            lines.append(f"    {cell}  {_with_note(plain(text), like, language) if like else plain(text)}")
    return lines


def _said(plan: Plan, sheet: SheetRead, language: Language) -> list[str]:
    """What the sheet says of all its figures: their periods, subjects, columns, and a unit."""
    lines, comma = [], say("separator", language)
    periods = dict(sheet.periods)
    if periods:
        texts = list(dict.fromkeys(text for _, said in sheet.periods for text in said.split()))
        lines.append("  " + say("read-said", language, periods=comma.join(texts), subjects=_few(sheet.subjects, language)))
    if sheet.unit is not None:
        lines.append("  " + say("read-unit", language, unit=plain(sheet.unit[0]), cell=sheet.unit[1]))
    if sheet.heads:
        own = _columns_of(plan, sheet)
        heads = [(column, own.get(role) or _head(plan, role, language)) for column, role in sheet.heads]
        columns = [
            say("read-column", language, column=column, head=head, period=comma.join(periods[column].split()))
            if column in periods else f"{column} {head}"
            for column, head in heads
        ]
        lines.append("  " + say("read-columns", language, columns=comma.join(columns)))
    return lines


def _few(names: Sequence[str], language: Language) -> str:
    text = say("separator", language).join(map(plain, names[:_SHOWN]))
    return text if len(names) <= _SHOWN else say("read-more", language, text=text, count=len(names))


def _with_note(text: str, note: str, language: Language) -> str:
    return say("read-note", language, text=text, note=note)


def _head(plan: Plan, role: str, language: Language) -> str:
    known = {*plan.inputs, *plan.indicators}
    return _name(plan, role) if role in known else say(f"head-{role}", language)


def _columns_of(plan: Plan, sheet: SheetRead) -> dict[str, str]:
    """The columns of the register that a sheet is, by id; none for a form."""
    if sheet.layout != "register":
        return {}
    register = next((each for each in plan.registers.values() if each.name == sheet.facts["name"]), None)
    return {id: f"{id} {column.name}" for id, column in register.columns.items()} if register is not None else {}


def _name(plan: Plan, id: str) -> str:
    noun = plan.inputs.get(id) or plan.indicators.get(id)
    return f"{id} {noun.name}" if noun else id


def render_json(plan: Plan, read: FileRead, language: Language = "zh", colour: bool = False) -> str:
    sheets = [_sheet_payload(sheet) for sheet in read.sheets]
    return dumps({
        "kpi": __version__, "plan": {"id": plan.id, "file": plan.file, "sha256": plan.sha256}, "file": read.file, "kind": read.kind,
        "sha256": read.sha256, "sheets": sheets, "findings": [finding_payload(each) for each in read.findings],
    })


def _sheet_payload(sheet: SheetRead) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet, "layout": sheet.layout,
        "why": {language: say(sheet.why, language, **sheet.facts) for language in LANGUAGES},
        "columns": dict(sheet.heads),
        "periods": {column: texts.split() for column, texts in sheet.periods},
        "subjects": list(sheet.subjects),
        "unit": {"unit": sheet.unit[0], "cell": sheet.unit[1]} if sheet.unit is not None else None,
        "matched": [each._asdict() for each in sheet.matched],
        "skipped": [{"at": where, "text": text, "why": why} for where, text, why in sheet.skipped],
        "unknown": [{"cell": cell, "text": text, "near": list(near)} for cell, text, near in sheet.unknown],
    }
