from __future__ import annotations

import asyncio
import time

import pytest

from generator.chat import RateHeaders
from generator.engine.limits import (
    EASE_OFF,
    SPARE_SHARE,
    START_AT_ONCE,
    Gate,
    Limits,
    RequestPace,
    TokenPace,
)


async def test_requests_are_spread_over_the_minute():
    pace = RequestPace(6000)
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(60):
            group.create_task(pace.wait())
    assert time.monotonic() - began >= 0.4


async def test_a_learnt_limit_is_only_ever_lowered():
    pace = RequestPace(600)
    pace.lower_to(60_000)
    began = time.monotonic()
    for _ in range(4):
        await pace.wait()
    assert time.monotonic() - began >= 0.15


async def test_a_request_larger_than_the_bucket_goes_through_and_is_paid_off():
    pace = TokenPace(60_000)
    await asyncio.wait_for(pace.take(5000), 2)
    began = time.monotonic()
    waiting = asyncio.create_task(pace.take(100))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    pace.settle(estimated=5000, used=0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(pace.take(1), 2)
    assert time.monotonic() - began < 4


async def test_the_gate_opens_wider_with_success_and_narrows_on_refusal():
    gate = Gate(1000)
    assert gate.allowed == START_AT_ONCE
    for _ in range(50):
        gate.praise()
    assert gate.allowed == START_AT_ONCE + 50
    gate.ease_off()
    gate.ease_off()  # part of the same burst
    assert gate.allowed == pytest.approx(EASE_OFF * (START_AT_ONCE + 50))
    gate.praise()
    assert gate.allowed < EASE_OFF * (START_AT_ONCE + 50) + 0.1


async def test_waiters_get_in_when_the_gate_opens_wider():
    gate = Gate(START_AT_ONCE + 12)
    for _ in range(START_AT_ONCE):
        await gate.enter()
    waiting = [asyncio.create_task(gate.enter()) for _ in range(12)]
    await asyncio.sleep(0)
    for _ in range(12):
        gate.praise()
    await gate.leave()
    await asyncio.wait_for(asyncio.wait(waiting), 2)
    assert gate.inside == START_AT_ONCE + 11


async def test_a_pause_holds_everyone():
    limits = Limits(rpm=None, tpm=None, concurrency=4)
    limits.pause(0.2, sent_at=time.monotonic(), is_too_much=True)
    began = time.monotonic()

    async def call():
        async with limits.slot(10):
            pass

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(call())
    assert time.monotonic() - began >= 0.2


async def test_limits_are_learnt_from_headers():
    limits = Limits(rpm=None, tpm=None, concurrency=4)
    rates = RateHeaders(limit_requests=600, limit_tokens=1_000_000)
    limits.went_well(estimated=10, used=10, rates=rates)
    began = time.monotonic()
    for _ in range(4):
        async with limits.slot(1):
            pass
    assert time.monotonic() - began >= 0.15


async def test_what_the_endpoint_says_is_left_may_go_ahead_of_the_pace():
    pace = RequestPace(60)
    await pace.wait()
    pace.hear_of_spare(40.5 / SPARE_SHARE + 10, inside=10)
    began = time.monotonic()
    for _ in range(40):
        await pace.wait()
    assert time.monotonic() - began < 0.5
    blocked = asyncio.create_task(pace.wait())
    await asyncio.sleep(0.1)
    assert not blocked.done()
    blocked.cancel()


async def test_tokens_are_given_back_only_while_nothing_says_that_they_are_not():
    pace = TokenPace(60_000)
    await pace.take(900)
    pace.settle(estimated=900, used=100)
    await asyncio.wait_for(pace.take(700), 0.2)
    pace.keep_reserved()
    pace.settle(estimated=700, used=100)
    blocked = asyncio.create_task(pace.take(900))
    await asyncio.sleep(0.3)
    assert not blocked.done()
    blocked.cancel()
