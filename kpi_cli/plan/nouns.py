"""What a plan is made of. Frozen, typed, and free of YAML: the rest of the program sees only these."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from kpi_cli.plan.formula.syntax import Expression
from kpi_cli.plan.units import Unit, UnitTable

# What a bound holds: a number, or a formula, or either by year or by subject.
Operand = float | Expression
Operands = Mapping[str, "Operand | Mapping[str, Operand]"]


class Bound(NamedTuple):
    """One bound. ``kind`` is a key of ``BOUNDS``.

    ``value`` is a number in ``unit``, a formula, or a table of these by period or by subject; for ``between`` a pair (of
    tables, where it is by subject); for ``done_by`` the last day, or a table of days by period. ``of`` is what the bound
    is on where it is not the indicator itself, ``of_text`` its text; ``dated`` the input with the day of completion;
    ``within`` the tolerance of ``about``.
    """

    kind: str
    value: Operand | Operands | tuple[Operand, Operand] | tuple[Operands, Operands] | datetime.date | Mapping[str, datetime.date]
    unit: Unit
    of: Expression | None = None
    of_text: str | None = None
    within: float | None = None
    dated: str | None = None


class Tier(NamedTuple):
    """The bounds of a tier, a single one for nearly every target. All must hold, or, with ``any_of``, at least one."""

    bounds: tuple[Bound, ...]
    any_of: bool = False


class Input(NamedTuple):
    """One figure to be submitted. ``group`` is the group of subjects that submits it; None for all."""

    id: str
    name: str
    unit: Unit
    aliases: tuple[str, ...] = ()
    source: str | None = None
    caliber: str | None = None
    note: str | None = None
    parts: tuple[str, ...] = ()
    parts_exhaust: bool = True
    of_which: str | None = None
    proper: bool = False
    whole: bool = False
    negative: bool = False
    range: tuple[float, float] | None = None
    from_register: Expression | None = None
    additive: bool = True
    group: str | None = None


class Indicator(NamedTuple):
    """What a target is set on. ``tree`` is the bound formula (the input itself where the plan gives none).

    ``clauses`` are where the document says it, the twins' clauses included; ``same_as`` names the indicator that this
    row repeats. ``group`` is the group of subjects that it holds for, one result a subject; None for the whole.
    """

    id: str
    name: str
    clauses: tuple[str, ...]
    part: str
    unit: Unit
    kind: str
    tree: Expression | None
    formula: str | None
    aliases: tuple[str, ...] = ()
    group: str | None = None
    register: str | None = None
    rows: Expression | None = None
    row_class: str | None = None
    each: Expression | None = None
    each_formula: str | None = None
    assured: Tier | None = None
    stretch: Tier | None = None
    same_as: str | None = None
    scored: bool = True
    caliber: str | None = None
    note: str | None = None
    source: str | None = None


class Column(NamedTuple):
    """A column of a register. ``type`` is text, number, flag, choice or choices (several values in one cell)."""

    id: str
    name: str
    type: str
    unit: Unit
    aliases: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = {}
    required: bool = True
    negative: bool = False


class Register(NamedTuple):
    """A submitted list with a row per firm or town. ``key`` is the column that tells rows apart, None where each row is a
    thing of its own (a list of events); ``label`` is the column shown as a row's name."""

    id: str
    name: str
    key: str | None
    label: str
    columns: Mapping[str, Column]
    subject: str | None = None
    aliases: tuple[str, ...] = ()


class Group(NamedTuple):
    """Subjects of one class. ``members``: name → other names in use."""

    id: str
    name: str
    members: Mapping[str, tuple[str, ...]]


class Check(NamedTuple):
    """A check across figures. ``form`` is a key of ``CHECKS``; ``level`` its severity; ``missing`` what to do where a
    figure is missing: skip-any, skip-all or never-skip."""

    id: str
    form: str
    level: str
    rule: Expression | None = None
    rule_text: str | None = None
    when: Expression | None = None
    when_text: str | None = None
    part: str | None = None
    whole: str | None = None
    proper: bool = False
    inputs: tuple[str, ...] = ()
    tolerance: float | None = None
    missing: str = "skip-any"
    name: str | None = None
    note: str | None = None


class Note(NamedTuple):
    """A wish without a number or a test: carried, never judged."""

    clause: str
    text: str


class Example(NamedTuple):
    """A worked example: figures (in the inputs' units, ``prior(x)`` for last year's) and the results they must give."""

    name: str
    given: Mapping[str, float | str]
    expect: Mapping[str, Mapping[str, object]]
    year: int | None = None
    subject: str | None = None
    period: str | None = None
    rows: Mapping[str, tuple[Mapping[str, float | str], ...]] = {}


class Plan(NamedTuple):
    """One plan. ``data`` are the file's bytes."""

    id: str
    name: str
    year: int
    file: str
    data: bytes
    document: str | None
    subject: str
    subject_aliases: tuple[str, ...]
    parts: Mapping[str, str]
    units: UnitTable
    groups: Mapping[str, Group]
    inputs: Mapping[str, Input]
    registers: Mapping[str, Register]
    indicators: Mapping[str, Indicator]
    checks: tuple[Check, ...]
    notes: tuple[Note, ...]
    examples: tuple[Example, ...]

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file, in hexadecimal."""
        import hashlib

        return hashlib.sha256(self.data).hexdigest()

    def subjects(self) -> list[str]:
        """The whole, then every member of every group, each once."""
        return list(dict.fromkeys([self.subject, *(name for group in self.groups.values() for name in group.members)]))
