"""Pages from any MediaWiki, by its action API.

Titles go to the wiki fifty at a time, twice. The first time it says where each leads and which
revision is the current one; the second time it gives the texts of those revisions that are not kept
yet. A revision never changes, so one that is kept is never fetched again.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from types import TracebackType
from typing import Self
from urllib.parse import quote

from generator.errors import Misconfigured
from generator.records import Page
from generator.sources import Found, PageCache
from generator.sources.answers import PageAnswer, Resolved, Revision, Slot, resolve
from generator.sources.api import BATCH, Api, SiteInfo, language_or
from generator.sources.explain import explain
from generator.sources.listing import Listing
from generator.sources.near import find_near
from generator.sources.sites import (
    is_loopback,
    is_wikimedia,
    read_site,
    site_for_language,
    user_agent,
)
from generator.sources.titles import Asked, read_title
from generator.sources.wire import Wire

__all__ = ["MediaWiki", "SiteInfo", "site_for_language"]

BATCH_BYTES = 4 * 2**20
"""Text asked for at once: half of where MediaWiki cuts an answer (`$wgAPIMaxResultSize`)."""
MIN_INTERVAL_S = 0.35
"""From one request to the next: 171 a minute, below the 200 that Wikimedia grants to programs
that name their operator (Wikimedia APIs/Rate limits, as of June 2026)."""
TITLES_WITHOUT_CONTACT = 2
"""From Wikimedia's wikis, for a first look."""
SEARCHES = 20
"""Missing titles for which near ones are looked up, in one run."""


class ContactNeeded(Misconfigured):
    """The wiki's keepers want to know who asks for so much."""


_TEXT = {"prop": "revisions", "rvslots": "main"}
_FACTS = "ids|timestamp|slotsha1|slotsize|contentmodel"


