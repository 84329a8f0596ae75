"""A process beside a Dask worker, which reads the files that it is sent: ``python -m kpi_cli.batch.reader``.

Dask's workers have threads and sockets, and may not have children of their own kind; a process that is started afresh has
none of that, and forks the workers in which files are read. It ends when its standard input does.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from typing import IO, Any

from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.worker import Sent
from kpi_cli.intake.workers import Readers
from kpi_cli.observations import NO_OBSERVATIONS

_LENGTH = 8


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


def read_batch(readers: Readers, batch: Sequence[Sent]) -> list[bytes]:
    """The readings of a batch, each pickled."""
    return [
        pickle.dumps(FileRead(sent.path, None, None, NO_OBSERVATIONS, value, ()), 5) if isinstance(value, list) else value
        for sent, value in zip(batch, readers.read(batch), strict=True)
    ]


def read_sent(sent: Sent, context: Context) -> bytes:
    """As ``read_file``, pickled for all the way to where the file is."""
    return pickle.dumps(read_file(sent.path, context, sent.data), 5)


def died(read: FileRead) -> bool:
    """Whether the file ended its reader: what that costs depends on the machine, so it is tried again in another run."""
    return read.kind is None and any(each.rule == "reader-died" for each in read.findings)


if __name__ == "__main__":
    # Under the module's own name, by which the processes that it forks know its functions.
    from kpi_cli.batch import reader

    reader.main()
