"""Fetching from a real MediaWiki on loopback."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from generator.errors import Misconfigured, SourceUnavailable
from generator.sources import Found
from generator.sources.mediawiki import MediaWiki
from tests.mediawiki.plugin import Wiki
from tests.mediawiki.seed import (
    LEUCHTTURM,
    LIGHTHOUSE,
    MANARA,
    ODD_TITLES,
    TODAI,
    SeedPage,
    logbook,
)
from tests.sources.shelf import Shelf

pytestmark = pytest.mark.mediawiki


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def source(wiki: Wiki, slept: list[float]) -> Iterator[MediaWiki]:
    """A source that waits for nothing and remembers how long it should have."""
    with MediaWiki(wiki.url, sleep=slept.append, jitter=lambda: 1.0) as one:
        yield one


@pytest.fixture(autouse=True)
def _the_wiki_warns_of_nothing(wiki: Wiki, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Warnings mean that the API is about to change under us; that it cut an answer is no news."""
    wiki.order()
    caplog.set_level(logging.INFO, "generator.sources")
    yield
    warnings = [one.getMessage() for one in caplog.get_records("call")]
    assert [one for one in warnings if "API warns" in one and "truncated" not in one] == []


def fetch_one(source: MediaWiki, title: str) -> Found:
    [found] = source.fetch([title])
    return found


def wikitext(found: Found) -> str:
    assert found.page is not None, found.detail
    return found.page.wikitext


# What a page says ----------------------------------------------------------------------------------


def test_a_page_comes_with_all_that_leads_back_to_it(source: MediaWiki, wiki: Wiki):
    page = fetch_one(source, "Cape Ferro Lighthouse").page
    assert page is not None
    assert page.wikitext == LIGHTHOUSE
    assert (page.site, page.title, page.language) == (wiki.url, "Cape Ferro Lighthouse", "en")
    assert (page.page_id, page.revision_id) == (2, 2)
    assert page.timestamp == "2025-03-01T06:30:00Z"
    assert page.fetched_at.endswith("Z")
    assert page.license == "Creative Commons Attribution-ShareAlike 4.0"
    assert page.license_url == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert page.url == f"{wiki.url}/w/index.php?oldid=2"
    assert page.history_url == (
        f"{wiki.url}/w/index.php?title=Cape_Ferro_Lighthouse&action=history"
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [("Leuchtturm Grauhöft", LEUCHTTURM), ("白浜灯台", TODAI), ("منارة الرأس", MANARA)],
    ids=["German", "Japanese", "Arabic"],
)
def test_texts_arrive_as_they_were_written_in_any_script(source: MediaWiki, title: str, text: str):
    assert wikitext(fetch_one(source, title)) == text


def test_every_odd_title_finds_its_page(source: MediaWiki):
    found = list(source.fetch(ODD_TITLES))
    assert [wikitext(one) for one in found] == [f"The page about {title}." for title in ODD_TITLES]


@pytest.mark.parametrize(
    "asked",
    [
        "fog bell", "Fog_bell", "  Fog bell ", ":Fog bell", "fog%20bell".replace("%20", "_"),
        "Fog bell\u200e", "Fog  bell", "_Fog bell_",
    ],
)  # fmt: skip
def test_a_title_may_be_written_in_several_ways(source: MediaWiki, asked: str):
    found = fetch_one(source, asked)
    assert found.page is not None
    assert (found.asked, found.page.asked, found.page.title) == (asked, asked, "Fog bell")


@pytest.mark.parametrize("asked", ["Salt &amp; Pepper", "E\u0301mile's e\u0301te\u0301"])
def test_entities_and_decomposed_letters_are_read(source: MediaWiki, asked: str):
    assert fetch_one(source, asked).kind == "page"


def test_an_empty_page_is_a_page(source: MediaWiki):
    assert wikitext(fetch_one(source, "Blank sheet")) == ""


def test_blanks_at_the_end_of_a_text_are_kept(source: MediaWiki):
    assert wikitext(fetch_one(source, "Trailing blanks")) == "A line.   \n\n"


# Redirects and sections -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["Ferro Light", "Old Ferro Light", "Oldest Ferro Light", "Redirect with a colon"]
)
def test_redirects_are_followed_to_the_end(source: MediaWiki, asked: str):
    found = fetch_one(source, asked)
    assert found.page is not None
    assert found.page.title == "Cape Ferro Lighthouse"
    assert found.detail == f"'{asked}' leads to 'Cape Ferro Lighthouse'"


@pytest.mark.parametrize(
    ("asked", "fragment"),
    [
        ("Keepers of Cape Ferro", "Keepers"),
        ("Cape Ferro Lighthouse#The_winter_of 1902", "The winter of 1902"),
        ("Keepers of Cape Ferro#Lamp", "Lamp"),
        ("Ferro Light", ""),
    ],
)
def test_the_section_survives_what_is_asked_for_winning_over_a_redirect(
    source: MediaWiki, asked: str, fragment: str
):
    page = fetch_one(source, asked).page
    assert page is not None
    assert page.fragment == fragment


