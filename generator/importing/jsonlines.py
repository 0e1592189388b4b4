"""Rows by line: JSONL, one JSON value a line, and plain text. A bad line costs that line alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from generator.importing.rows import LONGEST_ROW, Row, unread


def read_json_lines(stream: IO[bytes]) -> Iterator[Row]:
    """One row per line of UTF-8 that is not blank; its number is that of the line."""
    for number, line in enumerate(read_lines(stream), start=1):
        if line is None:
            yield unread(number, f"row_too_long over {LONGEST_ROW:,} bytes")
        elif line.strip():
            yield parse_json(number, line)


def read_plain_lines(stream: IO[bytes]) -> Iterator[Row]:
    """One row per line of UTF-8 that is not blank, its value being the text of the line."""
    for number, line in enumerate(read_lines(stream), start=1):
        if line is None:
            yield unread(number, f"row_too_long over {LONGEST_ROW:,} bytes")
            continue
        try:
            text = line.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            yield unread(number, "not_utf8", line)
            continue
        if text.strip():
            yield Row(number=number, value=text)


def parse_json(number: int, data: bytes) -> Row:
    """The row that is written in some bytes of UTF-8."""
    try:
        text = data.decode().strip("\0 \t\r\n")
    except UnicodeDecodeError:
        return unread(number, "not_utf8", data)
    try:
        return Row(number=number, value=json.loads(text))
    except RecursionError:
        return unread(number, "nested_too_deep", text)
    except ValueError:
        return unread(number, "not_json", text)


def read_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines; None for one over `LONGEST_ROW`, which is skipped without being held."""
    while line := stream.readline(LONGEST_ROW):
        if len(line) < LONGEST_ROW or line.endswith(b"\n"):
            yield line
            continue
        while (more := stream.readline(LONGEST_ROW)) and not more.endswith(b"\n"):
            pass
        yield None
