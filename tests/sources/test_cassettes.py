"""Fetching from recordings of a real MediaWiki, where there is none.

Record them anew, with MediaWiki installed, after a change of what we ask:
`LOREMILL_RECORD=1 pytest tests/sources/test_cassettes.py`
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from vcr import VCR

from generator.sources.listing import CategoryPages, LinksOf, Listing, SearchHits
from generator.sources.mediawiki import MediaWiki
from tests.mediawiki.plugin import Wiki
from tests.mediawiki.seed import LIGHTHOUSE, TODAI, logbook
from tests.sources.shelf import Shelf

CASSETTES = Path(__file__).parents[2] / "cassettes" / "mediawiki"
RECORDING = os.environ.get("LOREMILL_RECORD") == "1"

SITE = "https://wiki.test"
"""What the wiki is called in recordings, wherever it was."""

_KEPT_HEADERS = {"content-type", "retry-after", "mediawiki-api-error", "x-database-lag"}
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")
_CLOCK = re.compile(r'("(?:curtimestamp|time)":)"[^"]*"')


def _neutral_request(request: Any) -> Any:
    request.uri = _LOOPBACK.sub(SITE, request.uri)
    request.headers = {}
    request.body = request.body or None
    return request


def _neutral_response(response: dict[str, Any]) -> dict[str, Any]:
    headers = response["headers"]
    response["headers"] = {k: v for k, v in headers.items() if k.lower() in _KEPT_HEADERS}
    text = _LOOPBACK.sub(SITE, response["body"]["string"].decode())
    response["body"]["string"] = _CLOCK.sub(r'\1"2025-03-02T12:00:00Z"', text).encode()
    return response


RECORDER = VCR(
    record_mode="all" if RECORDING else "none",
    match_on=("method", "scheme", "host", "path", "query", "body"),
    decode_compressed_response=True,
    before_record_request=_neutral_request,
    before_record_response=_neutral_response,
)

Open = Callable[..., MediaWiki]


@pytest.fixture
def open_source(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens the recorded wiki; with faults, where it is to stumble."""
    path = CASSETTES / f"{request.node.name.removeprefix('test_')}.yaml"
    wiki: Wiki | None = request.getfixturevalue("wiki") if RECORDING else None
    if wiki:
        path.unlink(missing_ok=True)

    def open_(*faults: str, **options: Any) -> MediaWiki:
        if wiki:
            wiki.order(*faults)
        return MediaWiki(wiki.url if wiki else SITE, min_interval_s=0, **options)

    with RECORDER.use_cassette(str(path)) as cassette:
        yield open_
        assert RECORDING or cassette.all_played


def test_a_redirect_to_a_section_leads_to_a_page(open_source: Open):
    with open_source() as source:
        [found] = source.fetch(["Keepers of Cape Ferro"])
    assert found.page is not None
    assert found.page.wikitext == LIGHTHOUSE
    assert (found.page.title, found.page.fragment) == ("Cape Ferro Lighthouse", "Keepers")
    assert (found.page.page_id, found.page.revision_id) == (2, 2)
    if not RECORDING:
        assert found.page.site == SITE
        assert found.page.url == f"{SITE}/w/index.php?oldid=2"
        assert found.page.fetched_at == "2025-03-02T12:00:00Z"


def test_titles_without_a_page_are_told_apart(open_source: Open):
    kinds = {
        "Ring A": "loop",
        "Fog bel": "missing",
        "Special:Version": "special",
        "wikipedia:Light": "interwiki",
        "%41": "invalid",
        "MediaWiki:Common.css": "wrong_model",
        "Lost letter": "missing_text",
    }
    with open_source() as source:
        found = {one.asked: one for one in source.fetch(kinds)}
    assert {title: one.kind for title, one in found.items()} == kinds
    assert "did you mean 'Fog bell'?" in found["Fog bel"].detail


def test_a_kept_revision_is_not_asked_for(open_source: Open):
    shelf = Shelf()
    with open_source(cache=shelf) as source:
        found = [*source.fetch(["白浜灯台"]), *source.fetch(["白浜灯台"])]
    assert [one.page.wikitext for one in found if one.page] == [TODAI, TODAI]
    assert len(shelf.pages) == 1


def test_a_busy_and_lagging_wiki_is_waited_for(open_source: Open):
    slept: list[float] = []
    with open_source("none", "busy", "lagged", sleep=slept.append) as source:
        [found] = source.fetch(["Fog bell"])
    assert found.kind == "page"
    assert slept == pytest.approx([7, 5], abs=0.5)


def test_an_answer_cut_short_is_continued(open_source: Open):
    titles = [f"Tide table {n}" for n in range(3)]
    with open_source("none", "none", "small", "small") as source:
        texts = [one.page.wikitext for one in source.fetch(titles) if one.page]
    assert texts == [logbook(20)] * 3


def listed(source: MediaWiki, listing: Listing) -> list[str]:
    titles: list[str] = []
    while not listing.is_done:
        titles += source.list_on(listing, 1_000)
    return titles


def test_a_category_is_listed_with_its_subcategories(open_source: Open):
    with open_source() as source:
        titles = listed(source, CategoryPages("Kategorie:signals", depth=2))
    assert titles == ["Flag hoist", "Rocket", "Siren horn", "Gong", "Bosun's call"]


def test_links_are_listed_in_order(open_source: Open):
    with open_source() as source:
        titles = listed(source, LinksOf("List of signals"))
    assert titles == ["Rocket", "Flag hoist", "Bosun's call", "Gong"]


def test_a_search_is_listed(open_source: Open):
    with open_source() as source:
        assert listed(source, SearchHits("quay")) == ["Gong"]
        assert listed(source, SearchHits("xylophone")) == []


_SECRET = re.compile(
    r"authorization|cookie|(?<!invalid_)api[-_]?key|password|passwd|secret|\btoken\b|bearer |sk-[a-z0-9]"
    r"|/root/|/home/|[\w.+-]+@[\w-]+\.\w",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "path", sorted(CASSETTES.parent.rglob("*.yaml")), ids=lambda path: str(path.stem)
)
def test_a_recording_is_small_and_holds_no_secret(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not _SECRET.search(text)
    assert not _LOOPBACK.search(text)
    assert len(text) < 32_000
