"""Lists of a wiki as a stream: bounded, patient, counted as soon as they can be."""

from __future__ import annotations

import tracemalloc
from contextlib import contextmanager

import pytest

from generator.errors import SourceUnavailable
from generator.sources.listed import TAKEN_AT_ONCE, ListedTitles
from generator.sources.listing import CategoryPages, SearchHits
from generator.sources.mediawiki import MediaWiki
from generator.sources.patient import PatientWiki
from tests.sources.server import Says, serve, wiki_that

AT_ONCE = 500


class Members:
    """A wiki with one category of so many articles, listed 500 at a time."""

    def __init__(self, members: int, *, counts: bool = True):
        self.members = members
        self.counts = counts
        self.lists = 0
        self.troubles: list[Says] = []

    def answer(self, asked):
        if "titles" in asked.parameters:
            info = {"categoryinfo": {"size": self.members, "pages": self.members}}
            page = {"ns": 14, "title": "Category:All", "pageid": 9, "lastrevid": 9}
            return Says(body={"query": {"pages": [page | (info if self.counts else {})]}})
        if self.troubles:
            return self.troubles.pop()
        self.lists += 1
        start = int(asked.parameters.get("cmcontinue", 0))
        end = min(start + AT_ONCE, self.members)
        found = [{"ns": 0, "title": f"Article {n}", "pageid": 10 + n} for n in range(start, end)]
        more = {"continue": {"cmcontinue": str(end)}} if end < self.members else {}
        return Says(body={"query": {"categorymembers": found}, **more})


@contextmanager
def listed_by(wiki, *, most=None, depth=0, sleep=lambda s: None):
    told: list[int | None] = []
    titles = ListedTitles(
        [CategoryPages("All", depth=depth)], most=most, notice=lambda: told.append(titles.total)
    )
    with serve(wiki_that(wiki.answer)) as server:
        lister = PatientWiki(
            lambda: MediaWiki(server.url, sleep=lambda s: None),
            notify=lambda text: None, sleep=sleep,
        )  # fmt: skip
        try:
            yield titles, lister, told
        finally:
            titles.close()
            lister.close()


def test_titles_are_listed_a_piece_ahead_of_their_use():
    wiki = Members(10_000)
    with listed_by(wiki) as (titles, lister, told):
        stream = titles.titles(lister)
        first = [next(stream) for _ in range(TAKEN_AT_ONCE)]
        assert (wiki.lists, first[0], first[-1]) == (1, "Article 0", "Article 49")
        assert told[-1] == 10_000
        some = [next(stream) for _ in range(950)]
        assert (wiki.lists, titles.is_complete) == (20, True)
        rest = list(stream)
    assert len({*first, *some, *rest}) == 10_000


def test_ten_thousand_members_are_not_held_in_memory():
    with listed_by(Members(10_000)) as (titles, lister, _):
        tracemalloc.start()
        assert sum(1 for _ in titles.titles(lister)) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4_000_000  # ten thousand texts would be some hundred million


def test_no_more_are_listed_than_are_wanted():
    wiki = Members(10_000)
    with listed_by(wiki, most=700) as (titles, lister, told):
        assert len(list(titles.titles(lister))) == 700
    assert wiki.lists == 2
    assert set(told) == {700}


def test_the_total_is_unknown_while_there_are_subcategories_to_go_into():
    with listed_by(Members(1_200), depth=1) as (titles, lister, told):
        assert len(list(titles.titles(lister))) == 1_200
    assert told == [None, None, None, 1_200]


def test_all_can_be_listed_before_the_first_is_used():
    wiki = Members(3_000)
    with listed_by(wiki) as (titles, lister, _):
        titles.list_all(lister, most=2_000)
        assert (titles.count, titles.is_complete) == (2_000, False)
        assert len(list(titles.titles(lister))) == 3_000


def test_a_wiki_that_goes_away_is_waited_for_and_goes_on_where_it_was():
    wiki, pauses = Members(1_500), []

    def sleep(seconds):
        pauses.append(seconds)
        wiki.troubles.clear()

    with listed_by(wiki, sleep=sleep) as (titles, lister, _):
        stream = titles.titles(lister)
        next(stream)
        wiki.troubles = [Says(status=404)] * 100
        assert len(list(stream)) == 1_499
    assert pauses == [30.0]


def test_a_refusal_is_not_asked_again():
    wiki, pauses = Members(1_500), []
    with listed_by(wiki, sleep=pauses.append) as (titles, lister, _):
        stream = titles.titles(lister)
        next(stream)
        wiki.troubles = [Says(body={"errors": [{"code": "badcontinue", "text": "stale"}]})] * 100
        with pytest.raises(SourceUnavailable, match="badcontinue"):
            list(stream)
    assert not pauses


def test_a_listing_that_goes_in_a_circle_ends():
    body = {
        "query": {"search": [{"ns": 0, "title": "A", "pageid": 1}], "searchinfo": {}},
        "continue": {"sroffset": 1},
    }
    with serve(wiki_that(lambda asked: Says(body=body))) as server, MediaWiki(server.url) as wiki:
        listing = SearchHits("a")
        found = [*wiki.list_on(listing, 9), *wiki.list_on(listing, 9)]
    assert (found, listing.is_done) == (["A", "A"], True)
