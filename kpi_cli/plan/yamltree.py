"""YAML text → nodes that know their line. Scalars stay the text they were written as: nothing is turned into a date,
a boolean or an octal number behind the writer's back; the definition of the language decides what each must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from kpi_cli.rules import Finding, Place, Word, finding

if TYPE_CHECKING:
    from pathlib import Path

_FASTEST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 5_000_000
_MAX_NODES = 200_000
_MAX_DEPTH = 200
_BRACKETS = re.compile(r"[\[\]{}]")
# A line that opens so many levels at once, or stands so deep.
_DEEP = tuple(sign * _MAX_DEPTH for sign in ("- ", "? ", "  "))
_NO_TAG = ""
# A tag, or the anchor without which there is no alias, begins a word.
_MARKED = tuple(before + mark for mark in "&!" for before in (" ", "\n", "\r", "\t", "[", "{", ","))
# What libyaml says → the word for it. Anything else is shown as it is.
_PROBLEMS = {
    "mapping values are not allowed in this context": "yaml-colon",
    "mapping values are not allowed here": "yaml-colon",
    "could not find expected ':'": "yaml-no-colon",
    "did not find expected key": "yaml-indent",
    "did not find expected '-' indicator": "yaml-indent",
    "did not find expected ',' or '}'": "yaml-brace",
    "did not find expected ',' or ']'": "yaml-bracket",
    "found unexpected end of stream": "yaml-quote-open",
    "found character that cannot start any token": "yaml-cannot-start",
    "found undefined alias": "yaml-alias",
    "did not find expected alphabetic or numeric character": "yaml-alias",
    "control characters are not allowed": "yaml-control",
    "but found another document": "yaml-documents",
    "found a tab character that violates indentation": "yaml-tab",
}
_GLUED = r"\s*(?:- )?[^\s\"'#{}\[\],:：]+([:：])(?=\S)(?!.*: )"


class _Loader(_FASTEST):  # type: ignore[misc]
    """Composes nodes without deciding what a scalar is: nothing is resolved, so any tag left was written."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        return _NO_TAG

    def descend_resolver(self, parent: yaml.Node, index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class Source:
    """A plan's file and the place of every value in it, by its path of keys."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._places: dict[tuple[str, ...], yaml.Mark] = {}

    def note(self, path: tuple[str, ...], node: yaml.Node) -> None:
        self._places[path] = node.start_mark

    def fresh(self) -> Source:
        """The same places, without findings."""
        other = Source(self.file)
        other._places = self._places
        return other

    def keys(self, path: tuple[str, ...]) -> set[str]:
        """The keys that were written at ``path``, be they right or wrong."""
        return {each[-1] for each in self._places if each[:-1] == path}

    def place(self, *path: str, offset: int = 0) -> Place:
        """The place of the value at ``path``, or of the nearest one above it."""
        for length in range(len(path), 0, -1):
            found = self._places.get(path[:length])
            if found is not None:
                column = found.column + 1 + (offset if length == len(path) else 0)
                return Place(self.file, line=found.line + 1, column=column)
        return Place(self.file, line=1, column=1)

    def knows(self, *path: str) -> bool:
        """Whether something was written at ``path``."""
        return path in self._places

    def at(self, node: yaml.Node) -> Place:
        return Place(self.file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)

    def report(self, rule: str, place: Place, **facts: Any) -> None:
        self.findings.append(finding(rule, place, **facts))


def compose(path: Path | str, file: str) -> tuple[yaml.MappingNode | None, bytes, Source]:
    """The top mapping of a YAML file, its bytes, and a source with what went wrong where there is no such mapping."""
    source = Source(file)
    start = Place(file, line=1, column=1)
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - pathlib takes 5 ms to import
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        source.report("plan-unreadable", start, reason=error.strerror or type(error).__name__)
        return None, b"", source
    if len(data) > _MAX_BYTES:
        problem = Word("yaml-too-large")
        source.report("plan-syntax", start, found=f"> {_MAX_BYTES}", problem=problem)
        return None, data, source
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _undecodable(data, error, source)
        return None, data, source
    return _top(text, source), data, source


def _undecodable(data: bytes, error: UnicodeDecodeError, source: Source) -> None:
    before = data[: error.start]
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    place = Place(source.file, line=before.count(b"\n") + 1, column=column)
    broken = data[error.start : error.start + 4]
    try:
        found, problem = data[error.start : error.start + 24].split(b"\n")[0].decode("gb18030"), "yaml-gbk"
    except UnicodeDecodeError:
        found, problem = broken.hex(" "), "yaml-not-utf8"
    if b"\0" in data[:4096]:
        found, problem = broken.hex(" "), "yaml-control"
    source.report("plan-syntax", place, found=found, problem=Word(problem))


def _top(text: str, source: Source) -> yaml.MappingNode | None:
    start = Place(source.file, line=1, column=1)
    if _too_deep(text):
        source.report("plan-syntax", start, found="", problem=Word("yaml-deep"))
        return None
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        _unparsable(text, error, source)
        return None
    if not isinstance(node, yaml.MappingNode):
        found = Word("yaml-empty" if node is None else "yaml-sequence" if isinstance(node, yaml.SequenceNode) else "yaml-scalar")
        place = source.at(node) if node is not None else start
        source.report("wrong-type", place, key=Word("plan"), found=found, expected=Word("type-mapping"))
        return None
    if _marked(text) and _walk(node, source) > _MAX_NODES:
        source.report("plan-syntax", start, found=f"> {_MAX_NODES}", problem=Word("yaml-too-many"))
        return None
    return node


def _marked(text: str) -> bool:
    """Whether there may be a tag, or an anchor, without which there is no alias."""
    return text[:1] in "&!" or any(mark in text for mark in _MARKED)


def _too_deep(text: str) -> bool:
    """Whether brackets or indentation go so deep that the parser, which follows them, would exhaust the stack."""
    if any(run in text for run in _DEEP):
        return True
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > _MAX_DEPTH:
            return True
    return False


def _unparsable(text: str, error: yaml.YAMLError, source: Source) -> None:
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    problem = _PROBLEMS.get(said)
    lines = text.split("\n")
    line, column = _where(text, error, problem)
    shown = lines[line] if line < len(lines) else ""
    if problem == "yaml-cannot-start" and shown[column : column + 1] == "\t":
        problem = "yaml-tab"
    if problem in ("yaml-colon", "yaml-no-colon", "yaml-indent"):
        # The line that was not understood may stand before the one at which that came out.
        for back in range(line, max(line - 3, -1), -1):
            glued = re.match(_GLUED, lines[back]) if back < len(lines) else None
            if glued:
                line, column, shown = back, glued.end() - 1, lines[back]
                problem = "yaml-wide-colon" if glued[1] == "：" else "yaml-colon-space"
                break
    place = Place(source.file, line=line + 1, column=column + 1)
    source.report("plan-syntax", place, found=shown.strip()[:60], problem=Word(problem) if problem else said)


def _where(text: str, error: Any, problem: str | None) -> tuple[int, int]:
    """Line and column, from nought, of what is wrong: where an open quote or brace began, else where reading stopped."""
    mark, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is not None:
        if began is not None and began.line < mark.line and problem in ("yaml-quote-open", "yaml-brace", "yaml-bracket"):
            mark = began
        return mark.line, mark.column
    before = text[: getattr(error, "position", 0) or 0]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _walk(node: yaml.Node, source: Source) -> int:
    """Values as a walk would meet them: an alias counts each time, so that a bomb of aliases is seen before it is read.
    Tags are reported on the way."""
    total, stack = 0, [node]
    while stack and total <= _MAX_NODES:
        total += 1
        top = stack.pop()
        if top.tag != _NO_TAG:
            tag = top.tag.replace("tag:yaml.org,2002:", "!!")
            source.report("wrong-type", source.at(top), key=tag, found=tag, expected=Word("type-no-tag"))
        if isinstance(top, yaml.SequenceNode):
            stack.extend(top.value)
        elif isinstance(top, yaml.MappingNode):
            for pair in top.value:
                stack.extend(pair)
    return total
