"""Long troubles, in virtual time: whatever passes, passes without a loss."""

from __future__ import annotations

import time

import pytest

from generator.errors import ProviderRefuses, RateLimited, Refused, Stopped, Transient
from generator.store import open_store
from tests.engine import virtual
from tests.engine.scripted import Scripted, planned, runner

PLAN = [planned(number) for number in range(150)]
MINUTE = 60.0


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


class Trouble:
    """Fails every attempt between two moments, in seconds from the first attempt on."""

    def __init__(self, error, begins_s: float, ends_s: float) -> None:
        self.error = error
        self.begins_s = begins_s
        self.ends_s = ends_s
        self.began: float | None = None
        self.refused = 0
        self.back_after_s: float | None = None
        """From the end of the trouble to the first good attempt after it."""

    def __call__(self, question: str, attempt: int) -> Exception | None:
        now = time.monotonic()
        if self.began is None:
            self.began = now
        passed_s = now - self.began
        if self.begins_s <= passed_s < self.ends_s:
            self.refused += 1
            return self.error()
        if passed_s >= self.ends_s and self.back_after_s is None:
            self.back_after_s = passed_s - self.ends_s
        return None


def run(model, store, **options):
    # The policy that users get: the one of the helper is for short tests.
    options.setdefault("policy", None)
    return virtual.run(lambda: runner(model, store, **options).run(PLAN))


def reset():
    return Transient("reset by peer", reason="connection")


@pytest.mark.parametrize("workers", [1, 16, 100])
def test_ten_minutes_of_nothing_but_429_lose_nothing(store, workers):
    trouble = Trouble(lambda: RateLimited("slow"), 0.4, 10 * MINUTE)
    result = run(Scripted(trouble, latency_s=0.5), store, workers=workers)
    assert result.answered == len(PLAN)
    assert not result.failed
    assert trouble.back_after_s <= 16
    assert trouble.refused <= 2 * workers + 100


@pytest.mark.parametrize("workers", [1, 16, 100])
def test_thirty_seconds_of_resets_lose_nothing(store, workers):
    trouble = Trouble(reset, 0.4, 30)
    result = run(Scripted(trouble, latency_s=0.5), store, workers=workers)
    assert result.answered == len(PLAN)
    assert trouble.back_after_s <= 32
    assert trouble.refused <= 3 * workers + 20


@pytest.mark.parametrize("workers", [1, 2, 16])
def test_half_an_hour_without_a_network_loses_nothing(store, workers):
    trouble = Trouble(reset, 0.4, 30 * MINUTE)
    result = run(Scripted(trouble, latency_s=0.5), store, workers=workers)
    assert result.answered == len(PLAN)
    assert not result.stop.is_set


def test_trouble_from_the_start_that_is_no_wrong_address_is_outlasted(store):
    trouble = Trouble(lambda: Transient("503", reason="server_error"), 0, 5 * MINUTE)
    result = run(Scripted(trouble, latency_s=0.5), store, workers=16)
    assert result.answered == len(PLAN)


@pytest.mark.parametrize("error", [reset, lambda: RateLimited("slow")])
def test_hours_without_a_reply_end_the_run_and_fail_no_call(store, error):
    trouble = Trouble(error, 2, 10**6)
    result = run(Scripted(trouble, latency_s=0.5), store, workers=16)
    assert isinstance(result.stop.error, Stopped)
    assert "60 minutes" in str(result.stop.error)
    assert not result.failed
    assert trouble.refused < 1000


def test_calls_that_always_fail_do_not_hold_up_the_others(store):
    poison = {f"question {number}" for number in range(40, 46)}

    def fault(question, attempt):
        return reset() if question in poison else None

    result = run(Scripted(fault, latency_s=0.5), store, workers=2)
    assert result.answered == len(PLAN) - 6
    assert result.failed == {"connection": 6}
    assert not result.stop.is_set


def test_a_call_larger_than_the_limit_is_given_up_while_others_are_answered(store):
    def fault(question, attempt):
        return RateLimited("too large", retry_after_s=1) if question == "question 7" else None

    result = run(Scripted(fault, latency_s=0.5), store, workers=4)
    assert result.answered + result.failed.total() == len(PLAN)
    assert result.failed.total() <= 1


def test_refusals_of_everything_for_one_cause_end_the_run_after_good_ones_too(store):
    def fault(question, attempt):
        if int(question.split()[1]) >= 20:
            return Refused("no such field", reason="bad_request")
        return None

    model = Scripted(fault, latency_s=0.5)
    result = run(model, store, workers=4)
    assert isinstance(result.stop.error, ProviderRefuses)
    assert "no such field" in str(result.stop.error)
    assert model.asked.total() < 120


def test_refusals_on_account_of_the_text_end_nothing(store):
    def fault(question, attempt):
        return Refused("war", reason="content_policy")

    result = run(Scripted(fault), store, workers=4)
    assert result.failed == {"content_policy": len(PLAN)}
    assert not result.stop.is_set


def test_a_few_faults_among_good_replies_pause_nobody(store):
    def fault(question, attempt):
        return reset() if attempt == 1 and int(question.split()[1]) % 5 == 0 else None

    model = Scripted(fault, latency_s=0.5)
    began = time.monotonic()
    result = run(model, store, workers=20)
    assert result.answered == len(PLAN)
    assert model.asked.total() == len(PLAN) + len(PLAN) // 5
    assert time.monotonic() - began < 20
