"""The garbage collector, asked for less often where hundreds of thousands of figures are kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects after which the youngest are looked through; with the interpreter's 700, a third of the time went there.
_NEW = 200_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Figures, results and findings hold no cycles: looking for some among them is in vain, and what does hold cycles is
    found all the same, later."""
    before = gc.get_threshold()
    gc.set_threshold(_NEW, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
