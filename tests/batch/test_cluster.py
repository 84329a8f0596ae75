"""On a Dask cluster the results are those of a run on one machine, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forms
import pytest

from kpi_cli.batch import cluster as cluster_module
from kpi_cli.batch.cluster import Cluster, ClusterError, connect
from kpi_cli.batch.files import Done
from kpi_cli.intake.limits import Limits
from kpi_cli.pipeline import Request, check, read_all
from kpi_cli.plan.nouns import Plan

pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"


class Dask:
    """A scheduler and workers of this test's own, on loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._processes = folder, []
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self.file))
        self.address = self._address()

    def _address(self) -> str:
        import json

        for _ in range(200):
            if self.file.exists() and self.file.read_text(encoding="utf-8").endswith("}"):
                return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])
            time.sleep(0.1)
        raise TimeoutError

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        place = self._folder / f"worker{len(self._processes)}"
        return self._start("worker", self.address, "--nthreads", "1", "--local-directory", str(place), *options)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"log{len(self._processes)}").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--host", HOST, "--no-dashboard"], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        self._processes.append(process)
        return process

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                for each in psutil.Process(process.pid).children(recursive=True):
                    each.kill()
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    running = Dask(tmp_path)
    yield running
    running.close()


def connected(dask: Dask, workers: int) -> tuple[Cluster, list[str]]:
    told: list[str] = []
    cluster = connect(dask.address, told.append)
    cluster.client.wait_for_workers(workers, timeout=20)
    return cluster, told


def test_a_worker_that_dies_in_mid_run_changes_no_result(dask: Dask, plan: Plan, many: list[str]) -> None:
    workers = [dask.worker("--no-nanny") for _ in range(2)]
    here = check(plan, Request(many, jobs=2))
    cluster, told = connected(dask, 2)
    offspring: list[Any] = []

    def kill_one(done: Done) -> None:
        if done.files == 100:
            offspring.extend(psutil.Process(workers[0].pid).children(recursive=True))
            workers[0].send_signal(signal.SIGKILL)

    there = check(plan, Request(many, cluster=cluster, watch=kill_one))
    assert workers[0].wait(10) != 0
    assert there == here or repr(there) == repr(here)
    assert told == []
    assert cluster.threads() == 1
    assert offspring
    _, left = psutil.wait_procs(offspring, timeout=15)
    assert not left
    cluster.close()


def test_where_the_scheduler_is_lost_the_rest_is_read_here(dask: Dask, plan: Plan, many: list[str]) -> None:
    dask.worker("--no-nanny")
    cluster, told = connected(dask, 1)

    def kill(done: Done) -> None:
        if done.files == 60:
            dask.scheduler.kill()

    there = list(read_all(plan, Request(many[:200], jobs=2, cluster=cluster, watch=kill)))
    assert repr(there) == repr(list(read_all(plan, Request(many[:200], jobs=2))))
    assert len(told) == 1
    cluster.close()


def test_a_file_that_kills_its_reader_costs_itself_and_no_worker(dask: Dask, plan: Plan, many: list[str], tmp_path: Path) -> None:
    killer = tmp_path / "killer.xlsx"
    forms.write_xlsx(killer, [["序号", "指标名称", "计量单位", "本年实际"], *([number, f"另一指标{number}", "件", 1] for number in range(60_000))])
    limits = Limits(seconds=0.4, seconds_per_mebibyte=0)
    files = [*many[:40], str(killer), str(tmp_path / "absent.xlsx"), str(tmp_path)]
    dask.worker()  # as `dask worker` starts it: under a nanny, where it may not have children of its own kind
    here = list(read_all(plan, Request(files, jobs=2, limits=limits)))
    cluster, told = connected(dask, 1)
    there = list(read_all(plan, Request(files, limits=limits, cluster=cluster)))
    assert repr(there) == repr(here)
    assert [each.rule for read in there if read.file == str(killer) for each in read.findings] == ["reader-died"]
    assert told == []
    cluster.close()


def test_a_cluster_and_a_cache_go_together(dask: Dask, plan: Plan, many: list[str], tmp_path: Path) -> None:
    dask.worker("--no-nanny")
    cluster, _ = connected(dask, 1)
    here = repr(list(read_all(plan, Request(many[:50], jobs=2))))
    for expected in (0, 49):
        seen: list[Done] = []
        request = Request(many[:50], cluster=cluster, cache=str(tmp_path / "cache"), watch=seen.append)
        assert repr(list(read_all(plan, request))) == here
        assert seen[-1].reused == expected
    cluster.close()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:notaport", ""])
def test_an_address_where_nobody_answers_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER", 1.0)
    with pytest.raises(ClusterError) as raised:
        connect(address, print)
    assert raised.value.word == "cluster-no-answer"
    assert "\n" not in str(raised.value.facts["reason"])


def test_a_cluster_without_workers_is_told(dask: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER", 2.0)
    with pytest.raises(ClusterError) as raised:
        connect(dask.address, print)
    assert raised.value.word == "cluster-no-workers"


@pytest.mark.parametrize(("language", "said"), [("en", "no Dask scheduler answers"), ("zh", "没有 Dask 调度器应答")])
def test_a_cluster_that_cannot_be_used_is_wrong_usage(kpi: Any, many: list[str], folder: Path, language: str, said: str) -> None:
    run = kpi("check", many[0], "--plan", folder / "plan.yaml", "--cluster", "nonsense://x", "--lang", language)
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_where_dask_is_not_installed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError) as raised:
        connect("tcp://127.0.0.1:9", print)
    assert raised.value.word == "cluster-not-installed"
