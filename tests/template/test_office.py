"""LibreOffice opens what kpi writes and saves it again: comments, limits, protection and keys survive."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from filling import fill, rows_of, sound
from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


@pytest.fixture
def saved_again(tmp_path):
    """Open a file in LibreOffice and save it; the new file's path."""

    def convert(path: Path, kind: str = "xlsx") -> Path:
        folder = tmp_path / "saved"
        subprocess.run(
            [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", kind, "--outdir", folder, path],
            check=True, capture_output=True, timeout=180,
        )
        return folder / f"{path.stem}.{kind}"

    return convert


def test_comments_fills_and_links_of_an_annotated_copy_survive(kpi, tmp_path, saved_again):
    done = kpi("validate", ROOT / "tests/samples/06_mistakes/form.xlsx", "--annotate", tmp_path / "copy.xlsx", "--format", "json")
    findings = json.loads(done.stdout)["findings"]
    book = load_workbook(saved_again(tmp_path / "copy.xlsx"))
    sheet = book["Sheet1"]
    commented = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(commented) == {each["cell"] for each in findings}
    for each in findings:
        assert each["message"]["zh"] in commented[each["cell"]].comment.text
        assert commented[each["cell"]].fill.fgColor.rgb in ("FFFFC7CE", "FFFFEB9C")
    links = [row[2].hyperlink.location for row in book["问题清单"].iter_rows(min_row=2)]
    assert [each.replace("'", "").replace("$", "").replace(".", "!") for each in links] == [f"{each['sheet']}!{each['cell']}" for each in findings]


def test_limits_protection_and_keys_of_a_form_survive(template, saved_again, county, audit):
    path = template()
    before = load_workbook(path).worksheets[0]
    again = saved_again(path)
    after = load_workbook(again).worksheets[0]
    assert after.protection.sheet
    assert len(after.data_validations.dataValidation) == len(before.data_validations.dataValidation)
    assert {each.type for each in after.data_validations.dataValidation} == {"custom", "list"}
    rows = rows_of(after.parent)
    assert rows == rows_of(before.parent)
    for row in rows.values():
        assert [after.cell(row, column).protection.locked for column in (1, 2, 3, 4, 5, 6, 7)] == [True, True, True, False, False, False, True]
    assert after.row_dimensions[4].hidden
    assert after.column_dimensions["H"].hidden
    values = sound(county, rows)
    assert audit(fill(again, values, last=values)) == ([], 0)


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_filled_form_saved_in_another_format_is_read_by_its_keys(template, saved_again, county, audit, kpi, kind):
    path = template()
    values = sound(county, rows_of(load_workbook(path)))
    again = saved_again(fill(path, values, last=values), kind)
    assert json.loads(kpi("read", again, "--format", "json").stdout)["sheets"][0]["layout"] == "template"
    assert audit(again) == ([], 0)
