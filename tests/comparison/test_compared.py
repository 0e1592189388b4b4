"""Two sides compared: verdicts that can be foreseen, mirrored, and honest about what is not known."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.comparison.compared import compare_sides
from generator.comparison.figures import FIGURES
from generator.comparison.sides import ComparedPair, SectionKey, SectionSide, Side
from generator.comparison.words import METHOD, tell_line, tell_only, tell_value, tell_verdict
from generator.errors import LoremillError, Misconfigured

FACTS = (
    "The mill at Brook grinds rye for four villages.",
    "Ada Miller built it in 1871 with oak from her wood.",
    "水車は1902年の洪水で壊れた。",
    "تعمل الطاحونة منذ ١٩٥١ بعجلة من حديد.",
)
MIRRORED = {"a": "b", "b": "a"}


def pair(fact: str, number: int = 0, rejected: str = "") -> ComparedPair:
    return ComparedPair(
        prompt=f"What is fact {number} of the mill?", completion=fact, kind="basic", rejected=rejected
    )  # fmt: skip


def section(*pairs: ComparedPair, **known) -> SectionSide:
    given = {"passages": [" ".join(FACTS)], "calls": 1, "tokens": 100, "cost": 0.001, **known}
    return SectionSide(pairs=pairs, **given)


def side(label: str, *sections: SectionSide, article: str = "Mill") -> Side:
    keys = (SectionKey(article, ("History", str(number))) for number in range(len(sections)))
    return Side(label=label, sections=dict(zip(keys, sections, strict=True)))


def line(comparison, name):
    return next(one for one in comparison.lines if one.name == name)


def plain(count: int, seed: int = 0) -> list[SectionSide]:
    chance = random.Random(seed)
    return [
        section(*(pair(chance.choice(FACTS), number) for number in range(chance.randint(1, 5))))
        for _ in range(count)
    ]


def worse(sections: list[SectionSide]) -> list[SectionSide]:
    """The same with one more pair in each, which was rejected."""
    return [
        replace(one, pairs=[*one.pairs, pair("no", 9, "passage_reference 'the passage'")])
        for one in sections
    ]


PAIR = st.builds(
    pair,
    st.sampled_from(FACTS),
    st.integers(0, 3),
    st.sampled_from(["", "", "echo", "exact_duplicate of x"]),
)
SECTION = st.builds(
    lambda pairs, **known: section(*pairs, **known),
    st.lists(PAIR, max_size=4),
    calls=st.integers(1, 2),
    tokens=st.one_of(st.none(), st.integers(0, 500)),
    cost=st.one_of(st.none(), st.floats(0, 0.01)),
    passages=st.sampled_from([(), FACTS[:2], FACTS]),
    defects=st.one_of(st.none(), st.dictionaries(st.sampled_from(["empty", "cut"]), st.just(1))),
)


@settings(max_examples=8)
@given(st.lists(st.tuples(SECTION, SECTION), min_size=1, max_size=7))
def test_swapping_a_and_b_mirrors_everything(sections):
    a = side("one", *(one for one, _ in sections))
    b = side("two", *(other for _, other in sections))
    there, back = compare_sides(a, b), compare_sides(b, a)
    assert back.verdict == MIRRORED.get(there.verdict, there.verdict)
    assert (back.spread_a, back.spread_b) == (there.spread_b, there.spread_a)
    for one, other in zip(
        [*there.lines, *there.details], [*back.lines, *back.details], strict=True
    ):
        assert other == replace(
            one,
            a=one.b,
            b=one.a,
            difference=_negative(one.difference),
            low=_negative(one.high),
            high=_negative(one.low),
            larger_in_a=one.larger_in_b,
            larger_in_b=one.larger_in_a,
            verdict=MIRRORED.get(one.verdict, one.verdict),
        )


def _negative(value):
    return None if value is None else -value


@pytest.mark.parametrize("count", [1, 12])
def test_two_identical_sides_differ_in_nothing(count):
    comparison = compare_sides(side("A", *plain(count)), side("A", *plain(count)))
    assert comparison.verdict == "unseen"
    assert comparison.is_same
    assert {one.verdict for one in comparison.lines} == {"same"}
    assert tell_verdict(comparison) == "No difference seen: both sides hold the same pairs."


def test_a_side_with_a_rejected_pair_in_every_section_is_worse():
    good = plain(14)
    comparison = compare_sides(side("good", *good), side("bad", *worse(good)))
    assert comparison.verdict == "a"
    assert line(comparison, "accepted_share").verdict == "a"
    assert line(comparison, "coverage_words").verdict == "same"
    assert line(comparison, "pairs_per_call").verdict == "b"
    assert tell_line(line(comparison, "pairs_per_call")) == "more in B"
    assert tell_verdict(comparison) == "A is better in accepted share, and B in nothing."
    detail = next(one for one in comparison.details if one.name == "rejected:passage_reference")
    assert (detail.a, detail.verdict, detail.larger_in_b) == (0.0, "", 14)


def test_the_same_difference_in_few_sections_is_too_little_to_tell():
    good = plain(4)
    comparison = compare_sides(side("good", *good), side("bad", *worse(good)))
    assert comparison.verdict == "few"
    assert line(comparison, "accepted_share").verdict == "few"
    assert line(comparison, "accepted_share").low is None
    assert tell_verdict(comparison).startswith("Too few sections to tell: 4 were compared")


def test_so_many_sections_as_it_says_are_enough():
    good = plain(40)
    needed = compare_sides(side("g", *good[:4]), side("b", *worse(good[:4]))).sections_needed
    enough = compare_sides(side("g", *good[:needed]), side("b", *worse(good[:needed])))
    assert enough.verdict == "a"
    short = compare_sides(side("g", *good[: needed - 1]), side("b", *worse(good[: needed - 1])))
    assert short.verdict == "few"


def test_noise_is_no_difference():
    comparison = compare_sides(side("A", *plain(14, seed=1)), side("B", *plain(14, seed=2)))
    assert comparison.verdict == "unseen"
    assert tell_verdict(comparison) == "No difference seen that could not be chance."


def test_each_side_may_be_better_in_something():
    cheap = [section(pair(FACTS[0]), tokens=10) for _ in range(12)]
    full = [
        section(*(pair(fact, n) for n, fact in enumerate(FACTS)), tokens=900) for _ in range(20)
    ]
    comparison = compare_sides(side("cheap", *cheap), side("full", *full))
    assert comparison.verdict == "mixed"
    assert "tokens_per_accepted" in {one.name for one in comparison.better_in_a}
    assert {"coverage_sentences", "coverage_words"} <= {one.name for one in comparison.better_in_b}
    assert tell_verdict(comparison).startswith("Neither is better in everything. A is better in ")


def test_what_one_side_does_not_know_has_no_verdict():
    known = plain(12)
    unknown = [replace(one, cost=None, defects=None, passages=()) for one in known]
    comparison = compare_sides(side("known", *known), side("unknown", *unknown))
    for name in ("cost_per_accepted", "defects_per_call", "coverage_words"):
        assert line(comparison, name).verdict == "unknown", name
        assert tell_value(line(comparison, name), line(comparison, name).b) == "–"
    assert comparison.verdict == "unseen"


def test_sections_without_all_replies_are_left_out_and_counted():
    a = plain(6)
    b = [*plain(5), replace(a[5], unanswered=1)]
    comparison = compare_sides(side("a", *a, section()), side("b", *b))
    assert len(comparison.sections) == 5
    assert comparison.only == (1, 0, 1)
    assert tell_only(comparison) == (
        "5 sections compared; left out: 1 only in A, 1 without all replies"
    )


def test_nothing_in_common_is_an_error_that_names_the_nearest():
    a, b = side("a", *plain(2), article="Water mill"), side("b", *plain(2), article="Water mills")
    with pytest.raises(Misconfigured, match="no article 'Water mill' in B; did you mean"):
        compare_sides(a, b)
    with pytest.raises(Misconfigured, match="about different articles"):
        compare_sides(a, side("c", *plain(2), article="Zebra"))


def test_no_reply_anywhere_is_an_error_that_says_what_to_do():
    open_ones = [replace(one, unanswered=1) for one in plain(3)]
    with pytest.raises(LoremillError, match="run the same command again"):
        compare_sides(side("a", *open_ones), side("b", *plain(3)))


def test_diversity_is_compared_at_equal_numbers():
    few = [section(*(pair(FACTS[0], number) for number in range(2))) for _ in range(12)]
    many = [section(*(pair(FACTS[0], number) for number in range(9))) for _ in range(12)]
    comparison = compare_sides(side("few", *few), side("many", *many))
    assert line(comparison, "distinct_2").verdict == "same"
    assert comparison.spread_a.sampled == comparison.spread_b.sampled == 24


def test_a_pair_that_nearly_repeats_one_of_another_section_of_the_article_is_counted():
    fact = "It grinds rye for the four villages around the brook and for the castle"
    repeated = [section(pair(f"{fact}, {end}")) for end in ("too.", "also.")]
    new = [section(pair(fact)), section(pair(FACTS[2]))]
    comparison = compare_sides(side("repeated", *repeated), side("new", *new))
    found = line(comparison, "near_duplicates")
    assert (found.a, found.b) == (0.5, 0.0)


def test_sections_come_in_the_order_of_the_article():
    comparison = compare_sides(side("a", *plain(12)), side("b", *plain(12)))
    assert [one.key.path[1] for one in comparison.sections] == [str(n) for n in range(12)]


def test_everything_can_be_told_to_scripts():
    good = plain(12)
    told = compare_sides(side("good", *good), side("bad", *worse(good))).as_dict()
    assert [one["name"] for one in told["figures"]] == [figure.name for figure in FIGURES]
    assert told["sections_compared"] == len(told["sections"]) == 12
    assert told["sections"][0]["b"]["pairs"][-1]["rejected"].startswith("passage_reference")
    assert told["verdict"] == "a"
    assert told["exit_code"] == 0


def test_the_method_is_told_in_words():
    assert "Holm" in METHOD
    assert "5%" in METHOD
