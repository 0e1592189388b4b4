"""Sources: everything that turns a title or a file into a `Page`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from generator.records import Page

FoundKind = Literal[
    "page",
    "missing",  # no page by this title, or it was deleted
    "invalid",  # no page can have this title
    "empty_title",
    "special",  # made by the software, has no text
    "interwiki",  # a page of another wiki
    "loop",  # redirects that lead to each other
    "hidden",  # the text was hidden by the wiki's administrators
    "missing_text",  # the wiki lost the text
    "wrong_model",  # a page, but not of wikitext
    "unfetched",  # the wiki answered, but the text did not arrive whole
    "no_titles",  # a category, an article's links or a search that lists no article
]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What became of one title that was asked for."""

    asked: str
    """As it was asked for."""
    kind: FoundKind
    page: Page | None = None
    """Set for the kind `page`, and for no other."""
    detail: str = ""
    """For users: why there is no page and what to do; for a page, what to know about it, if anything."""


class Source(Protocol):
    """A place that pages come from."""

    def fetch(self, titles: Iterable[str]) -> Iterator[Found]:
        """One `Found` per title, in the order asked, as they arrive.

        Raises:
            SourceUnavailable: the source does not answer, or refuses.
            Misconfigured: it may not be asked like this.
        """
        ...


class PageCache(Protocol):
    """Where pages are kept between runs. A revision never changes, so nothing in it goes stale."""

    def get_page(self, site: str, page_id: int, revision_id: int) -> Page | None:
        """The page, where it is kept."""
        ...

    def put_page(self, page: Page) -> None:
        """Keep a page."""
        ...

    def put_alias(self, site: str, asked: str, page_id: int, fragment: str) -> None:
        """Remember which page a title led to."""
        ...


SOURCES: dict[str, str] = {
    "mediawiki": "generator.sources.mediawiki:MediaWiki",
    "file": "generator.sources.wikifile:WikiFiles",
}
"""Kind of source -> `module:attribute`, loaded when it is used."""
