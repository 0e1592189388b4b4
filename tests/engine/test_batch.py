from __future__ import annotations

import json
import time
from contextlib import contextmanager
from itertools import pairwise

import pytest

from generator.chat.batches import Answered, RemoteBatch, Unanswered, Unreadable
from generator.engine.batch import BatchRunner, Pace
from generator.engine.batch_files import BatchLimits, halve, path_of
from generator.engine.budget import Budget, Caps
from generator.engine.events import Batched, Note
from generator.engine.plan import Planned
from generator.engine.stop import Stop
from generator.errors import ProviderRefuses, Transient
from generator.records import Call, Message, Passage, Usage
from generator.store import open_store
from generator.store.batches import State
from tests.engine.virtual import run

PASSAGE = Passage(article="Tarn Point Light", section=(), text="31 metres")


def planned(count, **parameters):
    return [
        [
            Planned(
                call=Call(
                    model="m",
                    messages=(Message("user", f"Was ist {number}？"),),
                    parameters=parameters,
                ),
                passage=PASSAGE,
                template=None,
                pairs=1,
            )
        ]
        for number in range(count)
    ]


class Endpoint:
    """Works on batches in memory; `looks` of them are needed, and `troubles` come first."""

    def __init__(self, *, looks=1, troubles=()):
        self.looks = looks
        self.troubles = list(troubles)
        self.files = {}
        self.created = {}
        self.looked_at = []
        self.lines = lambda file: [json.loads(line) for line in file.splitlines()]

    def request_line(self, call):
        return b'{"custom_id":"%s"}\n' % call.digest.encode()

    async def upload(self, path):
        self.files[path.name] = path.read_bytes()
        return path.name

    async def find_file(self, name):
        return name if name in self.files else ""

    async def create(self, file, *, name):
        self.created[file] = RemoteBatch(id=file, status="validating", name=name, output_file=file)
        return self.created[file]

    async def find(self, name):
        return [one for one in self.created.values() if one.name == name]

    async def look(self, id):
        self.looked_at.append(time.monotonic())
        if self.troubles:
            raise self.troubles.pop(0)
        over = len(self.looked_at) >= self.looks
        return RemoteBatch(
            id=id, status="completed" if over else "something_new", output_file=id if over else ""
        )

    async def cancel(self, id):
        return RemoteBatch(id=id, status="cancelling")

    async def download(self, file, path):
        path.write_bytes(self.files[file])

    async def read_line(self, line):
        try:
            call = json.loads(line)["custom_id"]
        except ValueError:
            return Unreadable()
        return Answered(
            call=call, body="{}", finish_reason="stop", served_by="m",
            usage=Usage(prompt_tokens=10, completion_tokens=30),
        )  # fmt: skip


@contextmanager
def runner(tmp_path, endpoint, **more):
    with open_store(tmp_path) as store:
        yield BatchRunner(endpoint=endpoint, label="e", model="m", store=store, **more), store


def test_a_batch_is_looked_at_ever_more_seldom_whatever_its_state_is_called(tmp_path):
    endpoint = Endpoint(looks=14)

    async def main():
        with runner(tmp_path, endpoint) as (batches, store):
            seen = await batches.submit(planned(3))
            await batches.wait(seen.batches)
            return len(store.answered(one.call.digest for (one,) in planned(3)))

    assert run(main) == 3
    looks = endpoint.looked_at
    waits = [round(after - before) for before, after in pairwise(looks)]
    assert waits == sorted(waits)
    assert waits[0] < 15
    assert waits[-1] == 300


def test_what_a_batch_has_done_is_told_while_it_is_waited_for(tmp_path):
    events = []

    async def main():
        with runner(tmp_path, Endpoint(looks=3), observe=events.append) as (batches, _):
            await batches.wait((await batches.submit(planned(4))).batches)

    run(main)
    assert [event.done for event in events if isinstance(event, Batched)][-1] == 4


def test_hours_without_a_network_are_outlasted(tmp_path):
    troubles = [Transient("no connection", reason="connection")] * 60
    endpoint = Endpoint(troubles=troubles)

    async def main():
        with runner(tmp_path, endpoint) as (batches, _):
            seen = await batches.submit(planned(3))
            await batches.wait(seen.batches)
            return batches.result.answered

    assert run(main) == 3
    assert endpoint.looked_at[-1] - endpoint.looked_at[0] > 600
    assert len(endpoint.created) == 1


def test_an_endpoint_that_never_answers_is_given_up_and_the_calls_kept(tmp_path):
    class Dead(Endpoint):
        async def upload(self, path):
            raise Transient("no connection", reason="connection")

    stop = Stop()

    async def main():
        with runner(tmp_path, Dead(), stop=stop) as (batches, store):
            await batches.submit(planned(3))
            return [batch.state for batch in store.batches.live()]

    assert run(main) == [State.PREPARED]
    assert isinstance(stop.error, ProviderRefuses)


