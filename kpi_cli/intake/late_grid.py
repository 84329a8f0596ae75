"""The grid of a large sheet, built only when somebody asks for all of it: a register is read from it block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from kpi_cli.intake.book import CellValue

_TOP_ROWS = 200
_BLOCK_ROWS = 2_000


class LateGrid(list[list[CellValue]]):
    """A ``Grid`` of ``height`` rows. ``read`` gives all rows anew, blank cells as "" or None; ``build`` makes the grid.

    Its length, its first rows and a walk from the top that ends early do not build it; anything else does.
    """

    def __init__(
        self, height: int, read: Callable[[], Iterator[list[Any]]], build: Callable[[], list[list[CellValue]]]
    ) -> None:
        super().__init__()
        self._height, self._read, self._build = height, read, build
        self._top = [[None if cell == "" else cell for cell in row] for row in islice(read(), _TOP_ROWS)]
        self.built = False

    def blocks(self, first: int) -> Iterator[list[list[Any]]]:
        """The rows from ``first`` on, as often as asked, a block at a time."""
        top = self._top[first:]
        if top:
            yield [list(row) for row in top]
        rows = islice(self._read(), max(first, len(self._top)), None)
        while block := list(islice(rows, _BLOCK_ROWS)):
            yield block

    def _fill(self) -> None:
        if not self.built:
            self.built = True
            self.extend(self._build())
            # What was put into the first rows meanwhile stays.
            super().__setitem__(slice(0, len(self._top)), self._top)

    def __len__(self) -> int:
        return super().__len__() if self.built else self._height

    def __iter__(self) -> Iterator[list[CellValue]]:
        if not self.built:
            yield from self._top
            self._fill()
            yield from super().__getitem__(slice(len(self._top), None))
        else:
            yield from super().__iter__()

    def __getitem__(self, index: Any) -> Any:
        if not self.built:
            last = index.stop if isinstance(index, slice) else index + 1
            start = (index.start or 0) if isinstance(index, slice) else index
            if last is not None and 0 <= start <= last <= len(self._top):
                return self._top[index]
            self._fill()
        return super().__getitem__(index)
