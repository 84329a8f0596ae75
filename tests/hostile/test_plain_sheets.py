"""A small sheet that is written the plain way reads as the parsing readers read it; any other is left to them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_xlsx import MAIN, sheet_of, write_xlsx

from kpi_cli.intake.book import Sheet, address
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import ooxml_forms, open_book, xlsx
from kpi_cli.intake.readers.ooxml_plain import plain_sheet
from kpi_cli.intake.readers.ooxml_texts import NotPlainError, plain_strings
from kpi_cli.intake.refusal import Refused

STRINGS = ("专利申请量", " 件 ", "R&D经费", "3,500", "", "a\nb", "<b>", "其中：发明")
FORMATS = ("General", "0.0%", "yyyy/m/d", "0.00")
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0%"/>'
    '<numFmt numFmtId="165" formatCode="yyyy/m/d"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="2"/></cellXfs></styleSheet>'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def shared(texts: tuple[str, ...]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'{HEAD}<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>'


def references(text: str) -> str:
    """As some libraries write what is not ASCII."""
    return "".join(character if character.isascii() else f"&#{ord(character)};" for character in text)


NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e12, 1e12)).map(repr)
DAYS = st.integers(61, 60_000).map(str)


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A cell without its address, which stands at the mark."""
    style = draw(st.integers(0, 3))
    kind = draw(st.sampled_from(["number", "n", "shared", "inline", "str", "bool", "formula", "blank"]))
    at = f'<c r="@" s="{style}"'
    if kind == "number":
        return f"{at}><v>{draw(DAYS if style == 2 else NUMBERS)}</v></c>"
    if kind == "n":
        return f'{at} t="n"><v>{draw(DAYS)}</v></c>'
    if kind == "shared":
        return f'{at} t="s"><v>{draw(st.integers(0, len(STRINGS) - 1))}</v></c>'
    if kind == "inline":
        text = draw(st.sampled_from([text for text in STRINGS if text and text == text.strip()]))
        return f'{at} t="inlineStr"><is><t>{draw(st.sampled_from([escape, lambda each: references(escape(each))]))(text)}</t></is></c>'
    if kind == "str":
        return f'{at} t="str"><f>A1&amp;"x"</f><v>{escape(draw(st.sampled_from(["甲", "R&D", "1,2"])))}</v></c>'
    if kind == "bool":
        return f'{at} t="b"><v>{draw(st.integers(0, 1))}</v></c>'
    if kind == "formula":
        return f'{at}><f t="shared" si="0"/><v>{draw(DAYS)}</v></c>'
    return f"{at}/>"


GRIDS = st.dictionaries(st.tuples(st.integers(0, 12), st.integers(0, 30)), cells(), min_size=1, max_size=25)


def rows_of(grid: dict[tuple[int, int], str]) -> str:
    lines = []
    for row in sorted({row for row, _ in grid}):
        inside = "".join(grid[at].replace("@", address(*at), 1) for at in sorted(grid) if at[0] == row)
        lines.append(f'<row r="{row + 1}" spans="1:9" ht="15">{inside}</row>')
    return "".join(lines)


@contextmanager
def parsed() -> Iterator[None]:
    """Every workbook goes to the readers that parse."""
    small = xlsx.SMALL
    xlsx.SMALL = -1
    try:
        yield
    finally:
        xlsx.SMALL = small


def filled(sheet: Sheet) -> dict[tuple[int, int], object]:
    return {(row, column): cell for row, line in enumerate(sheet.rows) for column, cell in enumerate(line) if cell is not None}


@settings(max_examples=150, deadline=None)
@given(grid=GRIDS, merged=st.booleans())
def test_a_plain_sheet_reads_as_the_parsing_readers_read_it(grid: dict[tuple[int, int], str], merged: bool) -> None:
    after = '<mergeCells count="1"><mergeCell ref="B20:C21"/></mergeCells>' if merged else ""
    with tempfile.TemporaryDirectory() as folder:
        path = write_xlsx(Path(folder) / "form.xlsx", HEAD + sheet_of(rows_of(grid), after=after), strings=shared(STRINGS), styles=STYLES)
        plain, wrong = open_book(path, DEFAULT_LIMITS)
        with parsed():
            other, told = open_book(path, DEFAULT_LIMITS)
    if other is None or plain is None:
        assert [each.rule for each in wrong] == [each.rule for each in told] == ["empty-file"]
        return
    one, two = plain.sheets[0], other.sheets[0]
    assert filled(one) == filled(two)
    assert {at: type(cell) for at, cell in filled(one).items()} == {at: type(cell) for at, cell in filled(two).items()}
    assert (one.merged, one.suspect, one.percents, one.hidden) == (two.merged, two.suspect, two.percents, two.hidden)
    # The parsing reader notes the formats of shared texts that turn out blank, too.
    assert one.evidence.formats == {at: each for at, each in two.evidence.formats.items() if at in filled(one)}


