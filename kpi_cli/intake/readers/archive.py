"""A zip archive in memory whose parts are measured while they are unpacked: no size it states is believed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.refusal import Refused, too_large, unreadable

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_STORED, _DEFLATED = 0, 8
_CHUNK = 4 * MEBIBYTE
_PACKED_CHUNK = MEBIBYTE
_RATIO_FROM = 32 * MEBIBYTE


class Entry(NamedTuple):
    """One part as the central directory lists it."""

    encrypted: bool
    method: int
    crc: int
    packed: int
    unpacked: int
    offset: int


class Archive:
    """The parts of a zip file by name (``/`` between folders, lower case, as office programs compare them).

    ``twice`` are names that stand for several entries: readers differ in which they take.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        self._unpacked = 0
        self.entries: dict[str, Entry] = {}
        self.twice: set[str] = set()
        self._list()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.entries

    @property
    def encrypted(self) -> bool:
        """Whether any part is marked as encrypted."""
        return any(entry.encrypted for entry in self.entries.values())

    def read(self, name: str) -> bytes:
        """One part, unpacked."""
        parts = list(self.chunks(name))
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """One part, unpacked piece by piece; refused when it is damaged or the archive unpacks to too much."""
        entry = self._entry(name.lower())
        packed = self._packed(entry)
        checksum = length = 0
        stored = (bytes(packed[start : start + _CHUNK]) for start in range(0, len(packed), _CHUNK))
        for piece in self._inflate(packed) if entry.method == _DEFLATED else stored:
            checksum = zlib.crc32(piece, checksum)
            length += len(piece)
            yield piece
        if checksum != entry.crc or length != entry.unpacked:
            raise unreadable("file-damaged")

    def _entry(self, name: str) -> Entry:
        if name in self.twice:
            raise unreadable("file-part-twice")
        entry = self.entries.get(name)
        if entry is None:
            raise unreadable("file-part-missing")
        if entry.encrypted:
            raise Refused("encrypted-file")
        if entry.method not in (_STORED, _DEFLATED):
            raise unreadable("file-compression")
        return entry

    def _packed(self, entry: Entry) -> memoryview:
        head = self._data[entry.offset : entry.offset + _LOCAL.size]
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise unreadable("file-damaged")
        *_, name_length, extra_length = _LOCAL.unpack(head)
        start = entry.offset + _LOCAL.size + name_length + extra_length
        if start + entry.packed > len(self._data):
            raise unreadable("file-cut-off")
        if entry.method == _STORED:
            self._measure(entry.packed)
        return memoryview(self._data)[start : start + entry.packed]

    def _inflate(self, packed: memoryview) -> Iterator[bytes]:
        engine = zlib.decompressobj(-15)
        source: memoryview | bytes = packed[:_PACKED_CHUNK]
        fed = len(source)
        total = 0
        try:
            while not engine.eof:
                piece = engine.decompress(source, _CHUNK)
                if not piece and not engine.unconsumed_tail and not engine.eof and fed == len(packed):
                    raise unreadable("file-damaged")
                total += len(piece)
                self._measure(len(piece))
                if total > _RATIO_FROM and total > self._limits.ratio * len(packed):
                    raise too_large("file-ratio", total // max(1, len(packed)), self._limits.ratio)
                source = engine.unconsumed_tail
                if not source:
                    source = packed[fed : fed + _PACKED_CHUNK]
                    fed += len(source)
                if piece:
                    yield piece
        except zlib.error as error:
            raise unreadable("file-damaged") from error

    def _measure(self, unpacked: int) -> None:
        self._unpacked += unpacked
        if self._unpacked > self._limits.unpacked_size:
            raise too_large("file-unpacked", self._unpacked, self._limits.unpacked_size)

    def _list(self) -> None:
        count, size, offset, shift = self._end()
        if count > self._limits.entries:
            raise too_large("file-entries", count, self._limits.entries)
        position, stop = offset + shift, offset + shift + size
        if position < 0 or stop > len(self._data):
            raise unreadable("file-damaged")
        while position + _ENTRY.size <= stop:
            position = self._list_entry(position, shift)
            if len(self.entries) > self._limits.entries:
                raise too_large("file-entries", len(self.entries), self._limits.entries)

    def _list_entry(self, position: int, shift: int) -> int:
        fields = _ENTRY.unpack_from(self._data, position)
        if fields[0] != b"PK\x01\x02":
            raise unreadable("file-damaged")
        flags, method, crc, packed, unpacked = fields[5], fields[6], fields[9], fields[10], fields[11]
        name_length: int
        extra_length: int
        comment_length: int
        name_length, extra_length, comment_length, offset = fields[12], fields[13], fields[14], fields[18]
        at = position + _ENTRY.size
        raw = self._data[at : at + name_length]
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/").lstrip("/").lower()
        extra = self._data[at + name_length : at + name_length + extra_length]
        if 0xFFFFFFFF in (packed, unpacked, offset):
            packed, unpacked, offset = _long_sizes(extra, packed, unpacked, offset)
        if name in self.entries:
            self.twice.add(name)
        self.entries[name] = Entry(bool(flags & 1), method, crc, packed, unpacked, offset + shift)
        return at + name_length + extra_length + comment_length

    def _end(self) -> tuple[int, int, int, int]:
        """Number of entries, size and offset of the directory, and how far everything is shifted by bytes in front."""
        data = self._data
        at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
        if at < 0 or at + _END.size > len(data):
            raise unreadable("file-cut-off")
        _, _, _, _, count, size, offset, _ = _END.unpack_from(data, at)
        stop = at
        if 0xFFFF in (count,) or 0xFFFFFFFF in (size, offset):
            long_at = data.rfind(b"PK\x06\x06", 0, at)
            if long_at >= 0 and long_at + _END64.size <= len(data):
                *_, count, size, offset = _END64.unpack_from(data, long_at)
                stop = long_at
        return count, size, offset, stop - size - offset


class Content(NamedTuple):
    """The bytes of a file and, where they are a zip archive, its parts."""

    data: bytes
    archive: Archive | None = None


def _long_sizes(extra: bytes, *sizes: int) -> tuple[int, int, int]:
    """Unpacked size, packed size and offset of an entry beyond 4 GiB stand in an extra field, in this order."""
    packed, unpacked, offset = sizes
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, position)
        if tag == 1:
            wanted = [value == 0xFFFFFFFF for value in (unpacked, packed, offset)]
            body = extra[position + 4 : position + 4 + length]
            if len(body) < 8 * sum(wanted):
                break
            longs = iter(struct.unpack_from(f"<{sum(wanted)}Q", body))
            unpacked, packed, offset = (
                next(longs) if is_long else value
                for is_long, value in zip(wanted, (unpacked, packed, offset), strict=True)
            )
            return packed, unpacked, offset
        position += 4 + length
    raise unreadable("file-damaged")
