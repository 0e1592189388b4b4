"""What the MediaWiki action API answers, as records, and what it says about each title asked for.

Answers come in pieces: one query is continued over several, pages repeat, a text that did not fit
is `"revisions": []` or no key at all. So pieces are merged first and looked at afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field

from generator.sources import FoundKind


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Slot(_Model):
    """The text of a revision; MediaWiki can keep several texts in one, of which we read `main`."""

    content: str | None = None
    """Empty for an empty page, None where it is not in this answer."""
    contentmodel: str = ""
    size: int | None = None
    """Bytes of the text in UTF-8."""
    sha1: str | None = None
    texthidden: bool = False
    textmissing: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the text is here and is what the wiki has stored."""
        if self.content is None:
            return False
        data = self.content.encode("utf-8", "surrogatepass")
        if self.size is not None and self.size != len(data):
            return False
        return not self.sha1 or self.sha1 == hashlib.sha1(data, usedforsecurity=False).hexdigest()


class Revision(_Model):
    """One revision of a page."""

    revid: int
    timestamp: str = ""
    slots: dict[str, Slot] = {}

    @property
    def main(self) -> Slot:
        """The article's text, or an empty slot where the answer holds none."""
        return self.slots.get("main", Slot())


class Reason(_Model):
    """Why a title is invalid, in words."""

    text: str = ""


class CategorySize(_Model):
    """How much a wiki counts in a category; now and then its counts are behind."""

    size: int = 0
    pages: int = 0
    """Pages of all namespaces but files and categories."""
    subcats: int = 0


class PageAnswer(_Model):
    """A page as an answer has it. A missing or invalid one is a page here as well."""

    ns: int = 0
    title: str = ""
    pageid: int = 0
    missing: bool = False
    invalid: bool = False
    invalidreason: Reason | str = ""
    """An object with the error format that we ask for, a text with others."""
    special: bool = False
    lastrevid: int = 0
    length: int = 0
    contentmodel: str = ""
    pagelanguage: str = ""
    categoryinfo: CategorySize = CategorySize()
    revisions: tuple[Revision, ...] = ()


class Normalized(_Model):
    """How a title is written."""

    from_: str = Field(alias="from")
    to: str
    fromencoded: bool = False

    @property
    def asked(self) -> str:
        """The title as we sent it: the wiki encodes it where it was not in NFC."""
        return unquote(self.from_) if self.fromencoded else self.from_


class Redirect(_Model):
    """One hop."""

    from_: str = Field(alias="from")
    to: str
    tofragment: str = ""


class Interwiki(_Model):
    """A title that belongs to another wiki."""

    title: str
    iw: str = ""
    url: str = ""


class Titled(_Model):
    """An entry of a list of pages."""

    ns: int = 0
    title: str
    pageid: int = 0


class SearchInfo(_Model):
    """What the search has to say about its words."""

    suggestion: str = ""
    totalhits: int | None = None


class General(_Model):
    """What a wiki is."""

    sitename: str = ""
    generator: str = ""
    lang: str = ""
    server: str = ""
    script: str = ""


class Rights(_Model):
    """Under which licence it stands."""

    text: str | None = ""
    url: str | None = ""


class Query(_Model):
    """The part of an answer that holds the data."""

    normalized: tuple[Normalized, ...] = ()
    converted: tuple[Normalized, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    interwiki: tuple[Interwiki, ...] = ()
    pages: tuple[PageAnswer, ...] = ()
    badrevids: dict[str, Any] = {}
    search: tuple[Titled, ...] = ()
    searchinfo: SearchInfo = SearchInfo()
    prefixsearch: tuple[Titled, ...] = ()
    allpages: tuple[Titled, ...] = ()
    categorymembers: tuple[Titled, ...] = ()
    general: General | None = None
    rightsinfo: Rights = Rights()


class Answer(_Model):
    """One answer of the API that is not an error."""

    query: Query = Query()
    continue_: dict[str, str | int] = Field(default_factory=dict, alias="continue")
    curtimestamp: str = ""


@dataclass(kw_only=True)
class Merged:
    """All answers to one query, by title."""

    renamed: dict[str, str] = field(default_factory=dict)
    """Title as sent, or in another script -> as the wiki writes it."""
    redirects: dict[str, Redirect] = field(default_factory=dict)
    interwiki: dict[str, Interwiki] = field(default_factory=dict)
    pages: dict[str, PageAnswer] = field(default_factory=dict)
    bad_revisions: set[int] = field(default_factory=set)
    """Asked for by id, and not there."""
    read_at: str = ""
    """The wiki's clock at the last answer."""


def merge(answers: Iterable[Answer]) -> Merged:
    """Put the pieces of one query together; nothing that has arrived is overwritten by a stub."""
    merged = Merged()
    for answer in answers:
        query = answer.query
        merged.read_at = answer.curtimestamp or merged.read_at
        for one in (*query.normalized, *query.converted):
            merged.renamed[one.asked] = one.to
        merged.redirects.update({one.from_: one for one in query.redirects})
        merged.interwiki.update({one.title: one for one in query.interwiki})
        merged.bad_revisions.update(int(key) for key in query.badrevids if key.isdecimal())
        for page in query.pages:
            merged.pages[page.title] = _join(merged.pages.get(page.title), page)
    return merged


def _join(known: PageAnswer | None, page: PageAnswer) -> PageAnswer:
    if known is None:
        return page
    return page.model_copy(update={"revisions": known.revisions + page.revisions})


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """Where a title leads."""

    kind: FoundKind
    """`page` here means that there is one; its text is fetched later."""
    title: str
    """Where the way ends."""
    hops: tuple[str, ...] = ()
    """Titles on the way, without the first."""
    fragment: str = ""
    """The section that the last redirect with one points at."""
    answer: PageAnswer = field(default_factory=PageAnswer)
    elsewhere: Interwiki | None = None


def resolve(title: str, merged: Merged) -> Resolved:
    """Follow a title from how it was sent to the page it stands for."""
    title = _rename(title, merged.renamed)
    seen = {title}
    hops: list[str] = []
    fragment = ""
    while redirect := merged.redirects.get(title):
        title = redirect.to
        hops.append(title)
        fragment = redirect.tofragment or fragment
        if title in seen:
            return Resolved(kind="loop", title=title, hops=tuple(hops))
        seen.add(title)
    answer = merged.pages.get(title, PageAnswer())
    elsewhere = merged.interwiki.get(title)
    return Resolved(
        kind="interwiki" if elsewhere else _kind(answer),
        title=title, hops=tuple(hops), fragment=fragment, answer=answer, elsewhere=elsewhere,
    )  # fmt: skip


def _rename(title: str, renamed: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while title in renamed and title not in seen:
        seen.add(title)
        title = renamed[title]
    return title


def _kind(answer: PageAnswer) -> FoundKind:
    if answer.special:
        return "special"
    if answer.invalid:
        return "invalid"
    if answer.missing:
        return "missing"
    if not answer.pageid or not answer.lastrevid:
        return "unfetched"
    return "page" if answer.contentmodel == "wikitext" else "wrong_model"
