"""Cells of a register's column → packed figures, flags, classes or texts, each cell read as what it must hold."""

from __future__ import annotations

import datetime
import math
import re
import struct
from array import array
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any, NamedTuple, cast

from kpi_cli.intake.book import CellValue
from kpi_cli.intake.marks import read_flag
from kpi_cli.intake.numerals import read_number
from kpi_cli.observations import BLANK, MISSING, NOT_APPLICABLE, UNREADABLE, VALUE
from kpi_cli.plan.matching import normal_name
from kpi_cli.plan.nouns import Column
from kpi_cli.plan.units import Unit, UnitTable, compatible
from kpi_cli.registers import BAD, EMPTY, GOOD, NONE, SEPARATOR, UNSAID, Codes, Numbers, Texts
from kpi_cli.rules import Word

STATES = {BLANK: EMPTY, MISSING: UNSAID, NOT_APPLICABLE: NONE, UNREADABLE: BAD, VALUE: GOOD}
# A text that is a number beyond doubt. Codes (007) and telephone numbers are left to the reader of numerals.
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d{1,2})?")
_PHONE = re.compile(r"1[3-9]\d{9}")
_ENDLESS = frozenset([math.inf, -math.inf])
# Beyond this, a number is not stored digit by digit.
_MOST_EXACT = 1e15
_PLAIN_KINDS = {int, float}
# A dash or 无 for a key is no longer than this.
_LONGEST_NO_KEY = 5
_BETWEEN_CLASSES = re.compile(r"[、,，;；/／|\s]+")


class Wrong(NamedTuple):
    """What is wrong with a cell: its place in the column, the rule and its facts."""

    at: int
    rule: str
    facts: dict[str, object]


class NumberCells:
    """Figures as they are gathered: ``others``, by index, are the cells that are neither plain numbers nor blank."""

    def __init__(self) -> None:
        self.values: array[float] = array("d")
        self.others: dict[int, CellValue] = {}

    def take(self, cells: Sequence[CellValue]) -> None:
        start = len(self.values)
        kinds = set(map(type, cells)) - _PLAIN_KINDS
        strange = list(compress(range(len(cells)), map(kinds.__contains__, map(type, cells)))) if kinds else []
        values: list[Any] = list(cells) if strange else cast(list[Any], cells)
        for index in strange:
            cell = cells[index]
            read = _plainly(cell) if type(cell) is str else cell
            values[index] = read if type(read) is float else math.nan
            if type(read) is not float and read is not None and read != "":
                self.others[start + index] = read
        if not _ENDLESS.isdisjoint(values):
            self.others |= {start + index: str(each) for index, each in enumerate(values) if each in _ENDLESS}
            values = [math.nan if each in _ENDLESS else each for each in values]
        extend(self.values, values)


def extend(numbers: array[Any], more: Sequence[Any]) -> None:
    """Machine numbers all at once: item by item it would take three times as long."""
    numbers.frombytes(struct.pack(f"{len(more)}{numbers.typecode}", *more))


def _plainly(text: str) -> str | float:
    """The number that a text plainly is, else the text."""
    return float(text) if _PLAIN.fullmatch(text) and not _PHONE.fullmatch(text) else text


def with_others(
    values: array[float], others: dict[int, CellValue], noun: Column, unit: Unit, units: UnitTable
) -> tuple[Numbers, list[Wrong]]:
    """Figures of which some cells, ``others`` by index, are no plain numbers: these are read one by one."""
    states: dict[int, int] = {}
    wrong = []
    for index, cell in others.items():
        state, value, rule, facts = _read_other(cell, noun, unit, units)
        values[index] = value
        if state not in (GOOD, EMPTY):
            states[index] = state
        if rule is not None:
            wrong.append(Wrong(index, rule, facts))
    return Numbers(values.tobytes(), unit.factor, states), wrong


def _read_other(cell: CellValue, noun: Column, unit: Unit, units: UnitTable) -> tuple[int, float, str | None, dict[str, object]]:
    """(state, value in ``unit``, rule, facts) of a cell that is no plain number."""
    raw = shown(cell)
    numeral = read_number(cell)
    if numeral.state == UNREADABLE:
        return BAD, math.nan, rule_of(raw, "not-a-number"), {"raw": raw}
    if numeral.state != VALUE:
        return STATES[numeral.state], math.nan, None, {}
    own = units.parse(numeral.unit) if numeral.unit else unit
    if own is None or not compatible(own, noun.unit):
        return BAD, math.nan, "unit-mismatch", {"found": numeral.unit, "expected": noun.unit.text or Word("unit-none")}
    if numeral.scale != 1:
        own = units.of_scaled(own)
    return GOOD, numeral.value * numeral.scale * (own.factor / unit.factor), None, {}


class CodeCells:
    """Cells of few different texts as they are gathered: the place of each in ``texts``, of which the first is blank."""

    def __init__(self) -> None:
        self.codes: array[int] = array("i")
        self.texts = [""]
        # Equal cells of different types (1 and True) say the same as flags, and classes are texts.
        self._kept: dict[CellValue, int] = {}
        self._places = {"": 0}

    def take(self, cells: Sequence[CellValue]) -> None:
        for cell in dict.fromkeys(cells):
            if cell not in self._kept:
                text = as_text(cell)
                place = self._kept[cell] = self._places.setdefault(text, len(self.texts))
                if place == len(self.texts):
                    self.texts.append(text)
        extend(self.codes, list(map(self._kept.__getitem__, cells)))


