"""Small forms and their plan, made once."""

from __future__ import annotations

from pathlib import Path

import forms
import pytest

from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Plan

TOWNS, FIGURES = 500, 8


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plan and scheme of 500 towns."""
    found = tmp_path_factory.mktemp("many")
    (found / "plan.yaml").write_text(forms.plan_text(TOWNS, FIGURES), encoding="utf-8")
    (found / "scheme.yaml").write_text(forms.scheme_text(FIGURES), encoding="utf-8")
    return found


@pytest.fixture(scope="session")
def plan(folder: Path) -> Plan:
    loaded = load_plan(str(folder / "plan.yaml"), "plan.yaml")
    assert loaded.plan is not None, loaded.findings
    return loaded.plan


@pytest.fixture(scope="session")
def many(folder: Path) -> list[str]:
    """500 forms, among them some that are no workbooks."""
    paths = forms.write_forms(folder / "forms", TOWNS, FIGURES)
    paths[7].write_bytes(b"")
    paths[123].write_bytes(b"PK\x03\x04 cut off")
    paths[321].write_text("not a table", encoding="utf-8")
    return [str(path) for path in paths]