class MediaWiki:
    """A wiki to fetch pages from. Use it in a `with` statement; one thread at a time."""

    def __init__(
        self,
        site: str,
        *,
        contact: str = "",
        cache: PageCache | None = None,
        notify: Callable[[str], None] | None = None,
        timeout_s: float = 30.0,
        sleep: Callable[[float], object] = time.sleep,
        jitter: Callable[[], float] = random.random,
        maxlag: int | None = 5,
        min_interval_s: float | None = None,
    ) -> None:
        """Prepare; nothing is asked before the first page is.

        Args:
            site: the wiki's address in any form that `sites.read_site` knows.
            contact: e-mail or web address of the person who runs this, for the User-Agent.
            cache: where pages are kept between runs.
            notify: is told about waits and retries, one line each.
            timeout_s: seconds without a byte after which a request has failed.
            jitter: numbers in [0, 1) that spread the waits between retries.
            maxlag: seconds that the wiki's replicas may be behind before it turns us away.
            min_interval_s: seconds between requests; None for `MIN_INTERVAL_S`, 0 on loopback.

        Raises:
            Misconfigured: the address or the contact is none.
        """
        address = read_site(site)
        has_contact = bool(contact.strip())
        if min_interval_s is None:
            min_interval_s = 0.0 if is_loopback(address.host) else MIN_INTERVAL_S
        self._wire = Wire(
            address.host,
            agent=user_agent(version("loremill"), contact),
            timeout_s=timeout_s,
            min_interval_s=min_interval_s,
            notify=notify or (lambda line: None),
            sleep=sleep,
            jitter=jitter,
        )
        self._api = Api(address, self._wire, maxlag=maxlag, has_contact=has_contact)
        self._cache = cache
        self._may_take_many = has_contact or not is_wikimedia(address.apis[0])
        self._titles = 0
        self._searches = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    @property
    def info(self) -> SiteInfo:
        """What the wiki says about itself; asked once."""
        return self._api.info

    def fetch(self, titles: Iterable[str]) -> Iterator[Found]:
        """What became of each title, in the order asked, batch by batch as they arrive.

        A title given twice is fetched once and reported twice. Memory holds one batch of texts.

        Raises:
            SourceUnavailable: the wiki cannot be reached, refuses, or stumbles too often; what was
                fetched before is in the cache.
            Misconfigured: the wiki's keepers want to know who asks, or there is no wiki.
        """
        asked = [read_title(title) for title in titles]
        self._titles += len({one.title for one in asked if not one.problem})
        self._check_contact(self._titles)
        left = Counter(one.given for one in asked)
        known: dict[str, Found] = {}
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            fresh = {one.given: one for one in batch if one.given not in known}
            known.update({one.asked: one for one in self._fetch_batch(tuple(fresh.values()))})
            for one in batch:
                yield known[one.given]
                left[one.given] -= 1
                if not left[one.given]:
                    del known[one.given]

    def list_on(self, listing: Listing, most: int) -> list[str]:
        """The next titles of a listing, at most so many; asks the wiki once, or a few times at first.

        Raises:
            SourceUnavailable, Misconfigured: as `fetch`; the listing stays where it was.
        """
        titles = listing.ask(self._api)[:most]
        self._check_contact(len(titles))
        return titles

    def _check_contact(self, titles: int) -> None:
        """Refuse to fetch more than a taste from Wikimedia in nobody's name."""
        if titles > TITLES_WITHOUT_CONTACT and not self._may_take_many:
            raise ContactNeeded(
                f"more than {TITLES_WITHOUT_CONTACT} titles from {self._api.host} need a"
                " contact, as Wikimedia wants to know who runs a program: give your e-mail or web"
                " address with --contact or LOREMILL_CONTACT"
            )

    # One batch --------------------------------------------------------------------------------

    def _fetch_batch(self, batch: Sequence[Asked]) -> Iterator[Found]:
        wanted = list(dict.fromkeys(one.title for one in batch if not one.problem))
        places = self._look_up(wanted)
        pages = self._get_pages([place for place in places.values() if place.kind == "page"])
        for one in batch:
            if one.problem:
                yield Found(asked=one.given, kind=one.problem, detail=one.detail)
            else:
                yield self._report(one, places[one.title], pages)

    def _look_up(self, titles: Sequence[str]) -> dict[str, Resolved]:
        """Where each title leads, by the wiki's own rules."""
        if not titles:
            return {}
        asking = {"prop": "info", "redirects": "1", "converttitles": "1", "iwurl": "1"}
        merged = self._api.ask_in_parts("titles", titles, asking)
        return {title: resolve(title, merged) for title in titles}

    def _report(self, asked: Asked, place: Resolved, pages: Mapping[int, Page | Resolved]) -> Found:
        page = pages.get(place.answer.lastrevid)
        if isinstance(page, Resolved):
            # Two titles may lead to one text that cannot be had: the way there is each one's own.
            place = replace(place, kind=page.kind)
            page = None
        near = self._find_near(place.title) if place.kind == "missing" else ()
        story = explain(asked.title, place, self._api.host, near)
        if page is not None:
            fragment = asked.fragment or place.fragment
            page = replace(page, asked=asked.given, fragment=fragment)
            if self._cache:
                self._cache.put_alias(page.site, asked.given, page.page_id, fragment)
        detail = "; ".join(filter(None, (asked.detail, story)))
        return Found(asked=asked.given, kind=place.kind, page=page, detail=detail)

    # Texts ------------------------------------------------------------------------------------

    def _get_pages(self, places: Iterable[Resolved]) -> dict[int, Page | Resolved]:
        """By revision id: the page, kept or fetched, or why it cannot be had."""
        pages: dict[int, Page | Resolved] = {}
        fresh: dict[int, Resolved] = {}
        for place in places:
            answer = place.answer
            kept = self._cache and self._cache.get_page(
                self.info.site, answer.pageid, answer.lastrevid
            )
            if kept:
                pages[answer.lastrevid] = kept
            else:
                fresh[answer.lastrevid] = place
        for some in _divide(fresh, self._api.batch):
            pages.update(self._fetch_texts(some))
        return pages

    def _fetch_texts(self, places: Mapping[int, Resolved]) -> Iterator[tuple[int, Page | Resolved]]:
        asking = {**_TEXT, "rvprop": f"content|{_FACTS}"}
        merged = self._api.ask_in_parts("revids", [str(one) for one in places], asking)
        arrived = {
            revision.revid: revision
            for answer in merged.pages.values()
            for revision in answer.revisions
        }
        for number, place in places.items():
            revision = arrived.get(number)
            if number in merged.bad_revisions:
                yield number, replace(place, kind="missing")
            elif revision is not None and revision.main.texthidden:
                yield number, replace(place, kind="hidden")
            elif revision is not None and revision.main.textmissing:
                yield number, replace(place, kind="missing_text")
            else:
                if revision is None or not revision.main.is_whole:
                    revision = self._fetch_alone(number)
                yield number, self._keep(place, revision, merged.read_at)

    def _fetch_alone(self, number: int) -> Revision | None:
        """A revision that the API does not get across whole: its facts, and its text by another door."""
        asking = {**_TEXT, "rvprop": _FACTS}
        merged = self._api.ask_in_parts("revids", [str(number)], asking)
        facts = next((one.revisions[0] for one in merged.pages.values() if one.revisions), None)
        if facts is None:
            return None
        main = facts.main.model_copy(update={"content": self._api.read_raw(number)})
        return facts.model_copy(update={"slots": {"main": main}})

    def _keep(self, place: Resolved, revision: Revision | None, read_at: str) -> Page | Resolved:
        """The page of a revision, put into the cache, if its text is whole."""
        slot = revision.main if revision else Slot()
        if revision is None or slot.content is None or not slot.is_whole:
            return replace(place, kind="unfetched")
        page = _page_from(self.info, place.answer, revision, slot.content, read_at)
        if self._cache:
            self._cache.put_page(page)
        return page

    # Help -------------------------------------------------------------------------------------

    def _find_near(self, title: str) -> tuple[str, ...]:
        if self._searches >= SEARCHES:
            return ()
        self._searches += 1
        return find_near(self._api, title)


def _page_from(
    info: SiteInfo, answer: PageAnswer, revision: Revision, text: str, read_at: str
) -> Page:
    title = quote(answer.title.replace(" ", "_"), safe="/:")
    return Page(
        site=info.site,
        title=answer.title,
        page_id=answer.pageid,
        revision_id=revision.revid,
        timestamp=revision.timestamp,
        fetched_at=read_at,
        language=language_or(answer.pagelanguage, info.language),
        license=info.license,
        license_url=info.license_url,
        url=f"{info.script}?oldid={revision.revid}",
        history_url=f"{info.script}?title={title}&action=history",
        wikitext=text,
    )


def _divide(places: Mapping[int, Resolved], batch: int) -> Iterator[dict[int, Resolved]]:
    """Revisions in batches that the API takes and can answer in one piece."""
    some: dict[int, Resolved] = {}
    size = 0
    for number, place in places.items():
        if some and (len(some) >= batch or size + place.answer.length > BATCH_BYTES):
            yield some
            some, size = {}, 0
        some[number] = place
        size += place.answer.length
    if some:
        yield some
