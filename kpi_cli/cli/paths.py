"""Which files a list of paths means: files as they are, folders with all that is in them, patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import click

from kpi_cli.cli.language import word

# Files of a folder that may hold a submission. A file that is named is read whatever its name.
SUFFIXES = frozenset([".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".et", ".ods", ".ots", ".fods", ".csv", ".tsv", ".htm", ".html"])
LOCK, HIDDEN, OTHER = "left-out-lock", "left-out-hidden", "left-out-kind"


def expand(paths: Iterable[str]) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """(files, left out with why, what matches nothing). Files come in the order of the paths and, within a folder, by name;
    a file that two paths lead to comes once."""
    files: list[str] = []
    left_out: list[tuple[str, str]] = []
    nothing: list[str] = []
    for path in paths:
        if Path(path).exists():
            found = [path]
        else:
            found = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []
            if not found:
                nothing.append(path)
        for each in found:
            if Path(each).is_dir():
                _folder(each, files, left_out)
            elif _is_lock(Path(each).name):
                left_out.append((each, LOCK))
            else:
                files.append(each)
    return _once(files), list(dict.fromkeys(left_out)), nothing


def files_in(paths: Iterable[str]) -> list[str]:
    """The files that a list of paths means. A path that is not there is a usage error; a pattern that fits nothing is told."""
    files, _, nothing = expand(paths)
    for path in nothing:
        if not any(mark in path for mark in "*?["):
            raise click.UsageError(word("no-such-file", file=path))
        click.echo(word("no-match", path=path), err=True)
    return files


def _folder(folder: str, files: list[str], left_out: list[tuple[str, str]]) -> None:
    for here, folders, names in os.walk(folder):
        hidden = sorted(name for name in folders if name.startswith("."))
        left_out += [(os.path.join(here, name), HIDDEN) for name in hidden if name != ".git"]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            why = LOCK if _is_lock(name) else HIDDEN if name.startswith(".") else OTHER
            path = os.path.join(here, name)
            if why == OTHER and os.path.splitext(name)[1].casefold() in SUFFIXES:
                files.append(path)
            else:
                left_out.append((path, why))


def _is_lock(name: str) -> bool:
    """The file that Excel, WPS or LibreOffice keeps beside an open workbook."""
    return name.startswith(("~$", ".~lock.", ".~"))


def _once(files: Iterable[str]) -> list[str]:
    seen: dict[str, str] = {}
    real = lru_cache(os.path.realpath)  # a folder's is looked up once for all of its files
    for each in files:
        folder, name = os.path.split(each)
        whole = os.path.realpath(each) if not name or os.path.islink(each) else os.path.join(real(folder), name)
        seen.setdefault(whole, each)
    return list(seen.values())
