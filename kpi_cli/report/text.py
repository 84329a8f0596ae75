"""Places and texts of submissions, fit for one line of output. Light: plans and rules are told without measuring."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_cli.rules import Finding, Place

# Control characters of a submission never reach a terminal, where some are commands.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ") | dict.fromkeys((8234, 8235, 8236, 8237, 8238, 8294, 8295, 8296, 8297))


def plain(text: str) -> str:
    """A text on one line, without control characters and overrides of direction."""
    return text.translate(_CONTROLS)


def place_text(place: Place) -> str:
    """file[sheet!cell], or file:line:column for a plan."""
    file = plain(place.file or "")
    if place.line is not None:
        return f"{file}:{place.line}:{place.column}"
    cell = f"{plain(place.sheet)}!{place.cell}" if place.sheet and place.cell else place.sheet or place.cell or ""
    return f"{file}[{cell}]" if file and cell else file or cell


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: each.severity != "error")
