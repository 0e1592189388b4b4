from __future__ import annotations

import asyncio
import time

import pytest

from generator.chat import RateHeaders
from generator.engine.gate import EASE_OFF, NEAR, START_AT_ONCE, Gate
from generator.engine.limits import Limits
from generator.engine.pace import SPARE_SHARE, RequestPace, TokenPace


async def clear():
    """Nobody is held back."""


async def test_requests_are_spread_over_the_minute():
    pace = RequestPace(6000)
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(60):
            group.create_task(pace.wait(clear))
    assert time.monotonic() - began >= 0.4


async def test_a_new_pace_holds_for_those_who_wait_already():
    pace = RequestPace(1)
    await pace.wait(clear)
    waiting = asyncio.create_task(pace.wait(clear))
    await asyncio.sleep(0.05)
    pace.set(60_000)
    await asyncio.wait_for(waiting, 10)


async def test_a_pace_that_a_pause_has_brought_holds_for_those_it_held_back():
    pace = RequestPace()
    held = asyncio.Event()

    async def paused():
        await held.wait()

    waiting = [asyncio.create_task(pace.wait(paused)) for _ in range(20)]
    await asyncio.sleep(0)
    pace.set(60)
    held.set()
    await asyncio.sleep(0.1)
    assert sum(one.done() for one in waiting) == 1
    for one in waiting:
        one.cancel()
    await asyncio.wait(waiting)


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


def test_the_gate_opens_wider_with_success_and_narrows_on_refusal():
    gate = Gate(1000)
    assert gate.allowed == START_AT_ONCE
    for _ in range(50):
        gate.praise(in_flight=int(gate.allowed))
    assert gate.allowed == START_AT_ONCE + 50
    assert gate.refuse(in_flight=150)
    assert gate.allowed == pytest.approx(EASE_OFF * 150)


def test_the_gate_is_back_near_what_was_refused_in_a_round_or_two_and_slow_from_there():
    gate = Gate(1000)
    gate.refuse(in_flight=100)
    for _ in range(40):
        gate.praise(in_flight=int(gate.allowed))
    near = gate.allowed
    assert near >= NEAR * 100
    for _ in range(10):
        gate.praise(in_flight=int(gate.allowed))
    assert gate.allowed < near + 1


def test_fewer_calls_at_once_than_have_gone_well_are_no_reason_to_narrow_the_gate():
    gate = Gate(1000)
    assert gate.refuse(in_flight=100)
    allowed = gate.allowed
    assert not gate.refuse(in_flight=50)
    assert gate.allowed == allowed


def test_the_gate_stays_as_it_is_while_something_else_holds_calls_back():
    gate = Gate(1000)
    for _ in range(500):
        gate.praise(in_flight=10)
    assert gate.allowed == START_AT_ONCE


async def test_waiters_get_in_when_the_gate_opens_wider():
    gate = Gate(START_AT_ONCE + 12)
    for _ in range(START_AT_ONCE):
        await gate.enter()
    waiting = [asyncio.create_task(gate.enter()) for _ in range(12)]
    await asyncio.sleep(0)
    for _ in range(12):
        gate.praise(in_flight=START_AT_ONCE)
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
    async with limits.slot(10) as slot:
        pass
    limits.went_well(slot, used=10, rates=rates)
    began = time.monotonic()
    for _ in range(4):
        async with limits.slot(1):
            pass
    assert time.monotonic() - began >= 0.15


async def test_what_the_endpoint_says_is_left_may_go_ahead_of_the_pace():
    pace = RequestPace(60)
    await pace.wait(clear)
    pace.hear_of_spare(41 / SPARE_SHARE)
    began = time.monotonic()
    for _ in range(40):
        await pace.wait(clear)
    assert time.monotonic() - began < 0.5
    blocked = asyncio.create_task(pace.wait(clear))
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
