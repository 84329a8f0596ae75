"""Raw checks and examples → nouns. What an input says of its parts and its whole is a check too."""

from __future__ import annotations

from kpi_cli.plan.build import Builder, Path, Raw
from kpi_cli.plan.example_rows import FLAGS
from kpi_cli.plan.formula.syntax import Call, Expression, Name, names
from kpi_cli.plan.kinds import read_date
from kpi_cli.plan.language import CHECK_FORMS
from kpi_cli.plan.nouns import Check, Example, Indicator, Input
from kpi_cli.plan.units import DATE, FLAG, NUMBER
from kpi_cli.rules import Word

ALL = "all"


def build_checks(builder: Builder, indicators: dict[str, Indicator]) -> tuple[Check, ...]:
    """The checks of a plan, those first that follow from the inputs' own parts and wholes."""
    implied = [check for each in builder.inputs.values() for check in _implied(each)]
    computed = tuple(id for id, each in indicators.items() if each.formula is not None and each.tree is not None)
    if computed and not any("reported" in raw for raw in builder.raw.get("checks", ())):
        # A rate that forms report beside its figures is always held against them; a plan may say how strictly.
        implied.append(Check("reported", "reported", "error", inputs=computed))
    written = [_check(builder, index, raw, indicators) for index, raw in enumerate(builder.raw.get("checks", ()))]
    stated = {(check.form, check.part, check.whole, check.inputs) for check in written if check}
    return tuple(
        [check for check in implied if (check.form, check.part, check.whole, check.inputs) not in stated]
        + [check for check in written if check]
    )


def _implied(each: Input) -> list[Check]:
    checks = []
    if each.of_which is not None:
        checks.append(Check(f"{each.id}<={each.of_which}", "of_which", "error", part=each.id, whole=each.of_which, proper=each.proper))
    if each.parts and each.parts_exhaust:
        checks.append(Check(f"{each.id}=sum", "sum", "error", inputs=(each.id, *each.parts)))
    return checks


def _check(builder: Builder, index: int, raw: Raw, indicators: dict[str, Indicator]) -> Check | None:
    path: Path = ("checks", str(index))
    forms = [key for key in raw if key in CHECK_FORMS]
    if len(forms) != 1:
        builder.report("wrong-type", path, key="checks", found=forms or list(raw), expected=Word("type-one-check"))
        return None
    form = forms[0]
    rule = _condition(builder, raw.get("rule"), (*path, "rule"))
    when = _condition(builder, raw.get("when"), (*path, "when"))
    named = [] if form == "rule" else list(raw[form])
    known: dict[str, object] = dict(indicators) if form == "reported" else dict(builder.inputs)
    if form == "empty_for":
        group = builder.named(named[0] if named else "", builder.groups, (*path, form), "group")
        named = named[1:]
    names = [builder.named(each, known, (*path, form), "input") for each in named if each != ALL]
    if ALL in named:
        names = [*names, *_all(form, builder, indicators)]
    inputs = tuple(name for name in names if name is not None)
    if form in ("of_which", "sum") and len(inputs) < 2:
        if len(named) < 2:
            builder.report("wrong-type", (*path, form), key=form, found=named, expected=Word(f"type-{form.replace('_', '-')}"))
        return None
    return Check(
        raw.get("id") or f"check-{index + 1}", form, raw.get("level", "error"), rule, raw.get("rule"), when, raw.get("when"),
        inputs[0] if form == "of_which" else None, inputs[1] if form == "of_which" else (group if form == "empty_for" else None),
        False, () if form == "of_which" else inputs, raw.get("tolerance"), raw.get("missing", "skip-any"), raw.get("name"), raw.get("note"),
    )


def _all(form: str, builder: Builder, indicators: dict[str, Indicator]) -> list[str]:
    """What ``all`` means for a form of check: the inputs (or indicators) that it can be asked of."""
    if form == "reported":
        return [id for id, each in indicators.items() if each.aliases or each.formula]
    amounts = {id: each for id, each in builder.inputs.items() if each.unit.dims or each.unit.kind == NUMBER}
    if form == "whole":
        return [id for id, each in amounts.items() if each.whole]
    if form == "subjects_sum":
        return [id for id, each in amounts.items() if each.additive]
    return list(amounts)


def _condition(builder: Builder, text: str | None, path: Path) -> Expression | None:
    tree = builder.parse(text, path) if text is not None else None
    if tree is None:
        return None
    tree = builder.bound(tree)
    builder.check_unit(tree, builder.unit("是/否", ()), path)
    return tree


def build_examples(builder: Builder, indicators: dict[str, Indicator]) -> tuple[Example, ...]:
    """The worked examples, with unknown figures and indicators reported."""
    found = []
    for index, raw in enumerate(builder.raw.get("examples", ())):
        path = ("examples", str(index))
        for name in raw.get("expect", {}):
            builder.named(name, indicators, (*path, "expect", name), "indicator")
        expect = {name: each for name, each in raw.get("expect", {}).items() if name in indicators}
        given = {name: value for name, value in raw.get("given", {}).items() if _given(builder, name, value, (*path, "given", name))}
        found.append(Example(
            raw.get("name", str(index + 1)), given, expect, raw.get("year"), raw.get("subject"), raw.get("period"),
            _example_rows(builder, raw.get("rows", {}), (*path, "rows")),
        ))
    return tuple(found)


def _given(builder: Builder, name: str, value: float | str, path: Path) -> bool:
    """Whether a figure of an example is one that can be given: an input, this year's or another's, of its own sort."""
    tree = builder.parse(name, path)
    if tree is None:
        return False
    named = names(tree)
    for each in named:
        if each.name not in builder.inputs:
            builder.unknown(each.name, list(builder.inputs), path, "input")
            return False
    if len(named) != 1 or not (isinstance(tree, Name) or (isinstance(tree, Call) and tree.function in ("prior", "at", "start"))):
        builder.report("wrong-type", path, key="given", found=name, expected=Word("type-given"))
        return False
    kind = builder.inputs[named[0].name].unit.kind
    wanted = {FLAG: "type-done", DATE: "type-date"}.get(kind, "type-number")
    sound = value in FLAGS if kind == FLAG else isinstance(value, str) and read_date(value) if kind == DATE else isinstance(value, float)
    if not sound:
        builder.report("wrong-type", path, key=name, found=value, expected=Word(wanted))
    return bool(sound)


def _example_rows(builder: Builder, raw: Raw, path: Path) -> dict[str, tuple[Raw, ...]]:
    found = {}
    for id, rows in raw.items():
        if builder.named(id, builder.registers, (*path, id), "register"):
            columns = builder.registers[id].columns if id in builder.registers else {}
            for index, row in enumerate(rows):
                for column in row:
                    builder.named(column, columns, (*path, id, str(index), column), "column")
            found[id] = tuple(rows)
    return {id: rows for id, rows in found.items() if id in builder.registers}
