"""Titles that a wiki lists by itself: the pages of a category, the links of an article, a search.

Each listing is asked step by step and moves on only when the wiki has answered, so that a request
that failed can be made again. A wiki in trouble is not the listing's business: see `PatientWiki`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from generator.sources import Found, FoundKind
from generator.sources.answers import Answer, PageAnswer, Resolved, Titled, resolve
from generator.sources.api import Api
from generator.sources.explain import explain, suggest
from generator.sources.near import find_near
from generator.sources.titles import read_title, show
from generator.wikitext.categories import without_prefix

ARTICLES, CATEGORIES = 0, 14
"""Numbers of namespaces, the same in every MediaWiki."""

_LOOK_UP = {"prop": "info", "redirects": "1", "converttitles": "1", "iwurl": "1"}
_LINK = re.compile(r"\[\[\s*:?([^\[\]|#\n]+)")


class Listing(Protocol):
    """A list of titles that a wiki makes."""

    expected: int | None
    """How many titles the wiki says that there will be; None where it does not know yet."""
    is_done: bool
    problem: Found | None
    """Why it lists no title at all; known when it is done."""

    def ask(self, api: Api) -> list[str]:
        """The next titles, in order; there may be none in one answer and more in the next.

        Raises:
            SourceUnavailable: there is no answer; asking again goes on from the same place.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """A category, and how far it is from the one that was asked for."""

    category: str
    depth: int


class CategoryPages:
    """The articles of a category, then those of its subcategories, level by level, each once.

    Memory holds the numbers of the pages listed so far where there are subcategories to go into;
    without them the wiki itself names each page once.
    """

    def __init__(self, name: str, *, depth: int = 0) -> None:
        """`name` with `Category:` before it, in any language, or without; `depth` 0 is only itself."""
        self.expected: int | None = None
        self.is_done = False
        self.problem: Found | None = None
        self._given = name
        self._depth = depth
        self._found = PageAnswer()
        self._todo: deque[_Level] = deque()
        self._cursor: dict[str, str] = {}
        self._seen: set[int] = set()
        self._is_empty = True

    def ask(self, api: Api) -> list[str]:
        """See `Listing.ask`."""
        if not self._todo:
            self._find(api)
            return []
        level = self._todo[0]
        answer = api.ask({**self._asking(level), **self._cursor})
        titles = self._take(answer.query.categorymembers, level)
        self._is_empty = self._is_empty and not titles
        self._cursor = _next_cursor(answer, self._cursor)
        if not self._cursor:
            self._todo.popleft()
        if not self._todo:
            self._end("no_titles", self._why_empty(api.host) if self._is_empty else "")
        return titles

    def _asking(self, level: _Level) -> dict[str, str]:
        goes_deeper = level.depth < self._depth
        return {
            "list": "categorymembers",
            "cmtitle": level.category,
            "cmprop": "ids|title",
            "cmtype": "page|subcat" if goes_deeper else "page",
            "cmnamespace": f"{ARTICLES}|{CATEGORIES}" if goes_deeper else f"{ARTICLES}",
            "cmlimit": "max",
        }

    def _take(self, members: Iterable[Titled], level: _Level) -> list[str]:
        """The titles of articles that are new; subcategories that are new are gone into later."""
        new = [one for one in members if one.pageid not in self._seen]
        if self._depth:
            self._seen.update(one.pageid for one in new)
        self._todo.extend(
            _Level(category=one.title, depth=level.depth + 1)
            for one in new
            if one.ns == CATEGORIES and level.depth < self._depth
        )
        return [one.title for one in new if one.ns == ARTICLES]

    def _find(self, api: Api) -> None:
        bare = without_prefix(self._given)
        asked = read_title(bare)
        if asked.problem:
            self._end("invalid", asked.detail)
            return
        # A word before a colon may be a language's for "Category", or a part of the name.
        whole = read_title(self._given).title
        wanted = dict.fromkeys((f"Category:{asked.title}", f"Category:{whole}", asked.title))
        asking = {**_LOOK_UP, "prop": "info|categoryinfo"}
        merged = api.ask_in_parts("titles", list(wanted), asking)
        *categories, article = (resolve(title, merged) for title in wanted)
        pages = (place.answer for place in categories)
        found = next((one for one in pages if one.pageid or one.categoryinfo.size), None)
        if found is None or found.ns != CATEGORIES:
            self._end("missing", _why_no_category(api, asked.title, article))
        else:
            self._begin(found)

    def _begin(self, page: PageAnswer) -> None:
        self._found = page
        self._todo.append(_Level(category=page.title, depth=0))
        if self._depth:
            self._seen.add(page.pageid)
        else:
            self.expected = page.categoryinfo.pages

    def _end(self, kind: FoundKind, detail: str) -> None:
        self.is_done = True
        self.problem = Found(asked=self._given, kind=kind, detail=detail) if detail else None

    def _why_empty(self, host: str) -> str:
        name = show(self._found.title.partition(":")[2])
        more = self._found.categoryinfo.subcats
        said = f"the category {name} on {host} holds no articles"
        if more and not self._depth:
            some = f"{more:,} subcategor{'y' if more == 1 else 'ies'}"
            return f"{said}, but {some}: --depth 1 goes into them"
        return f"{said}: give another one"


