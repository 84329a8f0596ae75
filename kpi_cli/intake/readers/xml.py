"""Small XML parts through expat, with what attacks use refused: document types, entities, deep nesting."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from kpi_cli.intake.refusal import unreadable

Attributes = dict[str, str]
MAX_DEPTH = 256
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(
    content: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call ``start(name, attributes)``, ``end(name)`` and ``text(piece)`` in order; names lose their prefixes.

    Refused: XML that is broken, declares a document type, or nests deeper than 256.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise unreadable("file-xml-depth")
        start(name.rpartition(":")[2], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name.rpartition(":")[2])

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise unreadable("file-xml-broken") from error


def refuse_document_type(content: bytes) -> None:
    """Refuse a part that declares a document type or entities: no office program writes one."""
    if b"<!" in content and _DECLARED.search(content):
        raise unreadable("file-xml-doctype")


def local(attributes: Attributes, name: str, default: str = "") -> str:
    """An attribute by its name without prefix."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), default)


def _refuse_document_type(*_: object) -> None:
    raise unreadable("file-xml-doctype")
