"""A terminal is told how far a long run has come; nothing else is ever told."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kpi_cli.batch.files import Done
from kpi_cli.cli import batch as cli_batch
from kpi_cli.cli.batch import Progress
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.share import tell
from kpi_cli.intake.workers import run_files

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """Time that passes as the test says."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(cli_batch, "time", found)
    return found


def shown(clock: Clock, seconds_a_file: float, total: int, reused: int = 0) -> str:
    stream = io.StringIO()
    progress = Progress(stream)
    for number in range(1, total + 1):
        clock.now += seconds_a_file
        progress(Done(number, total, min(reused, number)))
    return stream.getvalue()


def test_what_is_done_in_two_seconds_is_not_told(clock: Clock) -> None:
    assert shown(clock, 0.001, 1900) == ""


def test_a_long_run_is_told_on_one_line_that_is_gone_at_the_end(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LANG", "en")
    text = shown(clock, 0.01, 1000, reused=20)
    assert " of 1000 files read, 20 of them unchanged\r" in text
    assert "\n" not in text
    assert "\x1b" not in text
    last = text.rstrip("\r").rsplit("\r", 1)[-1]
    assert last.strip() == ""
    assert text.endswith("\r")
    assert text.count("\r") < 120


def test_chinese_takes_two_columns_a_character(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LANG", "zh")
    last = shown(clock, 0.01, 1000).rstrip("\r").rsplit("\r", 1)[-1]
    assert len(last) == len("已读 992/1000 个文件") + len("已读个文件")


def test_a_pipe_is_told_nothing(kpi: Any, many: list[str], folder: Path, tmp_path: Path) -> None:
    run = kpi("check", *many[:3], "--plan", folder / "plan.yaml", "--format", "json", "--cache", tmp_path / "c")
    assert run.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_line_stands_on_standard_error_alone(many: list[str], folder: Path) -> None:
    leader, follower = os.openpty()
    code = "import sys; from kpi_cli.cli import batch; batch.PATIENCE = 0.0; batch.PACE = 0.0; from kpi_cli.cli.main import main; main()"
    options = ["--plan", str(folder / "plan.yaml"), "--format", "json", "--lang", "en", "--jobs", "1"]
    run = subprocess.run([sys.executable, "-c", code, "check", *many[:100], *options], stdout=subprocess.PIPE, stderr=follower, cwd=ROOT, check=False)
    os.set_blocking(leader, False)
    told = os.read(leader, 100_000).decode()
    os.close(leader)
    os.close(follower)
    assert "of 100 files read" in told
    assert run.stdout.startswith(b"{")
    assert b"files read" not in run.stdout


def test_a_single_long_file_is_told_by_its_time(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LANG", "en")
    stream = io.StringIO()
    progress = Progress(stream)
    for _ in range(20):
        clock.now += 0.25
        progress.waiting(None)
    progress(Done(1, 1, 0))
    text = stream.getvalue()
    assert "reading for 1 s" not in text
    assert "reading for 2 s" in text
    assert "reading for 5 s" in text
    assert text.rstrip("\r").rsplit("\r", 1)[-1].strip() == ""


def test_waiting_is_called_while_a_worker_is_busy(tmp_path: Path) -> None:
    calls: list[int] = []
    path = tmp_path / "slow"
    path.write_text("1", encoding="utf-8")
    found = list(run_files(slow, [path], Limits(), waiting=lambda _: calls.append(1)))
    assert found == [(str(path), "done")]
    assert len(calls) >= 2


def slow(path: str, context: object) -> str:
    """A function that takes its time."""
    time.sleep(0.9)
    return "done"


def test_of_a_single_long_file_it_is_told_how_much_has_been_read(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LANG", "en")
    stream = io.StringIO()
    progress = Progress(stream)
    for share in (0.1, 0.4, 0.75):
        clock.now += 2.5
        progress.waiting(share)
    assert "[########------------] 40%  reading for 5 s" in stream.getvalue()
    assert "[###############-----] 75%  reading for 7 s" in stream.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers share no memory with who waits")
def test_a_worker_tells_how_much_of_its_file_it_has_read(tmp_path: Path) -> None:
    shares: list[float | None] = []
    path = tmp_path / "slow"
    path.write_text("1", encoding="utf-8")
    list(run_files(slow_in_halves, [path], Limits(), waiting=shares.append))
    assert shares[0] is None
    assert shares[-1] == 0.5


def slow_in_halves(path: str, context: object) -> str:
    """A function that tells half-way how far it is."""
    time.sleep(0.6)
    tell(1, 2)
    time.sleep(0.9)
    return "done"
