"""A wiki on loopback with as many articles as a test wants, that can go away and come back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.cli.articles import LIGHTHOUSE
from tests.sources.server import Asked, Says, Server, serve, wiki_that


@dataclass(kw_only=True)
class Wiki:
    """`Number 7` is an article for any number; titles that begin with `No` have none."""

    text: Callable[[int], str] = lambda number: LIGHTHOUSE.replace("Tarn Point", f"Point {number}")
    latency_s: float = 0.0
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
            "lastrevid": number,
            "length": 100,
            "contentmodel": "wikitext",
            "pagelanguage": "en",
        }

    def _full(self, number: int) -> dict[str, object]:
        slot = {"content": self.text(number), "contentmodel": "wikitext"}
        revision = {"revid": number, "slots": {"main": slot}}
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
