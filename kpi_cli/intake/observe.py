"""Slots → observations: each cell read as what it must hold, its unit settled, every mistake at its cell."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from typing import Any

from kpi_cli.intake.book import Sheet, address
from kpi_cli.intake.marks import read_date, read_flag
from kpi_cli.intake.numerals import Numeral, decimals_in, is_phone, read_number
from kpi_cli.intake.readers.number_formats import scale_of, shows_percents, words_of
from kpi_cli.intake.slots import Slot, UnitAt
from kpi_cli.intake.vocabulary import Vocabulary, Wanted
from kpi_cli.observations import BLANK, FIGURE, MISSING, REPORTED, UNREADABLE, VALUE, Observation
from kpi_cli.plan.units import AMOUNT, DATE, FLAG, RATIO, Unit, compatible, convert, same_counter
from kpi_cli.rules import Finding, Place, Word, finding

# Counts beyond this are looked at twice: they may be telephone numbers.
_MOST = 1e10


class Observer:
    """Reads the slots of one sheet; ``observations`` and ``findings`` fill as it goes."""

    def __init__(self, sheet: Sheet, file: str, words: Vocabulary) -> None:
        self.sheet, self.file, self.words = sheet, file, words
        self.observations: list[Observation] = []
        self.findings: list[Finding] = []
        self._without_unit: tuple[Slot, float] | None = None

    def place(self, row: int, column: int) -> Place:
        return Place(self.file, self.sheet.name, address(row, column))

    def report(self, rule: str, slot: Slot, at: tuple[int, int] | None = None, severity: str | None = None, **facts: Any) -> None:
        row, column = at or (slot.row, slot.column)
        who = {"indicator" if slot.wanted.kind == REPORTED else "input": slot.wanted.id}
        self.findings.append(finding(rule, self.place(row, column), severity=severity, subject=slot.subject, **who, **facts))

    def read_all(self, slots: Iterable[Slot]) -> None:
        """Read the cells of a layout. A blank cell of a rate that is only checked, or of a total row, says nothing."""
        rows, file, name = self.sheet.rows, self.file, self.sheet.name
        height, last, line = len(rows), -1, []
        make, append = tuple.__new__, self.observations.append
        odd, plainly = self.sheet.odd_formats, self.words.plainly
        # Cells of one row share their units: what is settled for the first holds for the others. A unit that is written for the
        # whole sheet may be shared by all rows, whose figures have units of their own.
        settled: tuple[UnitAt, ...] | None = None
        settled_for: Unit | None = None
        for slot in slots:
            row, column, wanted, subject, when, role, units, _, total, remark_at, doubtful = slot
            if row != last:
                last, line = row, rows[row] if row < height else []
            cell = line[column] if column < len(line) else None
            date = None
            # A possible number, beyond doubt the figure in the plan's unit: most are, and need no further look.
            number = cell if type(cell) is float and not odd else -1.0
            whole = number.is_integer()
            plain = (whole or not wanted.whole) and 0 <= number < _MOST and wanted.is_simple and not doubtful
            if plain and (units is not settled or wanted.unit is not settled_for):
                plain = units != () and _key(wanted, units) in plainly
                settled, settled_for = (units, wanted.unit) if plain else (None, None)
            if plain and whole:
                state, value, decimals, raw = VALUE, number, 0, str(int(number))
            elif plain:
                raw = repr(number)
                state, value, decimals = VALUE, number, decimals_in(raw)
            else:
                state, value, decimals, date, raw = self._look_at(slot, cell)
            remark = self.sheet.cell(*remark_at) if remark_at else ""
            # Without a look at the number of fields, which is right: there are a hundred of them in every form.
            append(make(Observation, (
                wanted.kind, wanted.id, subject, when[0], when[1], role, state, value, decimals, file, name,
                address(row, column), raw, total, date, remark if type(remark) is str else "", False, False,
            )))  # fmt: skip
        self._tell_missing_unit()

    def _look_at(self, slot: Slot, cell: object) -> tuple[str, float, int, datetime.date | None, str]:
        """(state, value, decimals, date, raw text) of a cell that may be anything."""
        raw = raw_text(cell)
        if slot.doubtful:
            return UNREADABLE, math.nan, 0, None, raw
        state, value, decimals, date = self._value(slot, cell)
        if state == BLANK:
            self._blank(slot)
            state = MISSING
        elif state == MISSING:
            self._placeholder(slot, cell)
        return state, value, decimals, date, raw

    def _tell_missing_unit(self) -> None:
        """Tell once for the whole sheet that amounts stand without a unit."""
        if self._without_unit is not None:
            slot, value = self._without_unit
            self.report("unit-missing", slot, unit=slot.wanted.unit.text, value=value)

    def _needed(self, slot: Slot) -> bool:
        """Whether a blank here is a lack: an input of the sheet's own period, or last year's where a formula needs it."""
        ours = slot.wanted.kind != REPORTED and slot.role == FIGURE and not slot.total and not self.words.prior
        return ours and (slot.when.year >= self.words.year or (slot.wanted.needs_prior and slot.when.year == self.words.year - 1))

    def _blank(self, slot: Slot) -> None:
        if self._needed(slot):
            severity = "warning" if slot.wanted.unit.kind == DATE else "error"
            self.report("missing", slot, severity=severity, name=slot.wanted.name, period=slot.when.text)

    def _placeholder(self, slot: Slot, cell: object) -> None:
        if self._needed(slot):
            self.report("missing", slot, severity="warning", name=slot.wanted.name, period=slot.when.text, raw=raw_text(cell))

    def _value(self, slot: Slot, cell: object) -> tuple[str, float, int, datetime.date | None]:
        """(state, value, decimals, date); NaN unless the state is value."""
        if (cell is None or cell == "") and self.sheet.suspect and self._hidden_in_blank(slot):
            return UNREADABLE, math.nan, 0, None
        kind = slot.wanted.unit.kind
        if kind in (FLAG, DATE):
            mark = read_flag(cell) if kind == FLAG else read_date(cell)
            if mark.state == UNREADABLE:
                self._unread(slot, cell, "not-a-flag" if kind == FLAG else "not-a-date")
            return mark.state, mark.value if mark.state == VALUE else math.nan, 0, mark.date
        numeral = read_number(cell)
        if self.sheet.odd_formats and isinstance(cell, int | float) and numeral.state == VALUE:
            shown = self._as_shown(slot, numeral, cell)
            if shown is None:
                return UNREADABLE, math.nan, 0, None
            numeral = shown
        strange = numeral.unit is not None and self.words.units.parse(numeral.unit) is None
        if strange or (slot.wanted.whole and numeral.state == VALUE and is_phone(numeral.value)):
            # 3500(其中发明1100), 100~200, 13800000000 项: not a number and its unit.
            numeral = Numeral(UNREADABLE)
        if numeral.state == UNREADABLE:
            self._unread(slot, cell, "not-a-number")
        if numeral.state != VALUE:
            return numeral.state, math.nan, 0, None
        return (*self._number(slot, cell, numeral), None)

    def _as_shown(self, slot: Slot, numeral: Numeral, cell: object) -> Numeral | None:
        """A number as its format shows it: with the unit that the format writes after it; None where it is shown smaller than
        it is stored, and whoever wrote it saw another number."""
        number_format = self.sheet.evidence.formats.get((slot.row, slot.column), "")
        if scale_of(number_format) != 1:
            self.report("shown-otherwise", slot, raw=raw_text(cell), format=number_format)
            return None
        words = words_of(number_format)
        return numeral._replace(unit=words) if self.words.units.parse(words) is not None and words else numeral

    def _hidden_in_blank(self, slot: Slot) -> bool:
        """A cell that reads as blank may be an error, or a formula without a stored value."""
        at, evidence = (slot.row, slot.column), self.sheet.evidence
        if at in evidence.errors:
            self.report("error-cell", slot, raw=evidence.errors[at])
        elif at in evidence.uncached:
            self.report("uncached-formula", slot, raw=evidence.uncached[at])
        return at in evidence.errors or at in evidence.uncached

    def _unread(self, slot: Slot, cell: object, rule: str) -> None:
        if isinstance(cell, str) and cell.startswith("#") and cell.rstrip("!?").isascii():
            rule = "error-cell"
        if slot.wanted.kind != REPORTED or rule == "error-cell":
            self.report(rule, slot, raw=raw_text(cell))

    # ---- numbers and their units

    def _number(self, slot: Slot, cell: object, numeral: Numeral) -> tuple[str, float, int]:
        wanted = slot.wanted.unit
        settled = self._unit(slot, numeral)
        if settled is None:
            return UNREADABLE, math.nan, 0
        if numeral.scale != 1:
            settled = self.words.units.of_scaled(settled)
        value, decimals = numeral.value * numeral.scale, numeral.decimals
        if settled.kind == RATIO and settled.factor == 0.01 and numeral.unit is None and isinstance(cell, int | float | str):
            scaled = self._percent(slot, cell, value, decimals)
            if scaled is None:
                return UNREADABLE, math.nan, 0
            value, decimals = scaled
        converted = convert(value, settled, wanted)
        decimals += round(math.log10(wanted.factor / settled.factor)) if settled.factor != wanted.factor else 0
        if not self._sound(slot, converted, settled, cell):
            return UNREADABLE, math.nan, 0
        return VALUE, converted, decimals

    def _unit(self, slot: Slot, numeral: Numeral) -> Unit | None:
        """The unit of a figure: the nearest that is written for it, else the plan's. None where it cannot be right."""
        if numeral.unit is not None or not slot.units:
            return self._settle(slot, numeral)
        # The same words for the same figure in every form: what was settled without a finding is settled.
        key = _key(slot.wanted, slot.units)
        settled = self.words.settled.get(key)
        if settled is None:
            before = len(self.findings)
            settled = self._settle(slot, numeral)
            if settled is not None and len(self.findings) == before and self._without_unit is None:
                self.words.settled[key] = settled
                if settled.factor == slot.wanted.unit.factor:
                    self.words.plainly.add(key)
        return settled

    def _settle(self, slot: Slot, numeral: Numeral) -> Unit | None:
        wanted, written = slot.wanted.unit, list(slot.units)
        if numeral.unit is not None:
            written.insert(0, UnitAt(numeral.unit, "cell", slot.row, slot.column))
        found: tuple[Unit, UnitAt] | None = None
        for at in written:
            unit = self.words.units.beside(at.text, wanted)
            if unit is None and at.where == "sheet":
                continue
            if unit is None or not compatible(unit, wanted):
                if at.where == "sheet":
                    # 单位：万元 over a table speaks of its amounts, not of its counts.
                    continue
                self.report("unit-mismatch", slot, (at.row, at.column), found=at.text, expected=wanted.text or Word("unit-none"))
                return None
            if found is None:
                found = unit, at
            elif at.where != "sheet" and not _same_scale(unit, found[0]):
                return self._disagreement(slot, found, (unit, at))
        if found is None:
            if self._without_unit is None and wanted.kind == AMOUNT and not wanted.whole:
                self._without_unit = slot, numeral.value * numeral.scale
            return wanted
        if not same_counter(found[0], wanted):
            at = found[1]
            self.report("unit-mismatch", slot, (at.row, at.column), "warning", found=at.text, expected=wanted.text)
        return found[0]

    def _disagreement(self, slot: Slot, near: tuple[Unit, UnitAt], far: tuple[Unit, UnitAt]) -> Unit | None:
        """A unit within the cell is the writer's own word and stands, with a warning; other units that differ cannot be
        settled, and the figure is not used."""
        own = near[1].where == "cell"
        facts: dict[str, Any] = {
            "first": near[1].text, "first_place": address(near[1].row, near[1].column),
            "second": far[1].text, "second_place": address(far[1].row, far[1].column),
        }
        self.report("unit-conflict-in-form", slot, (near[1].row, near[1].column), "warning" if own else "error", **facts)
        return near[0] if own else None

    def _percent(self, slot: Slot, cell: object, value: float, decimals: int) -> tuple[float, int] | None:
        """A number in a per cent row: the cell's format says whether 0.385 is 38.5 %; without one it may be either."""
        at = (slot.row, slot.column)
        if isinstance(cell, int | float) and self.sheet.percents and shows_percents(self.sheet.evidence.formats.get(at, "")):
            return round(value * 100, 10), max(decimals - 2, 0)
        if value != 0 and abs(value) <= 1:
            facts: dict[str, Any] = {"raw": raw_text(cell), "first": value, "second": round(value * 100, 10)}
            self.report("ambiguous-percent", slot, **facts)
            return None
        return value, decimals

    def _sound(self, slot: Slot, value: float, unit: Unit, cell: object) -> bool:
        """Whether a figure is possible: not negative, whole and in range where the plan says so."""
        wanted = slot.wanted
        if wanted.kind == REPORTED:
            return True
        if value < 0 and not wanted.negative:
            self.report("negative", slot, raw=raw_text(cell), name=wanted.name)
            return False
        if wanted.whole and unit.whole and abs(value - round(value)) > 1e-9 * max(1.0, abs(value)):
            self.report("not-whole", slot, raw=raw_text(cell), name=wanted.name, unit=wanted.unit.text)
            return False
        if wanted.range is not None and not wanted.range[0] <= value <= wanted.range[1]:
            self.report("out-of-range", slot, raw=raw_text(cell), low=wanted.range[0], high=wanted.range[1])
            return False
        return True


def _key(wanted: Wanted, units: tuple[UnitAt, ...]) -> tuple[str, ...]:
    if len(units) == 1:
        text, where, _, _ = units[0]
        return (wanted.unit[0], text, where)
    return (wanted.unit.text, *[part for at in units for part in at[:2]])


def _same_scale(left: Unit, right: Unit) -> bool:
    return math.isclose(left.factor, right.factor)


def raw_text(cell: object) -> str:
    """A cell as text, as it is quoted in reports; long texts are cut."""
    if cell is None:
        return ""
    if type(cell) is str and len(cell) <= 60:
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = str(cell)
    return text if len(text) <= 60 else text[:59] + "…"

