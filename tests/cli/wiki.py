"""A wiki on loopback with as many articles as a test wants, that can go away and come back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.cli.articles import LIGHTHOUSE
from tests.sources.server import Asked, Says, Server, serve, wiki_that

EDITION = 1_000_000
"""Between the numbers of two revisions of an article."""


@dataclass(kw_only=True)
class Wiki:
    """`Number 7` is an article for any number; titles that begin with `No` have none."""

    text: Callable[[int], str] = lambda number: LIGHTHOUSE.replace("Tarn Point", f"Point {number}")
    latency_s: float = 0.0
    edition: int = 0
    """Raised where the articles have been edited: their revisions have other numbers then."""
    is_down: Callable[[Asked], bool] = lambda asked: False
    server: Server = field(init=False)

    @property
    def url(self) -> str:
        """What goes into `--site`."""
        return self.server.url

    def answer(self, asked: Asked) -> Says:
        """One answer of the API."""
        time.sleep(self.latency_s)
        if asked.parameters.get("list"):
            return Says(body={"query": {}})
        pages = [self._stub(title) for title in values(asked, "titles")]
        pages += [self._full(int(one)) for one in values(asked, "revids")]
        return Says(body={"query": {"pages": pages}})

    def _stub(self, title: str) -> dict[str, object]:
        if not title.startswith("Number "):
            return {"title": title, "missing": True}
        number = int(title.split()[1])
        return {
            "title": title,
            "pageid": number,
            "lastrevid": number + EDITION * self.edition,
            "length": 100,
            "contentmodel": "wikitext",
            "pagelanguage": "en",
        }

    def _full(self, revision_id: int) -> dict[str, object]:
        number = revision_id % EDITION
        slot = {"content": self.text(number), "contentmodel": "wikitext"}
        revision = {"revid": revision_id, "slots": {"main": slot}}
        return {**self._stub(f"Number {number}"), "revisions": [revision]}


def values(asked: Asked, name: str) -> list[str]:
    """What a request asks for under a name."""
    return [one for one in asked.parameters.get(name, "").split("\x1f") if one]


@contextmanager
def wiki_with(**settings: object) -> Iterator[Wiki]:
    """Serve a wiki."""
    wiki = Wiki(**settings)  # type: ignore[arg-type]
    introduced = wiki_that(wiki.answer)

    def script(asked: Asked) -> Says:
        if wiki.is_down(asked):
            return Says(status=503, headers={"Retry-After": "0"}, body=b"down")
        return introduced(asked)

    with serve(script) as server:
        wiki.server = server
        yield wiki
