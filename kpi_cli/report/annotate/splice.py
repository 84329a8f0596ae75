"""XML changed at a few places, every other byte kept: elements with their positions, and edits by position.

A part that an office program wrote is not parsed and written anew: prefixes, orders and extensions of which we know
nothing would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARED = re.compile(rb"""^(<\?xml[^>]*?encoding=)(["'])[^"']*\2""")
_WIDE = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Element(NamedTuple):
    """An element and where it stands: ``start`` to ``inner`` is its opening tag, ``inner`` to ``close`` its content,
    ``end`` the byte after it. ``name`` has no prefix; ``depth`` is 0 for the root; ``parent`` the name of its parent."""

    name: str
    prefix: str
    attributes: dict[str, str]
    depth: int
    parent: str
    start: int
    inner: int
    close: int
    end: int

    @property
    def empty(self) -> bool:
        """Whether it is written as one tag, ``<a/>``."""
        return self.inner == self.end


class Edit(NamedTuple):
    """Bytes from ``start`` to ``end`` replaced."""

    start: int
    end: int
    text: bytes


class _Open(NamedTuple):
    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    wanted: bool


def as_utf8(data: bytes) -> bytes:
    """A part in UTF-8, whatever it was written in, so that positions are those of its bytes."""
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            data = data.decode(encoding).encode()
            return _DECLARED.sub(rb"\1\2UTF-8\2", data)
    return data.removeprefix(b"\xef\xbb\xbf")


def elements(data: bytes, wanted: Callable[[str, int, str], bool]) -> list[Element]:
    """The elements for which ``wanted(name, depth, parent)`` holds, in the order of their closing. ``data`` is UTF-8."""
    parser = expat.ParserCreate()
    stack: list[_Open] = []
    found: list[Element] = []

    def opened(qualified: str, attributes: dict[str, str]) -> None:
        prefix, _, name = qualified.rpartition(":")
        parent = stack[-1].name if stack else ""
        stack.append(_Open(name, f"{prefix}:" if prefix else "", attributes, parser.CurrentByteIndex, wanted(name, len(stack), parent)))

    def closed(_: str) -> None:
        each = stack.pop()
        if not each.wanted:
            return
        tag = _TAG.match(data, each.start)
        inner = tag.end() if tag else each.start
        close = parser.CurrentByteIndex
        if data[inner - 2 : inner] == b"/>":
            close = end = inner
        else:
            end = data.index(b">", close) + 1
        parent = stack[-1].name if stack else ""
        found.append(Element(each.name, each.prefix, each.attributes, len(stack), parent, each.start, inner, close, end))

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.Parse(data, True)
    return found


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The data with all edits made. Edits may not overlap; several at one place are made in the order given."""
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        pieces += [data[at : edit.start], edit.text]
        at = max(at, edit.end)
    return b"".join([*pieces, data[at:]])


def append_child(data: bytes, parent: Element, child: bytes) -> Edit:
    """An edit that adds a child at the end of an element, opening it where it was written as one tag."""
    if not parent.empty:
        return Edit(parent.close, parent.close, child)
    tag = data[parent.start : parent.inner - 2].rstrip()
    return Edit(parent.start, parent.end, tag + b">" + child + f"</{parent.prefix}{parent.name}>".encode())


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """An opening tag with an attribute set."""
    written = f" {name}={quoteattr(value)}".encode()
    pattern = re.compile(rb"""\s""" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""")
    if pattern.search(tag):
        return pattern.sub(lambda _: written, tag, count=1)
    head = re.match(rb"<[^\s/>]+", tag)
    at = head.end() if head else len(tag)
    return tag[:at] + written + tag[at:]


def text(value: str) -> str:
    """A text as it may stand in XML."""
    return escape(_NOT_XML.sub("�", value))


def quoted(value: str) -> str:
    """A text as an attribute's value, quotes included."""
    return quoteattr(_NOT_XML.sub("�", value))
