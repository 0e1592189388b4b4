"""Where the cleaner left something out, so that a doubter can look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.wikitext.article import Prepared, prepare
from generator.wikitext.inline import BRACKETS, kind_of_link
from generator.wikitext.options import DEFAULT, CleanOptions


class Removed(NamedTuple):
    """A stretch of wikitext, in characters, that shows nothing in the article."""

    start: int
    end: int
    kind: str
    """As in `Article.removed`."""


def removed_spans(
    wikitext: str, *, title: str = "", language: str = "en", options: CleanOptions = DEFAULT
) -> list[Removed]:
    """What was left out of a page and where, in order, without overlaps.

    Whole constructs only: what is left out inside a template or a link that shows something is not
    told, nor are marks such as quotes and brackets.
    """
    page = prepare(wikitext, title=title, language=language, options=options)
    found = sorted(
        {*_edits(page), *_tables(page, options), *_links(page)},
        key=lambda one: (one.start, -one.end),
    )
    apart: list[Removed] = []
    for one in found:
        if one.start < one.end and (not apart or one.start >= apart[-1].end):
            apart.append(one)
    return apart


def _edits(page: Prepared) -> Iterator[Removed]:
    for edit in page.lifted.edits:
        if edit.kind:
            yield Removed(edit.start, edit.end, edit.kind)
    origin = page.lifted.origin
    for edit in page.expanded.edits:
        if edit.kind:
            yield Removed(origin(edit.start), origin(edit.end), edit.kind)


def _tables(page: Prepared, options: CleanOptions) -> Iterator[Removed]:
    if options.tables == "drop":
        for table in page.layout.tables:
            yield Removed(page.origin(table.start), page.origin(table.end), "table")


def _links(page: Prepared) -> Iterator[Removed]:
    text = page.expanded.text
    opened: list[int] = []
    for bracket in BRACKETS.finditer(text):
        if bracket[0] == "[[":
            opened.append(bracket.start())
        elif opened:
            start = opened.pop()
            kind = kind_of_link(text[start + 2 : bracket.start()].partition("|")[0])
            if kind:
                yield Removed(page.origin(start), page.origin(bracket.end()), kind)
