"""Readings kept in a folder, so that a later run reads only the files that changed.

A reading is found again under the hash of everything that it depends on: the file's bytes, the plan's words, what the user
says of the file, the limits, this program and the libraries that read. Nothing in the folder is trusted: an entry that is
damaged or foreign is as good as none, and is written anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import kpi_cli
from kpi_cli.batch.packing import known_to, pack, unpack
from kpi_cli.batch.strict import DamagedError, NotPlainError
from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.source import read_bytes
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.refusal import Refused
from kpi_cli.intake.vocabulary import Vocabulary

# A reading that takes more than this is not kept: a long register is read again as quickly as it would be loaded.
LARGEST_ENTRY = 8 * MEBIBYTE
# What a cache may grow to before the entries that were unused for longest are removed.
LARGEST_CACHE = 1024 * MEBIBYTE
_FOLDER = "kpi-readings"
_NAME_LENGTH = 64
_LIBRARIES = ("python-calamine", "openpyxl", "xlrd", "pandas")
_MARK = b"kpi-reading 1 "


class Cached(NamedTuple):
    """What a worker needs to look into the cache before it reads: ``base`` is the hash of all that the files of a run have
    in common."""

    context: Context
    folder: Path
    base: str


def cached(context: Context, folder: str) -> Cached:
    return Cached(context, Path(folder) / _FOLDER, base_of(context))


def base_of(context: Context) -> str:
    """The hash of what the reading of any file depends on, beside its bytes."""
    words = {name: getattr(context.words, name) for name in signature(Vocabulary).parameters}
    words["units"] = context.words.units.own
    parts = (program(), words, context.period, context.subject, context.limits, context.detailed)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def program() -> str:
    """This program, to the letter, and the libraries that read for it: a version number alone does not tell a changed
    program from the one before."""
    from importlib.metadata import version

    digest = hashlib.sha256()
    package = Path(kpi_cli.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    return repr((kpi_cli.__version__, digest.hexdigest(), sys.version_info[:3], libraries))


def read_cached(path: str, work: Cached) -> tuple[FileRead, bool]:
    """As ``read_file``, from the cache where it holds the reading, else into it; and whether it was there."""
    content = _hash(path, work.context.limits)
    if content is None:
        return read_file(path, work.context), False
    kept = find(path, content, work)
    if kept is not None:
        return kept, True
    read = read_file(path, work.context)
    # What is kept must be the reading of these very bytes, also where the file was changed meanwhile.
    if (read.sha256 or _hash(path, work.context.limits)) == content:
        keep(read, content, work)
    return read, False


def find(path: str, content: str, work: Cached) -> FileRead | None:
    """The reading of a file whose bytes have the hash ``content``; None where there is none that can be used."""
    entry = _entry(path, content, work)
    try:
        read = unpack(_sound(entry), path, known_to(work.context.words, work.context.subject))
    except (OSError, DamagedError):
        return None
    with suppress(OSError):  # the time only says what was unused for longest
        os.utime(entry)
    return read


def keep(read: FileRead, content: str, work: Cached) -> None:
    """Keep a reading: whole or not at all. Where it cannot be packed or written, it is read again next time."""
    try:
        data = pack(read)
    except NotPlainError:
        return
    if len(data) <= LARGEST_ENTRY:
        with suppress(OSError):  # a full disk costs time in the next run, and nothing in this
            _write(_entry(read.file, content, work), data)


def _write(entry: Path, data: bytes) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    temporary = entry.with_name(f"{entry.name}.{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(_head(entry, data) + data)
        temporary.replace(entry)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _entry(path: str, content: str, work: Cached) -> Path:
    said = (path in work.context.prior, work.context.registers.get(path))
    key = hashlib.sha256(f"{work.base} {content} {said!r}".encode()).hexdigest()
    return work.folder / key[:2] / key


def _hash(path: str, limits: Limits) -> str | None:
    """The SHA-256 of a file's bytes, None for what is refused unopened (a folder, a pipe, a file that is too long)."""
    try:
        return hashlib.sha256(read_bytes(Path(path), limits)).hexdigest()
    except Refused:
        return None


def _head(entry: Path, data: bytes) -> bytes:
    """The first line of an entry: its own name and the hash of what follows."""
    return _MARK + f"{entry.name} {hashlib.sha256(data).hexdigest()}\n".encode()


def _sound(entry: Path) -> bytes:
    """What an entry holds. Only a plain file of bearable size is opened; DamagedError where a byte of it is not as written."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(entry, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_ENTRY + 1024:
            raise DamagedError
        head, _, data = file.read(LARGEST_ENTRY + 1024).partition(b"\n")
    if head + b"\n" != _head(entry, data):
        raise DamagedError
    return data


def begin_cache(folder: str) -> None:
    """Make the folder, and mark it as one that backups may leave out. OSError where it cannot be written."""
    inside = Path(folder) / _FOLDER
    inside.mkdir(parents=True, exist_ok=True)
    tag = inside / "CACHEDIR.TAG"
    if not tag.exists():
        tag.write_text("Signature: 8a477f597d28d172789f06886806bc55\n# Readings kept by kpi; may be removed.\n", encoding="ascii")
    trial = inside / f"trial.{uuid4().hex}"
    trial.touch()
    trial.unlink()


def trim(folder: str, most: int = LARGEST_CACHE) -> int:
    """Remove the entries unused for longest until the cache is within bounds; how many were. Only our own files."""
    found = sorted(_entries(Path(folder) / _FOLDER))
    total = sum(size for _, size, _ in found)
    removed = 0
    for _, size, path in found:
        if total <= most:
            break
        with suppress(OSError):  # another run may have removed it
            Path(path).unlink()
        total -= size
        removed += 1
    return removed


def _entries(folder: Path) -> Iterator[tuple[float, int, str]]:
    """(last use, bytes, path) of each entry."""
    for shelf in range(256):
        with suppress(OSError), os.scandir(folder / f"{shelf:02x}") as listing:
            for each in listing:
                if len(each.name.partition(".")[0]) == _NAME_LENGTH and each.is_file(follow_symlinks=False):
                    status = each.stat(follow_symlinks=False)
                    yield status.st_mtime, status.st_size, each.path
