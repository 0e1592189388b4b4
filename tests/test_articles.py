from __future__ import annotations

import pytest

from generator.articles import Gathering, prepare
from generator.config import resolve
from generator.engine.events import Broken, Listed, Missing, Note, Unselected
from generator.engine.plan import Asking, plan_calls
from generator.errors import Misconfigured, SourceUnavailable
from generator.prompts import Template
from generator.records import Page
from generator.store import open_store
from tests.cli.articles import LIGHTHOUSE, MUENZE, write
from tests.cli.wiki import Wiki, values, wiki_with
from tests.sources.server import Says, serve, wiki_that

ASKING = Asking(
    model="m", templates=[Template(name="t", kind="basic", system="", user="{{ passage }}")]
)


class Fragile(Template):
    """A prompt that cannot be made for one article."""

    def count_pairs(self, words):
        if words > 400:
            raise MemoryError
        return 1


@pytest.fixture
def gather(tmp_path):
    """Gathers what options ask for: the gathering, its articles, and what it told."""

    def run(asking=ASKING, **options):
        events = []
        config = resolve({"model": "extractive", "workspace": tmp_path / "w", **options}, {})
        with (
            open_store(config.workspace) as store,
            Gathering(config, store, observe=events.append, sleep=lambda s: None) as gathering,
        ):
            articles = [calls[0].passage.article for calls in gathering.calls(asking)]
        return gathering, articles, events

    return run


def listed(folder, *titles):
    path = folder / "titles.txt"
    path.write_text("\n".join(titles), encoding="utf-8")
    return path


def test_files_titles_and_a_list_are_gathered_in_this_order(gather, tmp_path):
    with wiki_with() as wiki:
        gathering, articles, _ = gather(
            files=[write(tmp_path)],
            titles=["Number 2"],
            titles_file=listed(tmp_path, "Number 1", "Number 3"),
            site=wiki.url,
        )
    assert articles == ["Tarn Point Light", "Number 2", "Number 1", "Number 3"]
    assert (gathering.listed, gathering.not_reached) == (4, 0)


def test_a_title_given_twice_is_used_once_and_reported(gather, tmp_path):
    with wiki_with() as wiki:
        gathering, articles, _ = gather(
            titles_file=listed(tmp_path, "Number 1", "Number 2", "Number 1"), site=wiki.url
        )
    assert articles == ["Number 1", "Number 2"]
    assert (gathering.duplicates, gathering.not_reached) == (1, 0)


def test_what_one_article_breaks_is_its_own_trouble(gather, tmp_path):
    files = [
        write(tmp_path, "Long", "It was lit in 1871. " * 200),
        write(tmp_path, "Short", "It was lit on 3 May 1871 by Ada Thornley, who built it."),
    ]
    fragile = Fragile(name="t", kind="basic", system="", user="{{ passage }}")
    gathering, articles, events = gather(Asking(model="m", templates=[fragile]), files=files)
    assert articles == ["Short"]
    assert [(one.kind, "MemoryError" in one.detail) for one in gathering.missing] == [
        ("broken", True)
    ]
    assert any(isinstance(event, Broken) for event in events)


def test_a_file_that_cannot_be_read_is_left_out_and_the_others_are_used(gather, tmp_path):
    bad = tmp_path / "bad.wiki"
    bad.write_bytes(b"\xff\xfe\x00nonsense")
    gathering, articles, events = gather(files=[bad, write(tmp_path)])
    assert articles == ["Tarn Point Light"]
    assert [one.kind for one in gathering.missing] == ["unreadable"]
    assert sum(isinstance(event, Missing) for event in events) == 1


@pytest.mark.parametrize("name", ["nowhere.wiki", ".", "a\0b"])
def test_a_path_that_is_no_file_is_an_error_before_anything_is_done(gather, tmp_path, name):
    with pytest.raises(Misconfigured, match="--from"):
        gather(files=[write(tmp_path), f"{tmp_path}/{name}"])


def test_a_source_that_goes_away_for_good_leaves_what_was_found(gather, tmp_path):
    def is_down(asked):
        down["is"] = down["is"] or "9" in values(asked, "revids")
        return down["is"]

    down = {"is": False}
    with wiki_with(is_down=is_down) as wiki:
        gathering, articles, _ = gather(
            titles_file=listed(tmp_path, *(f"Number {n}" for n in range(1, 31))), site=wiki.url
        )
    assert articles == [f"Number {n}" for n in range(1, 9)]
    assert isinstance(gathering.gone, SourceUnavailable)
    assert gathering.not_reached == 22
    assert not gathering.missing


