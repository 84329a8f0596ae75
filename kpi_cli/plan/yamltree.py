"""YAML text → nodes that know their line. Scalars stay the text they were written as: nothing is turned into a date,
a boolean or an octal number behind the writer's back; the definition of the language decides what each must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kpi_cli.rules import Finding, Place, finding

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 5_000_000
_MAX_NODES = 200_000


class Source:
    """A plan's file and the place of every value in it, by its path of keys."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._places: dict[tuple[str, ...], tuple[int, int]] = {}

    def note(self, path: tuple[str, ...], node: yaml.Node) -> None:
        self._places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)

    def holds(self, path: tuple[str, ...]) -> bool:
        """Whether anything was written below ``path``, be it right or wrong."""
        return any(each[: len(path)] == path and len(each) > len(path) for each in self._places)

    def place(self, *path: str, offset: int = 0) -> Place:
        """The place of the value at ``path``, or of the nearest one above it."""
        for length in range(len(path), 0, -1):
            found = self._places.get(path[:length])
            if found is not None:
                return Place(self.file, line=found[0], column=found[1] + (offset if length == len(path) else 0))
        return Place(self.file, line=1, column=1)

    def at(self, node: yaml.Node) -> Place:
        return Place(self.file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)

    def report(self, rule: str, place: Place, **facts: Any) -> None:
        self.findings.append(finding(rule, place, **facts))


def compose(path: Path, file: str) -> tuple[yaml.MappingNode | None, bytes, Source]:
    """The top mapping of a YAML file, its bytes, and a source with what went wrong where there is no such mapping."""
    source = Source(file)
    start = Place(file, line=1, column=1)
    try:
        data = path.read_bytes()
    except OSError as error:
        source.report("plan-unreadable", start, reason=error.strerror or type(error).__name__)
        return None, b"", source
    if len(data) > _MAX_BYTES:
        source.report("plan-syntax", start, found=f"{len(data)} bytes", problem=f"> {_MAX_BYTES} bytes")
        return None, data, source
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        place = Place(file, line=line, column=1)
        source.report("plan-syntax", place, found=repr(data[error.start : error.start + 4]), problem="UTF-8")
        return None, data, source
    return _top(text, source), data, source


def _top(text: str, source: Source) -> yaml.MappingNode | None:
    start = Place(source.file, line=1, column=1)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(source.file, line=mark.line + 1, column=mark.column + 1) if mark else start
        source.report("plan-syntax", place, found=_line(text, mark), problem=getattr(error, "problem", None) or str(error))
        return None
    except RecursionError:
        source.report("plan-syntax", start, found="", problem="nested too deeply")
        return None
    if not isinstance(node, yaml.MappingNode):
        source.report("wrong-type", source.at(node) if node else start, key=source.file, found=text.strip()[:40], expected="mapping")
        return None
    if _count(node) > _MAX_NODES:
        source.report("plan-syntax", start, found=f"> {_MAX_NODES}", problem="too many values")
        return None
    return node


def _line(text: str, mark: Any) -> str:
    lines = text.splitlines()
    return lines[mark.line].strip()[:60] if mark and mark.line < len(lines) else ""


def _count(node: yaml.Node) -> int:
    """Values as a walk would meet them: an alias counts each time, so that a bomb of aliases is seen before it is walked."""
    total, stack = 0, [node]
    while stack and total <= _MAX_NODES:
        total += 1
        top = stack.pop()
        if isinstance(top, yaml.SequenceNode):
            stack.extend(top.value)
        elif isinstance(top, yaml.MappingNode):
            for key, value in top.value:
                stack.extend((key, value))
    return total
