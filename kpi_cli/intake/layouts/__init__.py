"""Layouts: a sheet's view → its slots. Each layout looks for its own evidence and takes the tables that it explains."""

from __future__ import annotations

from collections.abc import Callable

from kpi_cli.intake.heads import Period
from kpi_cli.intake.layouts.list_form import read_list
from kpi_cli.intake.layouts.matrix import read_matrix
from kpi_cli.intake.layouts.template import read_template
from kpi_cli.intake.slots import Doubt, Layout
from kpi_cli.intake.view import View

# A form with keys of its own is asked first, and is not also read by what its cells look like.
LAYOUTS: dict[str, Callable[[View, Period, str | None], Layout | None]] = {
    "template": read_template,
    "list": read_list,
    "matrix": read_matrix,
}


def choose_layout(view: View, period: Period, subject: str | None) -> Layout | None:
    """What the layouts make of a sheet, None where none finds anything. Two may each explain a table of the sheet; it is
    named after the one with most cells.

    ``period`` and ``subject`` are what the user says of the file; what the sheet says fills the rest.
    """
    found = []
    for name, read in LAYOUTS.items():
        layout = read(view, period, subject)
        if layout is not None and name == "template":
            return layout
        found += [layout] if layout is not None else []
    if not found:
        return None
    chosen = max(found, key=lambda layout: (len(layout.slots), len(layout.doubts), -len(layout.unknown)))
    for other in found:
        if other is not chosen and other.slots:
            chosen.slots += other.slots
            chosen.skipped += other.skipped
            chosen.unknown += other.unknown
            chosen.doubts += other.doubts
            chosen.subjects |= other.subjects
            chosen.heads = other.heads | chosen.heads
    _doubt_merged(view, chosen)
    return chosen


def _doubt_merged(view: View, layout: Layout) -> None:
    """A value that is merged over several cells, each of which should hold a figure of its own, is none of them."""
    held: dict[tuple[int, int], list[int]] = {}
    for index, slot in enumerate(layout.slots):
        if slot.row in view.merged_rows:
            held.setdefault(view.origin(slot.row, slot.column), []).append(index)
    for place, indices in held.items():
        if len(indices) > 1:
            layout.doubts.append(Doubt(place[0], place[1], "doubt-merged"))
            for index in indices:
                layout.slots[index] = layout.slots[index]._replace(doubtful=True)
