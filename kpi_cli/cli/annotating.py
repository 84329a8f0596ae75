"""Where annotated copies go: to the one file that was named, or into the one folder, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kpi_cli.cli.language import word
from kpi_cli.cli.output import refuse_overwriting, write_file
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.workers import run_files
from kpi_cli.report.annotate import Copy, Task, annotate, note, titles
from kpi_cli.validation import Validation
from kpi_cli.words import Language

# Names of one book type to office programs: with macros, or without.
_MACROS = (".xlsm", ".xltm")


def check_target(target: str, files: list[str], read: list[str]) -> None:
    """A usage error where copies could not go: several into one file, or over a submission."""
    refuse_overwriting(target, read)
    if len(files) > 1 and not _is_folder(target, True):
        raise click.UsageError(word("annotate-folder", files=len(files)))


def write_copies(validation: Validation, target: str, limits: Limits, language: Language) -> None:
    """An annotated copy of every file. What cannot be annotated is said on standard error."""
    files = [file.file for file in validation.files]
    findings = [*validation.findings, *(each.finding for each in validation.accepted)]
    notes = {file: [note(each, language) for each in findings if each.place.file == file] for file in files}
    folder = Path(target) if _is_folder(target, len(files) > 1) else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for file, outcome in run_files(annotate, files, limits, context=Task(notes, titles(language), limits)):
        if not isinstance(outcome, Copy):
            click.echo(word("annotate-unread", file=file), err=True)
            continue
        path = folder / _name(file, outcome.suffix, taken) if folder is not None else _named(target, outcome)
        refuse_overwriting(str(path), files)
        write_file(path, outcome.data)
        click.echo(word("annotate-written" if outcome.whole else "annotate-companion", file=file, copy=str(path)), err=True)


def _is_folder(target: str, several: bool) -> bool:
    """Whether a target is a folder: one that is there, or one that is named as one."""
    return Path(target).is_dir() or target.endswith(("/", os.sep)) or (several and not Path(target).exists() and not Path(target).suffix)


def _named(target: str, copy: Copy) -> Path:
    """The file that was named. Office programs refuse a book with macros under a name without, and the other way round."""
    suffix = Path(target).suffix.casefold()
    if (copy.suffix == ".xlsm") != (suffix in _MACROS) or suffix in (".xls", ".ods", ".csv"):
        raise click.UsageError(word("annotate-suffix", copy=target, suffix=copy.suffix))
    return Path(target)


def _name(file: str, suffix: str, taken: set[str]) -> str:
    """A name in the folder: the submission's own, numbered where two share it."""
    path = Path(file)
    stem = path.stem if path.suffix.casefold() == suffix else path.name
    names = (f"{stem}{'' if number == 1 else f'({number})'}{suffix}" for number in range(1, 100_000))
    name = next(each for each in names if each.casefold() not in taken)
    taken.add(name.casefold())
    return name
