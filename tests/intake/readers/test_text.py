"""Text is read in the encoding it was written in, or refused: never garbled."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_cli.intake.book import Grid, Span
from kpi_cli.intake.limits import DEFAULT_LIMITS, Limits
from kpi_cli.intake.readers import open_book

FORM = "指标名称,计量单位,本年实际\n专利申请,件,3500\n全社会研发经费,万元,56950\n"
FIRMS = "企业名称,镇,研发费\n示例鑫淼机械有限公司,甲山镇,12.5\n晟睿喆科技,乙河镇,3\n"
TRADITIONAL = "指標名稱,計量單位,本年實際\n專利申請,件,3500\n全社會研發經費,萬元,56950\n"
JAPANESE = "指標,単位,実績\n特許出願,件,3500\nこれはテストです,カタカナ,1\n"
KOREAN = "지표,단위,실적\n특허출원,건,3500\n연구개발비,만원,1\n"
FRENCH = "indicateur,unité,réalisé\nCôte d'Ivoire,été,3\nélève,à,1\n"
RUSSIAN = "показатель,единица,факт\nзаявки,шт,3500\n"
HEAD, _, BODY = FORM.partition("\n")


def rows(tmp_path: Path, content: bytes, limits: Limits = DEFAULT_LIMITS) -> Grid:
    (tmp_path / "form.csv").write_bytes(content)
    book, findings = open_book(tmp_path / "form.csv", limits)
    assert book is not None, findings
    return book.sheets[0].rows


def refused(tmp_path: Path, content: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[str, str]:
    (tmp_path / "form.csv").write_bytes(content)
    book, findings = open_book(tmp_path / "form.csv", limits)
    assert book is None
    return findings[0].rule, str(findings[0].facts.get("reason") or findings[0].facts.get("what"))


@pytest.mark.parametrize("text", [FORM, FIRMS, "甲,1\n", "┃指标,数值┃\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_each_accepted_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    assert rows(tmp_path, text.encode(encoding)) == [line.split(",") for line in text.splitlines()]


@pytest.mark.parametrize("text", [JAPANESE, KOREAN, FRENCH, RUSSIAN, TRADITIONAL, "a,b\n1,2\n"])
def test_proper_utf_8_of_any_language_is_read(tmp_path: Path, text: str) -> None:
    assert rows(tmp_path, text.encode())[0] == text.splitlines()[0].split(",")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "big5"), (JAPANESE, "shift-jis"), (JAPANESE, "euc-jp"), (JAPANESE, "iso-2022-jp"),
        (KOREAN, "euc-kr"), (KOREAN, "cp949"), (FRENCH, "latin-1"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"),
        (FORM, "utf-16-le"), (FORM, "utf-16-be"), (FORM, "utf-32"), (FORM, "utf-7"), (FORM, "hz"),
    ],
)  # fmt: skip
def test_other_encodings_are_refused(tmp_path: Path, text: str, encoding: str) -> None:
    assert refused(tmp_path, text.encode(encoding))[0] == "undecodable-text"


def test_two_encodings_in_one_file_are_refused(tmp_path: Path) -> None:
    for first, second in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        content = HEAD.encode(first) + b"\n" + BODY.encode(second) * 100
        assert refused(tmp_path, content)[0] == "undecodable-text"


def test_text_garbled_by_an_earlier_conversion_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, FORM.encode().decode("gb18030", "replace").encode())[0] == "undecodable-text"
    assert refused(tmp_path, FORM.encode().decode("latin-1").encode())[0] == "undecodable-text"
    assert refused(tmp_path, FORM.replace("专", "\ufffd").encode())[0] == "undecodable-text"


def test_control_characters_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a,b\x01\n1,2\n") == ("undecodable-text", "text-control")


def test_quoted_line_breaks_stay_in_their_record(tmp_path: Path) -> None:
    assert rows(tmp_path, '甲,"一\n二"\n\n乙,3\n'.encode()) == [["甲", "一\n二"], [], ["乙", "3"]]


def test_an_unclosed_quote_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b'a,b\n"1,2\n3,4\n') == ("unreadable-file", "file-unclosed-quote")


def test_a_quote_that_closes_many_records_later_is_refused(tmp_path: Path) -> None:
    content = b'a,b\n"1,2\n' + b"3,4\n" * 20 + b'5",6\n'
    assert refused(tmp_path, content) == ("unreadable-file", "file-unclosed-quote")


def test_a_long_note_in_a_quoted_cell_is_no_unclosed_quote(tmp_path: Path) -> None:
    note = "\n".join(f"说明第{number}条。" for number in range(12))
    assert rows(tmp_path, f'甲,"{note}"\n乙,3\n'.encode())[0] == ["甲", note]


def test_the_separator_line_of_spreadsheets_is_no_row(tmp_path: Path) -> None:
    assert rows(tmp_path, "sep=;\n甲;1,5\n".encode()) == [["甲", "1,5"]]


def test_a_title_without_separators_does_not_hide_the_separator(tmp_path: Path) -> None:
    assert rows(tmp_path, "2012年统计表\n\n甲\t1,000\n乙\t2,000\n".encode())[2] == ["甲", "1,000"]


def test_limits_of_text_hold(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a," + b"x" * 200, Limits(cell_text=100)) == ("too-large", "file-cell-text")
    assert refused(tmp_path, b"a,b\n" * 200, Limits(cells=100)) == ("too-large", "file-cells")
    assert refused(tmp_path, b"a,b\n" * 200, Limits(file_text=100)) == ("too-large", "file-text")


def test_an_html_table_is_laid_out_with_its_merged_cells(tmp_path: Path) -> None:
    page = """<html><head><meta charset="gb2312"><style>td {x}</style></head><body><p>单位：万元</p><table>
    <tr><th rowspan=2>指标</th><th colspan=2>本年</th></tr><tr><td>目标<td>实际</tr>
    <tr style="display:none"><td>研发&nbsp;经费<td>1&lt;2<td>3,500</tr></table></body></html>"""
    (tmp_path / "form.xls").write_bytes(page.encode("gb18030"))
    book, findings = open_book(tmp_path / "form.xls", DEFAULT_LIMITS)
    assert book is not None, findings
    sheet = book.sheets[0]
    assert (book.kind, sheet.name) == ("html", None)
    assert sheet.rows == [["单位：万元"], ["指标", "本年"], [None, "目标", "实际"], ["研发 经费", "1<2", "3,500"]]
    assert sheet.merged == [Span(1, 0, 2, 0), Span(1, 1, 1, 2)]
    assert sheet.evidence.hidden_rows == {3}


def test_an_html_table_of_endless_spans_is_refused(tmp_path: Path) -> None:
    page = b"<table><tr>" + b"<td rowspan=65000 colspan=1000>1" * 2 + b"</table>"
    assert refused(tmp_path, page)[0] == "too-large"