def test_a_title_that_ends_in_a_hash_is_found_without_it_and_says_so(source: MediaWiki):
    found = fetch_one(source, "Fog bell#")
    assert found.kind == "page"
    assert "cannot hold '#'" in found.detail


# What is no page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ("Ring A", "loop", "'Ring A' -> 'Ring B' -> 'Ring A'"),
        ("Mirror", "loop", "'Mirror' -> 'Mirror'"),
        ("Leads nowhere", "missing", "leads to 'Never written', which does not exist"),
        ("Sunken letter", "missing", "there is no page 'Sunken letter'"),
        ("Cape Fero Lighthaus", "missing", "did you mean 'Cape Ferro Lighthouse'?"),
        ("Fog bel", "missing", "did you mean 'Fog bell'?"),
        ("Leads to a list", "special", "leads to 'Special:RecentChanges', which is made by"),
        ("Special:Version", "special", "holds no article"),
        ("Media:Tower.png", "special", "holds no article"),
        ("Leads abroad", "interwiki", "title 'Lighthouse' and --site https://en.wikipedia.org"),
        ("wikipedia:Light", "interwiki", "title 'Light' and --site https://en.wikipedia.org"),
        ("Lost letter", "missing_text", "has lost the text of 'Lost letter'"),
        ("MediaWiki:Common.css", "wrong_model", "holds 'css'"),
        ("User:Ada/chart.json", "wrong_model", "holds 'json'"),
        ("..", "invalid", "relative path"),
        ("Fog/../bell", "invalid", "relative path"),
        ("%41", "invalid", "invalid characters"),
        ("~~~~", "invalid", "tilde"),
        ("A|B", "invalid", "cannot hold '|'"),
        ("Talk:" + "x" * 256, "invalid", "256 bytes"),
        ("Fog\0bell", "invalid", "U+0000"),
        ("Fog\nbell", "invalid", "U+000A"),
        ("\udcff", "invalid", "U+DCFF"),
        ("", "empty_title", "empty"),
        (" # ", "empty_title", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_told_apart_with_help(
    source: MediaWiki, asked: str, kind: str, said: str
):
    found = fetch_one(source, asked)
    assert (found.asked, found.kind, found.page) == (asked, kind, None)
    assert said in found.detail


def test_one_bad_title_does_not_spoil_its_neighbours(source: MediaWiki):
    asked = ["Ring A", "Fog bell", "A|B", "Nothing here", "Ferro Light", "Lost letter", ""]
    kinds = [found.kind for found in source.fetch(asked)]
    assert kinds == [
        "loop", "page", "invalid", "missing", "page", "missing_text", "empty_title",
    ]  # fmt: skip


def test_titles_that_cannot_be_are_not_asked_for(source: MediaWiki, wiki: Wiki):
    before = wiki.count()
    assert [found.kind for found in source.fetch(["", "A|B", "[x]"])] == [
        "empty_title", "invalid", "invalid",
    ]  # fmt: skip
    assert wiki.count() == before


# Many titles ----------------------------------------------------------------------------------------


def test_many_titles_come_in_order_in_few_requests(source: MediaWiki, wiki: Wiki):
    asked = [f"Buoy {n:03}" for n in reversed(range(120))]
    before = wiki.count()
    found = list(source.fetch(asked))
    assert [one.page.title for one in found if one.page] == asked
    asking = [one["parameters"] for one in wiki.requests(before)]
    assert sum("titles" in one for one in asking) == 3
    assert sum("revids" in one for one in asking) == 3
    assert len(asking) == 7


def test_pages_stream_before_later_titles_are_asked_for(source: MediaWiki, wiki: Wiki):
    stream = source.fetch(f"Buoy {n:03}" for n in range(120))
    before = wiki.count()
    next(stream)
    assert sum("titles" in one["parameters"] for one in wiki.requests(before)) == 1


def test_duplicates_are_fetched_once_and_reported_each(source: MediaWiki, wiki: Wiki):
    asked = ["Fog bell", *(f"Buoy {n:03}" for n in range(60)), "Fog bell", "fog bell", "Fog bell"]
    before = wiki.count()
    found = list(source.fetch(asked))
    assert [one.asked for one in found] == asked
    assert {one.kind for one in found} == {"page"}
    titles = [
        title
        for one in wiki.requests(before)
        for title in one["parameters"].get("titles", "").split("\x1f")
    ]
    assert titles.count("Fog bell") == 1


def test_long_lists_go_by_post(source: MediaWiki, wiki: Wiki):
    asked = [f"燈塔之{'光' * 60}{n}" for n in range(50)]
    before = wiki.count()
    assert {one.kind for one in source.fetch(asked)} == {"missing"}
    long = [one for one in wiki.requests(before) if one["method"] == "POST"]
    assert [one["parameters"]["titles"].count("\x1f") for one in long] == [50]
    assert max(one["url_bytes"] for one in wiki.requests(before)) < 7000


def test_near_titles_are_looked_up_for_twenty_missing_ones_at_most(source: MediaWiki, wiki: Wiki):
    before = wiki.count()
    list(source.fetch(f"Nothing {n}" for n in range(40)))
    assert sum("list" in one["parameters"] for one in wiki.requests(before)) == 20


# Never fetched twice --------------------------------------------------------------------------------


def revisions_asked(wiki: Wiki, since: int) -> list[str]:
    asking = (one["parameters"].get("revids", "") for one in wiki.requests(since))
    return [one for revids in asking for one in revids.split("\x1f") if one]


def test_an_unchanged_revision_is_never_fetched_again(wiki: Wiki):
    shelf = Shelf()
    for _ in range(2):
        before = wiki.count()
        with MediaWiki(wiki.url, cache=shelf) as source:
            found = list(source.fetch(["Fog bell", "Keepers of Cape Ferro"]))
    assert [wikitext(one)[:4] for one in found] == ["A ''", "{{In"]
    assert revisions_asked(wiki, before) == []
    assert shelf.aliases[wiki.url, "Keepers of Cape Ferro"] == (2, "Keepers")


def test_a_page_that_is_kept_is_given_under_the_title_asked_for_now(wiki: Wiki):
    shelf = Shelf()
    with MediaWiki(wiki.url, cache=shelf) as source:
        list(source.fetch(["Keepers of Cape Ferro"]))
        page = fetch_one(source, "Cape Ferro Lighthouse").page
    assert page is not None
    assert (page.asked, page.fragment) == ("Cape Ferro Lighthouse", "")


def test_only_the_page_that_was_edited_is_fetched_again(wiki: Wiki):
    wiki.save(SeedPage("Tide A", "Low."), SeedPage("Tide B", "Low."), day=1)
    shelf = Shelf()
    with MediaWiki(wiki.url, cache=shelf) as source:
        list(source.fetch(["Tide A", "Tide B"]))
        wiki.save(SeedPage("Tide B", "High."), day=2)
        before = wiki.count()
        found = list(source.fetch(["Tide A", "Tide B"]))
    assert [wikitext(one) for one in found] == ["Low.", "High."]
    assert len(revisions_asked(wiki, before)) == 1
    assert len(shelf.pages) == 3


# The wiki changes while we read ---------------------------------------------------------------------


def test_a_page_deleted_between_finding_and_fetching_is_missing(wiki: Wiki):
    wiki.save(SeedPage("Gone soon", "Here."))
    with MediaWiki(wiki.url, cache=Shelf(lambda: wiki.delete("Gone soon"))) as source:
        found = fetch_one(source, "Gone soon")
    assert found.kind == "missing"
    assert "there is no page 'Gone soon'" in found.detail


def test_a_revision_hidden_between_finding_and_fetching_is_hidden(wiki: Wiki):
    wiki.save(SeedPage("Sealed letter", "Nobody may read this."), day=1)
    page = "(SELECT page_id FROM page WHERE page_title = 'Sealed_letter')"

    def edit_and_hide() -> None:
        wiki.save(SeedPage("Sealed letter", "Dear all."), day=2)
        wiki.sql(f"UPDATE revision SET rev_deleted = 1 WHERE rev_page = {page}")

    with MediaWiki(wiki.url, cache=Shelf(edit_and_hide)) as source:
        found = fetch_one(source, "Sealed letter")
    assert found.kind == "hidden"
    assert "hidden the text of 'Sealed letter'" in found.detail
    with MediaWiki(wiki.url) as source:
        assert wikitext(fetch_one(source, "Sealed letter")) == "Dear all."


# Faults ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    ["lagged", "limited", "exception", "timeout", "fatal", "busy", "down", "page", "cut"],
)
@pytest.mark.parametrize("position", [1, 2], ids=["finding", "fetching"])
def test_a_fault_that_passes_costs_a_wait_and_nothing_else(
    source: MediaWiki, wiki: Wiki, slept: list[float], fault: str, position: int
):
    assert source.info.language == "en"
    wiki.order(*["none"] * (position - 1), fault, fault)
    assert wikitext(fetch_one(source, "Fog bell")) == "A '''fog bell''' is rung in fog."
    waits = {"busy": [7, 7], "lagged": [5, 5]}.get(fault, [1, 2])
    assert slept == pytest.approx(waits, abs=0.5)


