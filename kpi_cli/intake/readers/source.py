"""A file's bytes, without ever waiting for them: only a plain file of bearable size is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kpi_cli.intake.limits import Limits
from kpi_cli.intake.refusal import Refused, too_large, unreadable, unsupported
from kpi_cli.rules import Word

LOCK_PREFIXES = ("~$", ".~lock.")


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The content of a plain file. Refused: folders, pipes, devices (also behind a link), lock files, nothing in it."""
    if path.name.startswith(LOCK_PREFIXES):
        raise unsupported("file-lock")
    try:
        _plain(os.stat(path))  # noqa: PTH116 - the paths of thousands of files: pathlib takes three times as long
        # Opened without blocking and looked at again: a pipe put in its place meanwhile must not hold us up.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            _plain(status)
            if status.st_size > limits.file_size:
                raise too_large("file-bytes", status.st_size, limits.file_size)
            content = file.read(status.st_size + 1)
    except (OSError, ValueError) as error:
        raise _unopened(error) from error
    if not content:
        raise Refused("empty-file", reason=Word("file-zero-bytes"))
    return content


def _plain(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise unsupported("file-folder")
    if not stat.S_ISREG(status.st_mode):
        raise unsupported("file-device")


def _unopened(error: OSError | ValueError) -> Refused:
    if isinstance(error, FileNotFoundError):
        return unreadable("file-not-found")
    if isinstance(error, PermissionError):
        return unreadable("file-no-permission")
    return unreadable("file-not-opened")
