"""The JSON Schema for editors comes from the same definition as the program's own reading, and agrees with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kpi_cli.plan.language import PLAN, schema

ROOT = Path(__file__).parents[2]
MISTAKES = Path(__file__).parent / "mistakes"
VALIDATOR = jsonschema.Draft202012Validator(schema())


def as_an_editor_sees_it(path: Path) -> Any:
    """YAML as JSON: keys are texts, days are texts."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8-sig")), default=str))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    json.dumps(schema())


@pytest.mark.parametrize("file", ["indicators.yaml", "data/plans/national_rd_2023.yaml"])
def test_the_schema_accepts_a_shipped_plan(file: str) -> None:
    errors = [f"{list(each.path)} {each.message[:120]}" for each in VALIDATOR.iter_errors(as_an_editor_sees_it(ROOT / file))]
    assert errors == []


@pytest.mark.parametrize("case", yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text("utf-8")), ids=lambda case: case["kind"])
def test_the_schema_accepts_every_wording(case: dict[str, Any]) -> None:
    plan = {"kpi": 1, "plan": {"id": "w", "name": "w", "year": 2013}, **yaml.safe_load(case["plan"])}
    VALIDATOR.validate(json.loads(json.dumps(plan, default=str)))


@pytest.mark.parametrize("name", ["unknown_key", "missing_key", "wrong_type", "yaml_year", "yaml_list_at_top", "yaml_text"])
def test_the_schema_refuses_what_the_program_refuses(name: str) -> None:
    assert not VALIDATOR.is_valid(as_an_editor_sees_it(MISTAKES / f"{name}.yaml"))


def test_every_key_is_described_in_both_languages() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for name, each in node.get("properties", {}).items():
                if name not in ("any_of",) or "description" in each:
                    assert " / " in each["description"], name
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(schema())
    assert all(key.zh and key.en for key in PLAN.values())
