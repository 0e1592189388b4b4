from __future__ import annotations

import asyncio

import pytest

from generator.engine import retry
from generator.engine.events import Answered, Failed
from generator.engine.follow_up import OVERFLOW
from generator.engine.plan import Asking, plan_calls
from generator.engine.stop import Stop
from generator.errors import ProviderRefuses, RateLimited, Refused, Transient
from generator.prompts import Template
from generator.records import Failure, Passage, Reply
from generator.store import open_store
from generator.store.batches import Batch, State
from tests.engine import virtual
from tests.engine.scripted import Scripted, completion, pairs_text, planned, runner

TEMPLATE = Template(name="t", kind="basic", pairs=3, system="", user="{{ passage }}")
ASKING = Asking(model="m", templates=[TEMPLATE])
PASSAGE = Passage(
    article="A", section=(), text="It was built in 1871. It fell in 1902. It is gone."
)
PLAN = [planned(number) for number in range(30)]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_WAIT_S", 0.01)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


async def test_every_call_gets_its_reply_once(store):
    model = Scripted(latency_s=0.001)
    result = await runner(model, store).run(PLAN)
    assert (result.planned, result.answered) == (30, 30)
    assert set(model.asked.values()) == {1}
    assert all(store.get_reply(one.call.digest) for one in PLAN)


async def test_a_second_run_asks_for_nothing(store):
    await runner(Scripted(), store).run(PLAN)
    model = Scripted()
    result = await runner(model, store).run(PLAN)
    assert not model.asked
    assert result.already_answered == 30


async def test_the_same_call_twice_in_a_plan_is_made_once(store):
    model = Scripted(latency_s=0.01)
    result = await runner(model, store).run([PLAN[0]] * 5 + PLAN[:3])
    assert model.asked.total() == 3
    assert (result.answered, result.answered_elsewhere) == (3, 5)


async def test_errors_on_the_way_are_tried_again(store):
    model = Scripted(lambda question, attempt: Transient("reset") if attempt < 3 else None)
    result = await runner(model, store).run(PLAN)
    assert result.answered == 30
    assert not result.failed


async def test_a_refused_call_is_recorded_and_the_others_go_on(store):
    def fault(question, attempt):
        return Refused("no", reason="content_policy") if question == "question 7" else None

    model = Scripted(fault)
    events = []
    result = await runner(model, store, observe=events.append).run(PLAN)
    assert result.answered == 29
    assert result.failed == {"content_policy": 1}
    assert model.asked["question 7"] == 1
    assert store.last_failure(planned(7).call.digest).reason == "content_policy"
    assert sum(isinstance(event, Answered) for event in events) == 29
    assert sum(isinstance(event, Failed) for event in events) == 1


async def test_a_failed_call_is_asked_again_by_the_next_run(store):
    await runner(Scripted(lambda *_: Refused("no")), store).run(PLAN)
    result = await runner(Scripted(), store).run(PLAN)
    assert result.answered == 30


def test_rate_limits_lose_nothing(store):
    def fault(question, attempt):
        return RateLimited("slow", retry_after_s=0.01) if attempt <= 5 else None

    result = virtual.run(lambda: runner(Scripted(fault), store).run(PLAN))
    assert result.answered == 30


async def test_a_wrong_key_stops_the_run_and_keeps_what_is_there(store):
    def fault(question, attempt):
        return ProviderRefuses("wrong key") if question == "question 9" else None

    model = Scripted(fault, latency_s=0.002)
    result = await runner(model, store).run(PLAN)
    assert isinstance(result.stop.error, ProviderRefuses)
    assert model.asked.total() < 30
    assert all(store.answered([planned(int(q.split()[1])).call.digest]) for q in model.answered)


async def test_a_stop_waits_for_the_calls_in_flight_and_keeps_them(store):
    stop = Stop()
    model = Scripted(latency_s=0.05)
    task = asyncio.create_task(runner(model, store, stop=stop).run(PLAN))
    await asyncio.sleep(0.02)
    stop.set("interrupted")
    result = await task
    assert 0 < result.answered == model.answered.total() < 30
    assert model.answered == model.asked


async def test_a_stop_does_not_wait_for_a_pause_to_end(store):
    stop = Stop()
    model = Scripted(lambda *_: RateLimited("slow", retry_after_s=3600))
    task = asyncio.create_task(runner(model, store, stop=stop).run(PLAN))
    await asyncio.sleep(0.05)
    stop.set("interrupted")
    result = await asyncio.wait_for(task, 5)
    assert result.answered == 0


