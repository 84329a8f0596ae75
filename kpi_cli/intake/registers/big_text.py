"""Long registers in plain separated text: read by pandas block by block, never as a grid of a million rows.

Only for text in which nothing is doubtful: one separator, no quotes, a register's heads at the top. Whatever does not
fit is left to the ordinary reader, which is slower and sees everything.
"""

from __future__ import annotations

import io
import math
from array import array
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from kpi_cli.intake.ahead import ahead
from kpi_cli.intake.book import CellValue, Sheet
from kpi_cli.intake.limits import MEBIBYTE, Limits
from kpi_cli.intake.readers.archive import Content
from kpi_cli.intake.readers.encoding import decode
from kpi_cli.intake.readers.sniff import kind_of
from kpi_cli.intake.registers.cells import is_key
from kpi_cli.intake.registers.columns import TablePlace, pack, read_coded, read_figures
from kpi_cli.intake.registers.heads import TOP_ROWS, Head
from kpi_cli.intake.registers.recognise import Candidate, candidate
from kpi_cli.intake.registers.rows import Anatomy, anatomy_of, lacking, second_list, speaking_of_totals
from kpi_cli.intake.registers.rows import kind_of as kind_of_row
from kpi_cli.intake.registers.text_figures import FIGURE, TooLongError, figure_texts, numbers_of
from kpi_cli.intake.share import tell
from kpi_cli.intake.vocabulary import Vocabulary
from kpi_cli.registers import BLANK_ROW, HEAD, TITLE, Fixed, ReadColumn, RegisterTable
from kpi_cli.rules import Finding

if TYPE_CHECKING:
    import pandas as pd

_BLOCK_ROWS = 100_000
_TOP_BYTES = 65_536
_ENCODINGS = (("utf-8", b"\xef\xbb\xbf"), ("utf-8", b""), ("gb18030", b""))
# Names and keys are parsed into so many bytes each; where one is longer, the ordinary reader is asked.
_WIDTH = 144
_FIXED = f"S{_WIDTH}"
# Whole numbers like these are telephone numbers and no amounts: see numerals.
_PHONES = (1.3e10, 2e10)
# So many rows at the top tell whether a column holds any figures that are no numbers.
_SAMPLE = 20_000


class _Text(NamedTuple):
    """Bytes without a mark, how they are encoded, and the heads found in them. ``padded`` says that some cell begins with a
    nought before a digit, as codes do: then no cell is taken for a number before it was looked at."""

    content: bytes
    encoding: str
    separator: str
    found: Candidate
    padded: bool


def read_big_text(
    path: str, content: bytes, words: Vocabulary, limits: Limits, named: str | None, subject: str | None
) -> tuple[RegisterTable, list[Finding]] | None:
    """The rows of the register in a text file, and what is wrong with their cells; None where the ordinary reader must look
    at it."""
    text = _recognise(content, words, named)
    return _read(path, content, text, words, limits, subject) if text is not None else None


def _recognise(content: bytes, words: Vocabulary, named: str | None) -> _Text | None:
    if content.startswith(b"PK") or b"\x00" in content[:_TOP_BYTES] or b'"' in content:
        return None
    if kind_of(Content(content)) != "csv":
        return None
    top = decode(content[: content.rfind(b"\n", 0, _TOP_BYTES) + 1])
    for separator in ("\t", ";", ","):
        rows: list[list[CellValue]] = [
            [cell or None for cell in line.split(separator)] for line in top.splitlines()[:TOP_ROWS]
        ]
        found = candidate(Sheet(None, rows), words, named)
        if found is not None and found.sure:
            for encoding, mark in _ENCODINGS:
                if content.startswith(mark + top[:2000].encode(encoding)):
                    padded = _has_padded(content, separator)
                    return _Text(content[len(mark) :] if mark else content, encoding, separator, found, padded)
    return None


def _has_padded(content: bytes, separator: str) -> bool:
    """Whether some cell begins with a nought before a digit."""
    import numpy as np

    sign, nought, nine = ord(separator), ord("0"), ord("9")
    for start in range(0, len(content), MEBIBYTE):
        part = np.frombuffer(content[start : start + MEBIBYTE + 2], dtype=np.uint8)
        first = (part[:-2] == sign) & (part[1:-1] == nought) & (part[2:] >= nought)
        if first.any() and (part[2:][first] <= nine).any():
            return True
    return False


