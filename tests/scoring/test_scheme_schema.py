"""The JSON Schema of schemes agrees with the program on what is right and wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kpi_cli.scoring.language import METHODS, schema

ROOT = Path(__file__).parents[2]
SCHEMA = schema()
SCHEMES = sorted((ROOT / "data" / "schemes").glob("*.yaml"))


def faults(content: Any) -> list[str]:
    return [each.message for each in jsonschema.Draft202012Validator(SCHEMA).iter_errors(content)]


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_a_shipped_scheme_fits_the_schema(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert faults({**content, "kpi": "1"}) == []


def test_a_key_of_another_method_does_not_fit() -> None:
    content = {**yaml.safe_load(SCHEMES[0].read_text(encoding="utf-8")), "kpi": "1"}
    content["items"] = [{"indicator": "x", "points": 10, "method": "proportional", "drop": 1}]
    assert faults(content)


def test_every_method_is_in_the_schema() -> None:
    text = str(SCHEMA["properties"]["items"])
    assert all(f"'{method}'" in text for method in METHODS)


def test_every_key_says_its_meaning_in_both_languages() -> None:
    for name, each in SCHEMA["properties"].items():
        assert " / " in each.get("description", "") or name == "items", name
