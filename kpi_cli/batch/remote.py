"""What runs on a Dask worker: batches of files, handed to processes that read them."""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from kpi_cli.batch.cache import program
from kpi_cli.batch.reader import receive, send
from kpi_cli.intake.limits import MEBIBYTE
from kpi_cli.intake.reading import Context
from kpi_cli.intake.worker import Sent

# Seconds beyond the time limits of its files after which a process that reads a batch is ended.
_GRACE = 60.0

_idle: list[_Process] = []
_lock = threading.Lock()


class OtherProgramError(Exception):
    """The worker has another version of this program, or of a library that reads."""


class Shared:
    """What all batches of a run have in common, as it goes to the workers: once to each."""

    def __init__(self, context: Context) -> None:
        self.program = program()
        self.limits = context.limits
        self.data = pickle.dumps(context, 5)
        self.name = hashlib.sha256(self.data).hexdigest()


def share(shared: Shared) -> Shared:
    """As a task of its own, so that the scheduler can make it again where the worker that held it has died."""
    return shared


own_program = lru_cache(maxsize=1)(program)


def read_batch(batch: Sequence[Sent], shared: Shared) -> bytes:
    """The pickled readings of a batch."""
    if shared.program != own_program():
        raise OtherProgramError
    with _lock:
        process = _idle.pop() if _idle else None
    process = process or _Process()
    try:
        found = process.read(batch, shared)
    except BaseException:
        process.end()
        raise
    with _lock:
        _idle.append(process)
    return found


class _Process:
    """One process that reads, and the context that it has."""

    def __init__(self) -> None:
        # What the worker can import, the process can, however the worker was started.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each or str(os.getcwd()) for each in sys.path)}  # noqa: PTH109
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kpi_cli.batch.reader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, start_new_session=True,
        )
        self._has: str | None = None

    def read(self, batch: Sequence[Sent], shared: Shared) -> bytes:
        """OSError or EOFError where the process is gone."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        size = sum(len(each.data) for each in batch) / MEBIBYTE
        seconds = shared.limits.seconds * len(batch) + shared.limits.seconds_per_mebibyte * size
        watch = threading.Timer(seconds + _GRACE, self.end)
        watch.daemon = True
        watch.start()
        try:
            context = None if self._has == shared.name else pickle.loads(shared.data)  # noqa: S301 - from the client, as is this call
            send(stdin, (context, batch))
            self._has = shared.name
            found: bytes = receive(stdout)
        finally:
            watch.cancel()
        return found

    def end(self) -> None:
        """End the process and those that it started."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()
