"""Passages: within the budget, whole sentences, nothing lost or told twice."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.records import Article, count_words
from generator.wikitext import clean, passages

SENTENCE = "The keeper of the light wrote a line in the log of the station every night."
JAPANESE = "灯台守は毎晩、駅の日誌に一行だけ書き残した。"


def words(*texts: str) -> list[str]:
    return " ".join(texts).split()


def article(*sections: tuple[str, int], title: str = "Ferro") -> Article:
    """Sections by heading line and length in sentences."""
    return clean(
        "\n".join(f"{heading}\n{' '.join([SENTENCE] * count)}" for heading, count in sections),
        title=title,
    )


def test_a_section_of_a_good_length_is_one_passage() -> None:
    one, two = passages(article(("", 5), ("== Past ==", 6)))
    assert (one.section, one.part, one.parts, one.joined) == ((), 1, 1, ())
    assert (two.section, two.heading, two.article) == (("Past",), "Past", "Ferro")


def test_a_long_section_is_cut_between_paragraphs_into_parts_of_like_size() -> None:
    text = "\n\n".join(" ".join([SENTENCE] * 4) for _ in range(10))
    parts = passages(clean(text), max_words=250)
    assert [one.parts for one in parts] == [len(parts)] * len(parts)
    assert [one.part for one in parts] == list(range(1, len(parts) + 1))
    assert all(one.words <= 250 and one.text.endswith(".") for one in parts)
    assert max(one.words for one in parts) < 2 * min(one.words for one in parts)
    assert "\n\n".join(one.text for one in parts) == clean(text).text


@pytest.mark.parametrize(("sentence", "glue", "end"), [(SENTENCE, " ", "."), (JAPANESE, "", "。")])
def test_a_long_paragraph_is_cut_between_sentences(sentence: str, glue: str, end: str) -> None:
    text = glue.join([sentence] * 60)
    parts = passages(clean(text, language="ja"), max_words=100)
    assert len(parts) > 1
    assert all(one.words <= 100 and one.text.endswith(end) for one in parts)
    assert glue.join(one.text for one in parts) == text


@pytest.mark.parametrize("monster", ["word " * 5000, "字" * 5000, "a" * 50_000])
def test_a_sentence_over_the_budget_is_cut_as_a_last_resort(monster: str) -> None:
    parts = passages(clean(monster), max_words=100)
    assert all(one.words <= 100 for one in parts)
    assert "".join("".join(one.text for one in parts).split()) == "".join(monster.split())


def test_cutting_a_monstrous_sentence_takes_linear_time() -> None:
    page = clean("word " * 100_000)
    began = time.process_time()
    passages(page, max_words=50)
    assert time.process_time() - began < 10


def test_a_short_section_joins_its_parent_and_says_so() -> None:
    long, short = passages(article(("", 6), ("== Past ==", 6), ("=== Winter ===", 1)))[0:2]
    assert long.joined == ()
    assert (short.section, short.joined) == (("Past",), (("Past", "Winter"),))
    assert short.text.endswith(f"Winter\n{SENTENCE}")


def test_short_siblings_join_each_other() -> None:
    page = article(
        ("", 6),
        ("== Past ==", 6),
        ("=== One ===", 6),
        ("=== Two ===", 2),
        ("=== Three ===", 2),
        ("=== Four ===", 2),
    )
    found = passages(page)
    assert found[-1].section == ("Past", "Two")
    assert found[-1].joined == (("Past", "Three"), ("Past", "Four"))


def test_what_stands_alone_stays_short() -> None:
    assert [one.words for one in passages(clean("Only a line."))] == [3]


def test_joining_stays_within_the_budget() -> None:
    page = article(*[(f"== S{number} ==", 2) for number in range(20)])
    found = passages(page, max_words=100, min_words=90)
    assert all(one.words <= 100 for one in found)
    assert any(one.joined for one in found)


def test_back_matter_is_left_out_unless_asked_for() -> None:
    page = article(("", 6), ("== References ==", 6))
    assert [one.section for one in passages(page)] == [()]
    assert [one.section for one in passages(page, back_matter=True)] == [(), ("References",)]


def test_sections_with_the_same_path_are_numbered_and_have_ids_of_their_own() -> None:
    found = passages(article(("== A ==", 6), ("== A ==", 6)))
    assert [one.occurrence for one in found] == [1, 2]
    assert found[0].id != found[1].id


def test_sizes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="max_words=0"):
        passages(clean("a"), max_words=0)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 12)), max_size=12),
    st.integers(10, 120),
    st.integers(0, 60),
)
def test_all_text_is_in_the_passages_once_and_in_order(
    shape: list[tuple[int, int]], max_words: int, min_words: int
) -> None:
    page = article(
        *[
            (f"{'=' * (level + 1)} H{at} {'=' * (level + 1)}", count)
            for at, (level, count) in enumerate(shape)
        ]
    )
    found = passages(page, max_words=max_words, min_words=min_words)
    headings = {one.title for one in page.sections}
    told = [word for one in found for word in one.text.split() if word not in headings]
    assert told == words(*(one.text for one in page.sections))
    assert all(count_words(one.text) <= max(max_words, 1) for one in found)
