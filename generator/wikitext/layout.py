"""Where headings and tables are: one pass over the lines of a text whose templates are expanded."""

from __future__ import annotations

import re
from typing import NamedTuple

from generator.wikitext.braces import Span
from generator.wikitext.marks import HOLE

_LANDMARK = re.compile(
    r"^[ \t]*(?::+[ \t]*)?(?P<open>\{\|)"
    r"|^[ \t]*(?P<close>\|\})"
    rf"|^(?P<heading>=[^\n]*=)[ \t{HOLE}]*$"
    r"|(?P<html_open><table\b)|(?P<html_close></table\s*>)"
    r"|<h(?P<level>[1-6])\b[^<>\n]*>(?P<title>[^<>\n]*)</h[1-6]\s*>",
    re.M | re.I,
)


# A line of a table that is not closed: a row or cell, or what goes on after one.
_ROW = re.compile(r"\n(?:[ \t]*[|!][^\n]*|[^\n=|!*#:; \t][^\n]*(?=\n[ \t]*[|!]))")


class Heading(NamedTuple):
    """A heading: where its line is, its level and its wikitext."""

    start: int
    end: int
    level: int
    title: str


class Layout(NamedTuple):
    """Headings, and outermost tables, both in order."""

    headings: list[Heading]
    tables: list[Span]


def find_layout(text: str) -> Layout:
    """Find headings and tables; a table that is never closed ends where its rows end."""
    headings: list[Heading] = []
    tables: list[Span] = []
    opened: list[tuple[int, str]] = []
    for found in _LANDMARK.finditer(text):
        if found["heading"] is not None:
            if heading := _heading(found):
                headings.append(heading)
        elif found["level"]:
            headings.append(Heading(*found.span(), int(found["level"]), found["title"]))
        elif found["open"] or found["html_open"]:
            opened.append((found.start(), "{" if found["open"] else "<"))
        elif opened:
            kind = "{" if found["close"] else "<"
            if kind not in {one for _, one in opened[-3:]}:
                continue
            while opened[-1][1] != kind:
                opened.pop()
            start, _ = opened.pop()
            while tables and tables[-1].start >= start:
                tables.pop()
            tables.append(Span(start, found.end()))
    reach = 0
    for start, _ in opened:
        if start >= reach:
            tables.append(_unclosed(text, start))
            reach = tables[-1].end
    return Layout(headings, _merged(tables))


def _merged(tables: list[Span]) -> list[Span]:
    """Tables in order, overlapping ones as one."""
    merged: list[Span] = []
    for table in sorted(tables):
        if merged and table.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, table.end))
        else:
            merged.append(table)
    return merged


def _unclosed(text: str, start: int) -> Span:
    """A table without an end: as far as its rows go."""
    end = text.find("\n", start)
    if end < 0:
        return Span(start, len(text))
    while row := _ROW.match(text, end):
        end = row.end()
    return Span(start, end)


def _heading(found: re.Match[str]) -> Heading | None:
    """MediaWiki's rule: as many signs as both sides have, at most six; the rest is text."""
    line = found["heading"]
    left = len(line) - len(line.lstrip("="))
    if left == len(line):
        if left < 3:
            return None
        level = min(6, (left - 1) // 2)
    else:
        level = min(6, left, len(line) - len(line.rstrip("=")))
    return Heading(found.start(), found.end(), level, line[level:-level])
