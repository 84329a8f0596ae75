"""Many small forms of invented figures, and the plan and the scheme that they answer: one subject a form."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

HEADS = ("序号", "指标名称", "计量单位", "本年实际")
UNITS = ("件", "万元", "亿元", "家")
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATION = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}" Target="{target}"/></Relationships>'
)
_BOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="填报表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def plan_text(subjects: int, inputs: int) -> str:
    """A plan with a group of so many towns and so many figures, a target on each, and a check between the first two."""
    lines = [
        "kpi: 1", "plan: {id: many-2025, name: 示例批量计划, year: 2025, subject: 全县}", "subjects:", "  towns:", "    name: 镇", "    members:",
        *(f"      {subject(number)}: []" for number in range(subjects)), "inputs:",
    ]
    lines += [f"  f{number}: {{name: 示例指标{number}, unit: {UNITS[number % 4]}, additive: true}}" for number in range(inputs)]
    lines += ["indicators:"]
    lines += [
        f"  i{number}: {{name: 示例目标{number}, clause: 一.{number + 1}, unit: {UNITS[number % 4]}, formula: f{number}, for: towns, "
        "assured: {at_least: 100}}"
        for number in range(inputs)
    ]
    return "\n".join([*lines, "checks:", "  - {rule: f0 >= f4, level: warning}", ""])


def scheme_text(inputs: int) -> str:
    """A scheme over the plan's towns."""
    items = [f"  - {{indicator: i{number}, points: {100 / inputs}, method: proportional}}" for number in range(inputs)]
    lines = ["kpi: 1", "scheme: {id: many, name: 示例批量考核, plan: plan.yaml, points: 100, round: 2, ties: shared}"]
    return "\n".join([*lines, "groups:", "  towns: {name: 镇, subjects: towns}", "items:", *items, ""])


def subject(number: int) -> str:
    return f"示例{number:04}镇"


def write_forms(folder: Path, count: int, inputs: int, seed: int = 1) -> list[Path]:
    """Forms of the first ``count`` towns, some of them with mistakes that are found."""
    chance = random.Random(seed)  # noqa: S311 - invented figures, not secrets
    folder.mkdir(parents=True, exist_ok=True)
    return [write_form(folder / f"form{number:05}.xlsx", number, inputs, chance) for number in range(count)]


def write_form(path: Path, number: int, inputs: int, chance: random.Random) -> Path:
    """One form: a title, the subject, and a row for each figure."""
    rows: list[list[str | float]] = [[f"{subject(number)}2025年指标填报表"], [f"填报单位：{subject(number)}"], list(HEADS)]
    for at in range(inputs):
        value: str | float = chance.randint(1, 400) if at % 4 in (0, 3) else round(chance.uniform(1, 400), 2)
        value = "三百余" if chance.random() < 0.002 else "—" if chance.random() < 0.002 else value
        rows.append([at + 1, f"示例指标{at}", UNITS[at % 4], value])
    write_xlsx(path, rows)
    return path


def write_xlsx(path: Path, rows: list[list[str | float]]) -> None:
    """A workbook of one sheet, as small and as quickly written as can be."""
    lines = []
    for row, cells in enumerate(rows, 1):
        parts = [
            f'<c r="{"ABCDEFGH"[column]}{row}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if isinstance(cell, str)
            else f'<c r="{"ABCDEFGH"[column]}{row}"><v>{cell!r}</v></c>'
            for column, cell in enumerate(cells)
        ]
        lines.append(f'<row r="{row}">{"".join(parts)}</row>')
    sheet = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr("_rels/.rels", _RELATION.format(what="officeDocument", target="xl/workbook.xml"))
        book.writestr("xl/_rels/workbook.xml.rels", _RELATION.format(what="worksheet", target="worksheets/sheet1.xml"))
        book.writestr("xl/workbook.xml", _BOOK)
        book.writestr("xl/worksheets/sheet1.xml", sheet)
