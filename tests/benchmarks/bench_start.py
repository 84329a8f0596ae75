"""Start-up and one form, as ratios to bare imports in the same run (whole processes, medians). Run on demand:

    python tests/benchmarks/bench_start.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORM = ROOT / "data" / "county_2012.xlsx"
BARE = "import click, yaml"
READ = f"import click, yaml, pandas, python_calamine; python_calamine.load_workbook({str(FORM)!r}).get_sheet_by_index(0).to_python()"

# what → (arguments of kpi, what it is compared with, the goal)
CASES = {
    "kpi --help": (["--help"], BARE, 1.3),
    "kpi lint": (["lint"], BARE, 1.6),
    "kpi explain rd_gdp": (["explain", "rd_gdp"], BARE, 1.6),
    "kpi check, one form": (["check", str(FORM)], READ, 1.15),
}


def seconds(code: str, environment: dict[str, str], arguments: tuple[str, ...] = ()) -> float:
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run([sys.executable, "-c", code, *arguments], check=False, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    return time.perf_counter() - start


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as cache:
        # Compiled once, as an installed package is; the first run of each is not counted.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": cache, "PYTHONPATH": str(ROOT)}
        for name, (arguments, bare, goal) in CASES.items():
            ours = "import sys; from kpi_cli.cli.main import main; sys.argv = ['kpi', *sys.argv[1:]]; main()"
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            for run in range(runs + 1):
                pair = {"ours": seconds(ours, environment, tuple(arguments)), "bare": seconds(bare, environment)}
                for key, value in pair.items() if run else ():
                    times[key].append(value)
            left, right = (statistics.median(times[key]) for key in ("ours", "bare"))
            print(f"{name}: {left * 1000:.0f} ms / {right * 1000:.0f} ms = {left / right:.2f} (goal {goal})")


if __name__ == "__main__":
    main()
