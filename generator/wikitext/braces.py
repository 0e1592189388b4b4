"""Which double braces belong together, found in one linear pass over any text.

Follows MediaWiki's preprocessor: a run of closing braces takes three (an argument, `{{{1}}}`) or two
(a template) from the innermost run of opening ones. What finds no partner is a stray.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_RUN = re.compile(r"\{\{+|\}\}+")
MAX_DEPTH = 25
"""Templates within templates; mwparserfromhell gives up beyond 33 (measured with 0.7.2)."""


class Span(NamedTuple):
    """A stretch of text, from `start` up to but not including `end`."""

    start: int
    end: int


class Construct(NamedTuple):
    """An outermost template or argument, or stray braces."""

    start: int
    end: int
    is_stray: bool = False
    too_deep: tuple[Span, ...] = ()
    """What is nested deeper in it than anyone will follow."""


def match_braces(text: str) -> list[Construct]:
    """Find the outermost templates, arguments and strays of a text without extension tags, in order."""
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
    return _outermost(pairs, sorted(strays))


def _outermost(pairs: list[Span], strays: list[Span]) -> list[Construct]:
    found: list[Construct] = []
    for outer, inner in _by_nesting(pairs):
        found.append(Construct(*outer, too_deep=tuple(inner)))
    ends = [one.end for one in found]
    for stray in strays:
        at = bisect_right(ends, stray.start)
        if at == len(ends) or stray.end <= found[at].start:
            found.append(Construct(*stray, is_stray=True))
    return sorted(found)


def _by_nesting(pairs: list[Span]) -> Iterator[tuple[Span, list[Span]]]:
    """Outermost pairs, each with those in it that are one level too deep."""
    outer: Span | None = None
    too_deep: list[Span] = []
    open_ends: list[int] = []
    for span in pairs:
        while open_ends and open_ends[-1] <= span.start:
            open_ends.pop()
        if not open_ends:
            if outer:
                yield outer, too_deep
            outer, too_deep = span, []
        elif len(open_ends) == MAX_DEPTH:
            too_deep.append(span)
        open_ends.append(span.end)
    if outer:
        yield outer, too_deep
