from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from generator.chat import RateHeaders
from generator.engine.limits import Limits
from generator.engine.run import Runner
from generator.engine.shared import FOLDER, FORGET_AFTER, Shared
from generator.errors import RateLimited
from generator.store import open_store
from generator.store.limits import LearntLimits
from tests.engine import virtual
from tests.engine.scripted import Scripted, planned
from tests.fakes.chat_server import ChatServer

ROOT = Path(__file__).parent.parent.parent
LONG_S = 30.0


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


def shared(store, model="m"):
    return Shared(store, endpoint="https://e.example/v1", model=model)


def limits(store, **given):
    return Limits(**{"rpm": None, "tpm": None, "concurrency": 50, "shared": shared(store), **given})


def written(store):
    """Return when all is on the disk."""
    store.put_alias("https://e.example", "Leuchtturm", 1, "")


async def ask_one(limits, **rates):
    async with limits.kept(), limits.slot(10) as slot:
        limits.went_well(slot, used=10, rates=RateHeaders(**rates))


# Who is there -----------------------------------------------------------------------------------


def test_runs_count_each_other_while_they_are_there(store):
    one, other, elsewhere = shared(store), shared(store), shared(store, model="another")
    assert one.count() == 1
    for run in (one, other, elsewhere):
        run.join()
    assert (one.count(), other.count(), elsewhere.count()) == (2, 2, 1)
    other.leave()
    assert one.count() == 1
    one.leave()
    elsewhere.leave()
    assert not [path for path in store.workspace.glob(f"{FOLDER}/*/*") if path.is_file()]


