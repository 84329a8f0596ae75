"""Registers as they come: the cases of cases.yaml, which a domain expert can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_register_gives_what_its_case_says(case: dict[str, Any], judge: Callable[..., Any]) -> None:
    outcome = judge(case["rows"], merged=case.get("merged", ()))
    assert set(outcome.firms) == set(case["firms"])
    for name, (indicator, value, status) in case["firms"].items():
        found = outcome.firms[name]
        assert (found[0], found[2]) == (indicator, status), name
        assert found[1] == (None if value is None else pytest.approx(value, rel=1e-9)), name
    assert outcome.told == {tuple(each) for each in case["findings"]}
    for indicator, value in case.get("values", {}).items():
        assert outcome.values[indicator] == pytest.approx(value, rel=1e-9)
    account = outcome.account._asdict()
    own = {key: count for key, count in account.items() if key not in ("total", "others") and count}
    told = own | account["others"]
    assert told == case["account"]
    assert sum(told.values()) == outcome.account.total == len(case["rows"])
