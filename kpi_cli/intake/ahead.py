"""Work that mostly does without the interpreter, done ahead of who uses it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(pieces: Iterator[T], most: int = 1) -> Iterator[T]:
    """The same pieces; up to ``most`` of the next ones are made in a thread while one is used."""
    with ThreadPoolExecutor(1) as maker:
        coming = deque(maker.submit(next, pieces, None) for _ in range(most))
        while (piece := coming.popleft().result()) is not None:
            coming.append(maker.submit(next, pieces, None))
            yield piece
