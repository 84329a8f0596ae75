"""Layouts: a sheet's view → its slots. Each layout looks for its own evidence; the one that explains most cells is taken."""

from __future__ import annotations

from collections.abc import Callable

from kpi_cli.intake.heads import Period
from kpi_cli.intake.layouts.list_form import read_list
from kpi_cli.intake.layouts.matrix import read_matrix
from kpi_cli.intake.slots import Layout
from kpi_cli.intake.view import View

LAYOUTS: dict[str, Callable[[View, Period, str | None], Layout | None]] = {
    "list": read_list,
    "matrix": read_matrix,
}


def choose_layout(view: View, period: Period, subject: str | None) -> Layout | None:
    """The layout that explains the most filled cells of a sheet, None where none finds anything.

    ``period`` and ``subject`` are what the user says of the file; what the sheet says fills the rest.
    """
    found = [layout for read in LAYOUTS.values() if (layout := read(view, period, subject)) is not None]
    return max(found, key=lambda layout: _explained(view, layout), default=None)


def _explained(view: View, layout: Layout) -> tuple[int, int]:
    filled = sum(1 for slot in layout.slots if view.sheet.cell(slot.row, slot.column) not in (None, ""))
    return filled, -len(layout.unknown)
