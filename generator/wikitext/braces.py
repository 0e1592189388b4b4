"""Which double braces belong together, found in one linear pass over any text.

Follows MediaWiki's preprocessor: a run of closing braces takes three (an argument, `{{{1}}}`) or two
(a template) from the innermost run of opening ones. What finds no partner is a stray.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_RUN = re.compile(r"\{\{+|\}\}+")
MAX_DEPTH = 25
"""Templates within templates; mwparserfromhell gives up beyond 33 (measured with 0.7.2)."""


class Span(NamedTuple):
    """A stretch of text, from `start` up to but not including `end`."""

    start: int
    end: int


class Braces(NamedTuple):
    """Outermost templates and arguments in order, what is nested too deep, and stray braces."""

    outermost: list[Span]
    too_deep: list[Span]
    strays: list[Span]


def match_braces(text: str) -> Braces:
    """Find templates and arguments in a text without extension tags."""
    pairs: list[Span] = []
    strays: list[Span] = []
    open_runs: list[list[int]] = []
    for run in _RUN.finditer(text):
        start, left = run.start(), run.end() - run.start()
        if text[start] == "{":
            open_runs.append([start, left])
            continue
        while left >= 2 and open_runs:
            top = open_runs[-1]
            size = min(left, top[1], 3)
            top[1] -= size
            left -= size
            start += size
            pairs.append(Span(top[0] + top[1], start))
            if top[1] < 2:
                open_runs.pop()
        if left >= 2:
            strays.append(Span(start, start + left))
    strays += [Span(start, start + left) for start, left in open_runs]
    pairs.sort(key=lambda span: (span.start, -span.end))
    outermost, too_deep = _by_depth(pairs)
    return Braces(outermost, too_deep, sorted(strays))


def _by_depth(pairs: list[Span]) -> tuple[list[Span], list[Span]]:
    outermost: list[Span] = []
    too_deep: list[Span] = []
    open_ends: list[int] = []
    for span in pairs:
        while open_ends and open_ends[-1] <= span.start:
            open_ends.pop()
        if not open_ends:
            outermost.append(span)
        elif len(open_ends) == MAX_DEPTH:
            too_deep.append(span)
        open_ends.append(span.end)
    return outermost, too_deep
