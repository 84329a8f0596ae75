"""What a command may import: help, lint and explain answer at once because they load no data library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pandas", "numpy", "openpyxl", "python_calamine", "xlrd", "tabulate", "pebble")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["lint"], ["lint", "--schema"], ["explain", "rd_gdp"], ["explain", "not-a-number"]])
def test_light_commands_import_no_data_library(arguments: list[str]) -> None:
    script = (
        "import sys; from kpi_cli.cli import main; sys.argv = ['kpi', *sys.argv[1:]]; code = main._run(); "
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules], code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stdout.strip().splitlines()[-1] == "LOADED [] 0", done.stderr
