"""Titles like one that a wiki does not have."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from generator.errors import SourceUnavailable
from generator.sources.answers import Query
from generator.sources.api import Api

LIKE = 0.6
"""How much two titles have to have in common, of 1, to be mentioned together."""


def find_near(api: Api, title: str, *, namespace: int = 0) -> tuple[str, ...]:
    """Up to three titles like one that is missing, the nearest first; one request.

    Args:
        api: the wiki.
        title: without its namespace.
        namespace: number of the one to look in.
    """
    words = re.sub(r"[^\w]+", " ", title).strip()
    if not words:
        return ()
    number = str(namespace)
    asking = {
        "list": "search|prefixsearch|allpages",
        "srsearch": words, "srlimit": "5", "srinfo": "suggestion", "srprop": "",
        "pssearch": title, "pslimit": "5",
        "apprefix": title[: max(2, len(title) // 3)], "aplimit": "50",
    }  # fmt: skip
    if namespace:
        asking |= {"srnamespace": number, "psnamespace": number, "apnamespace": number}
    try:
        found = api.ask(asking).query
    except SourceUnavailable:
        return ()  # a wiki without a search; the title is missing all the same
    return _nearest(title, found, has_prefix=bool(namespace))


def _nearest(title: str, found: Query, *, has_prefix: bool) -> tuple[str, ...]:
    """The three most like it of all that a search came up with."""

    def likeness(other: str) -> float:
        return SequenceMatcher(None, title.casefold(), other.casefold()).ratio()

    listed = [one.title for one in (*found.search, *found.prefixsearch, *found.allpages)]
    bare = [name.partition(":")[2] if has_prefix else name for name in listed]
    names = {*bare, found.searchinfo.suggestion}
    close = [name for name in names if name != title and likeness(name) > LIKE]
    return tuple(sorted(close, key=lambda name: (-likeness(name), name))[:3])
