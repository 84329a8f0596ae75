"""60 rules on 300 forms: ``kpi validate`` beside frictionless, pandera and pointblank in the same run.

    python tests/benchmarks/bench_validate.py [number of forms, 300] [folder of the peers' environment]

The peers are installed into an environment of their own, made in the folder unless it is there. Each engine is one
process that reads every workbook and applies 20 rules of type, 20 of presence, 15 of range and 5 of a ≥ b; all must find
the same number of violations. Prints CPU seconds and how many times faster kpi is; the goals are 10 ×, 4 × and 25 ×.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from openpyxl import Workbook

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).parent / "validate_peers.py"
PACKAGES = ("frictionless[excel]", "pandera[pandas]", "pointblank", "pandas", "polars", "pyarrow", "python-calamine", "openpyxl")
GOALS = {"frictionless": 10, "pandera": 4, "pointblank": 25}
COLUMNS = [f"指标{number:02}" for number in range(1, 21)]
# (the whole, its part): the part may not exceed the whole.
PAIRS = list(zip(COLUMNS[0:10:2], COLUMNS[1:10:2], strict=True))
AT_LEAST_NOUGHT = COLUMNS[5:]
TOWNS = 12


def make(folder: Path, count: int) -> int:
    """The forms and their plan; how many mistakes there are in them."""
    chance = random.Random(2012)  # noqa: S311 - invented figures, not secrets
    forms = folder / "forms"
    forms.mkdir()
    mistakes = 0
    for number in range(count):
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.append(["镇", *COLUMNS])
        for town in range(TOWNS):
            row: list[object] = [chance.randint(1000, 9999) if column in dict(PAIRS) else chance.randint(1, 999) for column in COLUMNS]
            if number % 10 == 0 and town == 3:
                row[0], row[1] = 5, 7
                row[12], row[13], row[14] = "约5", None, -3
                mistakes += 4
            sheet.append([f"镇{number:04}之{town:02}", *row])
        book.save(forms / f"form{number:04}.xlsx")
    (folder / "plan.yaml").write_text(_plan(count), encoding="utf-8")
    rules = {"columns": COLUMNS, "pairs": PAIRS, "at_least_nought": AT_LEAST_NOUGHT}
    (folder / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    return mistakes


def _plan(count: int) -> str:
    wholes = {part: whole for whole, part in PAIRS}
    ids = {name: f"i{number}" for number, name in enumerate(COLUMNS)}
    towns = ", ".join(f"镇{number:04}之{town:02}" for number in range(count) for town in range(TOWNS))
    inputs = "".join(
        f"  {ids[name]}: {{name: {name}, unit: 件, negative: {str(name not in AT_LEAST_NOUGHT).lower()}"
        + (f", of_which: {ids[wholes[name]]}" if name in wholes else "") + "}\n"
        for name in COLUMNS
    )
    indicators = "".join(f"  {id}: {{name: {name}, unit: 件, assured: {{at_least: 1}}}}\n" for name, id in ids.items())
    return (
        f"kpi: 1\nplan: {{id: bench, name: 比较, year: 2012}}\nsubjects:\n  towns: {{name: 镇, members: [{towns}]}}\n"
        f"inputs:\n{inputs}indicators:\n{indicators}"
    )


def cpu(command: list[str | Path], **settings: str) -> tuple[float, str]:
    """CPU seconds of a command and its children, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **settings}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def peers(folder: Path) -> Path:
    """The Python of the peers' environment, made where it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return python


def main(count: int = 300, environment: str | None = None) -> None:
    """Run all engines on the same forms and print how they compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mistakes = make(folder, count)
        python = peers(Path(environment) if environment else folder / "peers")
        command = [sys.executable, "-m", "kpi_cli", "validate", folder / "forms", "--plan", folder / "plan.yaml", "--jobs", "1", "--format", "json"]
        own, printed = cpu(command, PYTHONPATH=str(ROOT))
        found = json.loads(printed)["summary"]["errors"]
        print(f"kpi           {own:7.2f} s CPU, {found} of {mistakes} mistakes")
        if found != mistakes:
            raise ValueError("kpi does not find what was planted")
        for peer, goal in GOALS.items():
            seconds, printed = cpu([python, PEERS, peer, folder])
            print(f"{peer:13} {seconds:7.2f} s CPU, {printed.strip()} of {mistakes} mistakes: kpi is {seconds / own:5.1f} × faster (goal {goal} ×)")
            if int(printed) != mistakes:
                raise ValueError(f"{peer} does not find what was planted")


if __name__ == "__main__":
    main(*(int(each) if each.isdigit() else each for each in sys.argv[1:]))