async def test_a_second_stop_gives_up_the_calls_in_flight(store):
    stop = Stop()
    task = asyncio.create_task(runner(Scripted(latency_s=3600), store, stop=stop).run(PLAN))
    await asyncio.sleep(0.05)
    stop.set("interrupted")
    stop.cut_short()
    result = await asyncio.wait_for(task, 5)
    assert result.answered == 0


async def test_no_more_calls_are_in_flight_than_allowed(store):
    model = Scripted(latency_s=0.005)
    await runner(model, store, workers=3).run(PLAN)
    assert model.most_inside == 3


async def test_the_plan_is_pulled_as_it_is_needed(store):
    pulled = 0

    def plan():
        nonlocal pulled
        for number in range(5000):
            pulled += 1
            yield planned(number)

    stop = Stop()
    task = asyncio.create_task(runner(Scripted(latency_s=0.2), store, stop=stop).run(plan()))
    await asyncio.sleep(0.1)
    stop.set("interrupted")
    await task
    assert pulled < 1000


async def test_what_goes_wrong_in_planning_is_raised_after_the_calls_in_flight(store):
    def plan():
        yield from PLAN
        raise Refused("the wiki is gone")

    model = Scripted(latency_s=0.01)
    with pytest.raises(Refused, match="the wiki is gone"):
        await runner(model, store).run(plan())
    assert model.asked == model.answered


async def test_an_endpoint_that_never_works_is_given_up_soon(store, monkeypatch):
    monkeypatch.setattr("generator.engine.health.HOPELESS_AFTER_S", 0.0)
    model = Scripted(lambda *_: Transient("HTML instead of JSON", reason="not_a_completion"))
    result = await runner(model, store).run(PLAN)
    assert isinstance(result.stop.error, ProviderRefuses)
    assert model.asked.total() <= 12


async def test_a_call_that_another_process_makes_is_waited_for(store, tmp_path, monkeypatch):
    monkeypatch.setattr("generator.engine.run.ELSEWHERE_S", 0.01)
    digest = PLAN[3].call.digest
    store.claims.take(digest)
    model = Scripted()
    task = asyncio.create_task(runner(model, store).run(PLAN))
    await asyncio.sleep(0.1)
    assert model.asked.total() == 29
    store.claims.release(digest)
    result = await task
    assert result.answered == 30


def test_waiting_for_everyone_is_not_counted_as_time_of_the_call(store):
    def fault(question, attempt):
        if attempt == 1:
            return RateLimited("slow", retry_after_s=3600)
        return Transient("reset") if attempt == 2 else None

    result = virtual.run(lambda: runner(Scripted(fault), store, policy=None).run(PLAN))
    assert result.answered == 30


async def test_halves_that_are_answered_are_found_whatever_failed_later(store):
    whole = next(plan_calls([PASSAGE], ASKING))
    await store.put_failure(Failure(call=whole.call.digest, reason=OVERFLOW))
    first = Scripted()
    result = await runner(first, store).run([whole])
    assert (first.asked.total(), result.already_answered) == (2, 1)
    again = Scripted()
    await runner(again, store).run([whole])
    assert not again.asked


async def test_a_follow_up_that_a_crash_has_cost_is_made_by_the_next_run(store):
    whole = next(plan_calls([PASSAGE], ASKING))
    cut = completion(pairs_text(1), finish_reason="length")
    await store.put_reply(
        Reply(call=whole.call.digest, body=cut.body, finish_reason="length", usage=cut.usage),
        model="m",
        endpoint="test",
    )
    model = Scripted(answer=lambda call: completion(pairs_text(2, 3)))
    result = await runner(model, store).run([whole])
    assert (result.already_answered, result.answered) == (1, 1)
    (asked,) = model.asked
    assert asked.startswith("Your answer was cut off")


async def test_a_call_that_another_process_puts_into_a_batch_is_left_to_that(store):
    batch = Batch(id="b" * 32, endpoint="test", model="scripted", state=State.SUBMITTED)

    def fault(question, attempt):
        if question == "question 0":
            store.batches.save(batch)
            store.batches.reserve(batch.id, {PLAN[-1].call.digest: 9})
        return None

    model = Scripted(fault)
    result = await asyncio.wait_for(runner(model, store, workers=1).run(PLAN), 20)
    assert result.in_batches == 1
    assert result.answered == len(PLAN) - 1
    assert PLAN[-1].call.messages[-1].content not in model.asked
