"""Thousands of forms: read and checked on two processes, beside bare pandas + calamine, a cache and Dask. Run on demand:

    python tests/benchmarks/bench_batch.py [FORMS, 3000] [RUNS, 3]

Prints ratios within one run, which are what counts: seconds differ from machine to machine. The forms have 60 figures of
a subject each. Dask is a scheduler and two workers on loopback.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "batch")]

import forms  # noqa: E402

from kpi_cli.intake.limits import DEFAULT_LIMITS  # noqa: E402
from kpi_cli.intake.workers import run_files  # noqa: E402
from kpi_cli.pipeline import Request, check, read_all  # noqa: E402
from kpi_cli.pipeline_score import score  # noqa: E402
from kpi_cli.plan.load import load_plan  # noqa: E402
from kpi_cli.plan.nouns import Plan  # noqa: E402
from kpi_cli.scoring.load import load_scheme  # noqa: E402

FIGURES, JOBS = 60, 2


def bare(path: str, _: Any) -> int:
    """What anyone would write: pandas with the calamine engine."""
    import pandas as pd

    return len(pd.read_excel(path, header=None, dtype=object, engine="calamine", keep_default_na=False))


def seconds(function: Callable[[], object]) -> float:
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def drained(plan: Plan, request: Request) -> int:
    """How many figures were read, nothing else being kept."""
    return sum(len(read.observations) for read in read_all(plan, request))


def mebibytes() -> float:
    """What this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def growth(plan: Plan, paths: list[str]) -> tuple[float, float]:
    """MiB by which the parent grew from file 300 to the last: where only summaries are kept, and where all figures are."""
    grown = []
    for keep in (False, True):
        kept, start = [], 0.0
        for number, read in enumerate(read_all(plan, Request(paths, jobs=JOBS)), 1):
            if keep:
                kept.append(read)
            if number == 300:
                start = mebibytes()
        grown.append(mebibytes() - start)
    return grown[0], grown[1]


def compare(plan: Plan, paths: list[str], folder: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of each way, one after the other in every run."""
    loaded = load_scheme(str(folder / "scheme.yaml"), "scheme.yaml", str(folder / "plan.yaml"), folder / "plan.yaml")
    if loaded.scheme is None or loaded.plan is None:
        raise ValueError(loaded.findings)
    scheme, scored = loaded.scheme, loaded.plan
    request, cache = Request(paths, jobs=JOBS), str(folder / "cache")
    drained(plan, request._replace(cache=cache))
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: list(run_files(bare, paths, DEFAULT_LIMITS, jobs=JOBS)),
        "read": lambda: drained(plan, request),
        "read from the cache": lambda: drained(plan, request._replace(cache=cache)),
        "read and checked": lambda: check(plan, request),
        "read, checked and scored": lambda: score(scheme, scored, request),
    }
    return {name: [seconds(way) for _ in range(runs)] for name, way in ways.items()}


def on_dask(plan: Plan, paths: list[str], folder: Path, runs: int) -> tuple[list[float], list[float]]:
    """Seconds on the process pool and on a cluster of two workers with one thread each, in turn."""
    from kpi_cli.batch.cluster import connect

    address = "tcp://127.0.0.1:18788"
    start = [sys.executable, "-m", "dask"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    commands = [[*start, "scheduler", "--host", "127.0.0.1", "--port", "18788", "--no-dashboard"]]
    commands += [
        [*start, "worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder / name)]
        for name in ("w1", "w2")
    ]
    processes = [subprocess.Popen(command, **quiet) for command in commands]
    try:
        time.sleep(4)
        cluster = connect(address, print)
        cluster.client.wait_for_workers(2, timeout=20)
        drained(plan, Request(paths[:200], cluster=cluster))
        pairs = [
            (seconds(lambda: drained(plan, Request(paths, jobs=JOBS))), seconds(lambda: drained(plan, Request(paths, cluster=cluster))))
            for _ in range(runs)
        ]
        cluster.close()
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return [here for here, _ in pairs], [there for _, there in pairs]


def main(count: int = 3000, runs: int = 3) -> None:
    # As the command line does for many files.
    gc.freeze()
    gc.disable()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.yaml").write_text(forms.plan_text(count, FIGURES), encoding="utf-8")
        (folder / "scheme.yaml").write_text(forms.scheme_text(FIGURES), encoding="utf-8")
        paths = [str(path) for path in forms.write_forms(folder / "forms", count, FIGURES)]
        plan = load_plan(str(folder / "plan.yaml"), "plan.yaml").plan
        if plan is None:
            raise ValueError("the plan is broken")
        summaries, figures = growth(plan, paths)
        print(f"memory from file 300 to {count}: {summaries:+.1f} MiB with summaries alone, {figures:+.1f} MiB with all figures kept")
        times = compare(plan, paths, folder, runs)
        rate = {way: count / statistics.median(each) for way, each in times.items()}
        for way in times:
            print(f"{way}: {rate[way]:.0f} files/s, {rate[way] / rate['bare']:.0%} of bare pandas + calamine")
        here, there = on_dask(plan, paths, folder, runs)
        print(f"Dask on one machine: {statistics.median(there) / statistics.median(here):.2f} × the time of the process pool (goal 1.5)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
