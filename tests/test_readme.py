"""What README shows is run: every console block's command gives the lines shown below it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi_cli.cli.main import COMMANDS
from kpi_cli.plan.lint import lint
from kpi_cli.plan.load import load_plan

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
CALLS = [(line[2:], output) for block in BLOCKS for line, _, output in [block.partition("\n")] if line.startswith("$ kpi ")]


def matches(shown: str, printed: str) -> bool:
    """Whether the lines shown stand in the output in their order; … stands for any lines, and without it none may be left out."""
    parts = [re.escape(part.strip("\n")) for part in re.split(r"^…$", shown.strip("\n"), flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(part + ("\n?" if part else "") for part in parts) + r"\s*", printed.strip("\n") + "\n") is not None


@pytest.mark.parametrize(("command", "shown"), CALLS, ids=[command for command, _ in CALLS])
def test_every_command_shown_gives_the_output_shown(kpi: Any, command: str, shown: str) -> None:
    done = kpi(*shlex.split(command)[1:])
    assert "Traceback" not in done.stderr
    assert matches(shown, done.stdout + done.stderr), done.stdout + done.stderr


def test_readme_shows_at_least_the_main_commands() -> None:
    assert len(CALLS) >= 4
    assert all(f"`kpi {name}" in README for name in COMMANDS)


def test_the_two_commands_of_the_first_screen_are_the_ones_that_ci_runs() -> None:
    first = README.split("```sh\n")[1].split("```")[0].splitlines()
    assert len(first) == 2
    tests = first[1].split("#")[0].strip()
    assert tests in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


YAML_BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
PLANS = [block for block in YAML_BLOCKS if re.search(r"^indicators:", block, re.MULTILINE)]


@pytest.mark.parametrize("block", PLANS, ids=range(len(PLANS)))
def test_every_plan_shown_is_sound(block: str, tmp_path: Path) -> None:
    head = "" if block.startswith("kpi:") else "kpi: 1\nplan: {id: shown, name: 示例, year: 2025}\n"
    path = tmp_path / "plan.yaml"
    path.write_text(head + block, encoding="utf-8")
    assert [each for each in lint(load_plan(path)) if each.severity == "error"] == []


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=range(len(YAML_BLOCKS)))
def test_every_yaml_shown_is_yaml(block: str) -> None:
    assert yaml.compose(block) is not None
