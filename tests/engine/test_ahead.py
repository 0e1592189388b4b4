from __future__ import annotations

import asyncio
import threading

import pytest

from generator.engine.ahead import Ahead
from generator.engine.feed import Feed


def test_items_come_in_their_order():
    assert list(Ahead(range(1000), most=3)) == list(range(1000))


def test_no_more_is_made_than_may_wait():
    made = []
    reached = threading.Semaphore(0)

    def numbers():
        for number in range(1000):
            made.append(number)
            reached.release()
            yield number

    ahead = Ahead(numbers(), most=5)
    for _ in range(6):
        reached.acquire()
    assert not reached.acquire(timeout=0.1)
    assert next(ahead) == 0
    reached.acquire()
    ahead.close()
    assert len(made) < 12


def test_an_error_comes_after_the_items_before_it():
    def numbers():
        yield 1
        raise ValueError("no more")

    ahead = Ahead(numbers(), most=5)
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="no more"):
        next(ahead)
    assert list(ahead) == []


def test_closing_ends_a_thread_that_waits_for_room():
    ahead = Ahead(iter(int, 1), most=2)
    next(ahead)
    ahead.close()
    assert "ahead" not in [thread.name for thread in threading.enumerate()]


async def test_a_feed_hands_over_what_is_there_while_the_next_batch_is_being_made():
    is_taken = threading.Event()

    def batches():
        yield [1]
        assert is_taken.wait(10)
        yield [2]

    feed = Feed(batches())
    assert await anext(feed) == 1
    is_taken.set()
    assert [item async for item in feed] == [2]
    await feed.close()


async def test_a_feed_takes_no_more_batches_than_may_wait():
    made = []

    def batches():
        for number in range(1000):
            made.append(number)
            yield [number] * 10

    feed = Feed(batches(), ahead=50)
    for _ in range(30):
        await anext(feed)
    await asyncio.sleep(0.05)
    assert len(made) <= 10
    await feed.close()
    assert len(made) <= 10
