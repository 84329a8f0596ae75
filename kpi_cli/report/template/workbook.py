"""A form as a workbook: headings locked, cells to fill in open, what may be entered limited, keys hidden."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kpi_cli.intake.heads import NAME, REMARK, UNIT, VALUE
from kpi_cli.intake.layouts.template import column_key, mark_of, row_key
from kpi_cli.plan.units import DATE, FLAG, RATIO
from kpi_cli.report.cells import safe_cell
from kpi_cli.report.template.asks import instruction
from kpi_cli.report.template.form import Form, Row
from kpi_cli.words import Language, say

SERIAL_AT, NAME_AT, UNIT_AT, VALUE_AT, PRIOR_AT, REMARK_AT, ASKS_AT, KEY_AT = range(1, 9)
_WIDTHS = (6, 40, 11, 18, 18, 26, 58, 10)
KEYS_ROW, HEADS_ROW = 4, 5
_MOST_PROMPT, _MOST_TITLE = 250, 30
_OPEN = Protection(locked=False)
_EDGE = Border(*(Side(style="thin", color="FF999999"),) * 4)
_FILLS = {name: PatternFill("solid", fgColor=colour) for name, colour in {
    "head": "FFDDEBF7", "section": "FFF2F2F2", "value": "FFFFFFE5", "optional": "FFFAFAFA",
}.items()}


def render(form: Form, language: Language) -> bytes:
    """The workbook's bytes; the same form gives the same cells."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = say("template-sheet", language)
    _top(sheet, form, language)
    row = HEADS_ROW
    number = 0
    for section in form.sections:
        if section.title:
            row += 1
            _section(sheet, row, section.title)
        for each in section.rows:
            row, number = row + 1, number + 1
            _figure(sheet, row, number, form, each, language)
    _bottom(sheet, row + 2, language)
    _frame(sheet, form, row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _top(sheet: Worksheet, form: Form, language: Language) -> None:
    period = period_text(form.when.year, form.when.span, language)
    lines = (
        say("template-title", language, plan=form.plan.name, period=period),
        say("template-subject", language, subject=form.subject), say("template-period", language, period=period),
    )
    for row, text in enumerate(lines, 1):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=ASKS_AT)
        _text(sheet.cell(row, 1), text)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    last = form.when._replace(year=form.when.year - 1)
    keys = {
        NAME_AT: column_key(NAME), UNIT_AT: column_key(UNIT), VALUE_AT: column_key(VALUE, form.when), PRIOR_AT: column_key(VALUE, last),
        REMARK_AT: column_key(REMARK), KEY_AT: mark_of(form.plan.id, form.plan.sha256[:16], form.subject),
    }
    for column, key in keys.items():
        sheet.cell(KEYS_ROW, column, key)
    now = "template-now" if form.when.span else "template-now-year"
    heads = ("head-serial", "head-name-of", "head-unit-of", now, "template-last", "head-remark", "template-asks")
    for column, head in enumerate(heads, 1):
        cell = _text(sheet.cell(HEADS_ROW, column), say(head, language, year=form.when.year, last=form.when.year - 1))
        cell.font, cell.fill, cell.border = Font(bold=True), _FILLS["head"], _EDGE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[HEADS_ROW].height = 33


def _section(sheet: Worksheet, row: int, title: str) -> None:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=ASKS_AT)
    cell = _text(sheet.cell(row, 1), title)
    cell.font, cell.fill = Font(bold=True), _FILLS["section"]


def _figure(sheet: Worksheet, row: int, number: int, form: Form, each: Row, language: Language) -> None:
    noun = each.noun
    asked = instruction(form.plan, noun, language)
    name = ("其中：" if each.depth else "") + noun.name
    sheet.cell(row, SERIAL_AT, number)
    _text(sheet.cell(row, NAME_AT), name).alignment = Alignment(horizontal="left", indent=each.depth, wrap_text=True, vertical="center")
    _text(sheet.cell(row, UNIT_AT), noun.unit.text)
    _text(sheet.cell(row, ASKS_AT), asked)
    _text(sheet.cell(row, KEY_AT), row_key(noun.id))
    value, prior, remark = (sheet.cell(row, column) for column in (VALUE_AT, PRIOR_AT, REMARK_AT))
    for cell in (value, prior, remark):
        cell.protection = _OPEN
    value.fill = _FILLS["value"]
    prior.fill = _FILLS["value" if each.needs_prior else "optional"]
    percent = noun.unit.kind == RATIO and noun.unit.factor == 0.01
    value.number_format = prior.number_format = "yyyy-mm-dd" if noun.unit.kind == DATE else "0.00##%" if percent else "General"
    prior.value = _prior(each, percent)
    for column in range(1, ASKS_AT + 1):
        cell = sheet.cell(row, column)
        cell.border = _EDGE
        if column != NAME_AT:
            cell.alignment = Alignment(wrap_text=column in (REMARK_AT, ASKS_AT), vertical="center")
    needed = max(_lines(asked, _WIDTHS[ASKS_AT - 1]), _lines(name, _WIDTHS[NAME_AT - 1] - 2))
    sheet.row_dimensions[row].height = 15 * needed + 3
    sheet.add_data_validation(_limit(each, row, asked, language))


