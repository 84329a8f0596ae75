"""A register of a million rows, checked with its class rules, coverage and row findings, beside merely reading it.

    python tests/benchmarks/bench_register.py [rows, 1000000] [share of broken rows, 0.01] [repeats, 3]

Every measurement is a process of its own; they take turns, and medians are compared. Memory is the largest process's.
Goals: csv within 2 × of pandas.read_csv and 500 MiB; xlsx within 1.3 × of calamine's rows and 1 GiB.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_register import write_csv, write_xlsx

ROOT = Path(__file__).resolve().parents[2]
_MEMORY = """
import resource
used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(used // 1024)
"""
PANDAS = "import sys, pandas; pandas.read_csv(sys.argv[1])" + _MEMORY
CALAMINE = """
import sys, python_calamine
for row in python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows():
    pass
""" + _MEMORY
CHECK = """
import sys
from kpi_cli.pipeline import Request, check
from kpi_cli.plan.load import load_plan
found = check(load_plan('indicators.yaml').plan, Request([sys.argv[1]]))
if not found.registers or found.registers[0].account.total != int(sys.argv[2]) + 1:
    sys.exit(1)
""" + _MEMORY


def run(code: str, path: Path, count: int) -> tuple[float, int]:
    """(seconds, MiB) of one process."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(count)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - begun, int(done.stdout.split()[-1])


def compare(name: str, bare: str, path: Path, count: int, repeats: int) -> None:
    """Both in turns, their medians and the ratio."""
    runs = [(run(bare, path, count), run(CHECK, path, count)) for _ in range(repeats)]
    theirs, ours = (statistics.median(pair[which][0] for pair in runs) for which in (0, 1))
    ratio = statistics.median(own[0] / other[0] for other, own in runs)
    print(f"{name:24} {theirs:6.2f} s {max(pair[0][1] for pair in runs):5} MiB")
    print(f"{'kpi check':24} {ours:6.2f} s {max(pair[1][1] for pair in runs):5} MiB   ratio {ratio:.2f}")


def main(count: int = 1_000_000, broken: float = 0.01, repeats: int = 3) -> None:
    """Make both files, run all four."""
    with tempfile.TemporaryDirectory() as folder:
        text, workbook = Path(folder) / "register.csv", Path(folder) / "register.xlsx"
        write_csv(text, count, broken)
        write_xlsx(workbook, count, broken)
        compare("pandas.read_csv", PANDAS, text, count, repeats)
        compare("calamine rows", CALAMINE, workbook, count, repeats)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]), *(float(each) for each in sys.argv[2:3]), *(int(each) for each in sys.argv[3:4]))
