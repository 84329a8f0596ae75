"""Files read on a Dask cluster, in batches. Their bytes are sent along, so that no machine needs the folder they lie in.

Whatever a cluster does, the results are those of a run on one machine: a batch that it does not return is read here.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_cli.batch import remote
from kpi_cli.batch.cache import Cached, find, keep, program
from kpi_cli.batch.local import Reading, read_here
from kpi_cli.batch.reader import died
from kpi_cli.intake.limits import MEBIBYTE
from kpi_cli.intake.readers.source import read_bytes
from kpi_cli.intake.reading import Context, FileRead
from kpi_cli.intake.refusal import Refused
from kpi_cli.intake.worker import Sent

if TYPE_CHECKING:
    from distributed import Client, Future

# Files that go together, and their bytes: enough to be worth a message, few enough to lose. A longer file is read here.
FILES, BYTES = 64, 8 * MEBIBYTE
# Batches on their way for each thread of the workers, so that none waits.
_AHEAD = 2
# Seconds: for the scheduler to answer, for a first worker, between looks, and without any worker until it is given up.
ANSWER, _LOOK, PATIENCE = 10.0, 2.0, 30.0


class ClusterError(Exception):
    """A cluster that cannot be used. ``word`` is a word's key, with its facts."""

    def __init__(self, word: str, **facts: object) -> None:
        super().__init__(word)
        self.word, self.facts = word, facts


class Cluster:
    """A connection to a scheduler that answered and has workers with this very program. ``tell`` is called with a reason,
    once, where the cluster is lost."""

    def __init__(self, client: Client, address: str, tell: Callable[[str], None]) -> None:
        self.client, self.address, self._tell = client, address, tell
        self.lost = False

    def lose(self, reason: str) -> None:
        if not self.lost:
            self.lost = True
            self._tell(reason)

    def threads(self) -> int:
        """Batches that the workers can read at once."""
        return sum(worker["nthreads"] for worker in self._workers().values())

    def _workers(self) -> dict[str, Any]:
        if self.client.status != "running":
            return {}
        found: dict[str, Any] = self.client.scheduler_info(n_workers=-1).get("workers", {})
        return found

    def close(self) -> None:
        self.client.close(timeout=ANSWER)


