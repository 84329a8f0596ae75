"""The audit as SARIF 2.1.0. A cell is a logical location: a workbook has no lines; a text file has, and they are given."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from kpi_cli import __version__
from kpi_cli.report.json_ import dumps
from kpi_cli.report.text import plain
from kpi_cli.rules import RULES, Finding, Place, Rule, hint, message
from kpi_cli.validation import REMARK, Validation, fingerprint
from kpi_cli.words import Language

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(validation: Validation, language: Language, colour: bool = False) -> str:
    told = [(each, None) for each in validation.findings] + [(each.finding, each) for each in validation.accepted]
    names = list(dict.fromkeys(each.rule for each, _ in told))
    results = []
    for each, accepted in told:
        result = _result(each, names.index(each.rule), language)
        if accepted is not None:
            kind = "inSource" if accepted.why == REMARK else "external"
            result["suppressions"] = [{"kind": kind, **({"justification": plain(accepted.remark)} if accepted.remark else {})}]
        results.append(result)
    driver = {"name": "kpi", "version": __version__, "rules": [_rule(RULES[name], language) for name in names]}
    files = [{"location": {"uri": uri(file.file)}, **({"hashes": {"sha-256": file.sha256}} if file.sha256 else {})} for file in validation.files]
    run = {
        "tool": {"driver": driver}, "artifacts": files, "columnKind": "unicodeCodePoints", "results": results,
        "language": "zh-CN" if language == "zh" else "en",
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule, language: Language) -> dict[str, Any]:
    return {
        "id": rule.code, "name": rule.name, "shortDescription": {"text": _template(rule.message[language])},
        "help": {"text": _template(rule.hint[language])}, "defaultConfiguration": {"level": rule.severity},
    }


def _template(text: str) -> str:
    """A rule's text with its placeholders as words in brackets."""
    return text.replace("{", "〔").replace("}", "〕")


def _result(each: Finding, index: int, language: Language) -> dict[str, Any]:
    text = plain(f"{message(each, language)}\n{hint(each, language)}".replace("\n", " → "))
    result: dict[str, Any] = {
        "ruleId": RULES[each.rule].code, "ruleIndex": index, "level": each.severity, "message": {"text": text},
        "partialFingerprints": {"kpi/v1": fingerprint(each)},
    }
    if each.place.file is not None:
        result["locations"] = [_location(each.place)]
    return result


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(str(place.file))}}
    location: dict[str, Any] = {"physicalLocation": physical}
    row = "".join(each for each in place.cell or "" if each.isdigit())
    if place.sheet is None and row:
        physical["region"] = {"startLine": int(row)}
    if place.cell is not None or place.sheet is not None:
        name = "!".join(plain(part) for part in (place.sheet, place.cell) if part)
        logical = {"name": place.cell or plain(str(place.sheet)), "fullyQualifiedName": name, "kind": "member" if place.cell else "module"}
        location["logicalLocations"] = [logical]
    return location


def uri(path: str) -> str:
    """A path as a URI reference: relative where the path is."""
    plain_path = path.replace("\\", "/").removeprefix("./")
    return f"file://{quote(plain_path)}" if plain_path.startswith("/") else quote(plain_path)
