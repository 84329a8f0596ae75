"""How much of the file that this worker is at has been read, noted where the process that waits for it can see."""

from __future__ import annotations

from mmap import mmap

_noted: list[tuple[mmap, int]] = []


def follow(memory: mmap, place: int) -> None:
    """From now on, note it at this place of a shared block of memory; first, that nothing has been read."""
    memory[place] = 0
    _noted[:] = [(memory, place)]


def tell(done: int, total: int) -> None:
    """So much of it has been read; nobody need follow."""
    for memory, place in _noted:
        memory[place] = min(100, 100 * done // max(1, total))