@pytest.mark.parametrize("fault", ["lagged", "limited", "down", "busy", "cut"])
def test_a_fault_that_stays_ends_in_a_clear_error(source: MediaWiki, wiki: Wiki, fault: str):
    wiki.order(*[fault] * 6)
    with pytest.raises(SourceUnavailable, match=r"6 times in a row: try again later"):
        fetch_one(source, "Fog bell")


def test_failures_are_counted_over_the_whole_run(source: MediaWiki, wiki: Wiki):
    wiki.order(*["none", "down", "down", "down"] * 40)
    buoys = (fetch_one(source, f"Buoy {n:03}") for n in range(40))
    with pytest.raises(SourceUnavailable, match="failed 40 times in this run"):
        list(buoys)


def test_waits_are_told(wiki: Wiki):
    lines: list[str] = []
    wiki.order("busy")
    with MediaWiki(wiki.url, notify=lines.append, sleep=lambda s: None) as source:
        fetch_one(source, "Fog bell")
    assert lines == [f"{wiki.url[7:]} answers with HTTP 429: asking again in 7 s"]


def test_a_wiki_that_does_not_serve_us_is_not_asked_twice(source: MediaWiki, wiki: Wiki):
    assert source.info
    before = wiki.count()
    wiki.order("agent", "agent")
    with pytest.raises(SourceUnavailable, match=r"'Requests without .* --contact"):
        fetch_one(source, "Fog bell")
    assert wiki.count() == before + 1


