"""What a reader of submissions must know of a plan: names, subjects, units. Small, without formulas, and picklable, so
that worker processes get it once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kpi_cli.intake.heads import UNKNOWN, Period, cell_role, part_period
from kpi_cli.observations import INPUT, REPORTED
from kpi_cli.plan.formula.evaluate import When, leaves
from kpi_cli.plan.matching import (
    bare_name,
    bracketed,
    is_idle_note,
    is_whole_word,
    last_brackets,
    last_word,
    normal_name,
    split_units,
    strip_label,
)
from kpi_cli.plan.nouns import Plan, Register
from kpi_cli.plan.units import AMOUNT, DATE, FLAG, Unit, UnitTable

# Forms repeat the same few hundred texts; registers do not.
_MOST_KNOWN = 50_000
# Units that in brackets after a name rather narrow it: 专利申请量（企业） is not 专利申请量.
_NARROWING = frozenset(["企业", "企业数", "社区", "村", "镇", "行政村", "自然村", "校", "院", "店", "行", "门", "点", "站", "户数", "人数"])


# The last sign of a place's name says what it is.
_LEVELS = frozenset("县市区省")

# What stands around a town's name where its government is named.
_COUNTY = re.compile(r"^.{1,6}?[县市](?=.)")
_OFFICE = re.compile(r"(?:党委)?(?:人民)?政府$|管理委员会$|管委会$|党工委$|街道办事处$|办事处$|党委$")


class Wanted(NamedTuple):
    """A figure that a form may hold: an input, or the rate that is reported for an indicator. ``is_simple``: any number that
    is not negative, and whole where it counts, is possible for it."""

    kind: str
    id: str
    name: str
    unit: Unit
    whole: bool = False
    negative: bool = True
    range: tuple[float, float] | None = None
    needs_prior: bool = False
    additive: bool = False

    is_simple: bool = False

    @property
    def is_mark(self) -> bool:
        """Whether it is a flag or a date, not a number."""
        return self.unit.kind in (FLAG, DATE)


class Named(NamedTuple):
    """A text that names a figure: what it names, the units that it writes, and the period where it says one (2011年专利申请量,
    专利申请量（上年））: ``year`` as written, or ``back`` years before the sheet's own."""

    wanted: Wanted
    units: tuple[str, ...] = ()
    year: int | None = None
    back: int = 0


def _unnumbered(text: str) -> str:
    """A subject's name without a number before it, or a former name in brackets after it: 4.丁桥镇, 乙河镇（原乙河乡）."""
    shorter = strip_label(text)
    parted = last_brackets(shorter)
    return parted[0] if parted is not None and parted[1].startswith("原") else shorter


class Known(NamedTuple):
    """What a text may mean to a layout: a figure, a subject, or the head of a column (``role`` is UNKNOWN for none)."""

    named: Named | None
    subject: str | None
    role: str


class Vocabulary:
    """Names → figures and subjects. ``find`` is cached by text: forms repeat the same few hundred names."""

    def __init__(
        self, wanted: Mapping[str, Wanted], subjects: Mapping[str, str], units: UnitTable, year: int, whole: str,
        registers: Mapping[str, Register] | None = None, prior: bool = False,
    ) -> None:
        self.prior = prior
        self.wanted, self.subjects, self.units, self.year, self.whole = dict(wanted), dict(subjects), units, year, whole
        self.registers = dict(registers or {})
        self._names = list(dict.fromkeys(each.name for each in self.wanted.values()))
        # Texts that were looked at: what they mean, None for nothing.
        self.known: dict[str, Known | None] = {}
        self._within: dict[str, Named | None] = {}
        self._inside_text: dict[str, str | None] = {}
        self._last_year: Vocabulary | None = None
        # Names of sheets → who they speak of: see ``reporters``.
        self.sheet_names: dict[str, Any] = {}
        # Whether a text is the head of a column of some register.
        self.register_heads: dict[str, bool] = {}
        # Units that were settled without a finding: (the plan's unit, what is written and where) → the unit.
        self.settled: dict[tuple[str, ...], Unit] = {}
        # Those of them that are the plan's own.
        self.plainly: set[tuple[str, ...]] = set()

    def of_last_year(self) -> Vocabulary:
        """The same words for last year's submission: its year is the year before, and nothing in it is asked for."""
        if self._last_year is None:
            self._last_year = Vocabulary(self.wanted, self.subjects, self.units, self.year - 1, self.whole, self.registers, True)
        return self._last_year

    def know(self, text: str) -> Known | None:
        """What a text may mean, None where it means nothing. The text of one cell, as it stands."""
        try:
            return self.known[text]
        except KeyError:
            known = self._look_at(text)
        if len(self.known) < _MOST_KNOWN:
            self.known[text] = known
        return known

    def find(self, text: str) -> Named | None:
        """What a text names, or None. Numbering, 其中, width, spaces and punctuation do not matter."""
        known = self.know(text)
        return known.named if known is not None else None

    def _look_at(self, text: str) -> Known | None:
        if len(text) > 120:
            return None
        named = self._named(text)
        subject = self.subject(text) if named is None and len(text) <= 40 else None
        role = cell_role(text)
        return Known(named, subject, role) if named or subject or role != UNKNOWN else None

    def _named(self, text: str) -> Named | None:
        """The name as it stands, else without what its brackets say, else without a period or a unit around it."""
        units: list[str] = []
        plain, period, back = strip_label(text), Period(None, None), 0
        for _ in range(4):
            wanted = self.wanted.get(normal_name(plain))
            if wanted is not None:
                narrowed = any(unit in _NARROWING and unit != wanted.unit.text for unit in units)
                return None if narrowed else Named(wanted, tuple(units), period.year, back)
            shorter = self._without_brackets(plain, units) or self._without_unit(plain, units)
            if shorter is None:
                parted = part_period(plain)
                if parted is None or period.year is not None or back:
                    return None
                shorter, period, back = parted
            plain = shorter
        return None

    def _without_brackets(self, plain: str, units: list[str]) -> str | None:
        """A name without its last brackets, where these hold a unit, a code or a note that changes nothing."""
        parted = last_brackets(plain)
        if parted is None:
            return None
        before, inside = parted
        if self.units.parse(inside) is not None:
            units.append(inside)
        elif (several := [each for each in split_units(inside) if self.units.parse(each) is not None]) and len(several) > 1:
            units += several
        elif not is_idle_note(inside):
            return None
        return before

    def _without_unit(self, plain: str, units: list[str]) -> str | None:
        """A name without a unit that follows it after a space or a comma: 专利申请量 件."""
        parted = last_word(plain)
        if parted is None or self.units.parse(parted[1]) is None or parted[1].isdigit():
            return None
        units.append(parted[1])
        return parted[0]

    def inside(self, above: str, below: str) -> Named | None:
        """What a text names under another: 其中：发明 below 专利申请量, 总量 below 高新技术产业产值."""
        key = f"{above}\n{below}"
        if key not in self._within:
            self._within[key] = self._inside(above, below)
        return self._within[key]

    def _inside(self, above: str, below: str) -> Named | None:
        own = self.find(below)
        if own is not None:
            return own
        whole, part = self.find(above), bare_name(below)
        units = tuple(each for each in (bracketed(below),) if each and self.units.parse(each) is not None)
        if whole is not None and (is_whole_word(part) or (self.units.parse(part) is not None and part not in _NARROWING)):
            unit = () if is_whole_word(part) else (part,)
            return whole._replace(units=unit + units + whole.units)
        stem = bare_name(above)
        for text in (f"{part}{stem}", f"{stem}{part}", f"{stem}中{part}"):
            wanted = self.wanted.get(normal_name(text))
            if wanted is not None and part and stem:
                return Named(wanted, units)
        return None

    def subject(self, text: str) -> str | None:
        """The subject that a text names, or None. 甲山镇人民政府 and 示例县甲山镇 are 甲山镇."""
        plain = normal_name(text)
        found = self.subjects.get(plain)
        if found is None and len(plain) <= 24:
            bare = _OFFICE.sub("", _COUNTY.sub("", plain))
            found = self.subjects.get(bare) if bare != plain and len(bare) > 1 else None
        if found is None and len(plain) <= 24 and (shorter := _unnumbered(text)) != text:
            return self.subject(shorter)
        return found

    def subject_within(self, text: str) -> str | None:
        """The subject that a text names, or that is named within it (甲山镇人民政府), the longest name first."""
        if text not in self._inside_text:
            if len(self._inside_text) >= _MOST_KNOWN:
                return self._find_subject(text)
            self._inside_text[text] = self._find_subject(text)
        return self._inside_text[text]

    def _find_subject(self, text: str) -> str | None:
        exact = self.subject(text)
        if exact is not None or len(text) > 120:
            return exact
        plain = normal_name(text)
        fitting = [(len(name), subject) for name, subject in self.subjects.items() if len(name) >= 3 and name in plain]
        return max(fitting)[1] if fitting else None

    def names(self) -> list[str]:
        """All names of figures, for near names."""
        return self._names


def vocabulary(plan: Plan) -> Vocabulary:
    """The vocabulary of a plan."""
    prior = _needing_prior(plan)
    wanted: dict[str, Wanted] = {}
    for id, indicator in plan.indicators.items():
        computed = indicator.formula is not None or indicator.each is not None
        for name in (indicator.name, *indicator.aliases) if computed else indicator.aliases:
            wanted[normal_name(name)] = Wanted(REPORTED, id, indicator.name, indicator.unit)
    for id, each in plan.inputs.items():
        figure = Wanted(
            INPUT, id, each.name, each.unit, each.whole, each.negative, each.range, id in prior, each.additive,
            each.unit.kind == AMOUNT and each.range is None,
        )
        for name in (each.name, *each.aliases):
            wanted[normal_name(name)] = figure
    subjects = {normal_name(name): plan.subject for name in (plan.subject, *plan.subject_aliases)}
    level = plan.subject[-1:]
    if level in _LEVELS:
        # 全县 and 全县合计 in the plan of a county; 全市 there is somebody else.
        own = (f"全{level}", f"我{level}", f"本{level}", *(f"{whole}{level}{total}" for whole in ("全", "") for total in ("合计", "总计")))
        subjects = {normal_name(name): plan.subject for name in own} | subjects
    for group in plan.groups.values():
        for member, aliases in group.members.items():
            subjects |= {normal_name(name): member for name in (*aliases, member)}
    return Vocabulary(wanted, subjects, plan.units, plan.year, plan.subject, plan.registers)


def _needing_prior(plan: Plan) -> set[str]:
    """The inputs of which some formula needs last year's figure."""
    now = When(plan.year)
    return {
        name
        for indicator in plan.indicators.values()
        if indicator.tree is not None
        for name, when in leaves(indicator.tree, now)
        if when.year < now.year
    }