def test_a_source_that_was_never_there_is_an_error(gather):
    with wiki_with(is_down=lambda asked: True) as wiki, pytest.raises(SourceUnavailable):
        gather(titles=["Number 1"], site=wiki.url)


# Lists of the wiki, and sections -------------------------------------------------------------------


def lists(asked):
    """A wiki whose category `All` holds Number 1 to 4; anything else is missing."""
    if "cmtitle" in asked.parameters:
        found = [{"ns": 0, "title": f"Number {n}", "pageid": n} for n in range(1, 5)]
        return Says(body={"query": {"categorymembers": found}})
    if "categoryinfo" in asked.parameters.get("prop", ""):
        pages = [
            {"ns": 14, "title": title, "pageid": 90, "categoryinfo": {"size": 4, "pages": 4}}
            if title == "Category:All"
            else {"title": title, "missing": True}
            for title in values(asked, "titles")
        ]
        return Says(body={"query": {"pages": pages}})
    return None


@pytest.fixture
def listing_wiki():
    wiki = Wiki()
    script = wiki_that(lambda asked: lists(asked) or wiki.answer(asked))
    with serve(script) as server:
        wiki.server = server
        yield wiki


def test_titles_a_list_files_and_a_category_make_one_job(gather, tmp_path, listing_wiki):
    gathering, articles, events = gather(
        files=[write(tmp_path)], titles=["Number 3"], titles_file=listed(tmp_path, "Number 9"),
        categories=["All"], site=listing_wiki.url,
    )  # fmt: skip
    assert articles == [
        "Tarn Point Light", "Number 3", "Number 9", "Number 1", "Number 2", "Number 4",
    ]  # fmt: skip
    assert (gathering.listed, gathering.duplicates, gathering.not_reached) == (7, 1, 0)
    assert [one.titles for one in events if isinstance(one, Listed)] == [0, 7]


def test_no_more_titles_are_used_than_are_wanted_of_a_category(gather, listing_wiki):
    gathering, articles, _ = gather(categories=["All"], max_titles=2, site=listing_wiki.url)
    assert articles == ["Number 1", "Number 2"]
    assert gathering.not_reached == 0


def test_a_category_that_is_not_there_is_left_out_as_a_title_would_be(gather, listing_wiki):
    gathering, articles, _ = gather(
        categories=["All", "Al"], titles=["Number 1"], site=listing_wiki.url
    )
    assert articles == [f"Number {n}" for n in range(1, 5)]
    assert [(one.asked, one.kind) for one in gathering.missing] == [("Al", "missing")]
    assert (gathering.listed, gathering.not_reached) == (6, 0)


def test_sections_are_chosen_and_articles_without_them_counted(gather, tmp_path):
    files = [write(tmp_path), write(tmp_path, "Taler", MUENZE)]
    gathering, articles, events = gather(files=files, sections=["structure", "Today/**"])
    assert articles == ["Tarn Point Light"]
    assert (gathering.unselected, gathering.not_reached, gathering.missing) == (1, 0, [])
    assert [one.title for one in events if isinstance(one, Unselected)] == ["Taler"]
    assert not any(isinstance(one, Note) for one in events)


def test_a_pattern_that_means_no_section_is_told_with_near_ones(gather, tmp_path):
    _, articles, events = gather(files=[write(tmp_path)], sections=["Structur", "Today"])
    assert articles == ["Tarn Point Light"]
    [note] = [one.text for one in events if isinstance(one, Note)]
    assert "--sections 'Structur' means no section; the nearest are 'Structure'" in note


def test_patterns_that_leave_nothing_are_an_error(gather, tmp_path):
    with pytest.raises(Misconfigured, match="nothing to ask about in 1 article: --sections 'X'"):
        gather(files=[write(tmp_path)], sections=["X"])
    with pytest.raises(Misconfigured, match="leave nothing over"):
        gather(files=[write(tmp_path)], sections=["Today"], skip_sections=["**"])
    with pytest.raises(Misconfigured, match="add --back-matter"):
        gather(files=[write(tmp_path, "B", LINKED)], sections=["See also"])


LINKED = "A lighthouse that nobody knows.\n\n== See also ==\n* [[Other lights]] of the coast"


def test_choosing_sections_changes_no_call_of_those_that_stay(tmp_path):
    def calls(**options):
        config = resolve({"model": "extractive", "titles": ["A"], **options}, {})
        passages = prepare(page, config).passages
        return {one.call.digest for one in plan_calls(passages, ASKING)}

    page = Page(site="", title="A", page_id=0, revision_id=0, wikitext=LIGHTHOUSE)
    everything = calls()
    some = calls(sections=["History/**"])
    others = calls(skip_sections=["History/**"])
    assert some | others == everything
    assert not some & others