def connect(address: str, tell: Callable[[str], None]) -> Cluster:
    """The cluster at an address. ClusterError where Dask is not installed, nobody answers, or the workers cannot be used."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError("cluster-not-installed") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_ask(address))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with an address or with what listens there
        reason = (str(error).splitlines() or [""])[0] or type(error).__name__
        raise ClusterError("cluster-no-answer", address=address, reason=reason) from None
    client = Client(address, timeout=ANSWER, set_as_default=False)
    try:
        _look_at_workers(client, address)
    except ClusterError:
        client.close(timeout=ANSWER)
        raise
    return Cluster(client, address, tell)


async def _ask(address: str) -> None:
    """Whether a scheduler answers: asked before there is a client, which does not go quietly."""
    from distributed.core import rpc

    async with asyncio.timeout(ANSWER):
        async with rpc(address, timeout=ANSWER) as scheduler:
            found = await scheduler.identity()
    if found["type"] != "Scheduler":
        raise ValueError(found["type"])


def _look_at_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=ANSWER)
    except TimeoutError:
        raise ClusterError("cluster-no-workers", address=address, seconds=round(ANSWER)) from None
    try:
        programs = set(client.run(program).values())
    except Exception as error:  # noqa: BLE001 - whatever the workers raise says that they lack the program
        raise ClusterError("cluster-without-program", reason=f"{type(error).__name__}: {error}") from None
    if programs != {program()}:
        raise ClusterError("cluster-other-program")


@dataclass(slots=True)
class _Portion:
    """Files in a row. ``kept`` are those that the cache had, ``sent`` those on their way, the others are read here."""

    paths: list[str] = field(default_factory=list)
    kept: dict[str, FileRead] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    future: Future | None = None
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return len(self.paths) >= FILES or sum(len(each.data) for each in self.sent) >= BYTES


def read_on_cluster(
    paths: Sequence[str], context: Context, cluster: Cluster, jobs: int | None, cache: Cached | None
) -> Iterator[Reading]:
    """Readings in the order of ``paths``; the first batches are sent with this call."""
    run = _Run(paths, context, cluster, jobs, cache)
    run.send_on()
    return run.results()


class _Run:
    """One run: the portions on their way, in order."""

    def __init__(self, paths: Sequence[str], context: Context, cluster: Cluster, jobs: int | None, cache: Cached | None) -> None:
        self._paths, self._context, self._cluster, self._jobs, self._cache = iter(paths), context, cluster, jobs, cache
        self._pending: deque[_Portion] = deque()
        shared = remote.Shared(context)
        self._shared = cluster.client.submit(remote.share, shared, key=f"kpi-{shared.name}", pure=False)

    def results(self) -> Iterator[Reading]:
        try:
            while self._pending:
                portion = self._pending.popleft()
                found = self._values(portion)
                self.send_on()
                yield from found
        finally:
            self._cluster.client.cancel([each.future for each in self._pending if each.future is not None])

    def send_on(self) -> None:
        """Keep as many portions on their way as the workers have hands for."""
        most = 1 if self._cluster.lost else max(1, self._cluster.threads()) * _AHEAD + 1
        while len(self._pending) < most:
            portion = self._portion()
            if not portion.paths:
                return
            if portion.sent and not self._cluster.lost:
                portion.future = self._cluster.client.submit(remote.read_batch, portion.sent, self._shared, pure=False, retries=2)
            portion.sent = []
            self._pending.append(portion)

    def _portion(self) -> _Portion:
        portion = _Portion()
        for path in self._paths:
            portion.paths.append(path)
            content = self._content(path)
            if content is not None and not self._is_kept(path, content, portion) and len(content) <= BYTES:
                portion.sent.append(Sent(path, content))
            if portion.full:
                break
        return portion

    def _content(self, path: str) -> bytes | None:
        """A file's bytes, None for what is refused unopened: what is wrong with it is found here."""
        try:
            return read_bytes(Path(path), self._context.limits)
        except Refused:
            return None

    def _is_kept(self, path: str, content: bytes, portion: _Portion) -> bool:
        if self._cache is None:
            return False
        portion.hashes[path] = sha256(content).hexdigest()
        kept = find(path, portion.hashes[path], self._cache)
        if kept is not None:
            portion.kept[path] = kept
        return kept is not None

    def _values(self, portion: _Portion) -> list[Reading]:
        """The readings of a portion; what did not come back from the cluster is read here."""
        found: dict[str, Reading] = {path: (read, True) for path, read in portion.kept.items()}
        for read in self._returned(portion):
            found[read.file] = (read, False)
            if self._cache is not None and not died(read):
                keep(read, portion.hashes[read.file], self._cache)
        rest = [path for path in portion.paths if path not in found]
        found |= dict(zip(rest, read_here(rest, self._context, self._jobs, self._cache), strict=True))
        return [found[path] for path in portion.paths]

    def _returned(self, portion: _Portion) -> list[FileRead]:
        """What the cluster made of a portion, nothing where it failed."""
        waited = 0.0
        while portion.future is not None and not self._cluster.lost:
            try:
                found = portion.future.result(timeout=_LOOK)
                return [pickle.loads(each) for each in pickle.loads(found)]  # noqa: S301 - Dask itself speaks pickle
            except TimeoutError:
                waited = 0.0 if self._cluster.threads() else waited + _LOOK
                reason = "" if waited < PATIENCE else TimeoutError.__name__
            except Exception as error:  # noqa: BLE001 - the boundary: whatever a cluster does, the files are read
                if self._cluster.client.status == "running":
                    return []
                reason = type(error).__name__
            if reason:
                self._cluster.lose(reason)
        return []
