"""The rules of bench_validate.py in frictionless, pandera and pointblank. Runs in their environment, not in ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def frictionless(paths: list[Path], rules: dict[str, Any]) -> int:
    from frictionless import Checklist, Resource, Schema, checks, fields, system

    found = 0
    for path in paths:
        columns = [fields.StringField(name="单位")]
        for name in rules["columns"]:
            if name in rules["pattern"]:
                columns.append(fields.StringField(name=name, constraints={"pattern": "[是否]"}))
            else:
                limits = {"required": True} if name in rules["required"] else {"minimum": 0} if name in rules["range"] else {}
                columns.append(fields.NumberField(name=name, constraints=limits))
        relations = [checks.row_constraint(formula=f"{whole} >= {part}") for whole, part in rules["pairs"]]
        with system.use_context(trusted=True):
            report = Resource(path=str(path), schema=Schema(fields=columns)).validate(Checklist(checks=relations))
        found += sum(len(task.errors) for task in report.tasks)
    return found


def pandera(paths: list[Path], rules: dict[str, Any]) -> int:
    import pandas as pd
    import pandera.pandas as pa

    def number(series: pd.Series) -> pd.Series:
        return pd.to_numeric(series, errors="coerce")

    columns = {}
    for name in rules["columns"]:
        each = []
        if name in rules["type"]:
            each.append(pa.Check(lambda series: number(series).notna() | series.isna()))
        if name in rules["range"]:
            each.append(pa.Check(lambda series: ~(number(series) < 0)))
        if name in rules["pattern"]:
            each.append(pa.Check.str_matches("[是否]$"))
        columns[name] = pa.Column(None, checks=each, nullable=name not in rules["required"])
    relations = [
        pa.Check(lambda frame, whole=whole, part=part: ~(number(frame[whole]) < number(frame[part]))) for whole, part in rules["pairs"]
    ]
    schema = pa.DataFrameSchema(columns, checks=relations)
    found = 0
    for path in paths:
        frame = pd.read_excel(path, engine="calamine")
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            # A broken relation is listed once for each column of its row.
            cases = errors.failure_cases
            own = cases[cases["schema_context"] == "Column"]
            rows = cases[cases["schema_context"] != "Column"].drop_duplicates(["check_number", "index"])
            found += len(own) + len(rows)
    return found


def pointblank(paths: list[Path], rules: dict[str, Any]) -> int:
    import pointblank as pb
    import polars as pl
    from python_calamine import CalamineWorkbook

    figures = [name for name in rules["columns"] if name not in rules["pattern"]]
    found = 0
    for path in paths:
        head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        texts = {name: [None if row[at] == "" else str(row[at]) for row in rows] for at, name in enumerate(head)}
        frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
        frame = frame.with_columns([pl.col(name).cast(pl.Float64, strict=False).alias(f"n_{name}") for name in figures])
        checked = pb.Validate(frame)
        for name in rules["type"]:
            checked = checked.col_vals_regex(columns=name, pattern=r"^-?\d+(\.\d+)?$", na_pass=True)
        for name in rules["required"]:
            checked = checked.col_vals_not_null(columns=name)
        for name in rules["range"]:
            checked = checked.col_vals_ge(columns=f"n_{name}", value=0, na_pass=True)
        for name in rules["pattern"]:
            checked = checked.col_vals_regex(columns=name, pattern="^[是否]$", na_pass=True)
        for whole, part in rules["pairs"]:
            checked = checked.col_vals_ge(columns=f"n_{whole}", value=pb.col(f"n_{part}"), na_pass=True)
        found += sum(checked.interrogate().n_failed().values())
    return found


if __name__ == "__main__":
    engine = {"frictionless": frictionless, "pandera": pandera, "pointblank": pointblank}[sys.argv[1]]
    folder = Path(sys.argv[2])
    print(engine(sorted((folder / sys.argv[3]).iterdir()), json.loads((folder / "rules.json").read_text(encoding="utf-8"))))
