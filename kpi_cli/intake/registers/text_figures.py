"""Figures of a long text register: a column's cells as bytes in places of one width, read all at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# A figure has no more signs than this.
_WIDTH = 32
FIGURE = f"S{_WIDTH}"
_NOUGHT, _MINUS = ord("0"), ord("-")


class TooLongError(Exception):
    """A name, key or figure is longer than the place kept for it: the ordinary reader must look at the file."""


def figure_texts(cells: pd.Series[Any]) -> Any:
    """Figures as texts. In a block after the first ones, where the first ill-written figure stands, pandas gives objects."""
    import numpy as np

    if cells.dtype.kind == "O":
        cells = cells.fillna("").astype(str).map(str.encode)
    texts = np.asarray(cells.to_numpy(), dtype=FIGURE)
    if texts.view(np.uint8).reshape(len(texts), _WIDTH)[:, -1].any():
        raise TooLongError
    return texts


def numbers_of(texts: Any) -> tuple[Any, Any]:
    """(values, where a text is no plain number) of figures as ASCII texts in places of one width; blanks are NaN, and not odd.
    A code such as 007 is odd."""
    import numpy as np

    signs = texts.view(np.uint8).reshape(len(texts), _WIDTH)
    first, second, third = signs[:, 0], signs[:, 1], signs[:, 2]
    lead, after = np.where(first == _MINUS, second, first), np.where(first == _MINUS, third, second)
    padded = (lead == _NOUGHT) & (after >= _NOUGHT) & (after <= _NOUGHT + 9)
    blank, allowed = first == 0, np.zeros(256, dtype=bool)
    allowed[list(b"\x000123456789.-+eE")] = True
    odd = (~allowed[signs].all(axis=1) | padded) & ~blank
    read = texts.copy()
    read[odd | blank] = b"nan"
    try:
        return read.astype(np.float64), odd
    except ValueError:  # some are built of a number's signs, and are none: 1-2, 1.2.3
        values = np.array([_float(each) for each in read.tolist()])
        return values, odd | (np.isnan(values) & ~blank)


def _float(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
