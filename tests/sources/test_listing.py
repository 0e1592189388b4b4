"""Titles listed by a real MediaWiki on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.sources.listing import CategoryPages, LinksOf, Listing, SearchHits, in_order
from generator.sources.mediawiki import ContactNeeded, MediaWiki
from tests.mediawiki.plugin import Wiki
from tests.sources.server import Says, serve, wiki_that


@pytest.fixture
def source(wiki: Wiki) -> Iterator[MediaWiki]:
    wiki.order()
    with MediaWiki(wiki.url, sleep=lambda s: None) as one:
        yield one


def all_of(source: MediaWiki, listing: Listing) -> list[str]:
    found: list[str] = []
    while not listing.is_done:
        found += source.list_on(listing, 1_000)
    return found


def why(source: MediaWiki, listing: Listing) -> str:
    assert all_of(source, listing) == []
    assert listing.problem is not None
    return listing.problem.detail


# Categories ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Signals",
        "signals",
        "Category:Signals",
        " kategorie:Signals",
        "تصنيف:Signals",
        "カテゴリ:signals",
    ],
)
def test_a_category_is_known_by_its_name_with_any_languages_prefix(source, name):
    listing = CategoryPages(name)
    assert all_of(source, listing) == ["Flag hoist", "Rocket", "Siren horn"]
    assert listing.problem is None


def test_talk_pages_of_a_category_are_no_articles(source):
    assert "Talk:Rocket" not in all_of(source, CategoryPages("Signals", depth=3))


def test_subcategories_follow_level_by_level_and_a_page_comes_once(source):
    listing = CategoryPages("Signals", depth=1)
    assert all_of(source, listing) == ["Flag hoist", "Rocket", "Siren horn", "Gong"]


def test_categories_that_lead_in_a_circle_end(source):
    listing = CategoryPages("Whistles", depth=50)
    assert all_of(source, listing) == [
        "Bosun's call", "Flag hoist", "Rocket", "Siren horn", "Gong",
    ]  # fmt: skip


def test_a_wiki_says_how_many_pages_a_category_has_before_they_are_listed(source):
    listing = CategoryPages("Signals")
    assert source.list_on(listing, 1_000) == []
    assert listing.expected == 4  # the talk page is counted by the wiki


def test_a_missing_category_is_told_with_near_ones(source):
    detail = why(source, CategoryPages("Signal"))
    assert "there is no category 'Signal'" in detail
    assert "did you mean 'Signals'" in detail


def test_an_article_given_as_a_category_is_told_as_one(source):
    assert "there is an article: give it as a title, or with --links-of" in why(
        source, CategoryPages("Gong")
    )


def test_an_empty_category_and_one_of_categories_are_told_apart(source):
    assert "holds no articles: give another one" in why(source, CategoryPages("Hollow"))
    assert "but 1 subcategory: --depth 1 goes into them" in why(source, CategoryPages("Loops"))


@pytest.mark.parametrize(
    "name", ["", "Category:", "a|b", "https://en.wikipedia.org/wiki/Category:A"]
)
def test_what_can_be_no_category_is_not_asked_for(name):
    listing = CategoryPages(name)
    listing.ask(None)  # type: ignore[arg-type]
    assert listing.is_done
    assert listing.problem is not None


# Links ---------------------------------------------------------------------------------------------


def test_links_come_in_the_order_of_the_text_and_those_of_templates_last(source):
    listing = LinksOf("list of signals")
    assert all_of(source, listing) == ["Rocket", "Flag hoist", "Bosun's call", "Gong"]


def test_links_of_a_redirect_are_those_of_its_target(source):
    assert all_of(source, LinksOf("Signals, a list")) == all_of(source, LinksOf("List of signals"))


def test_an_article_without_links_and_none_at_all_are_told_apart(source):
    assert "'Lonely rock'" in why(source, LinksOf("Lonely rock"))
    assert "links to no articles" in why(source, LinksOf("Lonely rock"))
    assert "did you mean 'Gong'?" in why(source, LinksOf("Gongg"))


@given(st.lists(st.text(min_size=1), unique=True), st.text())
def test_putting_titles_in_order_loses_none(titles, text):
    assert sorted(in_order(titles, text)) == sorted(titles)


# Searches ------------------------------------------------------------------------------------------


def test_a_search_finds_titles_and_else_texts(source):
    assert all_of(source, SearchHits("gong")) == ["Gong"]
    assert all_of(source, SearchHits("quay")) == ["Gong"]


def test_a_search_says_how_many_it_will_find(source):
    listing = SearchHits("buoy")
    assert len(all_of(source, listing)) == listing.expected == 120


def test_a_search_for_nothing_that_is_there_is_told(source):
    assert "finds no articles" in why(source, SearchHits("xylophone"))


# Manners -------------------------------------------------------------------------------------------


def test_more_than_two_titles_of_wikimedia_ask_for_a_contact():
    def answer(asked):
        names = [{"ns": 0, "title": f"Number {n}", "pageid": n} for n in range(1, 4)]
        return Says(body={"query": {"search": names, "searchinfo": {"totalhits": 3}}})

    with serve(wiki_that(answer)) as server, MediaWiki(server.url) as wiki:
        wiki._may_take_many = False
        assert len(wiki.list_on(SearchHits("number"), 2)) == 2
        with pytest.raises(ContactNeeded, match="--contact"):
            wiki.list_on(SearchHits("number"), 3)
