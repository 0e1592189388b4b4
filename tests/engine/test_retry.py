from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.retry import LONGEST_WAIT_S, Policy, decide
from generator.errors import RateLimited, Refused, Transient


def decided(error, **values):
    given = {"attempt": 1, "elapsed_s": 0.0, "jitter": 0.0, "policy": Policy(), **values}
    return decide(error, **given)


def test_a_refused_request_is_not_asked_again():
    assert decided(Refused("no")).action == "give_up"


def test_a_rate_limit_holds_everyone_for_as_long_as_the_endpoint_says():
    decision = decided(RateLimited("slow", retry_after_s=17), limited=1)
    assert (decision.action, decision.everyone) == ("again", True)
    assert decision.wait_s == 17


def test_rate_limits_do_not_use_up_attempts():
    assert decided(RateLimited("slow"), attempt=99, limited=99).action == "again"


def test_an_error_on_the_way_is_tried_again_until_the_attempts_are_used_up():
    policy = Policy(attempts=3)
    actions = [decided(Transient("reset"), attempt=n, policy=policy).action for n in (1, 2, 3)]
    assert actions == ["again", "again", "give_up"]


def test_a_call_that_runs_into_the_time_limit_is_tried_less_often():
    error = Transient("slow", reason="timeout")
    assert decided(error, attempt=Policy().timeouts).action == "give_up"


def test_a_dropped_parameter_is_tried_without_a_wait():
    decision = decided(Transient("no top_p", reason="dropped_parameter"))
    assert (decision.action, decision.wait_s) == ("again", 0.0)


@given(st.integers(1, 100), st.floats(0, 0.999))
def test_a_wait_is_never_longer_than_the_longest(attempt, jitter):
    policy = Policy(attempts=1000)
    decision = decided(Transient("x"), attempt=attempt, jitter=jitter, policy=policy)
    assert 0 < decision.wait_s <= LONGEST_WAIT_S


@pytest.mark.parametrize("error", [RateLimited("slow"), Transient("reset")])
def test_a_call_ends_when_its_time_is_up(error):
    assert decided(error, elapsed_s=Policy().elapsed_s).action == "give_up"
