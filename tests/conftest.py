"""Shared by all tests: the command as a user runs it, and golden files that one flag renews."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="write the golden files anew; read the difference before committing it")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of a name; with --renew-golden, write it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--renew-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8"), f"{name} differs; if that is meant, run pytest --renew-golden"

    return compare


@pytest.fixture
def kpi() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``kpi`` as a process of its own, in the project's folder unless another is given."""

    def run(*arguments: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("KPI_", "LC_", "LANG"))}
        return subprocess.run(
            [sys.executable, "-m", "kpi_cli", *map(str, arguments)], cwd=cwd, env={**plain, "PYTHONPATH": str(ROOT), **(env or {})},
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )

    return run
