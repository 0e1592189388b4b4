from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.retry import (
    LONGEST_PAUSE_S,
    LONGEST_RETRY_AFTER_S,
    LONGEST_WAIT_S,
    OUTAGE_FROM,
    Around,
    Policy,
    Tried,
    decide,
)
from generator.errors import RateLimited, Refused, Transient

ALONE = Around(has_replied=False)
POLICY = Policy()


def decided(error, tried=None, around=None, *, jitter=0.0, policy=POLICY):
    return decide(
        error, tried or Tried(attempts=1), around or Around(), jitter=jitter, policy=policy
    )


def test_a_refused_request_is_not_asked_again():
    assert decided(Refused("no")).action == "give_up"


def test_a_rate_limit_holds_everyone_for_as_long_as_the_endpoint_says():
    decision = decided(RateLimited("slow", retry_after_s=17))
    assert (decision.action, decision.everyone) == ("again", True)
    assert decision.wait_s == 17


def test_an_endpoint_that_asks_for_a_week_is_asked_again_after_an_hour():
    assert decided(RateLimited("slow", retry_after_s=604_800)).wait_s == LONGEST_RETRY_AFTER_S


def test_rate_limits_do_not_use_up_attempts():
    tried = Tried(attempts=99, limited=POLICY.limited - 1, elapsed_s=9999)
    assert decided(RateLimited("slow"), tried).action == "again"


def test_a_call_that_alone_is_rate_limited_ends():
    tried = Tried(limited=POLICY.limited)
    assert decided(RateLimited("too large"), tried).action == "give_up"
    assert decided(RateLimited("slow"), tried, ALONE).action == "again"


def test_without_a_word_on_how_long_each_pause_is_longer_than_the_last():
    waits = [
        decided(RateLimited("slow"), around=Around(pauses_in_a_row=pauses)).wait_s
        for pauses in range(8)
    ]
    assert waits == [1, 2, 4, 8, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S]


def test_an_error_on_the_way_is_tried_again_until_the_attempts_are_used_up():
    policy = Policy(attempts=3)
    actions = [
        decided(Transient("reset"), Tried(attempts=number), policy=policy).action
        for number in (1, 2, 3)
    ]
    assert actions == ["again", "again", "give_up"]


def test_a_call_that_failed_while_all_others_did_is_put_off_once():
    used_up = Tried(attempts=POLICY.attempts)
    last_round = Tried(attempts=POLICY.attempts, is_last_round=True)
    assert decided(Transient("reset"), used_up, ALONE).action == "later"
    assert decided(Transient("reset"), last_round, ALONE).action == "give_up"


def test_failures_in_a_row_hold_everyone_back():
    around = Around(failed_in_a_row=OUTAGE_FROM)
    decision = decided(Transient("reset"), around=around)
    assert (decision.action, decision.everyone) == ("again", True)


def test_a_call_that_runs_into_the_time_limit_is_tried_less_often():
    error = Transient("slow", reason="timeout")
    assert decided(error, Tried(attempts=POLICY.timeouts)).action == "give_up"


def test_a_dropped_parameter_is_tried_without_a_wait():
    error = Transient("no top_p", reason="dropped_parameter")
    decision = decided(error, around=Around(failed_in_a_row=99))
    assert (decision.action, decision.wait_s) == ("again", 0.0)


@given(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100), st.floats(0, 0.999))
def test_a_wait_is_never_longer_than_the_longest(attempts, failed, pauses, jitter):
    around = Around(failed_in_a_row=failed, pauses_in_a_row=pauses)
    decision = decided(
        Transient("x"),
        Tried(attempts=attempts),
        around,
        jitter=jitter,
        policy=Policy(attempts=1000),
    )
    assert 0 < decision.wait_s <= (LONGEST_PAUSE_S if decision.everyone else LONGEST_WAIT_S)


def test_a_call_ends_when_its_time_is_up():
    tried = Tried(attempts=1, elapsed_s=POLICY.elapsed_s)
    assert decided(Transient("reset"), tried).action == "give_up"


@pytest.mark.parametrize("retry_after_s", [0.0, 0.25, 20.0])
def test_jitter_only_ever_adds_to_what_the_endpoint_asked_for(retry_after_s):
    decision = decided(RateLimited("slow", retry_after_s=retry_after_s), jitter=0.999)
    assert retry_after_s <= decision.wait_s <= retry_after_s + 1