@contextmanager
def of_known_shape() -> Iterator[None]:
    """Rows are matched whole from the first sheet on, and their shape is learnt anew."""
    ooxml_forms.recurring.cache_clear()
    first, ooxml_forms.FIRST = ooxml_forms.FIRST, 0
    try:
        yield
    finally:
        ooxml_forms.FIRST = first
        ooxml_forms.recurring.cache_clear()


@settings(max_examples=150, deadline=None)
@given(grids=st.lists(GRIDS, min_size=1, max_size=4))
def test_sheets_of_a_shape_that_comes_again_read_as_they_do_cell_by_cell(grids: list[dict[tuple[int, int], str]]) -> None:
    contents = [(HEAD + sheet_of(rows_of(grid))).encode() for grid in grids]
    strings = plain_strings(shared(STRINGS).encode(), DEFAULT_LIMITS)
    alone = []
    for content in contents:
        ooxml_forms.recurring.cache_clear()
        alone.append(plain_sheet(content, strings, FORMATS, DEFAULT_LIMITS))
    with of_known_shape():
        known = [plain_sheet(content, strings, FORMATS, DEFAULT_LIMITS) for content in contents]
    for one, two in zip(alone, known, strict=True):
        assert two.rows == one.rows
        assert [[type(cell) for cell in row] for row in two.rows] == [[type(cell) for cell in row] for row in one.rows]
        assert (two.cells, two.merged, two.suspect, two.evidence()) == (one.cells, one.merged, one.suspect, one.evidence())


def test_a_shape_is_learnt_from_the_sheets_before_and_tells_the_next_one_whole() -> None:
    rows = [f'<row r="{row}" spans="1:3"><c r="A{row}" t="s"><v>0</v></c><c r="C{row}" s="3"><v>{row}.5</v></c></row>' for row in range(1, 5)]
    body = "".join(rows)
    strings = plain_strings(shared(STRINGS).encode(), DEFAULT_LIMITS)
    ooxml_forms.recurring.cache_clear()
    found = [ooxml_forms.grid_of_known_shape(body, strings, FORMATS) for _ in range(ooxml_forms.FIRST + 1)]
    assert found[: ooxml_forms.FIRST] == [None] * ooxml_forms.FIRST
    assert found[-1] == [["专利申请量", None, row + 0.5] for row in range(1, 5)]
    for strange in (rows[0].replace("</v>", "<!-- 1 --></v>", 1), rows[0].replace('"C1"', '"B9"'), rows[0].replace(' t="s"', ' t="e"')):
        assert ooxml_forms.grid_of_known_shape(strange + "".join(rows[1:]), strings, FORMATS) is None
    assert ooxml_forms.grid_of_known_shape(body, strings, FORMATS) == found[-1]
    ooxml_forms.recurring.cache_clear()


def test_rows_without_a_cell_are_a_blank_sheet_whatever_was_learnt_before() -> None:
    content = (HEAD + sheet_of('<row r="1" ht="20"/><row r="2" ht="20" customHeight="1"></row>')).encode()
    with of_known_shape():
        assert [plain_sheet(content, {}, FORMATS, DEFAULT_LIMITS).rows for _ in range(3)] == [[], [], []]


def sheet(cell: str, **parts: str) -> bytes:
    return sheet_of(f'<row r="1">{cell}</row>', **parts).encode()


