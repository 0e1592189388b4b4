"""What rules look at: where something is, and the plain text of a part, line for line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import jinja2

from generator.prompts import Draft, Part
from generator.prompts.rendering import ENVIRONMENT

STAND_IN = "…"
"""Stands for whatever a `{{ variable }}` will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a rule has something to say, and what."""

    line: int
    """Of the file."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A part without its Jinja: every line where it was."""

    text: str
    line: int
    """Of the file, on which the text begins."""

    def line_at(self, place: int) -> int:
        """The line of the file that an offset in the text is on."""
        return self.line + self.text.count("\n", 0, place)


def plain_parts(draft: Draft) -> Iterator[Plain]:
    """The parts with `STAND_IN` for variables, and nothing for statements and comments."""
    for part in draft.parts:
        yield Plain(text=_without_jinja(part), line=part.line)


def _without_jinja(part: Part) -> str:
    pieces: list[str] = []
    line = 1
    try:
        for number, kind, text in ENVIRONMENT.lex(part.text):
            if kind not in ("data", "variable_begin"):
                continue
            # Line breaks go with what was left out, so they are put in again.
            pieces.append("\n" * (number - line))
            pieces.append(text if kind == "data" else STAND_IN)
            line = max(line, number) + (text.count("\n") if kind == "data" else 0)
    except jinja2.TemplateSyntaxError:
        return part.text
    return "".join(pieces)
