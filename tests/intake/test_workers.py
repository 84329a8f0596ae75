"""A file that ends its worker costs that file, and no other one's result."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.workers import run_files

QUICK = Limits(seconds=1.0)


def behave(path: str, context: Any) -> Any:
    """Does what the name says."""
    name = Path(path).name
    if name.startswith("abort"):
        os.abort()
    if name.startswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("leave"):
        os._exit(3)
    if name.startswith("hang"):
        time.sleep(60)
    if name.startswith("eat"):
        return len(bytearray(4096 * MEBIBYTE))
    if name.startswith("raise"):
        raise BaseException("a library's panic")
    if name.startswith("unsendable"):
        return lambda: None
    if name.startswith("noise"):
        os.write(2, b"thread panicked\n")
        print("noise")
    return name, context


def outcomes(names: list[str], limits: Limits = QUICK, jobs: int = 2) -> list[Any]:
    results = list(run_files(behave, names, limits, jobs=jobs, context="plan"))
    assert [path for path, _ in results] == names
    return [value[0].rule if isinstance(value, list) else value for _, value in results]


@pytest.mark.parametrize(
    ("name", "rule"),
    [("abort", "reader-died"), ("kill", "reader-died"), ("hang", "reader-died"), ("eat", "too-large"),
     ("raise", "reader-died"), ("unsendable", "reader-died"), ("leave", "reader-died")],
)  # fmt: skip
@pytest.mark.parametrize("count", [0, 40])
def test_what_ends_a_worker_is_a_finding_on_that_file_alone(name: str, rule: str, count: int) -> None:
    good = [f"good{number}" for number in range(count)]
    names = [*good[:17], name, *good[17:]]
    assert outcomes(names, jobs=1) == [rule if each == name else (each, "plan") for each in names]


def test_several_killers_in_one_chunk_cost_no_other_file() -> None:
    names = [f"{kind}{number}" for number in range(40) for kind in ("good", "abort" if number % 13 == 5 else "fine")]
    expected = ["reader-died" if name.startswith("abort") else (name, "plan") for name in names]
    assert outcomes(names) == expected


def test_a_hanging_file_costs_its_own_time_limit() -> None:
    begun = time.monotonic()
    assert outcomes(["good", "hang", "fine"], jobs=1)[1] == "reader-died"
    assert time.monotonic() - begun < 3


def test_results_come_in_the_order_of_the_files() -> None:
    names = [f"file{number}" for number in range(300)]
    assert outcomes(names) == [(name, "plan") for name in names]


def test_no_files_give_no_results() -> None:
    assert outcomes([]) == []


def test_what_a_worker_prints_does_not_reach_the_user(capfd: pytest.CaptureFixture[str]) -> None:
    assert outcomes(["noise", "abort"])[0] == ("noise", "plan")
    assert capfd.readouterr() == ("", "")


def test_no_worker_is_left_when_the_caller_stops_early() -> None:
    results: Any = run_files(behave, [f"file{number}" for number in range(500)], QUICK, jobs=2)
    next(results)
    results.close()
    import multiprocessing

    assert not multiprocessing.active_children()


def test_the_functions_module_may_be_anywhere() -> None:
    function: Callable[[str, Any], Any] = sys.modules[__name__].behave
    assert next(iter(run_files(function, ["good"], QUICK)))[1] == ("good", None)
