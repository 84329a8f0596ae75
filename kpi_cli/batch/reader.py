"""A process beside a Dask worker, which reads the files that it is sent: ``python -m kpi_cli.batch.reader``.

Dask's workers have threads and sockets, and may not have children of their own kind; a process that is started afresh has
none of that, and forks the workers in which files are read. It ends when its standard input does.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple

from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.workers import Readers
from kpi_cli.rules import Finding

_LENGTH = 8
_NAMES = "names"


class Batch(NamedTuple):
    """Files to read together: their paths where the run was started, and their bytes."""

    paths: list[str]
    contents: list[bytes]


def send(stream: IO[bytes], message: object) -> None:
    """Write a message for the process at the other end, which is one of ours."""
    data = pickle.dumps(message, 5)
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message. EOFError where the other end is gone."""
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    return pickle.loads(_exactly(stream, length))  # noqa: S301 - both ends are this program


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def main() -> None:
    """Answer (context or None where it is the one before, batch) with the pickled readings, until the input ends."""
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what is printed by mistake is no answer
        readers: Readers | None = None
        try:
            while True:
                context, batch = receive(requests)
                if context is not None or readers is None:
                    if readers is not None:
                        readers.close()
                    readers = Readers(read_sent, context.limits, context)
                send(answers, pickle.dumps(read_batch(readers, batch), 5))
        except (EOFError, BrokenPipeError):
            return  # the worker that asked has ended, and so does its reader
        finally:
            if readers is not None:
                readers.close()


def read_batch(readers: Readers, batch: Batch) -> list[bytes]:
    """The readings of a batch, each pickled. Its files are laid down in a folder of their own meanwhile."""
    with tempfile.TemporaryDirectory(prefix="kpi-") as folder:
        Path(folder, _NAMES).write_bytes(pickle.dumps(batch.paths))
        places = [_lay_down(Path(folder), number, path, content) for number, (path, content) in enumerate(zip(*batch, strict=True))]
        values = readers.read(places)
    return [
        pickle.dumps(FileRead(path, None, None, [], [renamed_finding(each, place, path) for each in value], ()), 5)
        if isinstance(value, list) else value
        for path, place, value in zip(batch.paths, places, values, strict=True)
    ]


def _lay_down(folder: Path, number: int, path: str, content: bytes) -> str:
    """Write one file. Its own name does not matter: a file that is refused for its name is not sent."""
    place = folder / f"{number}{Path(path).suffix}"
    place.write_bytes(content)
    return str(place)


def read_sent(place: str, context: Context) -> bytes:
    """As ``read_file``, of a file that was sent, under the path that it has where it came from. Pickled here, for all the
    way to where it was sent from."""
    path = _paths(str(Path(place).parent))[int(Path(place).stem)]
    prior = frozenset([place]) if path in context.prior else frozenset()
    named = {place: context.registers[path]} if path in context.registers else {}
    return pickle.dumps(renamed(read_file(place, context._replace(prior=prior, registers=named)), place, path), 5)


@lru_cache(maxsize=1)
def _paths(folder: str) -> list[str]:
    found: list[str] = pickle.loads(Path(folder, _NAMES).read_bytes())  # noqa: S301 - written by this program
    return found


def died(read: FileRead) -> bool:
    """Whether the file ended its reader: what that costs depends on the machine, so it is tried again in another run."""
    return read.kind is None and any(each.rule == "reader-died" for each in read.findings)


def renamed(read: FileRead, place: str, path: str) -> FileRead:
    """A reading under another path."""
    return read._replace(
        file=path,
        observations=[each._replace(file=path) for each in read.observations],
        findings=[renamed_finding(each, place, path) for each in read.findings],
        registers=tuple(each._replace(file=path) for each in read.registers),
    )


def renamed_finding(each: Finding, place: str, path: str) -> Finding:
    at = each.place._replace(file=path) if each.place.file == place else each.place
    facts = {name: value.replace(place, path) if type(value) is str else value for name, value in each.facts.items()}
    return each._replace(place=at, facts=facts)


if __name__ == "__main__":
    # Under the module's own name, by which the processes that it forks know its functions.
    from kpi_cli.batch import reader

    reader.main()
