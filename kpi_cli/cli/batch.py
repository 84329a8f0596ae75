"""The options for many files, and the line on a terminal that says how far a run has come."""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

import click

from kpi_cli.cli.language import word
from kpi_cli.cli.options import together

if TYPE_CHECKING:
    from kpi_cli.batch.cluster import Cluster
    from kpi_cli.batch.files import Done
    from kpi_cli.pipeline import Request

# Seconds before the line appears, and between two of its states.
PATIENCE = 2.0
PACE = 0.1
_BAR = 20

batch_options = together(
    click.option("--cache", metavar="DIR", type=click.Path(file_okay=False), help=word("option-cache")),
    click.option("--cluster", metavar="ADDRESS", help=word("option-cluster")),
)


def batched(request: Request, options: dict[str, Any]) -> Request:
    """The request with what the options say of many files. A usage error for a folder that cannot be written and a cluster
    that does not answer, before any file is opened."""
    # What is read is kept until the run ends: looking for garbage amid it finds none, and takes a third of the time.
    gc.freeze()
    gc.disable()
    cache, cluster = options["cache"], options["cluster"]
    if cache is not None:
        from kpi_cli.batch.cache import begin_cache

        try:
            begin_cache(cache)
        except OSError as error:
            raise click.UsageError(word("bad-cache", folder=cache, reason=error.strerror)) from None
    request = request._replace(cache=cache, cluster=_cluster(cluster) if cluster is not None else None)
    if not sys.stderr.isatty():
        return request
    progress = Progress(sys.stderr)
    return request._replace(watch=progress, waiting=progress.waiting)


def _cluster(address: str) -> Cluster:
    from kpi_cli.batch.cluster import ClusterError, connect

    try:
        cluster = connect(address, lambda reason: click.echo(word("cluster-lost", reason=reason), err=True))
    except ClusterError as error:
        raise click.UsageError(word(error.word, **error.facts)) from None
    click.get_current_context().call_on_close(cluster.close)
    return cluster


class Progress:
    """One line on standard error, written over and removed at the end; nothing for what is done in two seconds. It has no
    colours and no control codes but the return of the carriage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()
        self._shown_at = self._begun + PATIENCE - PACE
        self._width = 0
        self._said = ""

    def waiting(self, share: float | None) -> None:
        """Say, while a long file is read, how much of it has been, where that is known, and for how long."""
        now = time.monotonic()
        if now - self._shown_at >= PACE:
            self._shown_at = now
            bar = _bar(share) if share is not None else ""
            self._show(self._said + word("progress-waiting", bar=bar, seconds=int(now - self._begun)))

    def __call__(self, done: Done) -> None:
        now = time.monotonic()
        if done.files == done.total:
            self._show("")
            self._stream.write("\r" if self._width else "")
            self._stream.flush()
        elif now - self._shown_at >= PACE:
            self._shown_at = now
            reused = word("progress-reused", reused=done.reused) if done.reused else ""
            self._said = word("progress", done=done.files, total=done.total) + reused
            self._show(self._said)

    def _show(self, text: str) -> None:
        from wcwidth import wcswidth

        if not text and not self._width:
            return
        width = wcswidth(text)
        self._stream.write("\r" + text + " " * (self._width - width))
        self._stream.flush()
        self._width = max(self._width, width)


def _bar(share: float) -> str:
    full = int(share * _BAR)
    return f"[{'#' * full}{'-' * (_BAR - full)}] {share:.0%}  "
