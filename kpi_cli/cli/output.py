"""Payload to standard output, or to a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from kpi_cli.cli.language import word

if TYPE_CHECKING:
    # Imported where something is written: help and lint to a terminal do without.
    from pathlib import Path


def refuse_overwriting(output: str | None, inputs: Iterable[str]) -> None:
    """A usage error where the output would replace a file that is read."""
    if output is None:
        return
    for each in inputs:
        if os.path.exists(output) and os.path.exists(each) and os.path.samefile(output, each):
            raise click.UsageError(word("same-file", file=each))


def write(payload: str | bytes, output: str | None) -> None:
    """Write the payload. Text is UTF-8; csv in a file begins with a BOM, so that Excel reads it as such."""
    if output is None:
        if isinstance(payload, bytes):
            sys.stdout.buffer.write(payload)
        else:
            click.echo(payload.rstrip("\n"))
        return
    if isinstance(payload, str):
        text = payload if payload.endswith("\n") else payload + "\n"
        payload = text.encode("utf-8-sig" if output.endswith(".csv") else "utf-8")
    write_file(output, payload)


def write_file(output: str | os.PathLike[str], data: bytes) -> None:
    """Write beside the file, then rename: a reader never sees half of it."""
    import tempfile
    from pathlib import Path

    path = Path(output)
    if path.exists() and not path.is_file():
        # A device or a pipe is written to; renaming a file over it would put a file in its place.
        _write_into(path, data)
        return
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent or Path(), prefix=f".{path.name}.")
    except OSError as error:
        raise click.UsageError(word("cannot-write", file=str(path), reason=error.strerror)) from None
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        if sys.platform != "win32":
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise click.UsageError(word("cannot-write", file=str(path), reason=error.strerror)) from None


def _write_into(path: Path, data: bytes) -> None:
    try:
        with path.open("wb") as stream:
            stream.write(data)
    except OSError as error:
        raise click.UsageError(word("cannot-write", file=str(path), reason=error.strerror)) from None
