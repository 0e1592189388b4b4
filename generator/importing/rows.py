"""What every reader of a file gives: rows, numbered, and for those that cannot be read the reason."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_ROW = 4 << 20
"""Bytes of a row, or characters of a cell, that are read; what is longer is skipped and rejected."""
EXCERPT = 200
"""Characters that are shown of what could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file."""

    number: int
    """From 1; the header of a table is not counted."""
    value: object = None
    """A mapping by field for data, a text for lines; None where it could not be read."""
    problem: str = ""
    """Why it could not be read: a word to count by, then, where it helps, a blank and more."""
    excerpt: str = ""
    """The beginning of what could not be read."""


def unread(number: int, problem: str, found: str | bytes = b"") -> Row:
    """A row that could not be read."""
    text = found.decode("utf-8", "replace") if isinstance(found, bytes) else found
    return Row(number=number, problem=problem, excerpt=text[:EXCERPT].strip())
