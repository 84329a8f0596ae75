"""Parts that are the same, byte for byte, in thousands of files from one office: what they say is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

A = TypeVarTuple("A")
T = TypeVar("T")

# Larger parts are not kept; nor are more than so many.
_LARGEST = 64 * 1024
_MOST = 64


def recurring(function: Callable[[*A], T]) -> Callable[[*A], T]:
    """A function of a part's bytes that remembers what it found in small ones. What it returns must not be changed."""
    kept = lru_cache(maxsize=_MOST)(function)

    @wraps(function)
    def found(*args: *A) -> T:
        small = sum(len(each) for each in args if isinstance(each, bytes)) <= _LARGEST
        return kept(*args) if small else function(*args)

    return found
