"""The files of a run → their readings, in order: here or on a cluster, with a cache or without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kpi_cli.batch.local import Reading, read_here
from kpi_cli.intake.reading import Context, FileRead

if TYPE_CHECKING:
    # Only for the type: Dask takes long to import, and may not be installed.
    from kpi_cli.batch.cluster import Cluster


class Done(NamedTuple):
    """How far a run has come: files read so far, of how many, and how many of them were found in the cache."""

    files: int
    total: int
    reused: int


class Way(NamedTuple):
    """How files are read. ``jobs``: worker processes here; ``cache``: the folder with an earlier run's readings;
    ``cluster``: a Dask cluster to read on; ``watch`` is told after each file, and ``waiting`` is called now and then while
    none is finished (here, not on a cluster)."""

    jobs: int | None = None
    cache: str | None = None
    cluster: Cluster | None = None
    watch: Callable[[Done], None] | None = None
    waiting: Callable[[float | None], None] | None = None


def read_files(paths: Sequence[str], context: Context, way: Way) -> Iterator[FileRead]:
    """Every file's reading, in the order of ``paths``; work starts with this call. A file that ends its reader has a
    reading that holds nothing but the finding."""
    return _told(_begin(paths, context, way), len(paths), way)


def _begin(paths: Sequence[str], context: Context, way: Way) -> Iterator[Reading]:
    cache = None
    if way.cache is not None:
        from kpi_cli.batch.cache import cached

        cache = cached(context, way.cache)
    if way.cluster is not None:
        from kpi_cli.batch.cluster import read_on_cluster

        return read_on_cluster(paths, context, way.cluster, way.jobs, cache)
    return read_here(paths, context, way.jobs, cache, way.waiting)


def _told(readings: Iterator[Reading], total: int, way: Way) -> Iterator[FileRead]:
    reused = 0
    for number, (read, kept) in enumerate(readings, 1):
        reused += kept
        if way.watch is not None:
            way.watch(Done(number, total, reused))
        yield read
    if way.cache is not None:
        from kpi_cli.batch.cache import trim

        trim(way.cache)
