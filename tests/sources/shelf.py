"""A page cache in memory."""

from __future__ import annotations

from collections.abc import Callable

from generator.records import Page


class Shelf:
    """Keeps pages, and calls back when it is asked for one: between finding a page and fetching it."""

    def __init__(self, when_asked: Callable[[], None] = lambda: None) -> None:
        self.pages: dict[tuple[str, int, int], Page] = {}
        self.aliases: dict[tuple[str, str], tuple[int, str]] = {}
        self._when_asked = when_asked

    def get_page(self, site: str, page_id: int, revision_id: int) -> Page | None:
        self._when_asked()
        return self.pages.get((site, page_id, revision_id))

    def put_page(self, page: Page) -> None:
        self.pages[page.site, page.page_id, page.revision_id] = page

    def put_alias(self, site: str, asked: str, page_id: int, fragment: str) -> None:
        self.aliases[site, asked] = (page_id, fragment)
