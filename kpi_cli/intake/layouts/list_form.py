"""List forms: a row per figure, with its name in one column and its values in the columns to the right.

Section rows, notes and signatures between and below are told apart from figures. Value columns are known by their heads:
this year, the same period last year, years, cumulative and single periods, or the subjects of a county. Several name
columns side by side (the two halves of a statistical form) are read one after the other; a name may be divided over rows
(总量, 比重), and rows may say their own subject and period (long forms).
"""

from __future__ import annotations

from kpi_cli.intake.heads import NAME, PERIODIC, REMARK, SERIAL, SKIP, TARGET, UNIT, UNKNOWN, VALUE, Head, Period, is_stub
from kpi_cli.intake.layouts.bands import is_number
from kpi_cli.intake.layouts.blocks import Block, blocks_of
from kpi_cli.intake.layouts.columns import Column, Meaning, read_meaning, settle, single_without_span, when_of
from kpi_cli.intake.layouts.labels import kind_column, part_column, subject_column
from kpi_cli.intake.layouts.list_rows import Half, Rows, Sides
from kpi_cli.intake.numerals import read_number
from kpi_cli.intake.slots import Doubt, Layout, Skipped, Unknown
from kpi_cli.intake.view import Hit, View
from kpi_cli.observations import VALUE as READ


def read_list(view: View, period: Period, subject: str | None) -> Layout | None:
    """Read a sheet as a list form, None where no column of names is found."""
    blocks = [block for block in blocks_of(view, period, subject) if block.down]
    if not blocks:
        return None
    layout = Layout("list", "why-list", {"names": sum(len(block.down) for block in blocks)}, first_row=blocks[0].down[0].row)
    for block in blocks:
        layout.unit_line = layout.unit_line or block.above.unit
        if block.subject is None and block.above.stranger is not None:
            name, row, column, rival = block.above.stranger
            rule = "unknown-subject" if rival is None else "conflicting-subject"
            layout.unknown.append(Unknown(rule, row, column, name, rival))
        before = len(layout.slots)
        meanings = {column: read_meaning(view, block.band, column) for column in range(view.width)}
        halves = _halves(view, block, meanings)
        for half in halves:
            _read_half(view, block, half, meanings, layout)
        if len(halves) > 1:
            layout.why = "why-halves"
        layout.doubt_title(block.above.other, before)
    return layout if layout.slots or layout.unknown or layout.doubts else None


def _halves(view: View, block: Block, meanings: dict[int, Meaning]) -> list[Half]:
    """The columns of names: those under a head that says so, or with several names. Two with no figures between them are a
    group and its parts."""
    by_column: dict[int, dict[int, Hit]] = {}
    for hit in block.down:
        by_column.setdefault(hit.column, {})[hit.row] = hit
    roles = {column: meanings[column].head.role for column in by_column}
    chosen = [
        column for column, hits in sorted(by_column.items())
        if roles[column] == NAME or (roles[column] in (UNKNOWN, SKIP, TARGET) and (len({hit.named.wanted.id for hit in hits.values()}) > 1))
    ]
    if not chosen:
        chosen = [column for column in sorted(by_column) if roles[column] not in (REMARK, VALUE, TARGET)][:1]
    halves: list[Half] = []
    for index, column in enumerate(chosen):
        end = chosen[index + 1] if index + 1 < len(chosen) else view.width
        rows = sorted(by_column[column])
        if halves and not _figures_between(view, halves[-1], column, meanings, rows):
            last = halves.pop()
            halves.append(Half([*last.labels, column], end, {**last.hits, **by_column[column]}, last.start))
        else:
            halves.append(Half([column], end, by_column[column], column if halves else 0))
    return [_with_parts(view, block, half, meanings) for half in halves]


def _figures_between(view: View, half: Half, column: int, meanings: dict[int, Meaning], rows: list[int]) -> bool:
    for between in range(half.labels[-1] + 1, column):
        if meanings[between].head.role in (VALUE, TARGET, PERIODIC):
            return True
        if any(is_number(view.sheet.cell(row, between)) for row in rows[:20]) and meanings[between].head.role != SERIAL:
            return True
    return False


def _with_parts(view: View, block: Block, half: Half, meanings: dict[int, Meaning]) -> Half:
    rows = list(range(min(half.hits), min(max(half.hits) + 8, block.end)))
    part = part_column(view, block.band, half.labels[-1], meanings, rows, half.end)
    return half._replace(labels=[*half.labels, part]) if part is not None else half


# ---- columns


def _read_half(view: View, block: Block, half: Half, meanings: dict[int, Meaning], layout: Layout) -> None:
    columns, sides = _columns(view, block, half, meanings, layout)
    if not columns:
        return
    Rows(view, block, half, columns, sides, layout).read()


