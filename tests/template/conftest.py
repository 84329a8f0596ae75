"""What tests of forms share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpi_cli.plan.load import load_plan

PLAN = Path(__file__).resolve().parents[2] / "indicators.yaml"


@pytest.fixture(scope="session")
def county():
    return load_plan(PLAN, "indicators.yaml").plan


@pytest.fixture
def template(kpi, tmp_path):
    """Make a form with kpi template; its path."""

    def make(*arguments, plan=PLAN, name="form.xlsx"):
        done = kpi("template", "--plan", plan, "--output", tmp_path / name, *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return tmp_path / name

    return make


@pytest.fixture
def audit(kpi):
    """kpi validate's findings of a file, and its exit code."""

    def run(path, *arguments, plan=PLAN):
        done = kpi("validate", path, "--plan", plan, "--format", "json", *arguments)
        assert done.returncode in (0, 1, 3), done.stderr
        return json.loads(done.stdout)["findings"], done.returncode

    return run
