"""Files are read in worker processes, each under limits: what ends a worker costs that file and no other."""

from __future__ import annotations

import mmap
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kpi_cli.intake import worker
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.worker import Sent, Work
from kpi_cli.rules import Finding, Place, Word, finding

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

T = TypeVar("T")
Outcome = tuple[str, T | list[Finding]]

CHUNK = 32
# Chunks handed out per worker before the first is asked for: no worker waits, and little is kept.
_AHEAD = 3
# Seconds a worker may overstay before it is ended from outside, where it could not end itself.
_GRACE = 5.0
# Seconds between looks at the workers: how long the death of one may go unnoticed.
_LOOK = 0.01
# Seconds between two calls of ``waiting``.
_TELL = 0.25
_NOT_BEGUN = 255


@dataclass(slots=True)
class _Chunk:
    """Files that go to a worker together. ``slot`` is where the worker notes which of them it is at."""

    works: Sequence[Work]
    slot: int
    future: Future[bytes]


def run_files(
    function: Callable[[str, Any], T],
    paths: Sequence[str | Path],
    limits: Limits,
    *,
    jobs: int | None = None,
    context: object = None,
    waiting: Callable[[float | None], None] | None = None,
) -> Iterator[Outcome[T]]:
    """``function(path, context)`` for each file, in worker processes; results in the order of ``paths``.

    ``function`` and what it returns must be picklable; ``context`` goes to each worker once. Work starts with this
    call, before the first result is asked for, so that the caller may import what is heavy meanwhile. Where a file
    cannot be finished (the worker died, time or memory ran out, an error in the program), its findings stand in place
    of a result; the other files' results are not touched. Memory stays flat over thousands of files. ``waiting`` is
    called now and then while nothing is finished, with the share of the file that has been read, None where that is not known.
    """
    names = [str(path) for path in paths]
    jobs = max(1, min(jobs or os.cpu_count() or 1, len(names)))
    size = max(1, min(CHUNK, len(names) // (jobs * 4)))
    run = _Run(function, limits, jobs, context, waiting)
    chunks = iter([names[start : start + size] for start in range(0, len(names), size)])
    run.hand_out(chunks)
    return run.results(chunks)


class Readers:
    """Worker processes that stay, for files that come bit by bit: otherwise as ``run_files``. Starting them anew for every
    few files would cost more than reading these."""

    def __init__(self, function: Callable[[Sent, Any], Any], limits: Limits, context: object = None) -> None:
        self._run = _Run(function, limits, 1, context)

    def read(self, files: Sequence[Sent]) -> list[Any]:
        """For each file its result, or the findings that stand in its place."""
        return self._run.together(files) if files else []

    def close(self) -> None:
        self._run.close()


class _Run:
    """One call of ``run_files``: the pool, and the chunks on their way."""

    def __init__(
        self, function: Callable[[Any, Any], Any], limits: Limits, jobs: int, context: object, waiting: Callable[[float | None], None] | None = None
    ) -> None:
        self._limits, self._jobs, self._waiting = limits, jobs, waiting
        self._forks = sys.platform == "linux"
        self._progress = mmap.mmap(-1, 2 * worker.SLOTS) if self._forks else None
        self._setup = (function, context, limits, self._progress)
        self._slot = 0
        self._pool: ProcessPool | None = None
        self._pending: deque[_Chunk] = deque()

    def hand_out(self, chunks: Iterator[list[str]]) -> None:
        """Give the workers as many chunks as may be on their way."""
        while len(self._pending) < self._jobs * _AHEAD:
            paths = next(chunks, None)
            if paths is None:
                return
            self._pending.append(self._schedule(paths))

    def results(self, chunks: Iterator[list[str]]) -> Iterator[Outcome[Any]]:
        """Results file by file, chunks following as they finish."""
        try:
            while self._pending:
                chunk = self._pending.popleft()
                values = self._values(chunk)
                self.hand_out(chunks)
                yield from zip(map(worker.path_of, chunk.works), values, strict=True)
        finally:
            self.close()

    def together(self, works: Sequence[Work]) -> list[Any]:
        """The values of files that one worker reads."""
        return self._values(self._schedule(works))

    def _schedule(self, works: Sequence[Work]) -> _Chunk:
        slot = self._slot = (self._slot + 1) % worker.SLOTS
        if self._progress is not None:
            self._progress[slot] = _NOT_BEGUN
        seconds = sum(worker.seconds_for(each, self._limits) for each in works) + _GRACE
        pool = self._pool or self._start()
        future = pool.schedule(worker.run_chunk, args=(works, slot), timeout=seconds)
        return _Chunk(works, slot, future)

    def _start(self) -> ProcessPool:
        # Imported here: it takes 25 ms, which commands that read no file need not pay.
        import multiprocessing

        from pebble import CONSTS, ProcessPool

        CONSTS.sleep_unit = _LOOK
        # A fork starts in 2 ms; elsewhere it is unsafe or missing, and the worker imports what it needs anew.
        method = multiprocessing.get_context("fork" if self._forks else "spawn")
        self._pool = ProcessPool(
            max_workers=self._jobs, initializer=worker.begin, initargs=self._setup, context=method
        )
        return self._pool

    def _values(self, chunk: _Chunk) -> list[Any]:
        """A value for each file of the chunk: its result, or the findings that stand in its place."""
        from concurrent.futures import wait
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        if self._waiting is not None:
            while not wait([chunk.future], _TELL).done:
                self._waiting(self._share(chunk))
        try:
            return worker.results_of(chunk.future.result())
        except ProcessExpired as error:
            timed_out, reason = error.exitcode == worker.TIMED_OUT, "reader-aborted"
        except TimeoutError:
            timed_out, reason = True, "reader-timeout"
        except BrokenProcessPool:
            timed_out, reason = False, "reader-aborted"
            self.close()
        except Exception as error:  # noqa: BLE001 - the boundary: what a file does to its worker ends as a finding
            return self._alone(chunk, f"{type(error).__name__}: {error}")
        return self._without_culprit(chunk, timed_out, reason)

    def _share(self, chunk: _Chunk) -> float | None:
        """How much of a file that is alone in its chunk has been read, None where that is not known."""
        if self._progress is None or len(chunk.works) > 1:
            return None
        return self._progress[worker.SLOTS + chunk.slot] / 100 or None

    def _alone(self, chunk: _Chunk, error: str) -> list[Any]:
        """A chunk whose results could not be sent: again, file by file."""
        if len(chunk.works) == 1:
            return [[died(worker.path_of(chunk.works[0]), "reader-error", error=error)]]
        return [value for path in chunk.works for value in self._values(self._schedule([path]))]

    def _without_culprit(self, chunk: _Chunk, timed_out: bool, reason: str) -> list[Any]:
        """Read a chunk whose worker died again, around the file that it died of."""
        if timed_out:
            reason = "reader-timeout"
        if len(chunk.works) == 1:
            return [[died(worker.path_of(chunk.works[0]), reason)]]
        at = self._progress[chunk.slot] if self._progress is not None else _NOT_BEGUN
        if at >= len(chunk.works):
            return [value for path in chunk.works for value in self._values(self._schedule([path]))]
        before, culprit, after = chunk.works[:at], chunk.works[at], chunk.works[at + 1 :]
        rest = [self._schedule(paths) if paths else None for paths in (before, after)]
        # A file that ran out of time had all of it; one that died otherwise is tried once more, alone.
        middle = [[died(worker.path_of(culprit), reason)]] if timed_out else self._values(self._schedule([culprit]))
        first, last = (self._values(each) if each else [] for each in rest)
        return [*first, *middle, *last]

    def close(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def died(path: str, reason: str, error: str | None = None) -> Finding:
    """``reader-died`` for a file; ``reason`` is a key of the words."""
    return finding("reader-died", Place(file=path), reason=Word(reason), error=error)
