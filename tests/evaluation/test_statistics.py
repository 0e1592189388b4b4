"""Intervals and tests against values from elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.comparison.paired import Both, Term, sign_flip
from generator.evaluation.statistics import Discordant, Share, adjusted, mcnemar, share_of


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(10, 100), 0.0552, 0.1744),  # statsmodels proportion_confint(…, method="wilson")
        (Share(81, 263), 0.2553, 0.3662),  # Newcombe (1998), table I
        (Share(15, 148), 0.0624, 0.1605),
        (Share(0, 20), 0.0, 0.1611),
        (Share(1, 29), 0.0061, 0.1718),
        (Share(29, 29), 0.8830, 1.0),
    ],
)
def test_an_interval_of_a_share_is_wilsons(share, low, high):
    assert share.interval == pytest.approx((low, high), abs=6e-5)


def test_of_nothing_everything_is_possible():
    assert share_of([]).interval == (0.0, 1.0)
    assert share_of([True, False, True]) == Share(2, 3)


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        (Discordant(6, 16), 0.0525),  # scipy.stats.binomtest(6, 22).pvalue
        (Discordant(2, 8), 0.109375),
        (Discordant(0, 6), 0.03125),
        (Discordant(5, 5), 1.0),
        (Discordant(0, 0), 1.0),
    ],
)
def test_mcnemar_is_the_toss_of_a_coin_for_each_item_on_which_two_differ(counts, p):
    assert mcnemar(counts) == pytest.approx(p, abs=1e-4)


@given(st.integers(0, 6), st.integers(0, 6))
def test_mcnemar_is_the_exact_paired_test_for_yes_and_no(only_base, only_tuned):
    items = [Both(Term(1, 1), Term(0, 1))] * only_base + [Both(Term(0, 1), Term(1, 1))] * only_tuned
    counts = Discordant(only_base, only_tuned)
    assert mcnemar(counts) == pytest.approx(sign_flip(items).p)
    assert mcnemar(Discordant(only_tuned, only_base)) == mcnemar(counts)


def test_a_great_number_of_items_is_still_exact():
    assert mcnemar(Discordant(2000, 2000)) == 1.0
    assert mcnemar(Discordant(0, 4000)) == 0.0


def test_many_tests_make_each_less_sure():
    found = adjusted({"a": Discordant(0, 10), "b": Discordant(1, 9), "c": Discordant(0, 1)})
    assert found["a"] == pytest.approx(2 * 2 / 2**10)
    assert found["b"] == pytest.approx(2 * 11 / 2**10)
    assert found["c"] == 1.0
