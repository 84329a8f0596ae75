"""Texts of a workbook that is written the plain way: characters as they are meant, and the list of shared texts."""

from __future__ import annotations

import re
import sys
from sys import intern
from typing import Any

from kpi_cli.intake.limits import Limits
from kpi_cli.intake.readers.ooxml_parts import read_strings

# Text without white space at its ends, or with its ends kept.
TEXT = r'<t(?:>(?!\s)([^<]*)(?<!\s)| xml:space="preserve">([^<]*))</t>'
_STRING = re.compile(rf"<si>(?:<t/>|{TEXT})(?:<phoneticPr [^<>]*/>)?</si>")
_STRINGS_ENDS = re.compile(r"(?:<\?xml[^<>]*\?>)?\s*<sst [^<>]*>\s*</sst>\s*")
# White space at the ends of a text that does not say to keep it; a text element that says anything else.
_BARE_ENDS = re.compile(r'<t>\s|<t>[^<]*\s</t>|<t (?!xml:space="preserve"(?:/?>))')
# Where the XML declaration ends at the latest.
_FIRST_LINE = 100
_ENTITY = re.compile("&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# Characters that XML allows.
_CHARACTERS = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
_BETWEEN_BARE, _TAGS_BETWEEN = "</t></si><si><t>", 4
# Longer texts are not the names and units that come again in every form.
_RECURRING = 200
_MOST_KNOWN = 16_384
# Content as it is written → as it is meant.
KNOWN: dict[str, str] = {}


class NotPlainError(Exception):
    """A part that is not written the plain way."""


def decoded(content: bytes) -> str:
    """Content in UTF-8. NotPlainError for any other."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise NotPlainError from None


def plain_strings(content: bytes, limits: Limits) -> dict[str, str]:
    """The shared texts by their number as cells write it; ``content`` is their part, b"" where there is none. NotPlainError
    where some cannot be told without a look at how readers take them."""
    found = _one_by_one(content, decoded(content), limits)
    return dict(zip(map(str, range(len(found))), found, strict=True))


def plain_texts(content: bytes, limits: Limits) -> list[str]:
    """The same as a list, however long they are. A million texts of the plainest kind are taken without a look at each."""
    text = decoded(content)
    found = _all_at_once(text)
    return found if found is not None else _one_by_one(content, text, limits)


def _all_at_once(text: str) -> list[str] | None:
    """The shared texts, None where one is anything but text without a mark and without white space at its ends."""
    head, opened, rest = text.partition("<si><t>")
    body, closed, tail = rest.rpartition("</t></si>")
    if not opened or not closed or _STRINGS_ENDS.fullmatch(head + tail) is None or not as_written(body):
        return None
    found = body.split(_BETWEEN_BARE)
    if body.count("<") != _TAGS_BETWEEN * (len(found) - 1) or list(map(str.strip, found)) != found:
        return None
    return [_with_characters(each) if "&" in each else each for each in found] if "&" in body else found


def as_written(text: str) -> bool:
    """Whether every character, entities aside, is meant as it stands: see ``_with_characters``."""
    return "_x" not in text and "\r" not in text and _CHARACTERS.fullmatch(text) is not None


def _one_by_one(content: bytes, text: str, limits: Limits) -> list[str]:
    pieces: list[Any] = _STRING.split(text)
    if text and _STRINGS_ENDS.fullmatch("".join(pieces[::3])) is None:
        return _rich_strings(content, text, limits)
    found = [unescaped(bare or kept or "") for bare, kept in zip(pieces[1::3], pieces[2::3], strict=True)]
    if max(map(len, found), default=0) > limits.cell_text:
        raise NotPlainError
    return found


def _rich_strings(content: bytes, text: str, limits: Limits) -> list[str]:
    """Texts of which some are made of runs in several types, as soon as Chinese and Latin letters stand side by side."""
    if "_x" in text or "\r" in text[_FIRST_LINE:] or _BARE_ENDS.search(text):
        raise NotPlainError
    return list(map(intern, read_strings(content, limits)))


def unescaped(text: str) -> str:
    """Content as it is meant. The same comes again in the next file, and its text is then found by identity."""
    found = KNOWN.get(text)
    if found is None:
        found = _with_characters(text)
        if len(text) <= _RECURRING:
            if len(KNOWN) >= _MOST_KNOWN:
                KNOWN.clear()
            KNOWN[text] = found
    return found


def _with_characters(text: str) -> str:
    if text.count("&") != len(_ENTITY.findall(text)):
        raise NotPlainError
    found = _ENTITY.sub(_character, text)
    # A parser may leave out white space that is written as characters, reads the office's own way of writing control
    # characters, and makes one of the two that end a line in Windows.
    if (found != text and found != found.strip()) or "_x" in found or "\r" in text or not _CHARACTERS.fullmatch(found):
        raise NotPlainError
    return intern(found)


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _ENTITIES[name]
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if number > sys.maxunicode:
        raise NotPlainError
    return chr(number)
