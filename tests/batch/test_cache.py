"""A cache spares reading what did not change, and nothing that lies in it can change a result or end a run."""

from __future__ import annotations

import datetime
import json
import math
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import forms
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_cli.batch import cache as cache_module
from kpi_cli.batch.cache import LARGEST_ENTRY, base_of, begin_cache, cached, find, keep, read_cached, trim
from kpi_cli.batch.files import Done
from kpi_cli.batch.packing import known_to, pack, unpack
from kpi_cli.batch.strict import DamagedError, NotPlainError, fact, plain
from kpi_cli.intake.heads import Period
from kpi_cli.intake.limits import Limits
from kpi_cli.intake.reading import Context, FileRead, read_file
from kpi_cli.intake.vocabulary import vocabulary
from kpi_cli.pipeline import Request, read_all
from kpi_cli.plan.load import load_plan
from kpi_cli.plan.nouns import Plan
from kpi_cli.rules import Word

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
SHIPPED = load_plan(str(ROOT / "indicators.yaml"), "indicators.yaml").plan


@pytest.fixture
def context(plan: Plan) -> Context:
    return Context(vocabulary(plan), Period(None, None), None, Limits())


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return forms.write_form(tmp_path / "form.xlsx", 3, 8, random.Random(3))  # noqa: S311


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def entries(box: Path) -> list[Path]:
    return [path for path in box.rglob("*") if path.is_file() and path.name != "CACHEDIR.TAG"]


def reused(plan: Plan, files: list[str], box: Path, **options: Any) -> int:
    """How many of the files were not read again."""
    seen: list[Done] = []
    list(read_all(plan, Request(files, jobs=2, cache=str(box), watch=seen.append, **options)))
    return seen[-1].reused


def test_only_what_changed_is_read_again(plan: Plan, many: list[str], tmp_path: Path, box: Path) -> None:
    files = [shutil.copy(path, tmp_path) for path in many[:40]]
    assert reused(plan, files, box) == 0
    assert reused(plan, files, box) == 39  # an empty file is refused before it is looked up
    forms.write_form(Path(files[20]), 20, 8, random.Random(99))  # noqa: S311
    assert reused(plan, files, box) == 38
    assert reused(plan, files, box) == 39


def test_a_reading_from_the_cache_is_the_reading(plan: Plan, many: list[str], box: Path) -> None:
    fresh = list(read_all(plan, Request(many, jobs=2)))
    for _ in range(2):
        assert repr(list(read_all(plan, Request(many, jobs=2, cache=str(box))))) == repr(fresh)


def test_what_a_reading_depends_on_makes_it_another_entry(plan: Plan, form: Path, box: Path) -> None:
    files = [str(form)]
    assert reused(plan, files, box) == 0
    assert reused(plan, files, box, subject="示例0001镇") == 0
    assert reused(plan._replace(year=2024), files, box) == 0
    assert reused(plan, files, box, period=Period(2025, "Q1")) == 0
    assert reused(plan, files, box, limits=Limits(cells=7)) == 0
    assert reused(plan, [], box, prior=files) == 0
    renamed = plan._replace(inputs={**plan.inputs, "f0": plan.inputs["f0"]._replace(aliases=("另一名称",))})
    assert reused(renamed, files, box) == 0
    assert reused(plan, files, box) == 1


def test_a_target_that_changed_is_no_reason_to_read_again(plan: Plan, context: Context) -> None:
    indicators = {id: each._replace(assured=None) for id, each in plan.indicators.items()}
    assert base_of(context._replace(words=vocabulary(plan._replace(indicators=indicators)))) == base_of(context)


