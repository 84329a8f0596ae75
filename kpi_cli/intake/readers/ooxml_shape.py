"""The shape of a long worksheet's rows: for each column the ways in which its cells are written, put together as one
pattern for a whole row. Rows that repeat their shape a million times are read at a time, not cell by cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from kpi_cli.intake.readers.ooxml_texts import NotPlainError
from kpi_cli.intake.readers.references import column_index

# Of a wider table, or of one whose cells are written in more ways, each row would cost too much.
_MOST_COLUMNS = 256
_MOST_WAYS = 32
_MOST_STYLES = 128
FORMULA = r"(?:<f>[^<]*</f>|<f [^<>]*/>|<f [^<>]*[^/<>]>[^<]*</f>)"
_ATTRIBUTES = '(?: [A-Za-z0-9:]+="[^"<>/]*+")*+'
# Letters, style, kind; whether there is a formula; how the content begins.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[1-9][0-9]{0,6}"(?: s="(0|[1-9][0-9]{0,4})")?(?: t="([a-zA-Z]{1,9})")?'
    rf'(?:>({FORMULA})?(<v>|<is><t>|<is><t xml:space="preserve">|</c>)|/>)'
)
NUMBER, SHARED, STRING, TRUTH, ERROR, INLINE, BLANK = "n", "s", "str", "b", "e", "inlineStr", ""
# Kind of a cell, and how its content begins → the pattern of what follows the formula, if there is one.
_CONTENTS = {
    (NUMBER, "<v>"): r"<v>([-+0-9.eE]+)</v></c>",
    (SHARED, "<v>"): "<v>([0-9]+)</v></c>",
    (STRING, "<v>"): "<v>([^<]+)</v></c>",
    (TRUTH, "<v>"): "<v>([01])</v></c>",
    (ERROR, "<v>"): "<v>(#[^<]+)</v></c>",
    (INLINE, "<is><t>"): r"<is><t>(?!\s)([^<]*)(?<!\s)</t></is></c>",
    (INLINE, '<is><t xml:space="preserve">'): '<is><t xml:space="preserve">([^<]*)</t></is></c>',
}


class Way(NamedTuple):
    """How a cell is written. ``style`` is its style where that changes what the cell says, else None; a cell without content
    is of the kind BLANK. ``content``: how its content begins."""

    kind: str
    content: str = ""
    formula: bool = False
    style: int | None = None


class RowPattern(NamedTuple):
    """What matches one whole row, and never looks back. Of a row split by it, field 0 is what stood before it, 1 its number, and
    the others are contents: ``columns`` says which, with the way in which they are written. ``step``: the fields of a row."""

    expression: re.Pattern[str]
    step: int
    columns: Mapping[int, Sequence[tuple[int, Way]]]

    @property
    def width(self) -> int:
        return max(self.columns, default=-1) + 1

    def split(self, text: str) -> tuple[list[Any], str]:
        """The fields of these rows, one after the other, and all that is not accounted for."""
        fields: list[Any] = self.expression.split(text)
        return fields, "".join(fields[:: self.step]).strip()


class Shape:
    """What the rows met so far look like. ``telling`` are the styles that change what a cell says: dates and per cents; ``made``:
    how often something new was learnt."""

    def __init__(self, telling: Collection[int]) -> None:
        self._telling = telling
        # Column → way → the styles met, "" for none.
        self._columns: dict[int, dict[Way, set[str]]] = {}
        self._letters: dict[int, str] = {}
        self.made = 0
        self.pattern = self._compiled()

    def fields(self, rows: str) -> list[Any]:
        """The rows' fields by the pattern, which learns what it did not know. NotPlainError where a row is not written the plain
        way."""
        fields, strange = self.pattern.split(rows)
        if strange:
            self.learn(strange)
            fields, strange = self.pattern.split(rows)
        if strange:
            raise NotPlainError
        return fields

    def learn(self, rows: str) -> None:
        """Take in the shapes of these rows. NotPlainError where one is not written the plain way."""
        for letters, style, kind, formula, content in _CELL.findall(rows):
            column = column_index(letters)
            way = self._way(style, kind or NUMBER, bool(formula), content)
            self._letters[column] = letters
            ways = self._columns.setdefault(column, {})
            styles = ways.setdefault(way, set())
            styles.add(style)
            if len(styles) > _MOST_STYLES or len(ways) > _MOST_WAYS or len(self._columns) > _MOST_COLUMNS:
                raise NotPlainError
        self.made += 1
        self.pattern = self._compiled()

    def _way(self, style: str, kind: str, formula: bool, content: str) -> Way:
        if content in ("", "</c>"):
            if kind != NUMBER or formula:
                raise NotPlainError
            return Way(BLANK)
        if (kind, content) not in _CONTENTS:
            raise NotPlainError
        tells = style and kind == NUMBER and int(style) in self._telling
        return Way(kind, content, formula, int(style) if tells else None)

    def _compiled(self) -> RowPattern:
        cells, columns, step = [], {}, 2
        for column in sorted(self._columns):
            ways = self._columns[column]
            filled = [way for way in ways if way.kind != BLANK]
            columns[column] = list(enumerate(filled, step))
            step += len(filled)
            either = "|".join(_written(way, styles) for way, styles in ways.items())
            cells.append(rf'(?:<c r="{self._letters[column]}\1"(?:{either}))?+')
        expression = re.compile(rf'<row r="([1-9][0-9]{{0,6}})"{_ATTRIBUTES}(?:/>|>{"".join(cells)}</row>)')
        return RowPattern(expression, step, columns)


def _written(way: Way, styles: Collection[str]) -> str:
    """The pattern of a cell after its address."""
    known = sorted(each for each in styles if each)
    style = f' s="(?:{"|".join(known)})"' if known else ""
    if style and "" in styles:
        style = f"(?:{style})?"
    if way.kind == BLANK:
        return f'{style}(?: t="n")?(?:/>|></c>)'
    kind = '(?: t="n")?' if way.kind == NUMBER else f' t="{way.kind}"'
    return f"{style}{kind}>{FORMULA if way.formula else ''}{_CONTENTS[way.kind, way.content]}"
