"""Rows of CSV and its kin, whatever parts the cells."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import IO, Final

from generator.importing.jsonlines import read_lines
from generator.importing.names import is_known
from generator.importing.rows import LONGEST_ROW, Row, unread

DELIMITERS: Final = ",;\t|"
_SAMPLED = 50
"""Records by which the delimiter is told."""
_MOST_LINES = 20
"""Lines of a row that lacks cells; one with more has swallowed others."""
_SKIPPED = "\x00loremill\x00too long\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is written."""

    delimiter: str
    columns: tuple[str, ...]
    """Names from the header, or `1`, `2`, … where there is none."""
    has_header: bool


def find_layout(head: str, delimiter: str = "") -> Layout:
    """The layout of a table, told by its beginning: the delimiter that gives the most alike records.

    A first record with a name in it that is known for questions or answers is a header, as is one of
    short cells that do not come again below; anything else is data.
    """
    lines = head.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 else lines
    tried = [delimiter] if delimiter else list(DELIMITERS)
    best = max(tried, key=lambda one: _evenness(_records(whole, one)))
    records = _records(whole, best)
    first = records[0] if records else []
    has_header = any(map(is_known, first)) or _looks_like_names(first, records[1:])
    numbers = [str(number) for number in range(1, len(first) + 1)]
    columns = _distinct([cell.strip() for cell in first]) if has_header else numbers
    return Layout(delimiter=best, columns=tuple(columns), has_header=has_header)


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    reader = csv.reader(iter(lines), delimiter=delimiter)
    try:
        return list(islice((record for record in reader if record), _SAMPLED))
    except csv.Error:
        return []


def _evenness(records: Sequence[Sequence[str]]) -> tuple[bool, float, int]:
    """Whether the header has known names, the share of records of the usual width, and that width."""
    if not records:
        return (False, 0.0, 0)
    width, times = Counter(map(len, records)).most_common(1)[0]
    if width < 2:
        return (False, 0.0, 1)
    return (sum(map(is_known, records[0])) > 1, times / len(records), width)


def _looks_like_names(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    cells = [cell.strip() for cell in first]
    if not rest or not all(cells) or len(set(cells)) < len(cells):
        return False
    return all(cell.replace("_", "").replace(" ", "").isalnum() and len(cell) <= 30 for cell in cells) and any(
        len(cell) > 30 for record in rest for cell in record
    )  # fmt: skip


def _distinct(names: Sequence[str]) -> list[str]:
    """Names that are empty or come again get the number of their column."""
    seen: set[str] = set()
    found = []
    for number, name in enumerate(names, start=1):
        own = name if name and name not in seen else f"{name or 'column'} {number}"
        seen.add(own)
        found.append(own)
    return found


def read_table(stream: IO[bytes], layout: Layout) -> Iterator[Row]:
    """One row per record below the header; a record with cells too many is one that is wrongly quoted."""
    csv.field_size_limit(LONGEST_ROW)
    reader = csv.reader(_lines(stream), delimiter=layout.delimiter)
    number = 0 if layout.has_header else 1
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            yield unread(max(number, 1), f"not_csv {exc}")
            number += 1
            continue
        if not cells:
            continue
        if number:
            lines = reader.line_num - before
            yield _row(number, cells, layout.columns, lines=lines)
        number += 1


def _row(number: int, cells: list[str], columns: Sequence[str], *, lines: int) -> Row:
    width = len(columns)
    if cells == [_SKIPPED]:
        return unread(number, f"row_too_long over {LONGEST_ROW:,} bytes")
    if any(cell.strip() for cell in cells[width:]):
        return unread(number, f"too_many_cells {len(cells)} for {width} columns", " | ".join(cells))
    if len(cells) < width and lines > _MOST_LINES:
        return unread(number, f"open_quotation_mark {lines:,} lines in one row", " | ".join(cells))
    return Row(number=number, value=dict(zip_longest(columns, cells[:width])))


def _lines(stream: IO[bytes]) -> Iterator[str]:
    for line in read_lines(stream):
        yield _SKIPPED + "\n" if line is None else line.decode("utf-8", "replace")
