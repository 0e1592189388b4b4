"""Who is to be credited in an export: gathered page by page, in memory that does not grow with them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from generator.exporters.card import CREDITED, by_title
from generator.exporters.info import PageRecord
from generator.exporters.licences import licence_id

_KEPT = 8 * CREDITED


@dataclass(kw_only=True)
class Credits:
    """What a card says of the pages."""

    total: int = 0
    licences: set[str] = field(default_factory=set)
    """Identifiers of the licences."""
    stated: dict[tuple[str, str], PageRecord] = field(default_factory=dict)
    """A page of each licence, by the licence's name and address."""
    languages: set[str] = field(default_factory=set)
    """Of the wikis, as MediaWiki codes them."""
    _pages: list[PageRecord] = field(default_factory=list)

    def add(self, page: PageRecord) -> None:
        """Take one more page into account."""
        self.total += 1
        self.licences.add(licence_id(page))
        self.stated.setdefault((page.license, page.license_url), page)
        self.languages.add(page.language)
        self._pages.append(page)
        if len(self._pages) > _KEPT:
            self._pages = self.first()

    def first(self) -> list[PageRecord]:
        """The pages that are named, in the order of their titles."""
        return heapq.nsmallest(CREDITED, self._pages, key=by_title)
