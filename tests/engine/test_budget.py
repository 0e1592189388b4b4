from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.budget import NANO, Budget, Caps, Spending, is_free, most_prompt_tokens
from generator.errors import (
    Misconfigured,
    ProviderRefuses,
    RateLimited,
    Refused,
    Stopped,
    Transient,
)
from generator.records import Call, Message, Usage

IN, OUT = 0.10, 0.50
"""Per million tokens."""


def price(usage):
    return (usage.prompt_tokens * IN + usage.completion_tokens * OUT) / 1_000_000


def call(text="question", max_tokens=1000):
    return Call(model="m", messages=(Message("user", text),), parameters={"max_tokens": max_tokens})


def worst_of(one):
    return Usage(
        prompt_tokens=most_prompt_tokens(one), completion_tokens=one.parameters["max_tokens"]
    )


def refused_connection():
    error = Transient("no connection", reason="connection")
    error.__cause__ = OSError("all attempts failed")
    error.__cause__.__cause__ = ConnectionRefusedError(111, "refused")
    return error


UNBILLED = [
    RateLimited("slow"),
    Refused("no", reason="bad_request"),
    ProviderRefuses("wrong key"),
    Transient("no top_p", reason="dropped_parameter"),
    refused_connection(),
]
UNKNOWN = [
    Transient("too slow", reason="timeout"),
    Transient("reset by peer", reason="connection"),
    Transient("cut", reason="bad_body"),
    Transient("502", reason="server_error"),
    asyncio.CancelledError(),
]


@pytest.mark.parametrize("error", UNBILLED, ids=repr)
async def test_what_was_certainly_not_billed_is_given_back(error):
    budget = Budget(Caps(money=1.0), price)
    with pytest.raises(type(error)):
        async with budget.reserve(call()):
            raise error
    assert is_free(error)
    assert budget.reserved == budget.spent == Spending()


@pytest.mark.parametrize("error", UNKNOWN, ids=repr)
async def test_what_may_have_been_billed_stays_set_aside(error):
    budget = Budget(Caps(money=1.0), price)
    with pytest.raises(type(error)):
        async with budget.reserve(call()):
            raise error
    assert not is_free(error)
    assert budget.reserved.nano / NANO == pytest.approx(price(worst_of(call())))


async def test_a_reply_is_settled_with_what_it_used():
    budget = Budget(Caps(money=1.0, tokens=10**6), price)
    async with budget.reserve(call()) as reservation:
        reservation.usage = Usage(prompt_tokens=100, completion_tokens=40)
    assert budget.reserved == Spending()
    assert budget.spent == Spending(nano=30_000, tokens=140, calls=1)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        Usage(prompt_tokens=5, completion_tokens=5, is_estimate=True),
        Usage(prompt_tokens=5),
        Usage(completion_tokens=5),
    ],
)
async def test_a_reply_that_does_not_tell_what_it_used_costs_the_worst(usage):
    budget = Budget(Caps(money=1.0), price)
    async with budget.reserve(call()) as reservation:
        reservation.usage = usage
    assert budget.spent == Spending()
    assert budget.reserved.nano / NANO == pytest.approx(price(worst_of(call())))


async def test_a_call_that_does_not_fit_waits_for_those_in_flight():
    one = call()
    budget = Budget(Caps(tokens=worst_of(one).prompt_tokens + 1500), price)
    release = asyncio.Event()

    async def first():
        async with budget.reserve(one) as reservation:
            await release.wait()
            reservation.usage = Usage(prompt_tokens=10, completion_tokens=10)

    async def second():
        async with budget.reserve(one) as reservation:
            reservation.usage = Usage(prompt_tokens=10, completion_tokens=10)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(first())
        await asyncio.sleep(0)
        waiting = group.create_task(second())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        release.set()
    assert budget.spent.tokens == 40


async def test_a_call_that_does_not_fit_and_waits_for_nobody_ends_the_run():
    budget = Budget(Caps(money=0.0001), price)
    with pytest.raises(Stopped, match="budget"):
        async with budget.reserve(call()):
            raise AssertionError("sent")


async def test_a_number_of_calls_needs_neither_prices_nor_bounds():
    budget = Budget(Caps(calls=2), lambda usage: None)
    unbounded = Call(model="m", messages=(Message("user", "?"),))
    for _ in range(2):
        async with budget.reserve(unbounded):
            pass
    with pytest.raises(Stopped, match="2 of 2 calls"):
        async with budget.reserve(unbounded):
            pass


async def test_a_call_without_a_bound_or_a_price_cannot_be_made_within_a_budget():
    unbounded = Call(model="m", messages=(Message("user", "?"),), parameters={"max_tokens": None})
    with pytest.raises(Misconfigured, match="max_tokens"):
        async with Budget(Caps(tokens=10**9), price).reserve(unbounded):
            pass
    with pytest.raises(Misconfigured, match="price"):
        async with Budget(Caps(money=5.0), lambda usage: None).reserve(call()):
            pass


@given(st.text(max_size=300))
def test_a_prompt_never_has_more_tokens_than_its_bound(text):
    # Byte-level tokenizers make at most one token of a byte, whatever the script.
    assert most_prompt_tokens(call(text)) >= len(text.encode("utf-8", "replace"))


@st.composite
def outcomes(draw):
    """What becomes of one attempt: an error, or usage within its bounds, and whether it is told."""
    kind = draw(st.sampled_from(["told", "untold", "unbilled", "billed_and_lost"]))
    return kind, draw(st.floats(0, 1)), draw(st.integers(1, 300)), draw(st.integers(1, 4000))


@given(
    st.lists(outcomes(), max_size=60),
    st.floats(0, 0.02),
    st.integers(1, 20),
    st.integers(0, 2**32),
)
def test_what_a_provider_bills_never_exceeds_the_budget(plan, money, workers, seed):
    asyncio.run(_spend(plan, money, workers, random.Random(seed)))


async def _spend(plan, money, workers, chance):
    budget = Budget(Caps(money=money), price)
    billed = 0.0
    todo = iter(plan)

    def check():
        assert (budget.spent + budget.reserved).nano <= money * NANO
        assert billed <= money + 1e-12

    async def work():
        nonlocal billed
        for kind, share, words, most in todo:
            one = call("wörd " * words, most)
            bound = worst_of(one)
            used = Usage(
                prompt_tokens=max(1, int(share * bound.prompt_tokens)),
                completion_tokens=max(1, int(share * most)),
            )
            try:
                async with budget.reserve(one) as reservation:
                    check()
                    for _ in range(chance.randrange(4)):
                        await asyncio.sleep(0)
                    if kind == "unbilled":
                        raise chance.choice(UNBILLED)
                    billed += price(used)
                    check()
                    if kind == "billed_and_lost":
                        raise chance.choice(UNKNOWN[:-1])
                    reservation.usage = used if kind == "told" else None
            except Stopped:
                return
            except (RateLimited, Refused, ProviderRefuses, Transient):
                pass
            check()

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    check()
