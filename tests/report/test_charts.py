"""Distributions become a few bars that hold every value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.report.charts import BARS, HEIGHT, WIDTH, Distribution


def chart(values):
    counted = Distribution()
    for value in values:
        counted.add(value)
    return counted.chart("Answers", "words")


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=300))
def test_every_value_is_in_a_bar_and_every_bar_in_the_drawing(values):
    drawn = chart(values)
    assert sum(bar.count for bar in drawn.bars) == len(values)
    assert len(drawn.bars) <= BARS + 1
    for bar in drawn.bars:
        held = [one for one in values if bar.low <= one and (bar.high is None or one <= bar.high)]
        assert bar.count == len(held)
        assert 0 <= bar.y <= HEIGHT
        assert bar.x + bar.width <= WIDTH + 1


def test_the_middle_and_the_ends_are_told():
    drawn = chart([1, 2, 2, 3, 100])
    assert (drawn.least, drawn.median, drawn.most) == (1, 2, 100)


def test_a_long_tail_is_one_bar():
    drawn = chart([*range(200), 100_000])
    assert drawn.bars[-1].high is None
    assert drawn.bars[-1].label.endswith("or more")


def test_nothing_counted_is_no_chart():
    assert chart([]) is None
