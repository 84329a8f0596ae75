"""Files read on this machine, in worker processes, with a cache or without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kpi_cli.batch.cache import Cached, read_cached
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.workers import run_files
from kpi_cli.observations import NO_OBSERVATIONS
from kpi_cli.rules import Finding

# A reading, and whether it was found in the cache.
Reading = tuple[FileRead, bool]


def read_here(
    paths: Sequence[str], context: Context, jobs: int | None, cache: Cached | None, waiting: Callable[[float | None], None] | None = None
) -> Iterator[Reading]:
    """Readings in the order of ``paths``; work starts with this call. ``waiting`` is called now and then in between."""
    if cache is not None:
        looked = run_files(read_cached, paths, context.limits, jobs=jobs, context=cache, waiting=waiting)
        return (_failed(path, each) if isinstance(each, list) else each for path, each in looked)
    read = run_files(read_file, paths, context.limits, jobs=jobs, context=context, waiting=waiting)
    return (_failed(path, each) if isinstance(each, list) else (each, False) for path, each in read)


def _failed(path: str, findings: list[Finding]) -> Reading:
    """The reading of a file that ended its reader."""
    return FileRead(path, None, None, NO_OBSERVATIONS, findings, ()), False
