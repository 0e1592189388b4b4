"""Rows of JSON that is not line by line: one big array, or values one after the other.

The text is cut at the ends of the values without being parsed, so that memory holds one value, and a
value that is broken inside costs that one alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import IO, Final

from generator.importing.jsonlines import parse_json
from generator.importing.rows import LONGEST_ROW, Row, unread

LONGEST_DOCUMENT: Final = 64 << 20
"""Bytes of a value outside of an array: it may be all of a file, with the rows in it."""
_PIECE = 1 << 16
_TEXTS = frozenset(
    {"question", "questions", "answer", "answers", "prompt", "completion", "response"}
)
_OUTSIDE = re.compile(rb'["\[\]{}]')
_IN_TEXT = re.compile(rb'["\\]')


def read_json_values(stream: IO[bytes]) -> Iterator[Row]:
    """One row per element of an array, or per value; numbered from 1 in their order.

    A single object that holds the rows in a list, `{"data": [{…}, …]}`, or column by column is taken
    apart.
    """
    values = _cut(stream)
    first = list(islice(values, 2))
    if len(first) == 1 and first[0] is not None:
        row = parse_json(1, first[0])
        rows = _rows_within(row.value)
        if rows is not None:
            yield from (Row(number=n, value=value) for n, value in enumerate(rows, start=1))
            return
    for number, data in enumerate(chain(first, values), start=1):
        yield unread(number, "row_too_long") if data is None else parse_json(number, data)


def _rows_within(value: object) -> list[object] | None:
    """The rows of a document that holds nothing else of their kind."""
    if not isinstance(value, Mapping):
        return None
    if columns := _columns(value):
        return [
            dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
        ]
    lists = [one for one in value.values() if _is_rows(one)]
    return lists[0] if len(lists) == 1 and not (value.keys() & _TEXTS) else None


def _columns(value: Mapping[str, object]) -> dict[str, list[object]]:
    """The columns of a document that is written column by column, each a list or an object by row."""
    found: dict[str, list[object]] = {}
    for name, column in value.items():
        if isinstance(column, Mapping):
            column = list(column.values())
        if not isinstance(column, list):
            return {}
        found[name] = column
    lengths = set(map(len, found.values()))
    return found if len(found) > 1 and len(lengths) == 1 and max(lengths) > 1 else {}


def _is_rows(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(one, Mapping) and len(one) > 1 for one in value)
        and not any("role" in one or "from" in one for one in value)
    )


class _Cutter:
    """Cuts a text that comes in pieces at the ends of its values."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._depth = 0
        self._base = 0
        """1 within an array whose elements are the values."""
        self._is_in_text = self._is_too_long = False
        self._skip = 0
        """Bytes of the next piece that a backslash has taken."""

    def cut(self, piece: bytes) -> Iterator[bytes | None]:
        """The values that end in the piece; None for one that is too long."""
        at, start = self._skip, 0
        while found := (_IN_TEXT if self._is_in_text else _OUTSIDE).search(piece, at):
            at, sign = found.end(), found[0]
            if sign == b"\\":
                at += 1
            elif sign == b'"':
                self._is_in_text = not self._is_in_text
            elif sign in b"[{":
                if self._depth == self._base:
                    if sign == b"[" and not self._base:
                        self._base = self._depth = 1
                        continue
                    start = found.start()
                self._depth += 1
            else:
                self._depth = max(0, self._depth - 1)
                if self._depth < self._base:
                    self._base = 0
                elif self._depth == self._base:
                    self._hold(piece[start:at])
                    yield self._take()
        self._skip = max(0, at - len(piece))
        if self._depth > self._base:
            self._hold(piece[start:])

    def rest(self) -> Iterator[bytes | None]:
        """The beginning of a value that has no end."""
        if self._held or self._is_too_long:
            yield self._take()

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > (LONGEST_ROW if self._base else LONGEST_DOCUMENT):
            self._held.clear()
            self._is_too_long = True

    def _take(self) -> bytes | None:
        data = None if self._is_too_long else bytes(self._held)
        self._held.clear()
        self._is_too_long = False
        return data


def _cut(stream: IO[bytes]) -> Iterator[bytes | None]:
    cutter = _Cutter()
    while piece := stream.read(_PIECE):
        yield from cutter.cut(piece)
    yield from cutter.rest()
