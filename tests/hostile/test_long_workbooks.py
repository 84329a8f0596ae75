"""A long register in a plain workbook is read, rows at a time, as the ordinary readers read it; any other is left to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_xlsx import MAIN, sheet_of, write_xlsx

from kpi_cli.intake.book import address
from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import DEFAULT_LIMITS
from kpi_cli.intake.readers import archive, ooxml_rows
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.registers import big
from kpi_cli.intake.registers.big_workbook import read_big_workbook
from kpi_cli.intake.vocabulary import Vocabulary, vocabulary
from kpi_cli.plan.load import load_plan

HEADS = ("企业名称", "信用代码", "所在镇", "类别", "销售收入（万元）", "研发投入（万元）", "是否建有中心", "成立日期", "研发占比")
TEXTS = ("甲厂", "R&D中心", "东山镇", "西水镇", "高新", "定报", "高新、一般", "重点", "是", "否", "合计", "—", "约300", "1,200", "007", " 乙厂 ", "")
# General, a date, a per cent, two decimals; a unit and a per cent sign that the format writes, a point that it draws.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="165" formatCode="yyyy/m/d"/>'
    '<numFmt numFmtId="166" formatCode="0.0&quot;亿元&quot;"/><numFmt numFmtId="167" formatCode="0.0&quot;%&quot;"/>'
    '<numFmt numFmtId="168" formatCode="0!.0000"/></numFmts><cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="165"/><xf numFmtId="10"/>'
    '<xf numFmtId="2"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/></cellXfs></styleSheet>'
)
OPENED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    plan = load_plan(Path(__file__).parents[1] / "registers" / "plan.yaml").plan
    assert plan is not None
    return vocabulary(plan)


@pytest.fixture(autouse=True)
def _short_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are looked at a few at a time, as those of a long sheet are, and no sheet is too short for that."""
    monkeypatch.setattr(ooxml_rows, "LEAST_BYTES", 0)
    monkeypatch.setattr(archive, "_CHUNK", 700)
    monkeypatch.setattr(ooxml_rows, "_TOP", 300)


