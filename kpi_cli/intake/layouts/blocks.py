"""A sheet's tables, one below another: each with its heads, what the lines above it say, and the names in it."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from kpi_cli.intake.above import Above
from kpi_cli.intake.heads import Period
from kpi_cli.intake.layouts.bands import Band, Names, find_bands, sort_names
from kpi_cli.intake.view import Hit, View
from kpi_cli.plan.formula.evaluate import When


class Block(NamedTuple):
    """One table. ``band`` is None where it has no heads; ``when`` and ``subject`` hold where its cells say nothing else.
    ``subject`` is None where the sheet is of a town that the plan does not know."""

    band: Band | None
    end: int
    above: Above
    when: When
    subject: str | None
    down: list[Hit]
    across: list[Hit]

    @property
    def head_row(self) -> int:
        """The row to which findings about its columns point."""
        return self.band.bottom if self.band is not None else (self.down or self.across)[0].row


def blocks_of(view: View, period: Period, subject: str | None) -> list[Block]:
    """The tables of a sheet that hold names of figures. What the user says of the file goes before what the sheet says."""
    if not view.hits:
        return []
    names, bands = view.once("bands", _look)
    first = bands[0].top if bands else len(view.rows)
    spans: list[tuple[Band | None, int, int]] = [(None, 0, first), *((band, band.top, band.end) for band in bands)]
    found: list[Block] = []
    start = 0
    for band, top, end in spans:
        down, across = _between(names.down, top, end), _between(names.across, top, end)
        if not down and not across:
            continue
        above = view.above(band.top if band is not None else down[0].row if down else across[0].row, start)
        when = When(period.year or above.period.year or view.words.year, _first(period.span, above.period.span, ""))
        whose = subject or above.subject or (None if above.stranger is not None else view.words.whole)
        found.append(Block(band, end, above, when, whose, down, across))
        start = max(hits[-1].row for hits in (down, across) if hits) + 1
    return found


def _between(hits: list[Hit], top: int, end: int) -> list[Hit]:
    return hits[bisect_left(hits, top, key=_row) : bisect_left(hits, end, key=_row)]


def _row(hit: Hit) -> int:
    return hit.row


def _look(view: View) -> tuple[Names, list[Band]]:
    names = sort_names(view)
    return names, find_bands(view, names)


def _first(*values: str | None) -> str:
    return next(value for value in values if value is not None)
