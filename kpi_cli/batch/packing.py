"""A file's reading ↔ bytes that are safe to load, whoever wrote them: JSON, every part looked at.

The path is not packed: a reading is unpacked for the path that the file has in this run. Observations are packed column
by column, which is smaller than row by row and quicker to look at.
"""

from __future__ import annotations

import json
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from kpi_cli.batch import strict
from kpi_cli.batch.packing_registers import pack_table, unpack_table
from kpi_cli.batch.strict import DamagedError, NotPlainError, need, plain
from kpi_cli.intake.reading import FileRead, Matched, SheetRead
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.observations import (
    ALLOTTED,
    BLANK,
    FIGURE,
    MISSING,
    NO_OBSERVATIONS,
    NOT_APPLICABLE,
    UNREADABLE,
    VALUE,
    Observation,
    Observations,
    alike,
)
from kpi_cli.rules import SEVERITIES, Finding, Place
from kpi_cli.words.table import WORDS

_ROLES = frozenset([FIGURE, ALLOTTED])
_STATES = frozenset([VALUE, BLANK, MISSING, NOT_APPLICABLE, UNREADABLE])
_FIELDS = Observation._fields
_FILE = _FIELDS.index("file")
_PACKED = [name for name in _FIELDS if name != "file"]
_MATCHED = SheetRead._fields.index("matched")
_MOST_LINES = 2**31


class Known(NamedTuple):
    """What a reading under a vocabulary may speak of: (kind, id) of figures, subjects, registers with their columns."""

    figures: frozenset[tuple[str, str]]
    subjects: frozenset[str]
    registers: dict[str, frozenset[str]]


@lru_cache(maxsize=4)
def known_to(words: Vocabulary, subject: str | None = None) -> Known:
    figures = frozenset((each.kind, each.id) for each in words.wanted.values())
    registers = {id: frozenset(register.columns) for id, register in words.registers.items()}
    return Known(figures, frozenset([*words.subjects.values(), words.whole, *filter(None, [subject])]), registers)


