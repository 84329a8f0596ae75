"""Bytes → text, only where what comes out is plausible: GB18030 decodes almost anything, so decoding proves nothing."""

from __future__ import annotations

import codecs
import re
import unicodedata

from kpi_cli.intake.readers.common_characters import COMMON
from kpi_cli.intake.refusal import Refused
from kpi_cli.rules import Word

# Characters looked at for plausibility: enough for any form, bounded for registers.
_SAMPLE = 200_000
# Share of common characters among the Chinese ones that a text must reach. Running text has 0.9, lists of names 0.6;
# Korean or Japanese bytes taken for Chinese have 0.2, Big5 less.
_COMMON_SHARE = 0.4
# Of characters outside ASCII, this share may stand in the rare zones of GB18030 (outside GB 2312).
_RARE_SHARE = 0.15
_UTF7 = re.compile(r"\+[A-Za-z0-9+/]{3,}")
_HZ = re.compile(r"~\{(?:[!-}]{2})+~\}")
_UTF8_CHINESE = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}|\xef\xbf\xbd")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_STATED = dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb18030"), "gb18030")


def decode(content: bytes, stated: str | None = None) -> str:
    """The text of ``content`` without its mark. Refused as ``undecodable-text``: NULs, encodings other than UTF-8,
    UTF-16 with a mark and GB18030, and text that decodes but cannot be what was written.

    ``stated`` is the encoding that the text itself names; it is tried first and has to be plausible too.
    """
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _undecodable("text-utf-32")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _plausible(_strict(content, "utf-16"))
    if b"\x00" in content:
        raise _undecodable("text-nul")
    if content.startswith(codecs.BOM_UTF8):
        return _plausible(_strict(content[3:], "utf-8"))
    for name in dict.fromkeys((_STATED.get((stated or "").lower(), "utf-8"), "utf-8")):
        try:
            return _plausible(content.decode(name)) if name == "utf-8" else _chinese(content)
        except UnicodeDecodeError:
            continue
    return _chinese(content)


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise _undecodable("text-broken") from error


def _chinese(content: bytes) -> str:
    """GB18030, with proof: no stretch of UTF-8 in it, and characters that people write."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _undecodable("text-unknown") from error
    for line in content[: 4 * _SAMPLE].splitlines():
        if _UTF8_CHINESE.search(line) and _is_utf8(line):
            raise _undecodable("text-mixed")
    sample = [character for character in text[:_SAMPLE] if character > "\x7f"]
    rare = sum(not _in_gb2312(character) for character in sample)
    if rare > _RARE_SHARE * len(sample):
        raise _undecodable("text-unknown")
    return _plausible(text, foreign=True)


def _plausible(text: str, *, foreign: bool = False) -> str:
    """The text, unless its characters show that it was garbled. ``foreign``: no encoding mark speaks for it."""
    sample = text[:_SAMPLE]
    if _CONTROL.search(sample):
        raise _undecodable("text-control")
    if sample.isascii():
        if _UTF7.search(sample) and _reads_as_utf7(sample):
            raise _undecodable("text-utf-7")
        if _HZ.search(sample):
            raise _undecodable("text-hz")
        return text
    if "\ufffd" in sample or "锟斤拷" in sample:
        raise _undecodable("text-replaced")
    if any(unicodedata.category(character) in ("Co", "Cn") for character in set(sample)):
        raise _undecodable("text-private")
    if _garbled_twice(sample):
        raise _undecodable("text-garbled-twice")
    chinese = [character for character in sample if "\u3400" <= character <= "\u9fff" or character >= "\U00020000"]
    kana = sum("\u3041" <= character <= "\u30fa" for character in sample)
    common = sum(character in COMMON for character in chinese)
    if foreign and common < _COMMON_SHARE * (len(chinese) + kana):
        raise _undecodable("text-unknown")
    return text


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_utf7(sample: str) -> bool:
    try:
        text = sample.encode("ascii").decode("utf-7")
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text if character > "\x7f"]
    return sum(character in COMMON for character in foreign) > len(foreign) / 2


def _garbled_twice(sample: str) -> bool:
    """UTF-8 that was once read as GBK or as Latin text and saved so: turning back gives proper UTF-8 with Chinese."""
    lines = [line for line in sample[:20_000].splitlines() if not line.isascii()]
    for name in ("gb18030", "cp1252", "latin-1"):
        turned = sum(_turns_back(line, name) for line in lines)
        if lines and turned > len(lines) / 2:
            return True
    return False


def _turns_back(line: str, name: str) -> bool:
    try:
        text = line.encode(name).decode("utf-8")
    except UnicodeError:
        return False
    return any(character in COMMON for character in text) and len(text) < len(line) + 1


def _undecodable(reason: str) -> Refused:
    return Refused("undecodable-text", reason=Word(reason))
