"""How fast clean list forms become observations, beside bare pandas + calamine in the same run; and forms that need
evidence (number formats), beside bare openpyxl.

    python tests/benchmarks/bench_forms.py [number of forms, 3000] [processes, 2]

Prints files per second and their ratios, and the memory of the process that collects the results after 300 files of a round and at its end.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook

from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.intake.workers import run_files
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Plan

ROOT = Path(__file__).resolve().parents[2]
ROWS = 60
DIFFERENT_FORMS = 50
ROUNDS = 3


def make_forms(folder: Path, count: int, plan: Plan, percents: bool) -> list[Path]:
    """List forms of 60 rows with invented figures; ``percents`` adds a row whose meaning its number format settles."""
    chance = random.Random(2012)  # noqa: S311 - invented figures, not secrets
    inputs = [each for each in plan.inputs.values() if each.unit.kind == "amount" and each.group is None][:ROWS]
    contents = []
    for number in range(min(count, DIFFERENT_FORMS)):
        book = Workbook()
        sheet = book.active
        sheet.title = "汇总"
        sheet.append([f"示例县2012年科技指标完成情况（第{number}稿）"])
        sheet.append(["填报单位：示例县科学技术局"])
        sheet.append(["序号", "指标名称", "计量单位", "本年完成", "上年同期"])
        for row, each in enumerate(inputs, 1):
            whole = each.unit.whole
            figures = [chance.randint(100, 9999) if whole else round(chance.uniform(100, 9999), 2) for _ in range(2)]
            sheet.append([row, each.name, each.unit.text, *figures])
        if percents:
            sheet.append([len(inputs) + 1, "高新技术产业产值占规模以上工业总产值比重", "%", 0.385])
            sheet.cell(sheet.max_row, 4).number_format = "0.0%"
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


def bare_pandas(path: str) -> int:
    """What anyone would write: pandas with the calamine engine."""
    import pandas as pd

    return len(pd.read_excel(path, header=None, dtype=object, engine="calamine", keep_default_na=False))


def bare_openpyxl(path: str) -> int:
    """Values and number formats through openpyxl."""
    book = load_workbook(path)
    return sum(1 for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None and cell.number_format)


def bare_rate(function: Callable[[str], int], paths: list[Path], jobs: int) -> float:
    """Files per second of a plain pool of processes that have already imported what they use."""
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        pool.map(function, [str(path) for path in paths[: 4 * jobs]], chunksize=1)
        begun = time.perf_counter()
        for rows in pool.imap(function, map(str, paths), chunksize=32):
            if not rows:
                raise ValueError(rows)
        return len(paths) / (time.perf_counter() - begun)


def own_rate(paths: list[Path], jobs: int, context: Context) -> float:
    """Files per second of ``read_file`` in its workers, starting them included."""
    begun = time.perf_counter()
    for number, (path, result) in enumerate(run_files(read_file, paths, DEFAULT_LIMITS, jobs=jobs, context=context), 1):
        if isinstance(result, list) or (isinstance(result, FileRead) and len(result.observations) < 2 * ROWS - 20):
            raise ValueError(path, result)
        if number in (300, len(paths)):
            print(f"memory after {number} files {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return len(paths) / (time.perf_counter() - begun)


def compare(name: str, bare: Callable[[str], int], paths: list[Path], jobs: int, context: Context) -> None:
    """Print the medians of both rates and of their ratios, over rounds in which they take turns."""
    rates = [(bare_rate(bare, paths, jobs), own_rate(paths, jobs, context)) for _ in range(ROUNDS)]
    theirs, ours = (statistics.median(each[which] for each in rates) for which in (0, 1))
    ratio = statistics.median(second / first for first, second in rates)
    for text, number in ((name, f"{theirs:.0f}"), ("read_file", f"{ours:.0f}"), ("ratio", f"{ratio:.2f}")):
        print(f"{text:24} {number:>7}")


def main(count: int = 3000, jobs: int = 2) -> None:
    """Run both comparisons."""
    plan = load_plan(ROOT / "indicators.yaml").plan
    if plan is None:
        raise ValueError("indicators.yaml")
    context = Context(vocabulary(plan), Period(None, None), None, DEFAULT_LIMITS)
    with tempfile.TemporaryDirectory() as folder:
        compare("pandas + calamine", bare_pandas, make_forms(Path(folder), count, plan, False), jobs, context)
    with tempfile.TemporaryDirectory() as folder:
        compare("openpyxl", bare_openpyxl, make_forms(Path(folder), max(60, count // 10), plan, True), jobs, context)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