def test_a_private_wiki_says_so(source: MediaWiki, wiki: Wiki):
    wiki.order("private")
    with pytest.raises(SourceUnavailable, match="readapidenied"):
        fetch_one(source, "Fog bell")


def test_a_wiki_that_hangs_is_given_up(wiki: Wiki):
    wiki.order("hang")
    with MediaWiki(wiki.url, timeout_s=0.3, sleep=lambda s: None) as source:
        assert fetch_one(source, "Fog bell").kind == "page"


def test_answers_that_are_cut_short_are_continued(source: MediaWiki, wiki: Wiki):
    assert source.info
    titles = [f"Tide table {n}" for n in range(4)]
    wiki.order("none", *["small"] * 9)
    before = wiki.count()
    assert {wikitext(one) for one in source.fetch(titles)} == {logbook(20)}
    continued = [one for one in wiki.requests(before) if "rvcontinue" in one["parameters"]]
    assert len(continued) == 1


def test_a_text_that_never_fits_is_fetched_by_another_door(source: MediaWiki, wiki: Wiki):
    assert source.info
    wiki.order("none", *["small"] * 9)
    before = wiki.count()
    found = list(source.fetch(["Logbook", "Fog bell"]))
    assert [len(wikitext(one)) for one in found] == [len(logbook(80)), 32]
    assert [one["path"] for one in wiki.requests(before)].count("/w/index.php") == 1


# Manners --------------------------------------------------------------------------------------------


def test_the_user_agent_names_program_operator_and_library(wiki: Wiki):
    before = wiki.count()
    with MediaWiki(wiki.url, contact="keeper@lights.example") as source:
        fetch_one(source, "Fog bell")
    agents = {one["user_agent"] for one in wiki.requests(before)}
    [agent] = agents
    assert agent.startswith("loremill/")
    assert " (keeper@lights.example) python-requests/" in agent


def test_requests_keep_their_distance(wiki: Wiki, slept: list[float]):
    with MediaWiki(wiki.url, sleep=slept.append, min_interval_s=0.2) as source:
        fetch_one(source, "Fog bell")
    assert len(slept) == 2
    assert all(0 < wait <= 0.2 for wait in slept)


def test_every_request_says_how_patient_the_wiki_may_be_with_it(wiki: Wiki):
    before = wiki.count()
    with MediaWiki(wiki.url) as source:
        list(source.fetch(["Fog bell", "Fog bel"]))
    assert {one["parameters"]["maxlag"] for one in wiki.requests(before)} == {"5"}


# Addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", ["{}", "{}/", "{}/w", "{}/w/api.php", "{}/w/index.php?title=X", "{}/wiki/Fog_bell"]
)
def test_the_api_is_found_from_any_address_of_the_wiki(wiki: Wiki, form: str):
    with MediaWiki(form.format(wiki.url)) as source:
        assert source.info.site == wiki.url
        assert source.info.name == "Loopback wiki"


def test_a_bare_loopback_address_will_do(wiki: Wiki):
    with MediaWiki(wiki.url.removeprefix("http://")) as source:
        assert source.info.site == wiki.url


def test_a_place_without_an_api_is_told_as_such(wiki: Wiki):
    with (
        MediaWiki(f"{wiki.url}/w/resources") as source,
        pytest.raises(Misconfigured, match=r"no MediaWiki answers .*api\.php with --site"),
    ):
        fetch_one(source, "Fog bell")