def quickly(path: Path, words: Vocabulary) -> FileRead | None:
    """What the reader of long workbooks makes of a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(big, "LEAST_BOOK", 0)
        found = read_big_workbook(str(path), path.read_bytes(), words, DEFAULT_LIMITS, None, None)
        return read_file(str(path), Context(words, Period(None, None), None, DEFAULT_LIMITS)) if found is not None else None


def ordinarily(path: Path, words: Vocabulary) -> FileRead:
    return read_file(str(path), Context(words, Period(None, None), None, DEFAULT_LIMITS))


def written(rows: Sequence[str], *, after: str = "", before: str = "", texts: Sequence[str] = TEXTS) -> tuple[str, str]:
    """The parts of a workbook around these rows, below a title and the heads."""
    heads = "".join(f'<c r="{address(1, place)}" t="s"><v>{place + len(texts)}</v></c>' for place in range(len(HEADS)))
    top = '<row r="1" ht="20"><c r="A1" t="inlineStr"><is><t>2020年企业名录</t></is></c></row>' f'<row r="2" spans="1:9">{heads}</row>'
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' if text != text.strip() else f"<si><t>{escape(text)}</t></si>"
                    for text in (*texts, *HEADS))  # fmt: skip
    return OPENED + sheet_of(top + "".join(rows), before=before, after=after), f'{OPENED}<sst xmlns="{MAIN}">{items}</sst>'


def cell(kind: str, value: str, style: int | None) -> str:
    """A cell without its address, which stands at the mark."""
    at = '<c r="@"' + (f' s="{style}"' if style is not None else "")
    return {
        "number": f"{at}><v>{value}</v></c>", "n": f'{at} t="n"><v>{value}</v></c>', "formula": f"{at}><f>A1*2</f><v>{value}</v></c>",
        "shared": f'{at} t="s"><v>{value}</v></c>', "str": f'{at} t="str"><f>B2&amp;"x"</f><v>{value}</v></c>',
        "inline": f'{at} t="inlineStr"><is><t>{value}</t></is></c>', "bool": f'{at} t="b"><v>{value}</v></c>',
        "error": f'{at} t="e"><v>{value}</v></c>', "blank": f"{at}/>",
    }[kind]  # fmt: skip


NUMBERS = st.one_of(st.integers(-5, 10**7), st.floats(0, 1e7)).map(repr)
SHARED = st.integers(0, len(TEXTS) - 1).map(str)
INLINE = st.sampled_from(["甲厂", "R&amp;D", "&#30002;厂", "东山镇", "高新", "约300", "合计"])
STYLE = st.sampled_from([None, 0, 3])
ANY = st.one_of(
    st.builds(cell, st.sampled_from(["number", "n", "formula"]), NUMBERS, st.sampled_from([None, 0, 2, 3, 4, 5, 6])),
    st.builds(cell, st.just("number"), st.integers(61, 60_000).map(str), st.just(1)), st.builds(cell, st.just("shared"), SHARED, STYLE),
    st.builds(cell, st.sampled_from(["inline", "str"]), INLINE, STYLE), st.builds(cell, st.just("bool"), st.sampled_from("01"), STYLE),
    st.builds(cell, st.just("error"), st.sampled_from(["#REF!", "#DIV/0!"]), STYLE), st.builds(cell, st.just("blank"), st.just(""), STYLE),
)  # fmt: skip
FIGURE = st.builds(cell, st.just("number"), NUMBERS, st.just(3))
TEXT = st.builds(cell, st.just("shared"), SHARED, st.just(0))
USUAL = [TEXT, TEXT, TEXT, TEXT, FIGURE, FIGURE, TEXT, st.builds(cell, st.just("number"), st.just("40000"), st.just(1)), FIGURE]
ROW = st.tuples(*(st.one_of(usual, usual, usual, ANY, st.just("")) for usual in USUAL))


@st.composite
def sheets(draw: st.DrawFn) -> list[str]:
    """Rows from the third on; some are left out, some written without a cell."""
    rows, number = [], 2
    for cells in draw(st.lists(ROW, min_size=1, max_size=30)):
        number += draw(st.sampled_from([1, 1, 1, 1, 3]))
        inside = "".join(each.replace("@", address(number - 1, column)) for column, each in enumerate(cells))
        rows.append(f'<row r="{number}" spans="1:9" ht="15">{inside}</row>' if inside else f'<row r="{number}" ht="9"/>')
    # The last row holds something: readers differ in whether a sheet ends with styled cells.
    return [*rows, f'<row r="{number + 1}"><c r="A{number + 1}" t="s"><v>0</v></c></row>']


@settings(max_examples=150, deadline=None)
@given(rows=sheets())
def test_a_long_workbook_is_read_as_the_ordinary_readers_read_it(
    words: Vocabulary, tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    sheet, strings = written(rows, after='<mergeCells count="1"><mergeCell ref="A1:I1"/></mergeCells>')
    path = write_xlsx(tmp_path_factory.mktemp("long") / "a.xlsx", sheet, strings=strings, styles=STYLES)
    quick, slow = quickly(path, words), ordinarily(path, words)
    assert quick is not None
    assert slow.registers
    assert quick == slow


ROWS = [
    f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c><c r="B{number}"><v>{number}</v></c><c r="D{number}" t="s"><v>4</v></c>'
    f'<c r="E{number}"><v>{number * 10}.5</v></c><c r="F{number}"><v>{number}</v></c></row>'
    for number in range(3, 40)
]


def test_rows_drawn_below_the_last_value_are_not_counted(words: Vocabulary, tmp_path: Path) -> None:
    drawn = [f'<row r="{number}" ht="20"/>' for number in range(45, 60)] + ['<row r="60"><c r="A60" s="3"/></row>']
    sheet, strings = written([*ROWS, *drawn])
    path = write_xlsx(tmp_path / "a.xlsx", sheet, strings=strings, styles=STYLES)
    found = quickly(path, words)
    assert found is not None
    assert found.registers[0].total == 39
    assert found == ordinarily(path, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="E20">', '<c r="E21">'), ('<row r="20">', '<row r="19">'), ("<v>200.5</v>", "<v>200.5.1</v>"), ("<v>200.5</v>", "<v>2_5</v>"),
        ("<v>200.5</v>", "<f>E1*2</f>"), ('<c r="E20">', '<c r="E20" cm="1">'), ("</sheetData>", "<!-- 注 --></sheetData>"),
        ('<row r="20">', '<!-- 注 --><row r="20">'), ('t="s"><v>4</v></c><c r="E20">', 't="s"><v>999</v></c><c r="E20">'),
        ('<c r="E20"><v>200.5</v></c>', '<c r="E20" t="d"><v>2020-01-01</v></c>'), ('<c r="E20">', "<c r='E20'>"),
        ('<c r="E20"><v>200.5</v></c>', '<c r="E20" t="inlineStr"><is><r><t>12</t></r></is></c>'),
        ('<c r="E20"><v>200.5</v></c>', '<c r="E20" t="inlineStr"><is><t> 12</t></is></c>'),
        ('<c r="E20"><v>200.5</v></c>', '<c r="E20" t="inlineStr"><is><t>_x000D_</t></is></c>'),
        ("</worksheet>", '<mergeCells count="1"><mergeCell ref="B20:B22"/></mergeCells></worksheet>'), ("</worksheet>", ""),
        ('<row r="20">', '<row r="1048577">'), ("<worksheet ", "<!DOCTYPE x><worksheet "), ("<sheetData>", "<x:sheetData>"),
    ],
)  # fmt: skip
def test_what_is_not_written_the_plain_way_is_left_to_the_ordinary_readers(words: Vocabulary, tmp_path: Path, old: str, new: str) -> None:
    sheet, strings = written(ROWS)
    assert old in sheet
    path = write_xlsx(tmp_path / "a.xlsx", sheet.replace(old, new), strings=strings, styles=STYLES)
    assert quickly(path, words) is None


def test_shared_texts_of_any_kind_are_read_as_the_ordinary_readers_read_them(words: Vocabulary, tmp_path: Path) -> None:
    sheet, strings = written(ROWS)
    for number, (old, new) in enumerate([
        ("<si><t>甲厂</t></si>", "<si><r><t>甲</t></r><r><rPr><b/></rPr><t>厂</t></r></si>"),
        ("<si><t>甲厂</t></si>", '<si><t>甲厂</t><phoneticPr fontId="1"/></si>'),
        ("<si><t>甲厂</t></si>", '<si><t xml:space="preserve"> 甲厂</t></si>'), ("<si><t>甲厂</t></si>", "<si><t>甲&amp;厂&lt;</t></si>"),
    ]):  # fmt: skip
        path = write_xlsx(tmp_path / f"{number}.xlsx", sheet, strings=strings.replace(old, new), styles=STYLES)
        assert old in strings
        found = quickly(path, words)
        assert found is not None
        assert found == ordinarily(path, words)