def pack(read: FileRead) -> bytes:
    """The reading without its path. NotPlainError where something in it cannot be packed."""
    path = read.file
    data = {
        "kind": read.kind,
        "sha256": read.sha256,
        "observations": _pack_observations(read.observations, path),
        "findings": [_pack_finding(each, path) for each in read.findings],
        "sheets": [_pack_sheet(each) for each in read.sheets],
        "registers": [pack_table(each, path) for each in read.registers],
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def unpack(data: bytes, path: str, known: Known) -> FileRead:
    """The reading, as of the file at ``path``. DamagedError where these bytes are no reading under the vocabulary."""
    try:
        found = json.loads(data)
        need(type(found) is dict and set(found) == {"kind", "sha256", "observations", "findings", "sheets", "registers"})
        observations = _observations(found["observations"], path, known)
        findings = [_finding(each, path) for each in strict.rows(found["findings"], 7)]
        sheets = tuple(_sheet(each) for each in strict.rows(found["sheets"], len(SheetRead._fields)))
        registers = tuple(unpack_table(each, path, known.registers) for each in strict.all_of(found["registers"], list))
        return FileRead(
            path, strict.text_or_none(found["kind"]), strict.text_or_none(found["sha256"]), observations, findings, sheets, registers
        )
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise DamagedError from error


def _pack_observations(observations: Observations, path: str) -> list[list[Any]]:
    if not observations:
        return []
    columns = {name: list(observations.column(name)) for name in _FIELDS}
    if set(columns.pop("file")) != {path}:
        raise NotPlainError("another file's observation")
    columns["date"] = [day and day.isoformat() for day in columns["date"]]
    return list(columns.values())


def _observations(columns: Any, path: str, known: Known) -> Observations:
    need(type(columns) is list)
    if not columns:
        return NO_OBSERVATIONS
    need(len(columns) == len(_PACKED) and all(type(column) is list for column in columns))
    by_name = dict(zip(_PACKED, columns, strict=True))
    need(len({len(column) for column in columns}) == 1 and len(columns[0]) > 0)
    for name in ("kind", "id", "subject", "span", "role", "state", "cell", "raw", "remark"):
        strict.all_of(by_name[name], str)
    strict.all_of(by_name["value"], float, int)
    strict.all_of(by_name["sheet"], str, type(None))
    for name in ("total", "prior_file", "compared"):
        strict.all_of(by_name[name], bool)
    for name, least, most in (("year", 0, 9999), ("decimals", -400, 400)):
        strict.all_of(by_name[name], int)
        need(least <= min(by_name[name]) and max(by_name[name]) <= most)
    strict.among(zip(by_name["kind"], by_name["id"], strict=True), known.figures)
    strict.among(by_name["subject"], known.subjects)
    strict.among(by_name["role"], _ROLES)
    strict.among(by_name["state"], _STATES)
    strict.spans(by_name["span"])
    strict.cells(by_name["cell"])
    by_name["date"] = [None if each is None else strict.date(each) for each in strict.all_of(by_name["date"], str, type(None))]
    # Thousands of files repeat the same words: each is kept once.
    for name in ("kind", "id", "subject", "span", "role", "state", "cell"):
        by_name[name] = list(map(intern, by_name[name]))
    by_name["sheet"] = [each and intern(each) for each in by_name["sheet"]]
    return Observations.of_columns(len(by_name["kind"]), [path if name == "file" else alike(by_name[name]) for name in _FIELDS])


def _pack_finding(each: Finding, path: str) -> list[Any]:
    place = each.place
    if place.file not in (path, None):
        raise NotPlainError("another file's finding")
    facts = plain(dict(each.facts))
    if path in json.dumps(facts, ensure_ascii=False):
        raise NotPlainError("a path among the facts")
    at = [place.file is not None, place.sheet, place.cell, place.line, place.column]
    return [each.rule, each.severity, at, facts, each.indicator, each.input, each.subject]


def _finding(value: list[Any], path: str) -> Finding:
    name, severity, at, facts, indicator, input, subject = value
    given = strict.facts(facts)
    need(severity in SEVERITIES and type(at) is list and len(at) == 5 and type(at[0]) is bool)
    lines = [None if each is None else strict.number(each, 0, _MOST_LINES) for each in at[3:]]
    cell = None if at[2] is None else strict.cell(at[2])
    place = Place(path if at[0] else None, strict.text_or_none(at[1]), cell, *lines)
    who = [strict.text_or_none(each) for each in (indicator, input, subject)]
    return Finding(strict.rule(name, given), severity, place, given, *who)


def _pack_sheet(each: SheetRead) -> list[Any]:
    """Its fields in order. Tuples become lists, and the matched names columns."""
    packed = [plain(dict(value)) if name == "facts" else value for name, value in each._asdict().items()]
    packed[_MATCHED] = list(zip(*each.matched, strict=True))
    return packed


def _sheet(value: list[Any]) -> SheetRead:
    given = dict(zip(SheetRead._fields, value, strict=True))
    facts, why, unit = strict.facts(given["facts"]), strict.text(given["why"]), given["unit"]
    need(why in WORDS and (unit is None or (type(unit) is list and len(unit) == 2)))
    strict.fills(WORDS[why], facts)
    need(type(given["subjects"]) is list)
    given |= {
        "sheet": strict.text_or_none(given["sheet"]),
        "layout": strict.text_or_none(given["layout"]),
        "facts": facts,
        "names": strict.number(given["names"], 0, _MOST_LINES),
        "matched": _matched(given["matched"]),
        "skipped": _tuples(given["skipped"], 3),
        "unknown": tuple(
            (strict.text(cell), strict.text(text), tuple(strict.all_of(near, str))) for cell, text, near in strict.rows(given["unknown"], 3)
        ),
        "heads": _tuples(given["heads"], 2),
        "periods": _tuples(given["periods"], 2),
        "subjects": tuple(strict.all_of(given["subjects"], str)),
        "unit": None if unit is None else tuple(strict.all_of(unit, str)),
    }
    return SheetRead(**given)


def _tuples(value: Any, width: int) -> tuple[tuple[str, ...], ...]:
    """Rows of so many texts."""
    return tuple(tuple(strict.all_of(row, str)) for row in strict.rows(value, width))


def _matched(columns: Any) -> tuple[Matched, ...]:
    need(type(columns) is list and len(columns) in (0, len(Matched._fields)))
    for column in columns:
        strict.all_of(column, str)
    return tuple(map(Matched._make, zip(*columns, strict=True)))
