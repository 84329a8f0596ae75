"""A large sheet's grid is what the small one would be, whether it is built or read block by block."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from kpi_cli.intake.late_grid import LateGrid
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import fast, open_book, xlsx


def _file(folder: Path) -> str:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(700):
        if row % 7:
            sheet.cell(row + 2, 3, f"甲{row}")
            sheet.cell(row + 2, 5, row / 4)
    book.save(folder / "a.xlsx")
    return str(folder / "a.xlsx")


def test_a_late_grid_is_the_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path)
    monkeypatch.setattr(xlsx, "SMALL", 0)
    small, _ = open_book(path, DEFAULT_LIMITS)
    monkeypatch.setattr(fast, "_MANY_CELLS", 0)
    large, _ = open_book(path, DEFAULT_LIMITS)
    assert small is not None
    assert large is not None
    rows, late = small.sheets[0].rows, large.sheets[0].rows
    assert isinstance(late, LateGrid)
    assert len(late) == len(rows)
    blocks = [[None if cell == "" else cell for cell in row] for block in late.blocks(3) for row in block]
    assert blocks == rows[3:]
    assert late[:50] == rows[:50]
    assert not late.built
    assert [row for row in late] == rows  # noqa: C416 - the walk itself is looked at
    assert late.built
    assert late[650] == rows[650]


def test_what_is_put_into_the_first_rows_stays_whoever_reads_them_next() -> None:
    rows = [[f"甲{number}", number] for number in range(500)]
    for read in ("blocks", "built"):
        late = LateGrid(500, lambda: iter([list(row) for row in rows]), lambda: [list(row) for row in rows])
        late[3][1] = "6%"
        found = [row for block in late.blocks(2) for row in block] if read == "blocks" else [late[number] for number in range(2, 500)]
        assert found[1] == ["甲3", "6%"]
        assert [*found[:1], *found[2:]] == [*rows[2:3], *rows[4:]]
