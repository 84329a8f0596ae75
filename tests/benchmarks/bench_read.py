"""How fast clean forms are opened, beside bare pandas + calamine in the same run.

    python tests/benchmarks/bench_read.py [number of forms, 3000] [processes, 2]

Prints files per second for both and their ratio. Seconds differ from machine to machine; the ratio is what counts.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import open_book
from kpi_cli.intake.workers import run_files

INDICATORS = 60
DIFFERENT_FORMS = 50


def make_forms(folder: Path, count: int) -> list[Path]:
    """Clean list forms of 60 rows with invented figures; ``count`` files made of 50 different ones."""
    chance = random.Random(2012)  # noqa: S311 - invented figures, not secrets
    contents = []
    for number in range(min(count, DIFFERENT_FORMS)):
        book = Workbook()
        sheet = book.active
        sheet.title = "汇总"
        sheet.append([f"示例县第{number}镇2012年科技指标完成情况表"])
        sheet.append(["填报单位：示例镇", None, None, "单位：见表"])
        sheet.append(["序号", "指标名称", "计量单位", "本年实际", "上年同期"])
        for row in range(INDICATORS):
            unit = chance.choice(["件", "万元", "%", "家"])
            actual, before = round(chance.uniform(1, 9999), 2), chance.randint(1, 9999)
            sheet.append([row + 1, f"示例指标{row + 1}", unit, actual, before])
        path = folder / "template.xlsx"
        book.save(path)
        contents.append(path.read_bytes())
        path.unlink()
    paths = []
    for number in range(count):
        path = folder / f"form{number:05}.xlsx"
        path.write_bytes(contents[number % len(contents)])
        paths.append(path)
    return paths


def bare(path: str, _: Any) -> int:
    """What anyone would write: pandas with the calamine engine."""
    import pandas as pd

    return len(pd.read_excel(path, header=None, dtype=object, engine="calamine", keep_default_na=False))


def ours(path: str, _: Any) -> int:
    """``open_book``, every sheet at exact addresses."""
    book, findings = open_book(path, DEFAULT_LIMITS)
    if book is None:
        raise ValueError(findings)
    return len(book.sheets[0].rows)


def rate(function: Callable[[str, Any], int], paths: list[Path], jobs: int) -> float:
    """Files per second, starting the workers included."""
    begun = time.perf_counter()
    results = run_files(function, paths, DEFAULT_LIMITS, jobs=jobs)
    rows = {result if isinstance(result, int) else str(result) for _, result in results}
    if rows != {INDICATORS + 3}:
        raise ValueError(rows)
    return len(paths) / (time.perf_counter() - begun)


def main(count: int = 3000, jobs: int = 2) -> None:
    """Run both, print the rates and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        paths = make_forms(Path(folder), count)
        pandas_rate, own_rate = rate(bare, paths, jobs), rate(ours, paths, jobs)
        print(f"pandas + calamine  {pandas_rate:7.0f} files/s on {jobs} processes")
        print(f"open_book          {own_rate:7.0f} files/s on {jobs} processes")
        print(f"ratio              {own_rate / pandas_rate:7.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
