"""Small tables as rows that can be read aloud: `Column: value; Column: value`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ATTRIBUTES = re.compile(r"[^\[\]{}|\n]*\|(?!\|)")
_SPAN = re.compile(r"(rowspan|colspan)\s*=\s*[\"']?\s*(\d{1,3})", re.I)
_MAX_SPAN = 100


class Cell(NamedTuple):
    """A cell of a table: its wikitext, how far it reaches, whether it is a heading."""

    text: str
    rows: int = 1
    columns: int = 1
    is_heading: bool = False


class Table(NamedTuple):
    """A table as it is written."""

    caption: str
    rows: list[list[Cell]]


def rows_of(wikitext: str, max_cells: int) -> list[str] | None:
    """Rows of a table as wikitext lines, its caption first; None where it is too large to read.

    Cells that reach over several rows are repeated in each; tables within cells are left out.
    """
    if not wikitext.lstrip().startswith(("{|", ":")):
        return None
    table = _read(wikitext)
    if sum(len(row) for row in table.rows) > max_cells:
        return None
    grid = list(_grid(table.rows))
    is_header = bool(grid) and all(cell.is_heading for cell in grid[0])
    columns = [cell.text for cell in grid[0]] if is_header else []
    lines = [_line(row, columns) for row in grid[is_header:]]
    return [line for line in (table.caption, *lines) if line]


def _line(row: list[Cell], columns: list[str]) -> str:
    parts: list[str] = []
    for at, cell in enumerate(row):
        column = columns[at] if at < len(columns) else ""
        is_repeated = bool(at) and cell is row[at - 1]
        if cell.text and not is_repeated:
            parts.append(f"{column}: {cell.text}" if column and column != cell.text else cell.text)
    return "; ".join(parts)


def _grid(rows: list[list[Cell]]) -> Iterator[list[Cell]]:
    """Rows with cells put in every place that they reach over."""
    pending: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        placed: list[Cell] = []
        waiting = list(row)
        while waiting or len(placed) in pending:
            at = len(placed)
            if at in pending:
                cell, left = pending.pop(at)
                if left > 1:
                    pending[at] = (cell, left - 1)
                placed.append(cell)
                continue
            cell = waiting.pop(0)
            for column in range(at, at + cell.columns):
                if cell.rows > 1:
                    pending[column] = (cell, cell.rows - 1)
                placed.append(cell)
        if placed:
            yield placed


def _read(wikitext: str) -> Table:
    caption, depth = "", 0
    rows: list[list[Cell]] = [[]]
    current: list[Cell] = rows[0]
    for raw in wikitext.split("\n"):
        line = raw.strip().lstrip(":").lstrip() if not depth else raw.strip()
        if line.startswith("{|"):
            depth += 1
        elif line.startswith("|}"):
            depth -= 1
        elif depth > 1:
            continue
        elif line.startswith("|+"):
            caption = _without_attributes(line[2:])
        elif line.startswith("|-"):
            current = []
            rows.append(current)
        elif line.startswith(("|", "!")):
            current += _cells(line)
        elif current and line:
            last = current[-1]
            current[-1] = last._replace(text=f"{last.text} {line.lstrip('*#:; ')}".strip())
    return Table(caption, [row for row in rows if row])


def _cells(line: str) -> Iterator[Cell]:
    is_heading = line[0] == "!"
    for written in re.split(r"\|\||!!" if is_heading else r"\|\|", line[1:]):
        spans = {name.lower(): int(size) for name, size in _SPAN.findall(_attributes(written))}
        yield Cell(
            _without_attributes(written),
            min(_MAX_SPAN, max(1, spans.get("rowspan", 1))),
            min(_MAX_SPAN, max(1, spans.get("colspan", 1))),
            is_heading,
        )


def _attributes(cell: str) -> str:
    found = _ATTRIBUTES.match(cell)
    return found[0] if found else ""


def _without_attributes(cell: str) -> str:
    return cell[len(_attributes(cell)) :].strip()
