"""From a file to its rows and the fields to look at, whatever format it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from generator.errors import SourceError
from generator.importing.encodings import as_utf8, find_encoding, with_line_ends
from generator.importing.fields import Asked, Fields, find_fields
from generator.importing.formats import Format, find_format
from generator.importing.jsonlines import read_json_lines, read_plain_lines
from generator.importing.jsonstream import read_json_values
from generator.importing.opening import BROKEN, STDIN, Opened
from generator.importing.parquet import read_parquet
from generator.importing.rows import Row
from generator.importing.tables import Layout, find_layout, read_table

LOOKED_AT: Final = 100
"""First rows of a file by which its fields are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the user said of how a file is written; empty where nothing."""

    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file, how it is written, and its rows, which can be gone through once."""

    name: str
    format: Format
    encoding: str
    layout: Layout | None
    fields: Fields
    rows: Iterator[Row]


def begin_reading(
    path: Path, file: Opened, *, name: str, told: Told, asked: Asked, as_lines: bool = False
) -> Reading:
    """Find out how a file is written and which fields it has.

    Args:
        path: where it is.
        file: the same, opened.
        name: what to call it.
        told: how it is written, as far as somebody knows.
        asked: the fields, as far as somebody knows.
        as_lines: read plain lines, whatever they look like.

    Raises:
        SourceError: it is nothing that can be read.
        Misconfigured: its fields cannot be told.
    """
    encoding = told.encoding or find_encoding(file.head)
    if as_lines:
        lines = read_plain_lines(as_utf8(file.stream, encoding))
        return Reading(name=name, format=Format.LINES, encoding=encoding, layout=None, fields=Fields(shape="lines"), rows=lines)  # fmt: skip
    format = find_format(file.head, _known(encoding), name=name)
    layout = None
    if format is Format.PARQUET:
        if path == STDIN:
            raise SourceError("Parquet cannot be read from standard input: give the file")
        encoding, rows = "", read_parquet(path)
    elif format is Format.TABLE:
        head = file.head.decode(_known(encoding), "replace").removeprefix("\ufeff")
        layout = find_layout(head, told.delimiter)
        rows = read_table(with_line_ends(as_utf8(file.stream, encoding), head), layout)
    else:
        read = read_json_lines if format is Format.JSONL else read_json_values
        rows = read(as_utf8(file.stream, encoding))
    first, rows = _begin(rows, name)
    values = [row.value for row in first if not row.problem]
    if not values:
        raise SourceError(f"{name}: nothing in it can be read as {format.value}{_why(first)}")
    fields = find_fields(values, asked, name=name)
    return Reading(
        name=name, format=format, encoding=encoding, layout=layout, fields=fields, rows=chain(first, rows)
    )  # fmt: skip


class _Begun(NamedTuple):
    first: list[Row]
    rest: Iterator[Row]


def _begin(rows: Iterator[Row], name: str) -> _Begun:
    """The first rows; a file that breaks off among them does so again after them.

    Raises:
        SourceError: it breaks off before the first.
    """
    first: list[Row] = []
    try:
        for row in islice(rows, LOOKED_AT):
            first.append(row)
    except (*BROKEN, SourceError) as exc:
        error = exc if isinstance(exc, SourceError) else SourceError(f"{name} breaks off: {exc}")
        if not first:
            raise error from exc
        return _Begun(first, _break_off(error))
    return _Begun(first, rows)


def _break_off(error: Exception) -> Iterator[Row]:
    yield from ()
    raise error


def _known(encoding: str) -> str:
    """Encodings that are not there are told by whoever reads the file."""
    try:
        "".encode(encoding)
    except LookupError:
        return "utf-8"
    return encoding


def _why(rows: list[Row]) -> str:
    return f": row {rows[0].number} is {rows[0].problem.replace('_', ' ')}" if rows else ""
