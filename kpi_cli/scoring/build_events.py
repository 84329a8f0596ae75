"""Raw rows-of-a-register → Events: which rows count, at which level, and how often one matter counts."""

from __future__ import annotations

from typing import Any

from kpi_cli.scoring.amounts import Share
from kpi_cli.scoring.formulas import Formulas, Path
from kpi_cli.scoring.nouns import Events


def build_events(formulas: Formulas, raw: dict[str, Any], path: Path, points: Share | None) -> Events | None:
    """The events of an entry, None where it names no register (a stray key of events is then a mistake)."""
    name = raw.get("register")
    if name is None:
        for key in ("rows", "level", "levels", "per", "highest_only", "dated", "since", "until"):
            if key in raw:
                formulas.report("missing-key", (*path, key), key="register", owner=raw.get("name") or raw.get("id") or key)
        return None
    if formulas.named(name, formulas.plan.registers, (*path, "register"), "register") is None:
        return None
    columns = formulas.plan.registers[name].columns
    levels = raw.get("levels", {})
    level = raw.get("level", "level" if levels else None)
    for key, column in [("level", level), ("dated", raw.get("dated")), *(("per", each) for each in raw.get("per", ()))]:
        formulas.named(column, columns, (*path, key) if key in raw else path, "column")
    declared = columns[level].values if level in columns and level is not None else {}
    for each in levels if declared else ():
        formulas.named(each, declared, (*path, "levels", each), "level")
    if raw.get("highest_only") and not raw.get("per"):
        formulas.report("missing-key", path, key="per", owner=raw.get("name") or raw.get("id") or name)
    if not levels and points is None:
        formulas.report("missing-key", path, key="points", owner=raw.get("name") or raw.get("id") or name)
    return Events(
        name, formulas.rows(name, raw.get("rows"), (*path, "rows")), level, levels, points, tuple(raw.get("per", ())),
        raw.get("highest_only", False), raw.get("dated"), raw.get("since"), raw.get("until"),
    )