@pytest.mark.parametrize(
    "content",
    [
        sheet('<c r="A1" t="e"><v>#REF!</v></c>'), sheet('<c r="A1"><f>B1*2</f></c>'), sheet('<c r="A1"><f>B1*2</f><v></v></c>'),
        sheet("<c><v>1</v></c>"), sheet('<c r="a1"><v>1</v></c>'), sheet('<c r="A1" cm="1"><v>1</v></c>'), sheet("<c r='A1'><v>1</v></c>"),
        sheet('<c r="A1"><v>1_0</v></c>'), sheet('<c r="A1"><v>nan</v></c>'), sheet('<c r="A1"><v> 1</v></c>'), sheet('<c r="A1"><v>1..2</v></c>'),
        sheet('<c r="A1" t="s"><v>9</v></c>'), sheet('<c r="A1" t="d"><v>2012-01-01</v></c>'), sheet('<c r="A1" t="b"><v>true</v></c>'),
        sheet('<c r="A1" t="inlineStr"><is><t>_x000D_</t></is></c>'), sheet('<c r="A1" t="inlineStr"><is><t> 甲</t></is></c>'),
        sheet('<c r="A1" t="inlineStr"><is><t>&#32;甲</t></is></c>'), sheet('<c r="A1" t="inlineStr"><is><t>&x;</t></is></c>'),
        sheet('<c r="A1" s="01"><v>1</v></c>'), sheet('<c r="A1" t="inlineStr"><is><t>&#x110000;</t></is></c>'),
        sheet('<c r="A1" t="inlineStr"><is><t>&#0;</t></is></c>'), sheet('<c r="A1" t="inlineStr"><is><r><t>甲</t></r></is></c>'),
        sheet('<c r="A1"><v>1</v></c><!-- 注 -->'), sheet('<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>'),
        sheet('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'),
        sheet('<c r="A1"><v>1</v></c><c r="XFD9999"><v>2</v></c></row><row><c r="A9"><v>1</v></c>'),
        sheet('<c r="A9999999"><v>1</v></c>'), sheet('<c r="A1"><v>1</v></c>').replace(b"worksheet", b"x:worksheet"),
        sheet('<c r="A1"><v>1</v></c>', before="<!DOCTYPE x>"), sheet('<c r="A1"><v>1</v></c>', after="<sheetData/>"),
        sheet('<c r="A1"><v>1</v></c>')[:-5], sheet('<c r="A1" t="str"><v>y</v></c>').replace(b">y<", b">\xff<"),
        b'<?xml version="1.0" encoding="GBK"?>' + sheet('<c r="A1"><v>1</v></c>'),
    ],
)  # fmt: skip
def test_what_is_not_written_the_plain_way_is_left_to_the_readers_that_parse(content: bytes) -> None:
    with pytest.raises(NotPlainError):
        plain_sheet(content, {"0": "甲"}, ("General",), DEFAULT_LIMITS)


def test_hidden_rows_and_columns_make_a_plain_sheet_suspect() -> None:
    cell = '<c r="A1"><v>1</v></c>'
    hidden = [
        sheet_of(f'<row r="1" hidden="1">{cell}</row>'),
        sheet_of(f'<row r="1">{cell}</row>', before='<cols><col min="3" max="3" hidden="true"/></cols>'),
    ]
    assert [plain_sheet(each.encode(), {}, (), DEFAULT_LIMITS).suspect for each in [*hidden, sheet_of(f"<row>{cell}</row>")]] == [True, True, False]


@pytest.mark.parametrize(
    "items",
    ["<si><t>甲 </t></si>", "<si><t>&#9999999;</t></si>", "<si><t>&#55296;</t></si>", "<si><r><t>_x000D_</t></r></si>", "<si><r><t> 甲</t></r></si>"],
)
def test_shared_texts_that_readers_take_in_different_ways_are_not_plain(items: str) -> None:
    with pytest.raises((NotPlainError, Refused)):
        plain_strings(f'<sst xmlns="{MAIN}" count="1">{items}</sst>'.encode(), DEFAULT_LIMITS)


def test_texts_in_runs_of_several_types_are_joined_and_readings_left_out() -> None:
    """As soon as Chinese and Latin letters stand side by side, office programs part them."""
    items = "<si><r><rPr><sz val='9'/></rPr><t>R&amp;D</t></r><r><t xml:space=\"preserve\"> 经费</t></r></si><si><t>甲</t><rPh><t>jia</t></rPh></si>"
    found = plain_strings(f'<sst xmlns="{MAIN}" count="2">{items}</sst>'.encode(), DEFAULT_LIMITS)
    assert found == {"0": "R&D 经费", "1": "甲"}


def test_shared_texts_of_chinese_editions_are_plain() -> None:
    """They write a note on the reading of each."""
    content = f'{HEAD}<sst xmlns="{MAIN}" count="2"><si><t>甲</t><phoneticPr fontId="1" type="noConversion"/></si><si><t/></si></sst>'
    assert plain_strings(content.encode(), DEFAULT_LIMITS) == {"0": "甲", "1": ""}


def test_a_text_longer_than_a_cell_may_hold_is_not_plain() -> None:
    content = shared(("甲" * 50,)).encode()
    with pytest.raises(NotPlainError):
        plain_strings(content, type(DEFAULT_LIMITS)(cell_text=49))


def test_the_pattern_takes_time_in_proportion_to_the_part() -> None:
    """Of tags that nearly fit; a pattern that tried every way to fit them would not end."""
    body = '<c r="A1" t="str"><f ' * 20_000
    with pytest.raises(NotPlainError):
        plain_sheet(sheet_of(body).encode(), {}, (), DEFAULT_LIMITS)
