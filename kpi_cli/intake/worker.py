"""What runs inside a worker process: one function over a few files, each with its own time limit."""

from __future__ import annotations

import faulthandler
import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from mmap import mmap
from typing import Any, NamedTuple

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.refusal import Refused
from kpi_cli.intake.share import follow
from kpi_cli.rules import Finding, Place, Word, finding

# The alarm's default action ends a process wherever it is, inside a library's loop too.
TIMED_OUT = -int(getattr(signal, "SIGALRM", 14))


class Sent(NamedTuple):
    """A file that is not here: its path where it is, and its bytes."""

    path: str
    data: bytes


# What a worker reads: a file by its path, or one that was sent.
Work = str | Sent


class _Setup(NamedTuple):
    function: Callable[[Any, Any], Any]
    context: object
    limits: Limits
    progress: mmap | None
    memory: int | None


_setup: list[_Setup] = []
_CHUNKS_A_SWEEP = 16
# So many chunks may be on their way. Of each it is noted which file its worker is at, and behind all these how many hundredths
# of that file have been read.
SLOTS = 4096


def begin(function: Callable[[Any, Any], Any], context: object, limits: Limits, progress: mmap | None) -> None:
    """Prepare a worker: silence, no core files, the default alarm."""
    _setup[:] = [_Setup(function, context, limits, progress, _open_memory())]
    _silence()
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _no_core_files()
    gc.freeze()
    gc.disable()


def run_chunk(works: Sequence[Work], slot: int) -> bytes:
    """The function's results for these files, pickled; findings in place of those that raised.

    The worker notes in ``slot`` which file it is at, so that the file which ends it can be told.
    """
    setup = _setup[0]
    values = []
    for index, work in enumerate(works):
        if setup.progress is not None:
            setup.progress[slot] = index
            follow(setup.progress, SLOTS + slot)
        values.append(_run(setup, work))
    # Readings hold hardly any cycles: looking for them after every chunk took a tenth of the time.
    if slot % _CHUNKS_A_SWEEP == 0:
        gc.collect()
    return pickle.dumps(values, pickle.HIGHEST_PROTOCOL)


def results_of(data: bytes) -> list[Any]:
    """What ``run_chunk`` found. It holds no cycles: to look for them among thousands of figures would take as long again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        found: list[Any] = pickle.loads(data)  # noqa: S301 - from a worker of ours
    finally:
        if collecting:
            gc.enable()
    return found


def path_of(work: Work) -> str:
    return work if type(work) is str else work[0]


def seconds_for(work: Work, limits: Limits) -> float:
    """The time limit of one file, by its size."""
    return _seconds(_size(work, limits), limits)


def _seconds(size: int, limits: Limits) -> float:
    return limits.seconds + limits.seconds_per_mebibyte * size / MEBIBYTE


def _run(setup: _Setup, work: Work) -> Any:
    path, size = path_of(work), _size(work, setup.limits)
    memory = setup.limits.memory + setup.limits.memory_per_byte * size
    _limit_memory(memory, setup.memory)
    _alarm(_seconds(size, setup.limits))
    try:
        return setup.function(work, setup.context)
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


def _size(work: Work, limits: Limits) -> int:
    if isinstance(work, Sent):
        return len(work.data)
    try:
        return min(os.stat(work).st_size, limits.file_size)  # noqa: PTH116 - pathlib takes three times as long
    except (OSError, ValueError):
        return 0


def _no_core_files() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(allowed: int, memory: int | None) -> None:
    """Let the process take this much beyond what it holds now (Linux, macOS; elsewhere only time is limited)."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _taken(memory) + allowed
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _open_memory() -> int | None:
    """What tells how much memory this process holds, opened once: it is asked before every file (Linux; None elsewhere)."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, AttributeError):
        return None


def _taken(memory: int | None) -> int:
    """Bytes of data that the process holds, 0 where that is not known."""
    if memory is None or sys.platform == "win32":
        return 0
    try:
        pages = int(os.pread(memory, 256, 0).split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
