"""Invented registers of any length, as csv and xlsx, for benchmarks.

    python tests/benchmarks/make_register.py FOLDER [rows, 1000000] [share of broken rows, 0.01]
"""

from __future__ import annotations

import csv
import random
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

HEADS = (
    "企业名称", "统一社会信用代码", "所在镇（区）", "类别", "是否规模以上制造业企业", "销售收入（万元）", "研发投入（万元）",
    "是否建有工程技术研究中心",
)
CLASSES = ("高新技术企业", "定报企业", "一般企业", "高新技术企业、定报企业")
TOWNS = ("甲山镇", "乙河镇", "丙林镇", "丁桥镇", "戊湖镇", "己岭镇", "庚港镇", "辛塘镇")
Cell = str | float
_BREAKS: tuple[tuple[int, Cell], ...] = ((5, "约300"), (5, 0.0), (6, "——"), (3, "重点企业"), (6, -1.5), (1, ""), (7, "在建"))


def rows(count: int, broken: float) -> Iterator[list[Cell]]:
    """Invented firms; of these a share broken: figures that are none, noughts, unknown classes, no code, or the row again."""
    chance = random.Random(2012)  # noqa: S311 - invented figures, not secrets
    for number in range(count):
        sales = round(chance.lognormvariate(8, 1.5), 2)
        row: list[Cell] = [
            f"示例第{number}厂", f"91{number:015d}X", TOWNS[number % 8], CLASSES[chance.choices((0, 1, 2, 3), (10, 30, 55, 5))[0]],
            "是" if chance.random() < 0.5 else "否", sales, round(sales * chance.random() * 0.06, 2), "是" if chance.random() < 0.6 else "否",
        ]
        if chance.random() < broken:
            place, cell = _BREAKS[number % len(_BREAKS)]
            row[place] = cell
        yield row


def write_csv(path: Path, count: int, broken: float) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        writer.writerows(rows(count, broken))


def write_xlsx(path: Path, count: int, broken: float) -> None:
    """A workbook as Excel writes it, texts shared; written as XML, since a library would take minutes."""
    shared: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _ROOT)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _PARTS)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="A1:H{count + 1}"/><sheetData>'.encode())
            for number, row in enumerate([list[Cell](HEADS)], 1):
                sheet.write(_row(number, row, shared))
            for number, row in enumerate(rows(count, broken), 2):
                sheet.write(_row(number, row, shared))
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            strings.write(f'{_HEAD}<sst xmlns="{_MAIN}" count="{count * 6}" uniqueCount="{len(shared)}">'.encode())
            for text in shared:
                strings.write(f"<si><t>{text}</t></si>".encode())
            strings.write(b"</sst>")


def _row(number: int, row: list[Cell], shared: dict[str, int]) -> bytes:
    cells = []
    for column, cell in zip("ABCDEFGH", row, strict=True):
        if isinstance(cell, float):
            cells.append(f'<c r="{column}{number}"><v>{cell!r}</v></c>')
        elif cell:
            cells.append(f'<c r="{column}{number}" t="s"><v>{shared.setdefault(cell, len(shared))}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_OFFICE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_OFFICE}.sharedStrings+xml"/></Types>'
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
    '<sheets><sheet name="企业名录" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_PARTS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def main(folder: str, count: int = 1_000_000, broken: float = 0.01) -> None:
    """Write both files."""
    write_csv(Path(folder) / "register.csv", count, broken)
    write_xlsx(Path(folder) / "register.xlsx", count, broken)


if __name__ == "__main__":
    main(sys.argv[1], *(int(each) for each in sys.argv[2:3]), *(float(each) for each in sys.argv[3:4]))
