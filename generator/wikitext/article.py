"""Wikitext to an article, in the order in which MediaWiki itself does it.

redirect? -> comments and extension tags -> templates -> headings and tables -> links, tags, quotes
-> lines to paragraphs -> tidy
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from generator.records import Article, Section
from generator.wikitext.back_matter import is_back_matter
from generator.wikitext.disambiguation import is_disambiguation
from generator.wikitext.edits import Edited
from generator.wikitext.expansion import Expander
from generator.wikitext.extension_tags import lift
from generator.wikitext.inline import Inline
from generator.wikitext.layout import Heading, Layout, find_layout
from generator.wikitext.lines import paragraphs, split_terms
from generator.wikitext.names import names
from generator.wikitext.options import DEFAULT, CleanOptions
from generator.wikitext.tables import rows_of
from generator.wikitext.tidy import swallow, tidy
from generator.wikitext.variants import choose_variants

_REDIRECT = re.compile(r"\s*[#＃]([^\[\]:\n]{1,60}?)\s*:?\s*\[\[([^\[\]|\n]+)(?:\|[^\[\]\n]*)?\]\]")


def clean(
    wikitext: str, *, title: str = "", language: str = "en", options: CleanOptions = DEFAULT
) -> Article:
    """The article that a reader of the page sees, as sections of plain text.

    `language` is the wiki's MediaWiki language code. Any text gives an article, in time linear in its
    length: nothing raises.
    """
    return _clean(wikitext, title, language, options, is_plain=False)


def clean_plainly(
    wikitext: str, *, title: str = "", language: str = "en", options: CleanOptions = DEFAULT
) -> Article:
    """The same without looking into any template, for a page that takes too long; marked as such."""
    return _clean(wikitext, title, language, options, is_plain=True)


class Prepared(NamedTuple):
    """A page with its templates expanded, and the way back to where everything came from."""

    lifted: Edited
    stash: list[str]
    expanded: Edited
    layout: Layout
    removed: Counter[str]

    def origin(self, position: int) -> int:
        """Offset in the wikitext of an offset in the expanded text."""
        return self.lifted.origin(self.expanded.origin(position))


def prepare(
    wikitext: str, *, title: str, language: str, options: CleanOptions, is_plain: bool = False
) -> Prepared:
    """Everything up to where headings and tables are."""
    lifted = lift(wikitext, options)
    expander = Expander(title=title, language=language, options=options, is_plain=is_plain)
    expanded = expander.expand_page(lifted.edited.text)
    removed = Counter(edit.kind for edit in lifted.edited.edits if edit.kind)
    return Prepared(
        lifted.edited,
        lifted.stash,
        expanded,
        find_layout(expanded.text),
        removed + expander.removed,
    )


def _clean(
    wikitext: str, title: str, language: str, options: CleanOptions, *, is_plain: bool
) -> Article:
    if target := _redirect(wikitext):
        return Article(title=title, language=language, redirect=target)
    page = prepare(wikitext, title=title, language=language, options=options, is_plain=is_plain)
    renderer = _Renderer(page, Inline(options), language, options)
    sections = tuple(renderer.sections(len(wikitext)))
    removed = page.removed + renderer.removed
    return Article(
        title=title,
        language=language,
        sections=sections,
        removed=dict(sorted(removed.items())),
        is_disambiguation=is_disambiguation(removed),
        is_fallback=is_plain,
    )


def _redirect(wikitext: str) -> str:
    """Target of a redirect page, empty for any other."""
    found = _REDIRECT.match(wikitext[:1000].lstrip("\ufeff"))
    if not found or found[1].strip().casefold() not in names().redirects:
        return ""
    return found[2].strip().removeprefix(":")


@dataclass
class _Renderer:
    """Renders the sections of one prepared page."""

    page: Prepared
    inline: Inline
    language: str
    options: CleanOptions

    @property
    def removed(self) -> Counter[str]:
        return self.inline.removed

    def sections(self, source_length: int) -> Iterator[Section]:
        """Sections in document order, the lead first."""
        text, layout = self.page.expanded.text, self.page.layout
        starts = [Heading(0, 0, 0, ""), *layout.headings]
        ends = [heading.start for heading in layout.headings] + [len(text)]
        open_sections: list[Section] = []
        length = 0
        for index, (heading, end) in enumerate(zip(starts, ends, strict=True)):
            while open_sections and open_sections[-1].level >= heading.level:
                open_sections.pop()
            parent = open_sections[-1] if open_sections else None
            name = self._title(heading)
            body = self._render(self._without_tables(heading.end, end))
            section = Section(
                path=(*(parent.path if parent else ()), name) if heading.level else (),
                level=heading.level,
                text=body,
                anchor=self._anchor(name) if heading.level else "",
                index=index,
                parent=parent.index if parent else None,
                start=length,
                end=length + len(body),
                source_start=self.page.origin(heading.start) if heading.level else 0,
                source_end=self.page.origin(end) if end < len(text) else source_length,
                is_back_matter=bool(parent and parent.is_back_matter) or is_back_matter(name),
            )
            if heading.level:
                open_sections.append(section)
            length += len(body) + 2
            yield section

    def __post_init__(self) -> None:
        self._anchors: Counter[str] = Counter()

    def _title(self, heading: Heading) -> str:
        return " ".join(self._render(heading.title.strip()).split()) if heading.level else ""

    def _anchor(self, name: str) -> str:
        """As Sanitizer::escapeIdForAttribute makes it in HTML5 mode; repeated ones are numbered."""
        anchor = name.replace(" ", "_")
        self._anchors[anchor.casefold()] += 1
        number = self._anchors[anchor.casefold()]
        return f"{anchor}_{number}" if number > 1 else anchor

    def _render(self, text: str) -> str:
        text = split_terms(choose_variants(text, self.language))
        text = swallow(self.inline.render(text))
        markers = self.options.list_markers == "keep"
        return tidy(paragraphs(text, markers=markers), self.page.stash)

    def _without_tables(self, start: int, end: int) -> str:
        """A stretch of text with its tables left out or as rows; a table may reach beyond it."""
        text, tables = self.page.expanded.text, self.page.layout.tables
        pieces: list[str] = []
        for table in tables[max(0, bisect_left(tables, (start, 0)) - 1) :]:
            if table.start >= end:
                break
            if table.end <= start:
                continue
            pieces.append(text[start : max(start, table.start)])
            if start <= table.start:
                pieces.append(self._table(text[table.start : min(end, table.end)]))
            start = min(end, table.end)
        return "\n\n".join([*pieces, text[start:end]])

    def _table(self, source: str) -> str:
        rows = (
            rows_of(source, self.options.max_table_cells) if self.options.tables == "keep" else None
        )
        if rows is None:
            self.inline.removed["table"] += 1
            return ""
        return "\n".join(f"* {row}" for row in rows)
