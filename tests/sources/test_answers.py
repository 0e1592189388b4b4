from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generator.sources.answers import Answer, Slot, merge, resolve
from generator.sources.reading import retry_after_s

TITLES = st.sampled_from(["A", "B", "C", "D"])


def answer(**query: Any) -> Answer:
    return Answer.model_validate({"query": query})


def page(title: str, **more: Any) -> dict[str, Any]:
    found = {"pageid": 1, "lastrevid": 1, "contentmodel": "wikitext"}
    return {"title": title, **found, **more}


def test_a_title_that_was_encoded_in_the_answer_is_recognised():
    known = {"fromencoded": True, "from": "E%CC%81t%C3%A9", "to": "Été"}
    found = resolve("E\u0301t\u00e9", merge([answer(normalized=[known], pages=[page("Été")])]))
    assert (found.kind, found.title) == ("page", "Été")


def test_a_title_in_another_script_is_recognised():
    merged = merge(
        [
            answer(
                normalized=[{"from": "beograd", "to": "Beograd"}],
                converted=[{"from": "Beograd", "to": "Београд"}],
                pages=[page("Београд")],
            )
        ]
    )
    assert resolve("beograd", merged).title == "Београд"


def test_the_last_section_on_the_way_counts():
    hops = [
        {"from": "A", "to": "B", "tofragment": "One"},
        {"from": "B", "to": "C", "tofragment": "Two"},
        {"from": "C", "to": "D"},
    ]
    found = resolve("A", merge([answer(redirects=hops, pages=[page("D")])]))
    assert (found.kind, found.fragment, found.hops) == ("page", "Two", ("B", "C", "D"))


def test_a_page_of_another_wiki_and_its_address_are_told():
    merged = merge([answer(interwiki=[{"title": "fr:Phare", "iw": "fr", "url": "https://fr.x/y"}])])
    found = resolve("fr:Phare", merged)
    assert found.kind == "interwiki"
    assert found.elsewhere is not None
    assert found.elsewhere.url == "https://fr.x/y"


def test_a_stub_does_not_take_away_a_text_that_has_arrived():
    revision = {"revid": 1, "slots": {"main": {"content": "Text"}}}
    merged = merge(
        [answer(pages=[page("A", revisions=[revision])]), answer(pages=[page("A", revisions=[])])]
    )
    [one] = merged.pages["A"].revisions
    assert one.main.content == "Text"


def test_a_text_is_whole_when_size_and_digest_agree():
    sha1 = "a0b65939670bc2c010f4d5d6a0b3e4e4590fb92b"
    assert Slot(content="Été", size=5).is_whole
    assert Slot(content="", size=0).is_whole
    assert not Slot(content="Été", size=3).is_whole
    assert not Slot(content="Été", size=5, sha1=sha1).is_whole
    assert not Slot(size=0).is_whole


@given(
    st.lists(st.tuples(TITLES, TITLES)), st.lists(st.tuples(TITLES, TITLES)), st.lists(TITLES), TITLES
)  # fmt: skip
def test_following_a_title_always_ends(
    renamed: list[tuple[str, str]],
    hops: list[tuple[str, str]],
    pages: list[str],
    title: str,
):
    query = answer(
        normalized=[{"from": a, "to": b} for a, b in renamed],
        redirects=[{"from": a, "to": b} for a, b in hops],
        pages=[page(one) for one in pages],
    )
    found = resolve(title, merge([query]))
    assert found.kind in {"page", "loop", "unfetched"}
    assert len(found.hops) <= 5


@given(st.text(max_size=40))
def test_any_retry_after_is_a_wait_or_nothing(value: str):
    wait_s = retry_after_s(value, datetime(2026, 1, 1, tzinfo=UTC))
    assert wait_s is None or wait_s >= 0
