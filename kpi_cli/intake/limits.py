"""How much one file may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper limits for reading one file.

    The defaults end every hostile file within 20 seconds and 1 GiB and still let a register of a million rows pass.
    ``seconds`` of wall time and ``memory`` in bytes beyond a worker's start are for a small file; each MiB of file size
    adds ``seconds_per_mebibyte``, each byte ``memory_per_byte`` (an honest big file needs more, a small bomb does not).
    ``file_size`` and ``unpacked_size`` are
    bytes; ``ratio`` is the unpacked size over the packed one, looked at only beyond 32 MiB. ``cell_text`` and
    ``file_text`` are characters. ``rows`` and ``columns`` are a sheet's, ``cells`` a file's, blank ones between filled
    ones included where the grid holds them.
    """

    seconds: float = 15.0
    seconds_per_mebibyte: float = 1.0
    memory: int = 768 * MEBIBYTE
    memory_per_byte: int = 32
    file_size: int = 256 * MEBIBYTE
    unpacked_size: int = 768 * MEBIBYTE
    ratio: int = 150
    entries: int = 10_000
    sheets: int = 512
    rows: int = 1_048_576
    columns: int = 16_384
    cells: int = 20_000_000
    cell_text: int = 131_072
    file_text: int = 256 * MEBIBYTE


DEFAULT_LIMITS = Limits()
