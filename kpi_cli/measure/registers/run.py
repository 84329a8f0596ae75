"""The registers of a run: read once into entities, then counted by formulas and judged row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from kpi_cli.measure.panel import Panel
from kpi_cli.measure.registers.entities import Entities, merge_rows
from kpi_cli.measure.registers.figures import Counted, counts_in
from kpi_cli.measure.registers.lacking import find_lacking
from kpi_cli.measure.registers.results import NOT_APPLICABLE, NOT_COMPUTABLE, RowResults, judge_rows
from kpi_cli.measure.registers.rows import rows_by_register
from kpi_cli.measure.results import Compliance
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.formula.syntax import OverRegister
from kpi_cli.plan.nouns import Indicator, Input, Plan
from kpi_cli.registers import RegisterTable
from kpi_cli.rules import Finding, Place, finding


class Account(NamedTuple):
    """What became of every row of a register's sheets; the numbers add up to ``total``.

    ``others`` are no rows of the register, by what they are (titles, totals, blanks …). Of its rows, ``repeated`` speak of a
    key that an earlier row has, ``keyless`` have none, ``judged`` were held against a rule, ``not_computable`` could not be,
    and for ``outside`` there is no rule (their class is not known, or has none).
    """

    total: int
    others: Mapping[str, int]
    repeated: int
    keyless: int
    judged: int
    not_computable: int
    outside: int


class MeasuredRegister(NamedTuple):
    """One register: its entities, the results of every rule that holds row by row, and the account of its rows."""

    id: str
    entities: Entities
    results: tuple[RowResults, ...]
    account: Account


class Registers(NamedTuple):
    """The registers of a run before they are judged. ``counted`` is what the panel asks for counts and sums."""

    entities: Mapping[str, Entities]
    findings: list[Finding]

    @property
    def counted(self) -> dict[str, Counted]:
        return {id: Counted(each) for id, each in self.entities.items()}


def gather(plan: Plan, tables: Iterable[RegisterTable]) -> Registers:
    """All tables of all files → the entities of each register, and what is wrong with their rows."""
    found: dict[str, Entities] = {}
    findings: list[Finding] = []
    for id, rows in rows_by_register(plan, tables).items():
        findings += find_lacking(rows)
        found[id], repeated = merge_rows(rows)
        findings += repeated
    return Registers(found, findings)


def judge_registers(
    plan: Plan, registers: Registers, panel: Panel, when: When
) -> tuple[list[MeasuredRegister], list[Compliance], list[Finding]]:
    """Every rule that holds row by row, in the order of the plan."""
    measured: list[MeasuredRegister] = []
    findings: list[Finding] = []
    for id, entities in registers.entities.items():
        results = []
        for indicator in plan.indicators.values():
            if indicator.register == id and indicator.each is not None and indicator.same_as is None:
                rows, found = judge_rows(plan, indicator, entities, panel, when)
                results.append(rows)
                findings += found
        measured.append(MeasuredRegister(id, entities, tuple(results), account(entities, results)))
    return measured, [rows.compliance for each in measured for rows in each.results], findings


def undecided(plan: Plan, counted: Mapping[str, Counted], file: str | None) -> list[Finding]:
    """A finding for each figure counted from a register in which some rows could not be decided: they are not counted, and
    the true figure may be higher by as many."""
    findings = []
    nouns: list[tuple[str, Input | Indicator]] = [*plan.inputs.items(), *plan.indicators.items()]
    for id, noun in nouns:
        tree = noun.from_register if isinstance(noun, Input) else noun.tree
        rows = max((_undecided(over, counted) for over in counts_in(tree)), default=0)
        if rows:
            findings.append(finding("rows-undecided", Place(file), input=id, name=noun.name, count=rows))
    return findings


def _undecided(over: OverRegister, counted: Mapping[str, Counted]) -> int:
    register = counted.get(over.register)
    return register.undecided.get(over._replace(at=0), 0) if register is not None else 0


def account(entities: Entities, results: Iterable[RowResults]) -> Account:
    rows = entities.rows
    held, judged = np.zeros(entities.size, dtype=bool), np.zeros(entities.size, dtype=bool)
    for each in results:
        held[each.at] = True
        judged[each.at[~np.isin(each.status, (NOT_COMPUTABLE, NOT_APPLICABLE))]] = True
    others: Counter[str] = Counter()
    for table in rows.tables:
        others.update(table.others)
    return Account(
        sum(table.total for table in rows.tables), dict(others), entities.repeated, len(entities.keyless), int(judged.sum()),
        int((held & ~judged).sum()), int((~held).sum()),
    )