def test_a_changed_program_reads_again(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    before = base_of(context)
    monkeypatch.setattr(cache_module, "program", lambda: "another")
    assert base_of(context) != before


def test_keys_do_not_depend_on_the_process(folder: Path, context: Context) -> None:
    code = (
        "import sys; from kpi_cli.batch.cache import base_of; from kpi_cli.intake.heads import Period; from kpi_cli.intake.limits import Limits;"
        "from kpi_cli.intake.reading import Context; from kpi_cli.intake.vocabulary import vocabulary; from kpi_cli.plan.load import load_plan;"
        "print(base_of(Context(vocabulary(load_plan(sys.argv[1], 'plan.yaml').plan), Period(None, None), None, Limits())))"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", code, str(folder / "plan.yaml")], env=environment, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == base_of(context)


def test_a_renamed_file_is_told_by_its_name_of_this_run(plan: Plan, tmp_path: Path, box: Path) -> None:
    rows: list[list[str | float]] = [["填报单位：示例0001镇"], ["序号", "指标名称", "计量单位", "本年实际"], [1, "示例指标0", "件", "三百余"]]
    forms.write_xlsx(tmp_path / "a.xlsx", rows)
    reused(plan, [str(tmp_path / "a.xlsx")], box)
    other = tmp_path / "elsewhere" / "b.xlsx"
    other.parent.mkdir()
    (tmp_path / "a.xlsx").rename(other)
    seen: list[Done] = []
    (read,) = read_all(plan, Request([str(other)], cache=str(box), watch=seen.append))
    assert seen[-1].reused == 1
    assert {read.file, *(each.file for each in read.observations), *(each.place.file for each in read.findings)} == {str(other)}
    assert read.findings
    assert "a.xlsx" not in repr(read)


@pytest.mark.parametrize("case", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir() and path.name[:1].isdigit()))
def test_every_kind_of_form_survives_packing(case: str) -> None:
    plans = sorted((SAMPLES / case).glob("*plan*.yaml"))
    plan = load_plan(str(plans[0]), "plan.yaml").plan if plans else SHIPPED
    assert plan is not None
    context = Context(vocabulary(plan), Period(None, None), None, Limits())
    for path in sorted((SAMPLES / case).iterdir()):
        if path.suffix not in (".yaml", ".json", ".md"):
            read = read_file(str(path), context)
            again = unpack(pack(read), "moved/" + path.name, known_to(context.words))
            assert repr(again).replace("moved/" + path.name, str(path)) == repr(read)


def _spoil(data: bytes, kind: str) -> bytes:
    head, _, body = data.partition(b"\n")
    return {
        "empty": b"", "cut": data[: len(data) // 2], "flipped": data[:-20] + bytes([data[-20] ^ 1]) + data[-19:],
        "pickle": b"\x80\x04cos\nsystem\n(S'touch owned'\ntR.", "foreign": b"something else", "headless": body,
        "long": data + b" " * (LARGEST_ENTRY + 2048), "other": head.replace(b"1", b"2") + b"\n" + body,
    }[kind]


@pytest.mark.parametrize("kind", ["empty", "cut", "flipped", "pickle", "foreign", "headless", "long", "other"])
def test_a_damaged_or_foreign_entry_is_ignored_and_written_anew(plan: Plan, form: Path, box: Path, kind: str) -> None:
    fresh = list(read_all(plan, Request([str(form)], cache=str(box))))
    (entry,) = entries(box)
    sound = entry.read_bytes()
    entry.write_bytes(_spoil(sound, kind))
    assert repr(list(read_all(plan, Request([str(form)], cache=str(box))))) == repr(fresh)
    assert entry.read_bytes() == sound


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_an_entry_that_is_no_plain_file_holds_nothing_up(plan: Plan, form: Path, box: Path, kind: str) -> None:
    reused(plan, [str(form)], box)
    (entry,) = entries(box)
    entry.rename(box / "kept")
    {"link": lambda: entry.symlink_to(box / "kept"), "pipe": lambda: os.mkfifo(entry), "folder": entry.mkdir}[kind]()
    assert reused(plan, [str(form)], box, limits=Limits(seconds=5)) == 0


def _forged(data: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """One part of a reading replaced by something else."""
    parts: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            parts.append((value, key))
            walk(value[key])

    walk(data)
    holder, key = chance.choice(parts)
    odd: list[Any] = [None, -1, 2**70, "", "x", "无", [], {}, [[]], ["word", "x"], ["map", []], math.inf, math.nan, True, "../../etc", "A1"]
    holder[key] = chance.choice(odd)
    return data


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_forged_entry_is_refused_or_can_be_used_without_harm(seed: int) -> None:
    assert SHIPPED is not None
    context = Context(vocabulary(SHIPPED), Period(None, None), None, Limits())
    read = _sample(context)
    forged = json.dumps(_forged(json.loads(pack(read)), random.Random(seed))).encode()  # noqa: S311
    try:
        found = unpack(forged, "f.xlsx", known_to(context.words))
    except DamagedError:
        return
    from kpi_cli.measure.merge import merge
    from kpi_cli.measure.panel import Panel
    from kpi_cli.rules import hint, message

    merged, _ = merge(SHIPPED, found.observations)
    Panel(SHIPPED, merged, SHIPPED.subjects())
    assert all(message(each, "zh") and hint(each, "en") for each in found.findings)


_samples: list[FileRead] = []


def _sample(context: Context) -> FileRead:
    if not _samples:
        _samples.append(read_file(str(next((SAMPLES / "06_mistakes").glob("*.xls*"))), context))
    return _samples[0]


FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates() | st.just(Word("not-used")),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6,
)


@given(FACTS)
def test_facts_come_back_as_they_were(value: Any) -> None:
    again = fact(json.loads(json.dumps(plain(value))))
    assert repr(again) == repr(value)
    assert type(again) is type(value)


def test_what_cannot_be_packed_is_not_kept(context: Context, form: Path, box: Path) -> None:
    read = read_file(str(form), context)
    odd = read._replace(findings=[read.findings[0]._replace(facts={"at": datetime.timedelta(1)})] if read.findings else [])
    odd = odd._replace(sheets=(odd.sheets[0]._replace(facts={"at": datetime.timedelta(1)}),))
    with pytest.raises(NotPlainError):
        pack(odd)
    work = cached(context, str(box))
    keep(odd, "0" * 64, work)
    assert find(str(form), "0" * 64, work) is None


def test_the_oldest_entries_go_when_the_cache_is_full(plan: Plan, many: list[str], box: Path) -> None:
    list(read_all(plan, Request(many[10:20], cache=str(box))))
    found = entries(box)
    for age, entry in enumerate(sorted(found)):
        os.utime(entry, (10**9 - age, 10**9 - age))
    foreign = box / "kpi-readings" / "notes.txt"
    foreign.write_text("mine", encoding="utf-8")
    size = sum(path.stat().st_size for path in found)
    removed = trim(str(box), size // 2)
    assert set(entries(box)) - {foreign} == set(sorted(found)[: len(found) - removed])
    assert 0 < removed < len(found)
    assert foreign.exists()


def test_a_file_that_changes_while_it_is_read_is_not_kept(context: Context, form: Path, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(path: str, context: Context) -> FileRead:
        forms.write_form(form, 4, 8, random.Random(4))  # noqa: S311
        return read_file(path, context)

    monkeypatch.setattr(cache_module, "read_file", change)
    begin_cache(str(box))
    read_cached(str(form), cached(context, str(box)))
    assert not entries(box)


def test_a_folder_that_cannot_be_written_is_wrong_usage(kpi: Any, form: Path, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = kpi("check", form, "--plan", folder / "plan.yaml", "--cache", tmp_path / "file" / "inside", "--lang", "en")
    assert run.returncode == 2
    assert "--cache" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_command_says_the_same_with_a_cache(kpi: Any, many: list[str], folder: Path, box: Path) -> None:
    given = ["check", *many[:12], "--plan", folder / "plan.yaml", "--format", "json"]
    plain_run = kpi(*given)
    for _ in range(2):
        run = kpi(*given, "--cache", box)
        assert (run.stdout, run.stderr, run.returncode) == (plain_run.stdout, plain_run.stderr, plain_run.returncode)
