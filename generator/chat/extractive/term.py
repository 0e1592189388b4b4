"""A stretch of a sentence that can be left blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["day", "date", "year", "number", "name", "term"]
"""`day`: a date with its day and its year; `date`: month and year, or day and month; `term`: anything
that can be left blank but not called by a name in the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A stretch of a sentence that can be left blank."""

    start: int
    end: int
    kind: Kind
    worth: float
    """How much asking about it teaches, from 0 to 5."""