def _read(
    path: str, content: bytes, text: _Text, words: Vocabulary, limits: Limits, subject: str | None
) -> tuple[RegisterTable, list[Finding]] | None:
    import pandas as pd

    found, view = text.found.found, text.found.view
    decode(content)  # refused here, as the ordinary reader would
    packer, lines = _Packer(path, text, words), content.count(b"\n")
    try:
        # The next block is parsed, mostly without the interpreter, while one is packed.
        for block in ahead(_blocks(text, view.width)):
            packer.take(block)
            tell(packer.next, lines)
    except (pd.errors.ParserError, UnicodeDecodeError, TooLongError):
        return None
    if packer.next > limits.rows:
        return None
    columns, findings = packer.columns()
    table = RegisterTable(
        found.register.id, path, None, columns, packer.numbers.tobytes(), len(packer.numbers), dict(packer.others), lacking(found),
        subject or view.subject_line(found.top),
    )
    return table, findings


def _blocks(text: _Text, width: int) -> Iterator[pd.DataFrame]:
    import pandas as pd

    register = text.found.found.register
    broken = _broken(text, width)
    kinds: dict[int, Any] = dict.fromkeys(range(width), "category")
    blanks: dict[int, list[str]] = {}
    for head in text.found.found.heads:
        if register.columns[head.id].type == "number":
            if text.padded or head.column in broken:
                kinds[head.column] = FIGURE
            else:
                del kinds[head.column]
                blanks[head.column] = [""]
        elif register.columns[head.id].type == "text" and head.id != register.subject:
            kinds[head.column] = _FIXED
    yield from pd.read_csv(  # type: ignore[call-overload]
        io.BytesIO(text.content), encoding=text.encoding, sep=text.separator, header=None, names=list(range(width)),
        skiprows=text.found.found.first, skip_blank_lines=False, dtype=kinds, na_values=blanks, keep_default_na=False, quoting=3,
        chunksize=_BLOCK_ROWS, low_memory=False, index_col=False,
    )


def _broken(text: _Text, width: int) -> set[int]:
    """The columns of which the first rows are not all numbers: pandas would read each block of these as objects."""
    import pandas as pd

    top = pd.read_csv(
        io.BytesIO(text.content), encoding=text.encoding, sep=text.separator, header=None, names=list(range(width)),
        skiprows=text.found.found.first, skip_blank_lines=False, quoting=3, nrows=_SAMPLE, low_memory=False, index_col=False,
    )
    return {column for column in range(width) if top[column].dtype.kind not in "fiu"}


