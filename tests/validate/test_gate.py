"""The gate as projects install it: a git hook that refuses a bad workbook, and the jobs for GitHub and GitLab."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from given import form

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "data" / "ci"
SOUND = {"专利申请量（件）": (3500, 3200), "专利授权量（件）": 2000}
WRONG = {"专利申请量（件）": (3500, 3200), "专利授权量（件）": "约2000"}


@pytest.fixture
def environment(tmp_path):
    """Settings in which ``kpi`` is a command and git knows a name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "kpi"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m kpi_cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    names = {"GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "e@example.org", "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "e@example.org"}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = tmp_path / "gitconfig"
    settings.write_text("", encoding="utf-8")
    return {**plain, **names, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "KPI_LANG": "en", "GIT_CONFIG_GLOBAL": str(settings)}


@pytest.fixture
def repository(tmp_path, environment):
    """A git repository; run git in it."""
    folder = tmp_path / "repository"
    folder.mkdir()

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    begun = git("init", "-q")
    assert begun.returncode == 0, begun.stderr
    shutil.copy(ROOT / "indicators.yaml", folder / "indicators.yaml")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)  # a git without templates makes none
    shutil.copy(CI / "pre-commit", hook)
    hook.chmod(0o755)
    return folder, git


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_hook_refuses_a_bad_workbook_and_takes_the_corrected_one(repository):
    folder, git = repository
    form(folder / "submissions" / "甲.xlsx", WRONG)
    git("add", "-A")
    refused = git("commit", "-m", "first")
    assert refused.returncode != 0
    assert "not-a-number" in refused.stdout + refused.stderr
    assert "C5" in refused.stdout + refused.stderr
    form(folder / "submissions" / "甲.xlsx", SOUND)
    assert git("commit", "-m", "not staged").returncode != 0, "what counts is what is staged"
    git("add", "-A")
    assert git("commit", "-m", "second").returncode == 0
    assert git("log", "--format=%s").stdout.split() == ["second"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_hook_has_nothing_against_a_commit_without_submissions(repository):
    folder, git = repository
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    git("add", "-A")
    assert git("commit", "-m", "notes").returncode == 0


def commands(name):
    """The kpi commands of a job."""
    job = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    steps = job["jobs"]["validate"]["steps"] if "jobs" in job else [{"run": line} for line in job["kpi validate"]["script"]]
    return [step["run"].partition(" >> ")[0] for step in steps if step.get("run", "").startswith("kpi ")]


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
@pytest.mark.parametrize("rows", [SOUND, WRONG], ids=["sound", "wrong"])
def test_the_commands_of_a_job_run_and_only_the_gate_fails(tmp_path, environment, name, rows):
    form(tmp_path / "submissions" / "甲.xlsx", rows)
    codes = []
    for command in commands(name):
        done = subprocess.run(shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode in (0, 1), done.stderr
        codes.append((done.returncode, "--fail-on never" in command))
    assert [code for code, never in codes if never] == [0] * sum(never for _, never in codes)
    assert [code for code, never in codes if not never] == [int(rows is WRONG)]
    assert (tmp_path / "annotated" / "甲.xlsx").exists()


def test_the_reports_that_a_gitlab_job_names_are_those_that_it_writes(tmp_path, environment):
    form(tmp_path / "submissions" / "甲.xlsx", WRONG)
    for command in commands("gitlab.yml"):
        subprocess.run(shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, check=False)
    reports = yaml.safe_load((CI / "gitlab.yml").read_text(encoding="utf-8"))["kpi validate"]["artifacts"]["reports"]
    assert len(json.loads((tmp_path / reports["codequality"]).read_text(encoding="utf-8"))) == 1
    assert ElementTree.parse(tmp_path / reports["junit"]).getroot().get("failures") == "1"  # noqa: S314 - our own output


def test_the_hook_for_pre_commit_runs_the_audit_on_the_files_that_it_matches(tmp_path, environment):
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    files = [form(tmp_path / "甲.xlsx", WRONG), form(tmp_path / "乙.xlsx", SOUND)]
    assert all(re.search(hook["files"], each.name) for each in files)
    assert not re.search(hook["files"], "readme.md")
    command = [*shlex.split(hook["entry"]), *(each.name for each in files)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert hook["require_serial"] is True