def test_the_share_of_a_killed_run_is_free_at_once(store, tmp_path):
    code = (
        "import pathlib, sys, time; from generator.engine.shared import Shared;"
        "from generator.store import open_store;"
        "store = open_store(pathlib.Path(sys.argv[1])).__enter__();"
        "Shared(store, endpoint='https://e.example/v1', model='m').join();"
        "print('there', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"there\n"
        mine = shared(store)
        mine.join()
        assert mine.count() == 2
    finally:
        process.kill()
        process.communicate()
    assert mine.count() == 1
    mine.leave()


def test_a_run_whose_mark_was_cleared_away_makes_another(store):
    one, other = shared(store), shared(store)
    one.join()
    other.join()
    for path in store.workspace.glob(f"{FOLDER}/*/*"):
        path.unlink()
    assert {one.count(), other.count()} == {1, 2}
    assert (one.count(), other.count()) == (2, 2)
    one.leave()
    other.leave()


def test_a_workspace_without_room_for_marks_is_used_alone(store):
    (store.workspace / FOLDER).write_text("in the way")
    run = shared(store)
    run.join()
    assert run.count() == 1
    run.leave()


# What is divided --------------------------------------------------------------------------------


def test_what_one_leaves_the_other_gets(store):
    async def main():
        one, other = limits(store, rpm=6000), limits(store, rpm=6000)
        async with one.kept():
            async with other.kept():
                async with one.slot(1), other.slot(1):
                    await asyncio.sleep(2)
                    halves = one._requests.per_minute, other._requests.per_minute
                    assert halves == pytest.approx((2985, 2985))
            await asyncio.sleep(2)
            assert one._requests.per_minute == pytest.approx(5970)

    virtual.run(main)


def test_a_run_that_has_nothing_to_ask_for_leaves_its_share(store):
    async def main():
        one, other = limits(store, rpm=6000), limits(store, rpm=6000)
        async with one.kept(), other.kept():
            async with one.slot(1):
                pass
            async with other.slot(1):
                await asyncio.sleep(20)
                assert other._requests.per_minute == pytest.approx(5970)
            async with one.slot(1):  # the other has just been at it
                assert one._requests.per_minute == pytest.approx(2985)

    virtual.run(main)


class Metered(Scripted):
    """Takes so many calls a second, and ten at once; refuses the others without a word."""

    def __init__(self, per_s):
        super().__init__(self._meter, latency_s=0.2)
        self.per_s = per_s
        self.level, self.at = 10.0, time.monotonic()
        self.refused = 0

    def _meter(self, question, attempt):
        now = time.monotonic()
        self.level = min(10.0, self.level + (now - self.at) * self.per_s)
        self.at = now
        if self.level < 1:
            self.refused += 1
            return RateLimited("slow")
        self.level -= 1
        return None


@pytest.mark.parametrize("rpm", [600, None])
def test_two_runs_of_one_process_take_no_more_than_the_endpoint_gives(store, rpm):
    model = Metered(10)

    def run(numbers):
        return Runner(
            model=model,
            endpoint="test",
            store=store,
            limits=limits(store, rpm=rpm),
            workers=20,
        ).run([planned(number) for number in numbers])

    async def main():
        async with asyncio.TaskGroup() as group:
            return [group.create_task(run(numbers)) for numbers in (range(200), range(200, 400))]

    assert [done.result().answered for done in virtual.run(main)] == [200, 200]
    assert model.refused <= (3 if rpm else 60)


ASK = """
import asyncio, pathlib, sys
from generator.chat.openai_chat import OpenAIChat
from generator.engine.limits import Limits
from generator.engine.run import Runner
from generator.engine.shared import Shared
from generator.store import open_store
from tests.engine.scripted import planned

async def main(workspace, url, first, rpm):
    model = OpenAIChat("scripted", api_key=None, base_url=url)
    with open_store(pathlib.Path(workspace)) as store:
        shared = Shared(store, endpoint=url, model="scripted")
        limits = Limits(rpm=float(rpm), tpm=None, concurrency=200, shared=shared)
        runner = Runner(model=model, endpoint=url, store=store, limits=limits, workers=200)
        print("there", flush=True)
        sys.stdin.readline()
        result = await runner.run([planned(number) for number in range(int(first), int(first) + 150)])
        print(result.answered, flush=True)
    await model.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


def test_two_processes_take_no_more_together_than_the_endpoint_gives(tmp_path):
    with ChatServer(rpm=6000, burst_s=1) as server:
        both = [
            subprocess.Popen(
                [sys.executable, "-c", ASK, str(tmp_path), server.base_url, str(first), "6000"],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
            for first in (0, 150)
        ]  # fmt: skip
        assert [process.stdout.readline() for process in both] == [b"there\n"] * 2
        for process in both:
            process.stdin.write(b"\n")
            process.stdin.flush()
        said = [process.communicate(timeout=LONG_S)[0] for process in both]
        assert said == [b"150\n"] * 2
        assert server.stats.good == 300
        # At 200 a second half of them would be.
        assert server.stats.requests - server.stats.good <= 0.05 * 300


# What is remembered -----------------------------------------------------------------------------


def test_what_an_endpoint_said_is_known_to_the_next_run(store):
    asyncio.run(ask_one(limits(store), limit_requests=600, limit_tokens=1_000_000))
    written(store)
    assert limits(store)._requests.per_minute == pytest.approx(597)
    assert limits(store, rpm=300)._requests.per_minute == pytest.approx(298.5)
    (learnt,) = store.limits.all()
    assert (learnt.requests_per_minute, learnt.tokens_per_minute) == (600, 1_000_000)
    assert learnt.is_told


def test_a_pace_that_was_found_goes_on_growing_where_only_tokens_are_named(store):
    async def main():
        given = limits(store)
        given._learnt.start_from(10, time.monotonic())
        await ask_one(given, limit_tokens=1_000_000)

    asyncio.run(main())
    written(store)
    (learnt,) = store.limits.all()
    assert (round(learnt.requests_per_minute), learnt.is_told) == (600, False)
    again = limits(store)
    assert again._said.requests is None
    assert again._said.tokens == 1_000_000


def test_what_was_not_heard_again_grows_old(store):
    old = LearntLimits(
        endpoint="https://e.example/v1", model="m", requests_per_minute=60, is_told=True,
        learnt_at=(datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="seconds"),
    )  # fmt: skip
    store.limits.put(old)
    written(store)
    asyncio.run(ask_one(limits(store)))
    written(store)
    assert store.limits.all() == [old]


def test_what_was_found_from_refusals_is_known_to_the_next_run(store):
    model = Metered(10)
    plan = [planned(number) for number in range(600)]

    def run(plan):
        given = limits(store)
        runner = Runner(model=model, endpoint="test", store=store, limits=given, workers=50)
        virtual.run(lambda: runner.run(plan))
        written(store)

    run(plan[:300])
    (learnt,) = store.limits.all()
    assert learnt.requests_per_minute == pytest.approx(600, rel=0.3)
    assert not learnt.is_told
    model.refused = 0
    model.at = 0.0
    run(plan[300:])
    assert model.refused <= 5


def test_what_was_learnt_long_ago_is_forgotten(store):
    for days, is_known in ((1, True), (FORGET_AFTER.days + 1, False)):
        at = datetime.now(UTC) - timedelta(days=days)
        store.limits.put(
            LearntLimits(
                endpoint="https://e.example/v1",
                model="m",
                requests_per_minute=60,
                learnt_at=at.isoformat(timespec="seconds"),
            )
        )
        written(store)
        assert (shared(store).recall() is not None) is is_known


def test_a_run_that_asked_for_nothing_remembers_nothing(store):
    async def main():
        async with limits(store).kept():
            pass

    asyncio.run(main())
    assert store.limits.all() == []