Reading = Callable[[str], tuple[int, float]]


def read_codes(
    codes: array[int], texts: list[str], reading: Reading, rule: str, facts: dict[str, object]
) -> tuple[Codes, list[Wrong]]:
    """Each different text read once; a finding for each cell whose text cannot be right."""
    read = [reading(text) for text in texts]
    bad = {code for code, (state, _) in enumerate(read) if state == BAD}
    wrong = []
    if bad:
        for index in compress(range(len(codes)), map(bad.__contains__, codes)):
            text = texts[codes[index]]
            wrong.append(Wrong(index, rule_of(text, rule), {"raw": shown(text), **facts}))
    return Codes(codes.tobytes(), texts, [state for state, _ in read], [value for _, value in read]), wrong


def flag_of(text: str) -> tuple[int, float]:
    mark = read_flag(text)
    return STATES[mark.state], mark.value if mark.state == VALUE else math.nan


def any_text(text: str) -> tuple[int, float]:
    return (GOOD if text else EMPTY), 0.0


def classes_of(noun: Column) -> Reading:
    """A reader of the classes in a cell, several parted by 、 and the like. A class whose own name holds such a sign is
    tried whole first; 无 and a dash say that there is none."""
    bits = _bits(noun)

    def read(text: str) -> tuple[int, float]:
        whole = bits.get(normal_name(text))
        if whole is not None:
            return GOOD, float(whole)
        numeral = read_number(text)
        if numeral.state in (BLANK, MISSING, NOT_APPLICABLE):
            return STATES[numeral.state], 0.0
        parts = [normal_name(part) for part in _BETWEEN_CLASSES.split(text) if normal_name(part)]
        if not parts or any(part not in bits for part in parts) or (noun.type == "choice" and len(set(parts)) > 1):
            return BAD, 0.0
        mask = 0
        for part in parts:
            mask |= bits[part]
        return GOOD, float(mask)

    return read


def ticks_of(noun: Column, means: str) -> Reading:
    """A reader of a column that is headed by one class: a tick, or the class itself, says that the row is of it."""
    read_class, bit = classes_of(noun), float(_bits(noun)[normal_name(means)])

    def read(text: str) -> tuple[int, float]:
        state, value = flag_of(text)
        if state == BAD and read_class(text) == (GOOD, bit):
            return GOOD, bit
        return state, bit if state == GOOD and value else 0.0

    return read


def _bits(noun: Column) -> dict[str, int]:
    """Every name of every value → its bit."""
    return {normal_name(name): 1 << place for place, (value, others) in enumerate(noun.values.items()) for name in (value, *others)}


class TextCells:
    """Names or keys as they are gathered; of keys, a dash, 无 or an error of a formula is none."""

    def __init__(self, keys: bool) -> None:
        self._keys, self._parts, self._size = keys, list[str](), 0

    def take(self, cells: Sequence[CellValue]) -> None:
        if not cells:
            return
        try:
            joined = SEPARATOR.join(cast(Sequence[str], cells))
            texts = cast(Sequence[str], cells)
        except TypeError:  # some are no texts
            texts = [cell if type(cell) is str else "" if self._keys and _is_blunt(cell) else as_text(cell) for cell in cells]
            joined = SEPARATOR.join(texts)
        if self._keys and min(map(len, texts)) <= _LONGEST_NO_KEY:
            texts = [text if len(text) > _LONGEST_NO_KEY or is_key(text.strip()) else "" for text in texts]
            joined = SEPARATOR.join(texts)
        if joined.count(SEPARATOR) != len(texts) - 1:
            joined = SEPARATOR.join([text.replace(SEPARATOR, " ") for text in texts])
        self._parts.append(joined)
        self._size += len(texts)

    def packed(self) -> Texts:
        return Texts(SEPARATOR.join(self._parts), self._size)


def _is_blunt(cell: CellValue) -> bool:
    """Whether a key was stored as a number, and its last digits were lost: two firms may have become one."""
    return isinstance(cell, float | int) and abs(cell) >= _MOST_EXACT


Gathered = NumberCells | CodeCells | TextCells


def is_key(text: str) -> bool:
    return read_number(text).state not in (BLANK, MISSING, NOT_APPLICABLE) and text[:1] not in "#="


def rule_of(text: str, rule: str) -> str:
    """What is wrong with a text that cannot be read: an error of a formula, a formula without its result, or ``rule``."""
    return "error-cell" if text.startswith("#") else "uncached-formula" if text.startswith("=") else rule


def as_text(cell: CellValue) -> str:
    """A cell as text: whole numbers without a fraction, days without a time, "" for a blank."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    return str(cell)


def shown(cell: CellValue) -> str:
    """A cell as it is quoted."""
    text = as_text(cell)
    return text if len(text) <= 60 else text[:59] + "…"