class _Packer:
    """Blocks of rows → packed columns. ``next`` is the number of the next row, from 1."""

    def __init__(self, path: str, text: _Text, words: Vocabulary) -> None:
        found = text.found.found
        self.found, self.words, self.path = found, words, path
        self.parts: Anatomy = anatomy_of(found, text.found.view)
        self.unit_line = text.found.view.unit_line(found.top)
        self.numbers: array[int] = array("i")
        self.next = found.first + 1
        titles = sum(1 for row in text.found.view.rows[: found.top] if any(row))
        self.others: Counter[str] = Counter({HEAD: found.first - found.top, TITLE: titles, BLANK_ROW: found.top - titles})
        self._values: dict[Head, array[float]] = {}
        self._strange: dict[Head, dict[int, CellValue]] = {}
        self._codes: dict[Head, tuple[array[int], dict[str, int]]] = {}
        self._texts: dict[Head, list[Any]] = {}

    def take(self, block: pd.DataFrame) -> None:
        import numpy as np

        size = len(block)
        kept = np.ones(size, dtype=bool)
        odd = np.flatnonzero(self._odd(block))
        cells = block.iloc[odd].astype(object).to_numpy().tolist() if len(odd) else ()
        for place, line in zip(odd.tolist(), cells, strict=True):
            row = list(map(_plain, line))
            kind = kind_of_row(row, self.parts)
            if kind is not None:
                kept[place] = False
                self.others[kind] += 1
        numbers = np.arange(self.next, self.next + size, dtype=np.int32)
        self.next += size
        if not kept.all():
            block, numbers = block[kept], numbers[kept]
        start = len(self.numbers)
        self.numbers.frombytes(numbers.tobytes())
        for head in self.found.heads:
            self._column(head, block[head.column], start)

    def _odd(self, block: pd.DataFrame) -> Any:
        """The rows that must be looked at closely: see ``odd_rows``."""
        import numpy as np
        import pandas as pd

        odd = np.zeros(len(block), dtype=bool)
        for column in self.parts.anchors:
            cells = block[column]
            if cells.dtype.kind in "fiu":
                odd |= cells.isna().to_numpy()
            elif isinstance(cells.dtype, pd.CategoricalDtype) or cells.dtype.kind == "O":
                odd |= (cells.isna() | cells.isin(["", *self.parts.odd])).to_numpy()
            else:
                texts = _bytes(cells)
                odd |= texts == b""
                for text in self.parts.odd:
                    odd |= texts == text.encode()
        for column in {*self.parts.names, *self.parts.serial}:
            odd[_with_totals(block[column])] = True
        return odd

    def _column(self, head: Head, cells: pd.Series[Any], start: int) -> None:
        register = self.found.register
        noun = register.columns[head.id]
        if noun.type == "number":
            self._figures(head, cells, start)
        elif noun.type == "text" and head.id != register.subject:
            self._texts.setdefault(head, []).append(_shortened(_bytes(cells), head.id == register.key))
        else:
            self._classes(head, cells)

    def _figures(self, head: Head, cells: pd.Series[Any], start: int) -> None:
        import numpy as np

        plain = cells.dtype.kind in "fiu"
        texts = None if plain else figure_texts(cells)
        values, odd = (cells.to_numpy(dtype=np.float64), False) if texts is None else numbers_of(texts)
        strange = self._strange.setdefault(head, {})
        odd |= np.isinf(values) | ((values >= _PHONES[0]) & (values < _PHONES[1]))
        for place in np.flatnonzero(odd).tolist():
            if texts is not None:
                strange[start + place] = texts[place].decode("utf-8", "replace")
            else:
                strange[start + place] = f"{values[place]:.0f}" if math.isfinite(values[place]) else str(cells.iat[place])
        self._values.setdefault(head, array("d")).frombytes(values.tobytes())

    def _classes(self, head: Head, cells: pd.Series[Any]) -> None:
        import numpy as np

        codes, places = self._codes.setdefault(head, (array("i"), {"": 0}))
        own = [places.setdefault(str(text).strip(), len(places)) for text in cells.cat.categories]
        # A line that is too short has no cell here: its code is -1, the place of the blank at the end.
        codes.frombytes(np.array([*own, 0], dtype=np.int32)[cells.cat.codes.to_numpy()].tobytes())

    def columns(self) -> tuple[tuple[ReadColumn, ...], list[Finding]]:
        """The packed columns, in the order of the heads."""
        at = TablePlace(self.path, None, self.numbers, self.words.units, self.unit_line)
        read = [self._packed(at, head) for head in self.found.heads]
        return tuple(column for column, _ in read), second_list(self.found, at) + [each for _, wrong in read for each in wrong]

    def _packed(self, at: TablePlace, head: Head) -> tuple[ReadColumn, list[Finding]]:
        noun = self.found.register.columns[head.id]
        if head in self._texts:
            import numpy as np

            texts = np.concatenate(self._texts.pop(head))
            return pack(head, Fixed(texts.tobytes(), texts.dtype.itemsize)), []
        if head in self._codes:
            codes, places = self._codes[head]
            return read_coded(at, noun, head, codes, list(places))
        return read_figures(at, noun, head, self._values[head], self._strange[head])


def _with_totals(cells: pd.Series[Any]) -> list[int]:
    """The rows of a block in which a name or a running number speaks of a total. In names of fixed width the word is looked for
    in all of them at once."""
    import numpy as np
    import pandas as pd

    if cells.dtype.kind in "fiu":
        return []
    if isinstance(cells.dtype, pd.CategoricalDtype) or cells.dtype.kind == "O":
        return speaking_of_totals(cells.astype(object).tolist())
    texts = _bytes(cells)
    if "计".encode() not in texts.tobytes():
        return []
    places = np.flatnonzero(np.char.find(texts, "计".encode()) >= 0)
    spoken = speaking_of_totals([text.decode() for text in texts[places].tolist()])
    return places[spoken].tolist() if spoken else []


def _bytes(cells: pd.Series[Any]) -> Any:
    """Texts in UTF-8, as they were parsed."""
    import numpy as np

    return np.asarray(cells.to_numpy(), dtype=_FIXED)


def _shortened(texts: Any, keys: bool) -> Any:
    """Texts in as few bytes as the longest takes. Of keys, a dash or 无 is none."""
    import numpy as np

    lengths = np.char.str_len(texts)
    longest = int(lengths.max(initial=1))
    if longest >= _WIDTH:
        raise TooLongError
    if keys:
        texts = texts.copy()
        for place in np.flatnonzero((lengths > 0) & (lengths <= 15)).tolist():
            text = texts[place].decode()
            if len(text) <= 5 and not is_key(text.strip()):
                texts[place] = b""
    return texts.astype(f"S{longest}")


def _plain(cell: Any) -> CellValue:
    """A cell of a block as the ordinary reader gives it."""
    if isinstance(cell, bytes):
        cell = cell.decode()
    if isinstance(cell, str):
        return cell or None
    return None if cell is None or cell != cell else float(cell)
