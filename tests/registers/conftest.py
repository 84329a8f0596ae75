"""A register as rows of cells → what is found in it, without a file and without a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl.utils import range_boundaries

from kpi_cli.intake.book import Book, Sheet, Span
from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.reading import Asked, Context, FileRead, read_book, read_file
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.measure.panel import Panel
from kpi_cli.measure.registers.entities import name_of
from kpi_cli.measure.registers.results import ROW_STATUSES
from kpi_cli.measure.registers.run import Account, MeasuredRegister, gather, judge_registers
from kpi_cli.measure.results import measure
from kpi_cli.plan.formula.evaluate import When
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Finding

PLAN = Path(__file__).with_name("plan.yaml")


class Outcome(NamedTuple):
    """``firms``: name → (indicator, value, status); ``values``: indicator of the county → value."""

    files: list[FileRead]
    register: MeasuredRegister | None
    firms: dict[str, tuple[str, float | None, str]]
    values: dict[str, float | None]
    findings: list[Finding]

    @property
    def account(self) -> Account:
        assert self.register is not None
        return self.register.account

    @property
    def told(self) -> set[tuple[str | None, str, str]]:
        return {(each.place.cell, each.rule, each.severity) for each in self.findings}


@pytest.fixture(scope="session")
def plan() -> Plan:
    loaded = load_plan(PLAN)
    assert loaded.plan is not None
    assert not loaded.findings
    return loaded.plan


def judged(plan: Plan, files: Sequence[FileRead]) -> Outcome:
    registers = gather(plan, [table for file in files for table in file.registers])
    when = When(plan.year)
    panel = Panel(plan, [], plan.subjects(), registers.counted)
    results, _ = measure(plan, panel, when)
    measured, _, found = judge_registers(plan, registers, panel, when)
    firms = {}
    for each in (rows for register in measured for rows in register.results):
        for place, entity in enumerate(each.at):
            value = float(each.value[place])
            name = name_of(each.entities.rows, int(each.entities.first[entity]))
            firms[name] = (each.indicator.id, None if value != value else value, ROW_STATUSES[each.status[place]])
    findings = [each for file in files for each in file.findings] + registers.findings + found
    values = {result.indicator: result.value for result in results}
    return Outcome(list(files), measured[0] if measured else None, firms, values, findings)


def read(plan: Plan, rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), file: str = "a.xlsx", sheet: str | None = "名录") -> FileRead:
    spans = []
    for text in merged:
        left, top, right, bottom = range_boundaries(text)
        spans.append(Span(top - 1, left - 1, bottom - 1, right - 1))
    book = Book(file, "xlsx", "0", [Sheet(sheet, [list(row) for row in rows], spans)])
    return read_book(book, vocabulary(plan), Asked(Period(None, None)))


@pytest.fixture(scope="session")
def judge(plan: Plan) -> Callable[..., Outcome]:
    """Sheets (each a list of rows) → the outcome; several sheets are several files."""

    def run(*sheets: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Outcome:
        return judged(plan, [read(plan, rows, merged, f"{number}.xlsx") for number, rows in enumerate(sheets, 1)])

    return run


@pytest.fixture(scope="session")
def judge_file(plan: Plan) -> Callable[[Path], Outcome]:
    """A file → the outcome, read in this process."""

    def run(path: Path) -> Outcome:
        return judged(plan, [read_file(str(path), Context(vocabulary(plan), Period(None, None), None, Limits()))])

    return run
