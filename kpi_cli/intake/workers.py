"""Files are read in worker processes, each under limits: what ends a worker costs that file and no other."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.rules import Finding, Place, Word, finding

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

T = TypeVar("T")
Outcome = tuple[str, T | list[Finding]]

CHUNK = 32
# Chunks handed out before the first is asked for: enough to keep every worker busy, few enough to stay small.
_AHEAD = 3
# What a worker may take to notice its own time limit before it is ended from outside.
_GRACE = 5.0
_TIMED_OUT = -int(getattr(signal, "SIGALRM", 14))


@dataclass(slots=True)
class _Chunk:
    """Files that go to a worker together. ``slot`` is where the worker notes which of them it is at."""

    paths: list[str]
    slot: int
    future: Future[list[Any]] | None = None


def run_files(
    function: Callable[[str, Any], T],
    paths: Sequence[str | Path],
    limits: Limits,
    *,
    jobs: int | None = None,
    context: object = None,
) -> Iterator[Outcome[T]]:
    """``function(path, context)`` for each file, in worker processes; results in the order of ``paths``.

    ``function`` and what it returns must be picklable; ``context`` goes to each worker once. Work starts with this
    call, before the first result is asked for, so that the caller may import what is heavy meanwhile. Where a file
    cannot be finished (the worker died, time or memory ran out, an error in the program), its findings stand in place
    of a result; the other files' results are not touched. Memory stays flat over thousands of files.
    """
    names = [str(path) for path in paths]
    jobs = max(1, min(jobs or os.cpu_count() or 1, len(names)))
    size = max(1, min(CHUNK, len(names) // (jobs * 4)))
    run = _Run(function, limits, jobs, context)
    chunks = iter([names[start : start + size] for start in range(0, len(names), size)])
    return run.results(chunks)
