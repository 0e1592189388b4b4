"""The statistics: against cases known by hand, against themselves mirrored, and for their error rate."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.comparison.paired import (
    BLOCKS,
    EXACT,
    LEVEL,
    MIN_FOR_INTERVAL,
    Both,
    SignFlip,
    Term,
    difference,
    holm,
    interval,
    ratio,
    sections_needed,
    sign_flip,
)

TERM = st.builds(Term, st.integers(0, 20), st.integers(0, 5))
SECTIONS = st.lists(st.builds(Both, TERM, TERM), max_size=8)


def swapped(sections):
    return [Both(one.b, one.a) for one in sections]


@settings(max_examples=20)
@given(SECTIONS)
@example([Both(Term(n, 2), Term(7 * n % 5, 1)) for n in range(EXACT + 3)])
@example([Both(Term(n / 7, 1), Term(n / 3, n % 2)) for n in range(BLOCKS + 3)])
def test_swapping_the_sides_mirrors_every_figure_to_the_last_bit(sections):
    seen, mirrored = difference(sections), difference(swapped(sections))
    assert (seen is None) == (mirrored is None)
    if seen is not None:
        assert mirrored == -seen
    assert sign_flip(sections) == sign_flip(swapped(sections))
    bounds, other = interval(sections), interval(swapped(sections))
    assert (bounds is None) == (other is None)
    if bounds is not None:
        assert (other.low, other.high) == (-bounds.high, -bounds.low)


@settings(max_examples=20)
@given(st.lists(TERM, max_size=8))
def test_equal_sides_differ_in_nothing(terms):
    sections = [Both(term, term) for term in terms]
    assert sign_flip(sections) == (1.0, 1.0)
    assert not difference(sections)
    assert interval(sections) in (None, (0.0, 0.0))


def test_a_ratio_is_the_sum_by_the_sum_and_not_the_mean_of_ratios():
    assert ratio([Term(1, 1), Term(0, 9)]) == pytest.approx(0.1)
    assert ratio([Term(3, 0)]) is None
    assert ratio([]) is None


@pytest.mark.parametrize("n", [2, 5, 9, 12])
def test_where_b_has_more_in_every_one_of_n_sections_the_test_gives_two_by_two_to_the_n(n):
    sections = [Both(Term(1, 1), Term(2 + place, 1)) for place in range(n)]
    assert sign_flip(sections) == pytest.approx((2 ** (1 - n), 2 ** (1 - n)))


def test_sections_without_a_difference_tell_the_test_nothing():
    equal = [Both(Term(3, 4), Term(3, 4))] * 50
    differing = [Both(Term(1, 1), Term(2, 1))] * 6
    assert sign_flip(equal + differing).smallest_p == 2**-5


def test_many_sections_that_lean_one_way_are_sure():
    sections = [Both(Term(1, 2), Term(2, 2))] * 40
    assert sign_flip(sections).p < 0.001
    assert interval(sections) == (0.5, 0.5)


def test_fewer_than_five_sections_have_no_interval():
    sections = [Both(Term(1, 1), Term(2, 1))] * MIN_FOR_INTERVAL
    assert interval(sections[1:]) is None
    assert interval(sections) is not None


def test_a_ratio_that_is_seldom_there_has_no_interval():
    sections = [Both(Term(0, 0), Term(1, 1))] * 30
    assert interval([*sections, Both(Term(1, 1), Term(1, 1))]) is not None
    assert interval(sections) is None


@pytest.mark.parametrize(("n", "series", "least"), [(20, 24, 20), (BLOCKS + 100, 6, 4)])
def test_the_interval_holds_the_difference_about_as_often_as_it_says(n, series, least):
    chance = random.Random(7)
    hits = 0
    for _ in range(series):
        sections = []
        for _ in range(n):
            level = chance.gauss(5, 2)
            sections.append(Both(Term(level, 1), Term(level + chance.gauss(0.5, 1), 1)))
        bounds = interval(sections)
        assert bounds is not None
        hits += bounds.low <= 0.5 <= bounds.high
    assert hits >= least  # fewer in 1 of 100 such rows of series


def test_equal_sides_with_noise_are_told_apart_no_more_often_than_the_level_says():
    chance = random.Random(3)
    p = []
    for _ in range(300):
        sections = [
            Both(Term(chance.gauss(5, 1), 1), Term(chance.gauss(5, 1), 1)) for _ in range(8)
        ]
        p.append(sign_flip(sections).p)
    assert sum(one <= LEVEL for one in p) <= 25  # 15 expected


def test_holm_multiplies_the_smallest_most_and_never_orders_anew():
    tests = {"a": SignFlip(0.01, 0.001), "b": SignFlip(0.04, 0.001), "c": SignFlip(0.03, 0.001)}
    assert holm(tests) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})


def test_figures_that_could_not_have_come_out_are_not_counted():
    tests = {"a": SignFlip(0.04, 0.001), "b": SignFlip(0.5, 0.25), "c": SignFlip(1.0, 1.0)}
    assert holm(tests) == pytest.approx({"a": 0.04, "b": 1.0, "c": 1.0})


@pytest.mark.parametrize("figures", [1, 5, 13])
def test_one_section_less_than_needed_can_give_no_verdict(figures):
    needed = sections_needed(figures)
    assert figures * 2 ** (1 - needed) <= LEVEL < figures * 2 ** (2 - needed)