def test_a_line_is_believed_only_where_it_belongs_to_the_batch(tmp_path):
    class Odd(Endpoint):
        async def download(self, file, path):
            lines = [b'{"custom_id":"x"}', b"{", b"", b'{"custom_id":"%s"}' % (b"0" * 32)]
            path.write_bytes(b"\r\n".join([*lines, *self.files[file].splitlines()] * 2))

    notes = []

    async def main():
        with runner(tmp_path, Odd(), observe=notes.append) as (batches, store):
            seen = await batches.submit(planned(700))
            await batches.wait(seen.batches)
            return batches.result.answered, store.count_failures()

    assert run(main) == (700, {})
    texts = [note.text for note in notes if isinstance(note, Note)]
    assert any("2 lines cannot be read and 4 belong to no call" in text for text in texts)


def test_refusals_are_remembered_and_what_may_pass_is_not_among_them(tmp_path):
    class Refusing(Endpoint):
        async def read_line(self, line):
            answered = await super().read_line(line)
            is_final = int(answered.call, 16) % 2 == 0
            return Unanswered(
                call=answered.call, reason="content_policy" if is_final else "server_error",
                detail="no", body="", may_help_again=not is_final,
            )  # fmt: skip

    async def main():
        with runner(tmp_path, Refusing()) as (batches, store):
            seen = await batches.submit(planned(20))
            await batches.wait(seen.batches)
            failed = batches.result.failed["server_error"]
            again = await batches.submit(planned(20))
            left = sum(store.batches.get(id).calls for id in again.batches)
            return batches.result.refused, failed, left

    refused, failed, left = run(main)
    assert set(refused.values()) == {"content_policy"}
    assert left == failed == 20 - len(refused)


def test_files_are_cut_where_a_limit_is_reached(tmp_path):
    line = len(Endpoint().request_line(planned(1)[0][0].call))

    async def main(limits, folder):
        with runner(tmp_path / folder, Endpoint(), limits=limits) as (batches, store):
            seen = await batches.submit(planned(10))
            return sorted(store.batches.get(id).calls for id in seen.batches)

    assert run(lambda: main(BatchLimits(calls=4), "a")) == [2, 4, 4]
    assert run(lambda: main(BatchLimits(size=3 * line), "b")) == [1, 3, 3, 3]
    assert run(lambda: main(BatchLimits(tokens=1), "c")) == [1] * 10


def test_the_same_call_twice_in_a_plan_is_one_line(tmp_path):
    endpoint = Endpoint()

    async def main():
        with runner(tmp_path, endpoint) as (batches, _):
            await batches.submit(planned(1200) + planned(1200))

    run(main)
    (file,) = endpoint.files.values()
    assert len(file.splitlines()) == len(set(file.splitlines())) == 1200


def test_halves_hold_what_the_whole_held(tmp_path):
    async def main():
        with runner(tmp_path, Endpoint(looks=2)) as (batches, store):
            seen = await batches.submit(planned(5))
            batch = store.batches.get(*seen.batches)
            calls = {one.call.digest for (one,) in planned(5)}
            parts = halve(batch, store)
            files = [path_of(part, tmp_path).read_text() for part in parts]
            held = store.batches.holding(calls)
            assert not path_of(batch, tmp_path).exists()
            assert store.batches.get(batch.id) is None
            return [part.calls for part in parts], files, held, parts

    calls, files, held, parts = run(main)
    assert calls == [2, 3]
    for part, text in zip(parts, files, strict=True):
        assert {json.loads(line)["custom_id"] for line in text.splitlines()} == {
            call for call, holder in held.items() if holder == part.id
        }


@pytest.mark.parametrize("state", [State.WRITING, State.PREPARED])
def test_what_never_left_the_machine_is_discarded_by_a_run_without_batches(tmp_path, state):
    async def main():
        with runner(tmp_path, Endpoint()) as (batches, store):
            seen = await batches.submit(planned(2))
            batch = store.batches.get(*seen.batches)
            store.batches.save(batch, state=state)
            assert await batches.collect(goes_on=False) == []
            return store.batches.holding(one.call.digest for (one,) in planned(2))

    assert run(main) == {}


def test_what_is_set_aside_for_a_batch_is_settled_when_it_is_collected(tmp_path):
    budget = Budget(Caps(tokens=10_000), lambda usage: None)

    async def main():
        with runner(tmp_path, Endpoint(looks=3), budget=budget) as (batches, _):
            seen = await batches.submit(planned(100, max_tokens=100))
            assert 0 < budget.reserved.tokens <= 10_000
            await batches.wait(seen.batches)
            return seen.left_over, batches.result.answered

    left_over, answered = run(main)
    assert left_over + answered == 100
    assert left_over > 0
    assert (budget.spent.tokens, budget.reserved.tokens) == (40 * answered, 0)


def test_two_searches_go_before_a_batch_is_created_again(tmp_path):
    class Forgetful(Endpoint):
        searches = 0

        async def find(self, name):
            self.searches += 1
            return await super().find(name) if self.searches % 2 == 0 else []

    endpoint = Forgetful(looks=2)

    async def main():
        with runner(tmp_path, endpoint) as (batches, store):
            seen = await batches.submit(planned(2))
            batch = store.batches.get(*seen.batches)
            store.batches.save(batch, state=State.UPLOADED, remote="")
        with runner(tmp_path, endpoint, pace=Pace(first_s=1)) as (batches, _):
            await batches.wait(seen.batches)
            return batches.result.answered

    assert run(main) == 2
    assert (endpoint.searches, len(endpoint.created)) == (2, 1)
