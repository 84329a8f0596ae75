"""The audit as GitHub annotations: a workflow command a finding."""

from __future__ import annotations

from kpi_cli.report.text import plain
from kpi_cli.report.validation import sentence, summary
from kpi_cli.rules import RULES, Finding
from kpi_cli.validation import Validation
from kpi_cli.words import Language


def render(validation: Validation, language: Language, colour: bool = False) -> str:
    lines = [_line(each, language) for each in validation.findings]
    return "\n".join([*lines, f"::notice title=kpi::{_data(summary(validation, language))}"])


def _line(each: Finding, language: Language) -> str:
    place = each.place
    cell = "!".join(plain(part) for part in (place.sheet, place.cell) if part)
    properties = {"file": place.file.removeprefix("./")} if place.file else {}
    row = "".join(letter for letter in place.cell or "" if letter.isdigit())
    if place.sheet is None and row:
        properties["line"] = row
    properties["title"] = f"{RULES[each.rule].code} {each.rule} {cell}".strip()
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{each.severity} {shown}::{_data(sentence(each, language))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