def _why_no_category(api: Api, name: str, article: Resolved) -> str:
    near = find_near(api, name, namespace=CATEGORIES)
    said = f"there is no category {show(name)} on {api.host}"
    if article.kind != "page":
        return f"{said}{suggest(near)}"
    return (
        f"{said}{suggest(near) if near else ','} but there is an article: give it as a title,"
        " or with --links-of for what it links to"
    )


class LinksOf:
    """The articles that an article links to, in the order of its text; those of templates follow.

    Titles without a page are left out. Memory holds the titles of one article's links.
    """

    def __init__(self, title: str) -> None:
        self.expected: int | None = None
        self.is_done = False
        self.problem: Found | None = None
        self._given = title
        self._page = PageAnswer()
        self._cursor: dict[str, str] = {}
        self._linked: list[str] = []
        self._has_all = False

    def ask(self, api: Api) -> list[str]:
        """See `Listing.ask`."""
        if not self._page.pageid:
            self._find(api)
        elif not self._has_all:
            self._list(api)
        else:
            return self._order(api)
        return []

    def _find(self, api: Api) -> None:
        asked = read_title(self._given)
        if asked.problem:
            self._end(asked.problem, asked.detail)
            return
        merged = api.ask_in_parts("titles", [asked.title], _LOOK_UP)
        place = resolve(asked.title, merged)
        if place.kind == "page":
            self._page = place.answer
            return
        near = find_near(api, place.title) if place.kind == "missing" else ()
        self._end(place.kind, explain(asked.title, place, api.host, near))

    def _list(self, api: Api) -> None:
        asking = {
            "pageids": str(self._page.pageid),
            "generator": "links",
            "gplnamespace": str(ARTICLES),
            "gpllimit": "max",
            "prop": "info",
        }
        answer = api.ask({**asking, **self._cursor})
        self._linked += [one.title for one in answer.query.pages if one.pageid]
        self._cursor = _next_cursor(answer, self._cursor)
        self._has_all = not self._cursor

    def _order(self, api: Api) -> list[str]:
        titles = in_order(sorted(self._linked), self._read_text(api))
        self.expected = len(titles)
        name = show(self._page.title)
        self._end("no_titles", "" if titles else f"{name} on {api.host} links to no articles")
        return titles

    def _read_text(self, api: Api) -> str:
        asking = {"revids": str(self._page.lastrevid), "prop": "revisions", "rvslots": "main"}
        pages = api.ask({**asking, "rvprop": "ids|content"}).query.pages
        texts = [one.main.content for page in pages for one in page.revisions]
        return texts[0] or "" if texts else ""

    def _end(self, kind: FoundKind, detail: str) -> None:
        self.is_done = True
        self.problem = Found(asked=self._given, kind=kind, detail=detail) if detail else None


def in_order(titles: Iterable[str], wikitext: str) -> list[str]:
    """Titles by where a text links to them first; those that it does not link to itself at the end."""
    places: dict[str, int] = {}
    for link in _LINK.finditer(wikitext):
        places.setdefault(_key(link[1]), link.start())
    return sorted(titles, key=lambda title: places.get(_key(title), len(wikitext)))


def _key(title: str) -> str:
    """What is the same in two spellings of a title: blanks and the case of the first letter."""
    plain = " ".join(read_title(title).title.replace("_", " ").split())
    return plain[:1].casefold() + plain[1:]


class SearchHits:
    """The articles that a wiki's own search finds, in its order.

    The wiki's default is asked first, which on wikis without a search engine of their own looks at
    titles only; where nothing is found, the texts are searched.
    """

    def __init__(self, query: str) -> None:
        self.expected: int | None = None
        self.is_done = False
        self.problem: Found | None = None
        self._query = query
        self._what: dict[str, str] = {}
        self._cursor: dict[str, str] = {}

    def ask(self, api: Api) -> list[str]:
        """See `Listing.ask`."""
        asking = {
            "list": "search",
            "srsearch": self._query,
            "srnamespace": str(ARTICLES),
            "srlimit": "max",
            "srinfo": "totalhits|suggestion",
            "srprop": "",
        }
        answer = api.ask({**asking, **self._what, **self._cursor})
        hits = [one.title for one in answer.query.search if one.ns == ARTICLES]
        if not hits and not self._cursor and not self._what:
            self._what = {"srwhat": "text"}
            return []
        is_first = not self._cursor
        self._cursor = _next_cursor(answer, self._cursor)
        self.expected = answer.query.searchinfo.totalhits
        self.is_done = not self._cursor
        if not hits and is_first:
            self.problem = Found(
                asked=self._query, kind="no_titles", detail=self._why_none(api.host, answer)
            )
        return hits

    def _why_none(self, host: str, answer: Answer) -> str:
        said = f"the search for {show(self._query)} on {host} finds no articles"
        suggestion = answer.query.searchinfo.suggestion
        return (
            f"{said}; did you mean {show(suggestion)}?"
            if suggestion
            else f"{said}: use fewer words"
        )


def _next_cursor(answer: Answer, before: Mapping[str, str]) -> dict[str, str]:
    """Where the next answer begins; empty at the end, and where the wiki goes in a circle."""
    names = ("cmcontinue", "gplcontinue", "sroffset")
    cursor = {name: str(value) for name, value in answer.continue_.items() if name in names}
    return {} if cursor == before else cursor
