"""What runs inside a worker process: one function over a few files, each with its own time limit."""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import sys
from collections.abc import Callable
from mmap import mmap
from pathlib import Path
from typing import Any, NamedTuple

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.refusal import Refused
from kpi_cli.rules import Finding, Place, Word, finding

# The alarm's default action ends a process wherever it is, inside a library's loop too.
TIMED_OUT = -int(getattr(signal, "SIGALRM", 14))


class _Setup(NamedTuple):
    function: Callable[[str, Any], Any]
    context: object
    limits: Limits
    progress: mmap | None


_setup: list[_Setup] = []
_CHUNKS_A_SWEEP = 16


def begin(function: Callable[[str, Any], Any], context: object, limits: Limits, progress: mmap | None) -> None:
    """Prepare a worker: silence, no core files, the default alarm."""
    _setup[:] = [_Setup(function, context, limits, progress)]
    _silence()
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _no_core_files()
    gc.freeze()
    gc.disable()


def run_chunk(paths: list[str], slot: int) -> list[Any]:
    """The function's results for these files, findings in place of those that raised.

    The worker notes in ``slot`` which file it is at, so that the file which ends it can be told.
    """
    setup = _setup[0]
    values = []
    for index, path in enumerate(paths):
        if setup.progress is not None:
            setup.progress[slot] = index
        values.append(_run(setup, path))
    # Readings hold hardly any cycles: looking for them after every chunk took a tenth of the time.
    if slot % _CHUNKS_A_SWEEP == 0:
        gc.collect()
    return values


def seconds_for(path: str, limits: Limits) -> float:
    """The time limit of one file, by its size."""
    return limits.seconds + limits.seconds_per_mebibyte * _size(path, limits) / MEBIBYTE


def _run(setup: _Setup, path: str) -> Any:
    memory = setup.limits.memory + setup.limits.memory_per_byte * _size(path, setup.limits)
    _limit_memory(memory)
    _alarm(seconds_for(path, setup.limits))
    try:
        return setup.function(path, setup.context)
    except Refused as refusal:
        # Evidence is read late, when a verdict asks for it: that part of a file may be damaged too.
        return [finding(refusal.rule, Place(file=path), **refusal.facts)]
    except MemoryError:
        mebibytes = memory // MEBIBYTE
        facts = {"what": Word("file-memory"), "found": f"> {mebibytes} MiB", "limit": f"{mebibytes} MiB"}
        return [finding("too-large", Place(file=path), **facts)]
    except BaseException as error:  # noqa: BLE001 - the boundary: panics of libraries are no Exception
        return [_failed(path, error)]
    finally:
        _alarm(0)


def _failed(path: str, error: BaseException) -> Finding:
    text = f"{type(error).__name__}: {str(error)[:200]}"
    return finding("reader-died", Place(file=path), reason=Word("reader-error"), error=text)


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _silence() -> None:
    """Nothing that a library prints, or says while dying, reaches the user."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.stdout = sys.stderr = os.fdopen(nowhere, "w", encoding="utf-8")


def _size(path: str, limits: Limits) -> int:
    try:
        return min(Path(path).stat().st_size, limits.file_size)
    except (OSError, ValueError):
        return 0


def _no_core_files() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(allowed: int) -> None:
    """Let the process take this much beyond what it holds now (Linux, macOS; elsewhere only time is limited)."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _taken() + allowed
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _taken() -> int:
    """Bytes of data that the process holds (Linux; 0 elsewhere)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
