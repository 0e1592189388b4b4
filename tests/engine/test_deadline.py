from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from generator.engine.deadline import LOOK_EVERY_S, Deadline, read_deadline
from generator.engine.stop import Stop
from generator.errors import Misconfigured, Stopped
from generator.store import open_store
from tests.engine import virtual
from tests.engine.scripted import Scripted, planned, runner

EVENING = datetime(2026, 11, 20, 22, 30).astimezone()


@pytest.fixture
def zone(monkeypatch):
    def set_to(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


def test_a_time_of_day_is_the_next_one_to_come():
    assert read_deadline("07:00", now=EVENING) == datetime(2026, 11, 21, 7, 0).astimezone()
    assert read_deadline("23:15:30", now=EVENING) == datetime(2026, 11, 20, 23, 15, 30).astimezone()
    assert read_deadline("22:30", now=EVENING) == datetime(2026, 11, 21, 22, 30).astimezone()


def test_a_date_with_a_time_is_that_moment():
    assert read_deadline("2026-11-22T06:00", now=EVENING) == datetime(2026, 11, 22, 6).astimezone()
    there = timezone(timedelta(hours=9))
    assert read_deadline("2026-11-22T06:00+09:00", now=EVENING) == datetime(
        2026, 11, 22, 6, tzinfo=there
    )


def test_the_night_of_the_change_to_winter_time_is_an_hour_longer(zone):
    zone("Europe/Berlin")
    now = datetime(2026, 10, 24, 22, 0).astimezone()
    assert read_deadline("07:00", now=now) - now.astimezone(UTC) == timedelta(hours=10)


@pytest.mark.parametrize(
    "text", ["", "seven", "25:00", "7", "2026-11-19T07:00", "2026-13-01T00:00"]
)
def test_what_is_no_time_to_come_is_refused(text):
    with pytest.raises(Misconfigured, match="--until"):
        read_deadline(text, now=EVENING)


class Wall:
    """A clock on the wall that can be moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now.timestamp()
        self._set_at = time.monotonic()

    def __call__(self) -> float:
        return self.now + time.monotonic() - self._set_at

    def jump(self, seconds: float) -> None:
        self.now += seconds


def run_until(tmp_path, *, jump_s: float, after_s: float = 60.0):
    """Run 10,000 calls of 1 s each, 10 at once, with a deadline in half an hour."""

    async def main():
        wall = Wall(EVENING)
        deadline = Deadline(EVENING + timedelta(minutes=30), now=wall)
        model = Scripted(latency_s=1.0)
        began = time.monotonic()
        asyncio.get_running_loop().call_later(after_s, wall.jump, jump_s)
        with open_store(tmp_path) as store:
            stop = Stop()
            result = await runner(model, store, workers=10, stop=stop, deadline=deadline).run(
                planned(number) for number in range(400)
            )
        return result, model, time.monotonic() - began

    return virtual.run(main)


def test_no_call_is_sent_after_the_deadline_and_those_in_flight_are_kept(tmp_path):
    result, model, took_s = run_until(tmp_path, jump_s=30 * 60 - 15, after_s=5.0)
    assert result.stop.reason == "deadline"
    assert isinstance(result.stop.error, Stopped)
    assert 0 < result.answered == model.asked.total() < 400
    assert took_s <= 5 + 15 + LOOK_EVERY_S + 2


def test_after_a_night_suspended_no_further_call_is_sent(tmp_path):
    # Timers stand still meanwhile, the clock on the wall goes on.
    result, model, _ = run_until(tmp_path, jump_s=8 * 3600, after_s=5.0)
    assert result.stop.reason == "deadline"
    assert model.asked.total() <= 70


def test_a_clock_that_is_set_back_only_makes_the_night_longer(tmp_path):
    result, _, _ = run_until(tmp_path, jump_s=-7200, after_s=5.0)
    assert not result.stop.is_set
    assert result.answered == 400


def test_a_deadline_that_has_passed_sends_nothing(tmp_path):
    async def main():
        model = Scripted()
        with open_store(tmp_path) as store:
            deadline = Deadline(EVENING, now=lambda: EVENING.timestamp() + 1)
            result = await runner(model, store, deadline=deadline).run([planned(1)])
        return result, model

    result, model = virtual.run(main)
    assert result.stop.reason == "deadline"
    assert not model.asked
