"""60 rules on 300 forms: ``kpi validate`` beside frictionless, pandera and pointblank in the same run.

    python tests/benchmarks/bench_validate.py [number of forms, 300] [folder of the peers' environment]

A form is one office's: 36 figures and 12 answers of 是 or 否. The rules are 12 each of type, presence, range, pattern and
a ≥ b. The peers are installed into an environment of their own, made in the folder unless it is there. Each engine is one
process that reads every workbook; all must find the same number of violations. Prints CPU seconds of the whole process and
of its start-up with a single form, and how many times faster kpi is, with start-up and without; the goals are 10 ×, 4 × and
25 ×.
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
WHOLES = [f"总数{number:02}" for number in range(1, 13)]
PARTS = [f"分项{number:02}" for number in range(1, 13)]
OTHERS = [f"指标{number:02}" for number in range(1, 13)]
ANSWERS = [f"事项{number:02}" for number in range(1, 13)]
COLUMNS = [*WHOLES, *PARTS, *OTHERS, *ANSWERS]
RULES = {
    "columns": COLUMNS, "type": OTHERS, "required": OTHERS, "range": PARTS, "pattern": ANSWERS,
    "pairs": list(zip(WHOLES, PARTS, strict=True)),
}


def make(folder: Path, count: int) -> int:
    """The forms and their plan; how many mistakes there are in them."""
    chance = random.Random(2012)  # noqa: S311 - invented figures, not secrets
    forms = folder / "forms"
    forms.mkdir()
    mistakes = 0
    for number in range(count):
        book = Workbook()
        sheet = book.worksheets[0]
        wholes, parts, others = (
            [chance.randint(low, high) for _ in range(12)] for low, high in ((1000, 9999), (1, 999), (1, 999))
        )
        cells: list[object] = [*wholes, *parts, *others, *(chance.choice("是否") for _ in ANSWERS)]
        if number % 10 == 0:
            wrong = {PARTS[2]: -3, PARTS[3]: 99999, OTHERS[0]: "约5", OTHERS[1]: None, ANSWERS[4]: "基本"}
            for name, value in wrong.items():
                cells[COLUMNS.index(name)] = value
            mistakes += len(wrong)
        sheet.append(["单位", *COLUMNS])
        sheet.append([f"单位{number:04}", *cells])
        book.save(forms / f"form{number:04}.xlsx")
    (folder / "plan.yaml").write_text(_plan(count), encoding="utf-8")
    (folder / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    return mistakes


def _plan(count: int) -> str:
    ids = {name: f"i{number}" for number, name in enumerate(COLUMNS)}
    wholes = dict(zip(PARTS, WHOLES, strict=True))
    offices = ", ".join(f"单位{number:04}" for number in range(count))
    inputs = "".join(
        f"  {ids[name]}: {{name: {name}, unit: {'是/否' if name in ANSWERS else '件'}"
        + (f", of_which: {ids[wholes[name]]}" if name in wholes else "") + "}\n"
        for name in COLUMNS
    )
    return (
        f"kpi: 1\nplan: {{id: bench, name: 比较, year: 2012}}\nsubjects:\n  offices: {{name: 单位, members: [{offices}]}}\n"
        f"inputs:\n{inputs}indicators:\n  all: {{name: 全部, unit: 件, formula: {' + '.join(ids[name] for name in OTHERS)}}}\n"
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
        (folder / "one").mkdir()
        (folder / "one" / "form.xlsx").write_bytes((folder / "forms" / "form0001.xlsx").read_bytes())
        python = peers(Path(environment) if environment else folder / "peers")

        def kpi(forms: str) -> tuple[float, int]:
            command = [sys.executable, "-m", "kpi_cli", "validate", folder / forms, "--plan", folder / "plan.yaml"]
            seconds, printed = cpu([*command, "--jobs", "1", "--format", "github"], PYTHONPATH=str(ROOT))
            return seconds, printed.count("::error ")

        def peer(engine: str, forms: str) -> tuple[float, int]:
            seconds, printed = cpu([python, PEERS, engine, folder, forms])
            return seconds, int(printed)

        start, _ = kpi("one")
        own, found = kpi("forms")
        print(f"kpi           {own:6.2f} s CPU ({start:.2f} to start), {found} of {mistakes} mistakes")
        for engine, goal in GOALS.items():
            begin, _ = peer(engine, "one")
            seconds, theirs = peer(engine, "forms")
            ratios = f"kpi is {seconds / own:5.1f} × faster, {(seconds - begin) / (own - start):5.1f} × without start-up (goal {goal} ×)"
            print(f"{engine:13} {seconds:6.2f} s CPU ({begin:.2f} to start), {theirs} of {mistakes} mistakes: {ratios}")
            if theirs != mistakes or found != mistakes:
                raise ValueError("not all engines find what was planted")


if __name__ == "__main__":
    main(*(int(each) if each.isdigit() else each for each in sys.argv[1:]))
