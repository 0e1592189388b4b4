"""Which format a file has, told by its beginning and not by its name."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Final

from generator.errors import SourceError

_FOREIGN: Final = (
    (b"PK\x03\x04", "a ZIP or Excel file: unpack it, or save the sheet as CSV"),
    (b"%PDF", "a PDF file: import needs rows of questions and answers"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file: save the sheet as CSV"),
    (b"BZh", "packed with bzip2: unpack it with bunzip2"),
    (b"\xfd7zXZ", "packed with xz: unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard: unpack it with unzstd"),
    (b"ARROW1", "an Arrow file: save it as Parquet"),
)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.02


class Format(StrEnum):
    """How rows are written in a file."""

    JSONL = "jsonl"
    """One JSON value a line."""
    JSON = "json"
    """An array, or values one after the other, over any number of lines."""
    TABLE = "csv"
    """Cells parted by commas, semicolons, tabs or bars."""
    PARQUET = "parquet"
    LINES = "lines"
    """Plain lines, for a function of one's own."""


def find_format(head: bytes, encoding: str, *, name: str) -> Format:
    """The format of a file.

    Raises:
        SourceError: it is no text and no Parquet, or empty.
    """
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise SourceError(f"{name} is {what}")
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n\0")
    if not text:
        raise SourceError(f"{name} is empty: there is nothing to import")
    if len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        raise SourceError(f"{name} is no text: give JSONL, JSON, CSV or Parquet")
    if text[0] == "{":
        return _of_objects(text, name)
    return Format.JSON if _is_array(text) else Format.TABLE


def _of_objects(text: str, name: str) -> Format:
    first, _, rest = text.partition("\n")
    if name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return Format.JSONL
    if not rest.strip():
        return Format.JSON
    if _is_json(first):
        return Format.JSONL
    # A line that is broken stands among others that are whole.
    whole = sum(map(_is_json, rest.splitlines()[:20]))
    return Format.JSONL if whole else Format.JSON


def _is_array(text: str) -> bool:
    return bool(re.match(r'\[\s*(?:[\[{"\]]|\Z)', text))


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
