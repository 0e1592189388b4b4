"""Wikitext to an article: the order of things is MediaWiki's own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from generator.records import Article, Section
from generator.wikitext.back_matter import is_back_matter
from generator.wikitext.expansion import Expander
from generator.wikitext.extension_tags import lift
from generator.wikitext.inline import Inline
from generator.wikitext.layout import Heading, Layout, find_layout
from generator.wikitext.lines import paragraphs, split_terms
from generator.wikitext.names import names
from generator.wikitext.options import DEFAULT, CleanOptions
from generator.wikitext.tidy import swallow, tidy
from generator.wikitext.variants import choose_variants

_REDIRECT = re.compile(r"\s*[#＃]([^\[\]:\n]{1,60}?)\s*:?\s*\[\[([^\[\]|\n]+)(?:\|[^\[\]\n]*)?\]\]")


def clean(
    wikitext: str, *, title: str = "", language: str = "en", options: CleanOptions = DEFAULT
) -> Article:
    """The article that a reader of the page sees, as sections of plain text.

    `language` is the wiki's MediaWiki language code. Any text gives an article: nothing raises.
    """
    lifted = lift(wikitext, options)
    if target := _redirect(lifted.edited.text):
        return Article(title=title, language=language, redirect=target)
    expander = Expander(title=title, language=language, options=options)
    expanded = expander.expand_page(lifted.edited.text)
    layout = find_layout(expanded.text)
    inline = Inline(options)
    stash = lifted.stash

    def render(text: str) -> str:
        text = choose_variants(text, language)
        shown = swallow(inline.render(split_terms(text)))
        return tidy(paragraphs(shown, markers=options.list_markers == "keep"), stash)

    def origin(position: int) -> int:
        return lifted.edited.origin(expanded.origin(position))

    removed = Counter[str]()
    for edit in lifted.edited.edits:
        if edit.kind:
            removed[edit.kind] += 1
    sections: list[Section] = []
    starts = [Heading(0, 0, 0, ""), *layout.headings]
    ends = [heading.start for heading in layout.headings] + [len(expanded.text)]
    length = 0
    open_path: list[Section] = []
    for index, (heading, end) in enumerate(zip(starts, ends, strict=True)):
        text = render(_without_tables(expanded.text, heading.end, end, layout))
        name = render(heading.title.strip()).replace("\n", " ") if heading.level else ""
        while open_path and open_path[-1].level >= heading.level:
            open_path.pop()
        parent = open_path[-1] if open_path else None
        path = (*(parent.path if parent else ()), name) if heading.level else ()
        section = Section(
            path=path,
            level=heading.level,
            text=text,
            anchor=name.replace(" ", "_"),
            index=index,
            parent=parent.index if parent else None,
            start=length,
            end=length + len(text),
            source_start=origin(heading.start) if heading.level else 0,
            source_end=origin(end) if end < len(expanded.text) else len(wikitext),
            is_back_matter=is_back_matter(name) or bool(parent and parent.is_back_matter),
        )
        if heading.level:
            open_path.append(section)
        sections.append(section)
        length += len(text) + 2
    removed += expander.removed + inline.removed
    removed["table"] += len(layout.tables)
    return Article(
        title=title,
        language=language,
        sections=tuple(sections),
        removed=dict(+removed),
    )


def _without_tables(text: str, start: int, end: int, layout: Layout) -> str:
    """A stretch of text without the tables in it, which may begin or end outside of it."""
    tables = layout.tables
    at = max(0, bisect_left(tables, (start, 0)) - 1)
    pieces: list[str] = []
    for table in tables[at:]:
        if table.start >= end:
            break
        if table.end <= start:
            continue
        pieces.append(text[start : max(start, table.start)])
        start = min(end, table.end)
    pieces.append(text[start:end])
    return "\n\n".join(pieces)


def _redirect(text: str) -> str:
    found = _REDIRECT.match(text[:1000])
    if not found or found[1].strip().casefold() not in names().redirects:
        return ""
    return found[2].strip().removeprefix(":")
