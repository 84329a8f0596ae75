"""Long registers, read block by block and never as a grid of a million rows, where their files are written plainly."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.source import read_bytes
from kpi_cli.intake.refusal import Refused
from kpi_cli.intake.registers.big_text import read_big_text
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.registers import RegisterTable
from kpi_cli.rules import Finding

# Below these sizes the ordinary readers are as fast; a workbook is packed.
LEAST_TEXT = 4 * MEBIBYTE
LEAST_BOOK = MEBIBYTE // 2


class BigRegister(NamedTuple):
    """What was made of a long register: the kind of its file, its table, the findings of its cells, the register's name, and
    the hash of the file's bytes."""

    kind: str
    table: RegisterTable
    findings: list[Finding]
    name: str
    sha256: str


def content_of_long(path: str, limits: Limits) -> bytes | None:
    """The bytes of a file that may hold a long register, None of any other: whoever reads it next has them."""
    try:
        if not LEAST_BOOK <= os.stat(path).st_size <= limits.file_size:  # noqa: PTH116 - pathlib takes three times as long
            return None
        return read_bytes(Path(path), limits)
    except (OSError, ValueError, Refused):
        return None  # told by the ordinary readers


def read_big_register(
    path: str, content: bytes, words: Vocabulary, limits: Limits, named: str | None, subject: str | None
) -> BigRegister | None:
    """The register in a long file, None where the ordinary readers must look at it."""
    if len(content) < LEAST_BOOK:
        return None
    if content.startswith(b"PK"):
        # Imported where it is needed: few runs meet a long workbook.
        from kpi_cli.intake.registers.big_workbook import read_big_workbook

        kind, found = "xlsx", read_big_workbook(path, content, words, limits, named, subject)
    else:
        kind, found = "csv", read_big_text(path, content, words, limits, named, subject) if len(content) >= LEAST_TEXT else None
    if found is None:
        return None
    table, findings = found
    return BigRegister(kind, table, findings, words.registers[table.register].name, hashlib.sha256(content).hexdigest())