def _prior(each: Row, percent: bool) -> Any:
    value = each.prior
    if isinstance(value, float):
        if value != value:
            return None
        if each.noun.unit.kind == FLAG:
            return "是" if value else "否"
        value = value / 100 if percent else value
        return int(value) if value.is_integer() and not percent else value
    return value


def _limit(each: Row, row: int, asked: str, language: Language) -> DataValidation:
    """What may be entered in this year's and last year's cell: what the rules accept, and / where nothing is assigned."""
    noun = each.noun
    if noun.unit.kind == FLAG:
        limit = DataValidation(type="list", formula1='"是,否,/"')
    else:
        limit = DataValidation(type="custom", formula1=f'OR(TRIM(D{row})="/",IF(ISNUMBER(D{row}),{_condition(each, f"D{row}")},FALSE))')
    limit.add(f"D{row}:E{row}")
    limit.allow_blank, limit.errorStyle = True, "stop"
    limit.showErrorMessage = limit.showInputMessage = True
    limit.promptTitle, limit.prompt = noun.name[:_MOST_TITLE], asked[:_MOST_PROMPT]
    limit.errorTitle, limit.error = say("template-refused", language), asked[:_MOST_PROMPT - 30]
    return limit


def _condition(each: Row, cell: str) -> str:
    noun = each.noun
    if noun.unit.kind == DATE:
        # Serial numbers of 1949 to 2100.
        return f"AND({cell}>=17899,{cell}<73416)"
    parts = []
    if not noun.negative:
        parts.append(f"{cell}>=0")
    if noun.whole:
        parts.append(f"{cell}=INT({cell})")
    if noun.range is not None:
        factor = 100 if noun.unit.kind == RATIO and noun.unit.factor == 0.01 else 1
        parts += [f"{cell}>={noun.range[0] / factor:g}", f"{cell}<={noun.range[1] / factor:g}"]
    return f"AND({','.join(parts)})" if parts else "TRUE"


def _bottom(sheet: Worksheet, row: int, language: Language) -> None:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=ASKS_AT)
    note = say("template-note", language)
    _text(sheet.cell(row, 1), note).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[row].height = 15 * _lines(note, sum(_WIDTHS[:ASKS_AT])) + 3
    signed = {NAME_AT: "template-head-of-unit", VALUE_AT: "template-filled-by", REMARK_AT: "template-phone", ASKS_AT: "template-date"}
    for column, word in signed.items():
        _text(sheet.cell(row + 1, column), say(word, language)).protection = _OPEN


def _frame(sheet: Worksheet, form: Form, last: int) -> None:
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions["ABCDEFGH"[column - 1]].width = width
    sheet.row_dimensions[KEYS_ROW].hidden = True
    sheet.column_dimensions["H"].hidden = True
    sheet.freeze_panes = f"D{HEADS_ROW + 1}"
    sheet.protection.sheet = True
    # Locked against slips, not against people: no password, and widths may be changed.
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADS_ROW}:{HEADS_ROW}"
    sheet.print_area = f"A1:G{last + 3}"


def _text(cell: Cell | MergedCell, text: str) -> Cell | MergedCell:
    """A cell that holds a text, never a formula."""
    if isinstance(cell, Cell):
        cell.value = safe_cell(text)
    if cell.data_type == "f":
        cell.data_type = "s"
    return cell


def _lines(text: str, width: int) -> int:
    return sum(1 + (_wide(line) - 1) // max(width - 1, 1) for line in text.splitlines() or [""])


def _wide(text: str) -> int:
    return max(1, sum(1 if letter.isascii() else 2 for letter in text))


def period_text(year: int, span: str, language: Language) -> str:
    """A period as a form's title says it: 2012年度, 2012年1-3季度, 2012年1-5月."""
    if not span:
        return say("template-year", language, year=year)
    first, _, last = span.partition("..")
    kind = "quarter" if span.startswith("Q") else "month"
    numbers = [str(int(each.lstrip("Q"))) for each in _both(first, last)]
    return say(f"template-{kind}", language, year=year, span="-".join(numbers))


def _both(first: str, last: str) -> Iterator[str]:
    yield first
    if last:
        yield last