def _columns(
    view: View, block: Block, half: Half, meanings: dict[int, Meaning], layout: Layout
) -> tuple[list[Column], Sides]:
    """The value columns of a half, and the columns beside them."""
    rows = sorted(half.hits)
    before = [column for column in range(half.labels[-1]) if column not in half.labels] if half.labels[0] < 8 else []
    lines = list(range(rows[0], min(rows[-1] + 4, block.end)))
    kind = kind_column(view, meanings, lines, [*range(half.labels[-1] + 1, half.end), *before])
    whose = subject_column(view, range(rows[0], block.end), set(half.labels), meanings)
    unit = remark = None
    found: list[Column] = []
    doubtful: list[int] = []
    figures_before = [column for column in before if half.start == 0 and meanings[column].head.role in (VALUE, TARGET, PERIODIC)]
    for column in (*figures_before, *range(half.labels[-1] + 1, half.end)):
        meaning = meanings[column]
        role = meaning.head.role
        if column in (kind, whose):
            continue
        if meaning.text:
            layout.heads[column] = role
        if role == UNIT and unit is None:
            unit = column
        elif role == REMARK:
            remark = remark if remark is not None else column
        elif role in (VALUE, TARGET, PERIODIC):
            found.append(Column(column, role, when_of(meaning.head, block.when), meaning.subject, meaning.total, meaning.unit, meaning.head))
        elif role == UNKNOWN:
            if unit is None and not meaning.text and _all_units(view, rows, column):
                unit = column
            elif _holds_numbers(view, rows, column) and not _counts_rows(view, rows, column):
                doubtful.append(column)
        elif role == SKIP and meaning.text:
            layout.skipped.append(Skipped(None, column, meaning.text[:30], "skip-skip"))
    found, doubtful = _without_head(block, meanings, found, doubtful, layout)
    for column in doubtful:
        rule = "unknown-subject" if meanings[column].text and any(each.subject for each in found) else "unknown-column"
        layout.unknown.append(Unknown(rule, block.head_row, column, meanings[column].text))
    return _settled(view, block, found, layout), Sides(unit, remark, kind, whose)


def _without_head(
    block: Block, meanings: dict[int, Meaning], found: list[Column], doubtful: list[int], layout: Layout
) -> tuple[list[Column], list[int]]:
    """The only column of numbers beside the names, under no head, can only be the figures themselves; of several it cannot
    be told which is which."""
    if any(column.role in (VALUE, PERIODIC) for column in found):
        return found, doubtful
    bare = [column for column in doubtful if not meanings[column].text]
    if len(bare) == 1 and len(doubtful) == 1:
        layout.heads[bare[0]] = VALUE
        return [*found, Column(bare[0], VALUE, block.when, None, False, None, Head(VALUE))], []
    if len(bare) > 1:
        layout.doubts.append(Doubt(block.head_row, bare[0], "doubt-no-heads"))
        columns = [Column(column, VALUE, block.when, None, False, None, Head(VALUE), True) for column in bare]
        return [*found, *columns], [column for column in doubtful if column not in bare]
    return found, doubtful


def _settled(view: View, block: Block, found: list[Column], layout: Layout) -> list[Column]:
    kept, dropped, rivals = settle(found)
    for column in dropped:
        layout.skipped.append(Skipped(None, column.column, "", "skip-single-period"))
        layout.heads[column.column] = PERIODIC
    for group in rivals:
        if not any(column.doubtful for column in found if column in group):
            layout.doubts.append(Doubt(block.head_row, group[1].column, "doubt-same-heads"))
    unsaid = [column for column in kept if single_without_span(column)]
    if unsaid:
        layout.doubts.append(Doubt(block.head_row, unsaid[0].column, "doubt-which-month"))
    return [column._replace(doubtful=column.doubtful or column in unsaid) for column in kept]


def _holds_numbers(view: View, rows: list[int], column: int) -> bool:
    return any(
        read_number(cell).state == READ
        for row in rows
        if (cell := view.sheet.cell(row, column)) is not None and not isinstance(cell, bool)
    )


def _counts_rows(view: View, rows: list[int], column: int) -> bool:
    """Whether a column without a head holds running numbers: the codes of a statistical form."""
    cells = [view.text(row, column) for row in rows]
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    return len(numbers) >= 3 and len(numbers) == len(cells) and all(
        later - sooner == below - above
        for sooner, later, above, below in zip(numbers, numbers[1:], rows, rows[1:], strict=False)
    )


def _all_units(view: View, rows: list[int], column: int) -> bool:
    texts = [text for row in rows if (text := view.text(row, column)) and not is_stub(text)]
    return bool(texts) and all(view.words.units.parse(text) is not None for text in texts)
