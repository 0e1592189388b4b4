from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.learning import LearntPace

HURRY = 20.0
"""Times the limit at which a run goes that knows of none."""


class Bucket:
    """An endpoint: so many calls a second, so many more at once after a rest."""

    def __init__(self, per_s: float, burst: float) -> None:
        self.per_s, self.burst, self.level, self.at = per_s, max(1.0, burst), max(1.0, burst), 0.0

    def takes(self, now: float) -> bool:
        self.level = min(self.burst, self.level + (now - self.at) * self.per_s)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Seen:
    def __init__(self) -> None:
        self.taken = self.refused = 0
        self.taken_late = self.late_s = 0.0


def ask(endpoint: Bucket, *, calls: int, pace: LearntPace | None = None, pause_s=0.75) -> Seen:
    """Calls one after the other at the learnt pace; a refusal pauses all."""
    pace = pace or LearntPace(0.0)
    seen, now, middle = Seen(), 0.0, 0.0
    while seen.taken < calls:
        now += 1 / (pace.per_s(now) or HURRY * endpoint.per_s)
        pace.let_go(now)
        if endpoint.takes(now):
            seen.taken += 1
        else:
            seen.refused += 1
            pace.refused(now)
            pace.broke(now, now, may_guess=True)
            pace.paused(pause_s)
            now += pause_s
        if seen.taken == calls // 2:
            middle = now
    seen.late_s = now - middle
    seen.taken_late = calls - calls // 2
    return seen


@pytest.mark.parametrize("per_s", [2, 50, 400])
@pytest.mark.parametrize("burst_s", [1, 5, 60])
def test_a_limit_that_nobody_names_is_found_and_used(per_s, burst_s):
    seen = ask(Bucket(per_s, per_s * burst_s), calls=max(1000, 100 * per_s))
    assert seen.refused < 0.05 * (seen.taken + seen.refused)
    assert seen.taken_late / seen.late_s >= 0.95 * per_s


def test_what_was_learnt_before_is_refused_seldom_from_the_first_call_on():
    pace = LearntPace(0.0)
    pace.start_from(50, 0.0)
    seen = ask(Bucket(50, 50), calls=4000, pace=pace)
    assert seen.refused < 0.005 * seen.taken


def test_a_limit_that_was_raised_is_found_out():
    pace = LearntPace(0.0)
    pace.start_from(5, 0.0)
    ask(Bucket(100, 100), calls=8000, pace=pace)
    assert 75 < pace.found_per_s(0.0) < 110


def test_a_first_guess_is_not_told_as_something_found():
    pace = LearntPace(0.0)
    for number in range(1, 200):
        pace.let_go(number / 100)
    pace.refused(1.99)
    pace.broke(1.99, 2.0, may_guess=True)
    assert pace.per_s(2.0)
    assert pace.found_per_s(2.0) is None


def test_where_a_pace_is_known_from_elsewhere_a_first_refusal_lowers_nothing():
    pace = LearntPace(0.0)
    for number in range(1, 200):
        pace.let_go(number / 100)
    pace.broke(1.99, 2.0, may_guess=False)
    assert pace.per_s(2.0) is None


def test_an_hour_of_silence_does_not_make_the_pace_an_hours():
    pace = LearntPace(0.0)
    pace.start_from(50, 0.0)
    now = 0.0
    for _ in range(500):
        now += 0.02
        pace.let_go(now)
    pace.broke(now, now, may_guess=True)
    pace.paused(3600)
    now += 3600
    for _ in range(500):
        now += 0.02
        pace.let_go(now)
    pace.broke(now, now, may_guess=True)
    assert pace.per_s(now) == pytest.approx(50, rel=0.2)


def test_nights_without_a_refusal_make_no_number_too_large():
    pace = LearntPace(0.0)
    pace.start_from(5, 0.0)
    for second in range(1, 100_000):
        pace.let_go(second / 10)
    assert 5 < pace.per_s(10**4) <= 20.2
    assert pace.per_s(10**7) == 5


def test_halves_make_a_whole():
    pace = LearntPace(0.0)
    pace.start_from(50, 0.0)
    pace.scale(1 / 2, 1.0)
    assert pace.per_s(1.0) == pytest.approx(25)
    pace.scale(2, 2.0)
    assert pace.per_s(2.0) == pytest.approx(50)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["let_go", "refused", "broke", "paused", "scale"]),
            st.floats(0, 100, allow_nan=False),
        ),
        max_size=60,
    )
)
def test_whatever_happens_there_is_a_pace_or_none_known(happenings):
    pace, now = LearntPace(0.0), 0.0
    for what, value in happenings:
        now += value / 10
        if what == "let_go":
            pace.let_go(now)
        elif what == "refused":
            pace.refused(max(0.0, now - value))
        elif what == "broke":
            pace.broke(max(0.0, now - value), now, may_guess=value > 50)
        elif what == "paused":
            pace.paused(value)
        else:
            pace.scale(1 / (1 + round(value)), now)
        per_s = pace.per_s(now)
        assert per_s is None or per_s > 0
