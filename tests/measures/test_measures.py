"""Coverage, near duplicates, diversity and lengths, against figures counted by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.measures.coverage import cover
from generator.measures.diversity import (
    compression_ratio,
    distinct_n,
    distinct_openings,
    equal_sample,
    openings,
)
from generator.measures.duplicates import NEAR, near_duplicates
from generator.measures.lengths import lengths
from generator.measures.words import words

PASSAGE = "The old mill at Brook grinds rye and oats. Ada Miller built it in 1871. It burned."
TEXTS = st.lists(
    st.lists(st.sampled_from("mill rye oat Ada brook 水".split()), max_size=12).map(" ".join),
    max_size=20,
)


def test_a_sentence_is_covered_where_one_pair_holds_half_of_its_content():
    found = cover(PASSAGE, ["Who built the mill? Ada Miller.", "What does it grind? Rye."])
    # {old mill brook grinds rye oats} and {ada miller built 1871}; "It burned." is too short.
    assert (found.sentences, found.covered_sentences) == (2, 1)
    assert (found.numbers, found.covered_numbers) == (1, 0)
    assert (found.words, found.covered_words) == (11, 5)


def test_two_pairs_do_not_cover_a_sentence_that_neither_covers_alone():
    halves = ["old mill", "Brook rye"]
    assert cover(PASSAGE, halves).covered_sentences == 0
    assert cover(PASSAGE, [" ".join(halves)]).covered_sentences == 1


def test_nothing_is_covered_by_no_pairs_and_everything_by_the_passage_itself():
    nothing, everything = cover(PASSAGE, []), cover(PASSAGE, [PASSAGE])
    assert nothing.covered_words == nothing.covered_sentences == nothing.covered_numbers == 0
    assert everything.covered_words == everything.words
    assert everything.covered_sentences == everything.sentences
    assert everything.covered_numbers == everything.numbers


def test_numbers_count_as_covered_in_any_writing():
    assert cover("Es wiegt 28,06 g.", ["It weighs 28.06 g"], language="de").covered_numbers == 1


def test_texts_that_share_four_fifths_of_their_word_triples_are_near_duplicates():
    long = "one two three four five six seven eight nine ten eleven twelve"
    assert near_duplicates([long, f"{long} thirteen", "something else altogether", long.upper()]) == [
        None, 0, None, 0,
    ]  # fmt: skip


def test_questions_that_differ_in_one_word_of_six_are_no_duplicates():
    assert near_duplicates(["Who was the mother of Nero?", "Who was the father of Nero?"]) == [
        None, None,
    ]  # fmt: skip


@given(TEXTS)
def test_near_duplicates_are_what_comparing_everything_with_everything_finds(texts):
    new: list[int] = []
    expected: list[int | None] = []
    for place, text in enumerate(texts):
        twins = [one for one in new if _jaccard(texts[one], text) >= NEAR]
        expected.append(min(twins, default=None))
        if not twins:
            new.append(place)
    assert near_duplicates(texts) == expected


def _jaccard(one: str, other: str) -> float:
    a, b = (
        {tuple(found[i : i + 3]) for i in range(len(found) - 2)} or {tuple(found)}
        for found in (words(one), words(other))
    )
    return len(a & b) / len(a | b)


def test_twenty_thousand_equal_texts_are_not_compared_with_each_other():
    assert near_duplicates(["the same question again and again"] * 20_000).count(None) == 1


def test_distinct_n_counts_within_each_text():
    assert distinct_n(["who was Ada", "who was Otto"], 2) == (3, 4)
    assert distinct_n(["one"], 2).share == 0.0


def test_openings_are_the_first_two_words():
    found = openings(["Who was Ada?", "Who was Otto?", "Where is it?", "When?"])
    assert (found.top, found.top_share, found.bits) == ("who was", 0.5, 1.5)
    assert distinct_openings(["Who was Ada?", "who WAS Otto?"]) == (1, 2)
    assert openings([]) == ("", 0.0, 0.0)


@given(TEXTS, st.integers(0, 8))
def test_a_sample_of_equal_size_does_not_depend_on_the_order(texts, n):
    sample = equal_sample(texts, n)
    assert sample == equal_sample(reversed(texts), n)
    assert len(sample) == min(n, len(texts))


def test_one_pattern_compresses_better_than_varied_prose():
    pattern = [f"What is the height of tower number {n}?" for n in range(100)]
    assert compression_ratio(pattern) > 5
    assert compression_ratio([PASSAGE]) < 1.5
    assert compression_ratio([]) == 0.0


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 100])
def test_the_lengths_of_texts_of_one_to_n_words(count):
    found = lengths(" ".join(["word"] * n) for n in range(1, count + 1))
    assert found is not None
    assert found.p50 == math.ceil(count / 2)
    assert found.p95 == math.ceil(0.95 * count)
    assert found.p5 == max(1, math.ceil(0.05 * count))
    assert found.mean == pytest.approx((count + 1) / 2)


def test_no_texts_have_no_lengths():
    assert lengths([]) is None
