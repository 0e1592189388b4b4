"""A job is followed to its end, whatever happens on the way; waiting is told, never waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.errors import Misconfigured
from generator.tuning.following import QUIET_POLL_S, REMOTE_POLL_S, follow_job
from generator.tuning.openai_jobs import OpenAIJobs
from generator.tuning.patience import Lost
from generator.tuning.records import TuningEvent, TuningJob, TuningSpec
from tests.fakes.chat_server import ChatServer
from tests.fakes.tuning import Life
from tests.tuning.check.files import chats, write

LOOK, EVENTS = "GET /v1/fine_tuning/jobs/ID", "GET /v1/fine_tuning/jobs/ID/events"
LONGEST = 500
"""Waits, after which a test that never ends is ended."""


class Bench:
    """A job at a server."""

    def __init__(self, server: ChatServer, path: Path) -> None:
        self.server, self.settings = server, server.tuning.settings
        self.file = write(path / "train.jsonl", chats(12))
        self.backend = OpenAIJobs(workspace=path, base_url=server.base_url, environ={})
        self.slept: list[float] = []
        self.lost: list[Lost] = []
        self.then: Callable[[], None] = lambda: None

    def start(self, life: Life | None = None) -> str:
        self.settings.lives = [life] if life else []
        spec = TuningSpec(model="m", training_file=self.file)
        file = self.backend.upload(self.file)
        return self.backend.create(spec, training=file, validation=None).id

    def follow(self, id: str) -> Iterator[TuningJob | TuningEvent]:
        return follow_job(self.backend, id, sleep=self._sleep, notice=self.lost.append)

    def whole(self, id: str) -> list[TuningEvent]:
        return list(self.backend.events(id))

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        assert len(self.slept) < LONGEST, "it goes on for ever"
        self.then()


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    with ChatServer() as server:
        made = Bench(server, tmp_path)
        yield made
        made.backend.close()


def events(told: list[TuningJob | TuningEvent]) -> list[TuningEvent]:
    return [one for one in told if isinstance(one, TuningEvent)]


def statuses(told: list[TuningJob | TuningEvent]) -> list[str]:
    return [one.status for one in told if isinstance(one, TuningJob)]


def test_every_event_is_told_once_and_in_order_then_the_job_as_it_ended(bench):
    bench.settings.page = 2
    told = list(bench.follow(id := bench.start(Life(steps=30))))
    assert events(told) == bench.whole(id)
    assert statuses(told) == ["queued", "running", "succeeded"]
    last = told[-1]
    assert isinstance(last, TuningJob)
    assert last.tuned_model


@pytest.mark.parametrize("how", ["failed", "cancelled", "expired"])
def test_a_job_that_comes_to_nothing_ends_the_following_too(bench, how):
    told = list(bench.follow(bench.start(Life(ends=how, error="out of memory"))))
    assert statuses(told)[-1] == how
    assert events(told)[-1].level in ("error", "warn")


def test_a_file_that_fails_the_validation_is_told_with_the_reason(bench):
    write(bench.file, chats(3))
    last = list(bench.follow(bench.start()))[-1]
    assert isinstance(last, TuningJob)
    assert (last.status, last.error) == (
        "failed", "Training file has 3 example(s), but must have at least 10 examples",
    )  # fmt: skip


def test_statuses_that_nobody_knows_are_told_and_outlasted(bench):
    life = Life(statuses=("queued", "paused", "pausing_for_review", "running"))
    assert statuses(list(bench.follow(bench.start(life)))) == [
        "paused", "pausing_for_review", "running", "succeeded",
    ]  # fmt: skip


@pytest.mark.parametrize("trouble", ["loses", "fails", "busy"])
def test_a_lost_connection_is_outlasted_however_long_and_nothing_is_told_twice(bench, trouble):
    id = bench.start(Life(statuses=("queued", *["running"] * 5), steps=20))
    getattr(bench.settings, trouble).update({LOOK: 4, EVENTS: 9})
    told = list(bench.follow(id))
    assert events(told) == bench.whole(id)
    assert statuses(told)[-1] == "succeeded"
    assert not getattr(bench.settings, trouble).total(), "not everything went wrong that was to"
    # The client asks a second time by itself where a connection that it had kept is gone.
    assert 0 < len(bench.lost) <= 13
    assert max(one.wait_s for one in bench.lost) <= 60


def test_a_connection_that_breaks_between_two_pages_loses_and_doubles_nothing(bench):
    bench.settings.page = 3
    id = bench.start(Life(statuses=("queued", "running"), steps=20))
    told = bench.follow(id)
    first = [next(told) for _ in range(2)]
    bench.settings.loses[EVENTS] = 1
    assert events([*first, *told]) == bench.whole(id)


def test_following_is_left_and_rejoined_and_tells_the_story_from_its_beginning(bench):
    id = bench.start(Life(steps=20))
    left = bench.follow(id)
    for _ in range(3):
        next(left)
    left.close()
    told = list(bench.follow(id))
    assert events(told) == bench.whole(id)
    assert events(list(bench.follow(id))) == events(told)


def test_a_job_that_is_cancelled_elsewhere_ends_the_following(bench):
    id = bench.start(Life(statuses=["running"] * LONGEST))
    bench.then = lambda: len(bench.slept) == 3 and bench.backend.cancel(id)
    assert statuses(list(bench.follow(id)))[-1] == "cancelled"


def test_a_job_that_waits_is_looked_at_less_often_until_it_runs(bench):
    list(bench.follow(bench.start(Life(statuses=(*["queued"] * 12, "running", "running")))))
    assert bench.slept[0] == REMOTE_POLL_S
    assert max(bench.slept) == QUIET_POLL_S
    assert bench.slept[-1] == REMOTE_POLL_S


def test_a_server_that_cannot_turn_pages_ends_all_the_same(bench):
    bench.settings.knows_after = False
    told = list(bench.follow(id := bench.start()))
    assert events(told) == bench.whole(id)


def test_a_job_that_is_not_there_is_an_error_at_once(bench):
    with pytest.raises(Misconfigured, match="there is no job ftjob-9"):
        list(bench.follow("ftjob-9"))
    assert bench.slept == []
