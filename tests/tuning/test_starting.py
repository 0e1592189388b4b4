"""One command is one job and one upload, wherever it was cut off before, and whatever was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Misconfigured, ProviderRefuses, RateLimited, Stopped, Transient
from generator.store import open_store
from generator.tuning.openai_jobs import OpenAIJobs
from generator.tuning.patience import Lost
from generator.tuning.records import TuningJob, TuningSpec
from generator.tuning.starting import Started, Starter, Uploading
from tests.fakes.chat_server import ChatServer
from tests.fakes.tuning import Life
from tests.tuning.check.files import chats, write

UPLOAD, CREATE, LIST = "POST /v1/files", "POST /v1/fine_tuning/jobs", "GET /v1/fine_tuning/jobs"
FAILS = Life(statuses=("validating_files",), ends="failed", error="no good")


class Bench:
    """A workspace, a server and a training file; each start is as by a new process."""

    def __init__(self, server: ChatServer, path: Path) -> None:
        self.server, self.workspace = server, path / "out"
        self.settings = server.tuning.settings
        self.file = write(path / "train.jsonl", chats(12))
        self.lost: list[Lost] = []
        self.slept: list[float] = []
        self.sent: list[Uploading] = []

    def spec(self, **more: Any) -> TuningSpec:
        return TuningSpec(**{"model": "m", "training_file": self.file, **more})

    def start(
        self,
        kind: Callable[..., OpenAIJobs] = OpenAIJobs,
        *,
        again: bool = False,
        confirm: Callable[[], None] = lambda: None,
        **more: Any,
    ) -> Started:
        backend = kind(
            workspace=self.workspace,
            base_url=self.server.base_url,
            environ={},
            sleep=self.slept.append,
        )
        try:
            with open_store(self.workspace) as store:
                starter = Starter(
                    backend, store, sleep=self.slept.append, notice=self.lost.append,
                    uploading=self.sent.append, confirm=confirm,
                )  # fmt: skip
                return starter.start(self.spec(**more), dataset="opera", again=again)
        finally:
            backend.close()

    def end(self) -> None:
        """Let the newest job go to its end."""
        backend = OpenAIJobs(workspace=self.workspace, base_url=self.server.base_url, environ={})
        job = backend.jobs()[0]
        while not job.is_final:
            job = backend.job(job.id)
        backend.close()

    @property
    def counts(self) -> tuple[int, int]:
        """Jobs and uploads."""
        return self.server.stats.jobs, self.server.stats.files


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    with ChatServer() as server:
        yield Bench(server, tmp_path)


class KilledBefore(OpenAIJobs):
    """Its process ends when a job is to be asked for."""

    def create(self, *_: Any, **__: Any) -> TuningJob:
        raise KeyboardInterrupt


class KilledAfter(OpenAIJobs):
    """Its process ends when a job was asked for."""

    def create(self, *given: Any, **named: Any) -> TuningJob:
        super().create(*given, **named)
        raise KeyboardInterrupt


def test_the_same_command_twice_is_one_job_and_one_upload(bench):
    first, second = bench.start(), bench.start()
    assert bench.counts == (1, 1)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.job.id == first.job.id == second.kept.id == "ftjob-1"
    assert [one.path for one in bench.sent] == [bench.file]


@pytest.mark.parametrize(
    "more",
    [{"model": "n"}, {"suffix": "x"}, {"seed": 7}, {"hyperparameters": {"n_epochs": 2}}, {"extra": {"a": 1}}],
)  # fmt: skip
def test_anything_else_asked_for_is_another_job_over_the_same_upload(bench, more):
    bench.start()
    assert bench.start(**more).is_new
    assert bench.counts == (2, 1)


def test_other_content_is_another_job_and_another_upload(bench):
    bench.start()
    write(bench.file, chats(13))
    assert bench.start().is_new
    assert bench.counts == (2, 2)


def test_the_same_content_by_another_name_is_the_same_job(bench, tmp_path):
    bench.start()
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(bench.file.read_bytes())
    assert not bench.start(training_file=copy).is_new
    assert bench.counts == (1, 1)


def test_validation_of_other_content_is_sent_too(bench, tmp_path):
    bench.start(validation_file=write(tmp_path / "valid.jsonl", chats(3, begin=50)))
    assert bench.counts == (1, 2)
    assert bench.server.tuning.bodies[0]["validation_file"] == "file-2"


@pytest.mark.parametrize("keeps", [True, False], ids=["metadata", "no metadata"])
def test_a_lost_answer_to_a_new_job_leads_to_no_second_one(bench, keeps, monkeypatch):
    bench.settings.keeps_metadata = keeps
    bench.settings.loses[CREATE] = 1
    monkeypatch.setattr(
        "tests.fakes.tuning.CREATED_AT", 4_000_000_000
    )  # not before it was asked for
    assert bench.start().job.id == "ftjob-1"
    assert bench.counts == (1, 1)
    assert len(bench.lost) == 1
    assert bench.slept == [1.0]


def test_a_new_job_that_was_not_taken_is_asked_for_again(bench):
    bench.settings.fails[CREATE] = 2
    assert bench.start().job.id == "ftjob-1"
    assert bench.counts == (1, 1)
    assert bench.slept == [1.0, 2.0]


def test_a_server_that_never_answers_ends_in_an_error_and_the_same_command_goes_on(bench):
    bench.settings.loses[CREATE] = 1
    bench.settings.fails[LIST] = 6
    with pytest.raises(Transient):
        bench.start()
    assert bench.start().job.id == "ftjob-1"
    assert bench.counts == (1, 1)


def test_a_lost_answer_to_an_upload_starts_one_job_all_the_same(bench):
    bench.server.batches.settings.loses[UPLOAD] = 1
    bench.start()
    assert bench.counts == (1, 2)
    bench.start()
    assert bench.counts == (1, 2)


def test_a_busy_server_is_asked_again_when_it_says(bench):
    bench.server.batches.settings.busy[UPLOAD] = 1
    bench.server.batches.settings.retry_after = "7"
    bench.start()
    assert bench.slept == [7.0]
    assert bench.counts == (1, 1)


def test_a_busy_server_is_also_asked_again_for_a_new_job(bench):
    bench.settings.busy[CREATE] = 1
    bench.settings.retry_after = "9"
    bench.start()
    assert bench.slept == [9.0]
    assert bench.counts == (1, 1)


def test_a_process_that_was_killed_before_it_asked_is_followed_by_one_job(bench):
    with pytest.raises(KeyboardInterrupt):
        bench.start(KilledBefore)
    assert bench.counts == (0, 1 if bench.server.stats.files else 0)
    started = bench.start()
    assert started.is_new
    assert (started.kept.attempt, bench.counts) == (1, (1, 1))


def test_a_process_that_was_killed_after_it_asked_finds_its_job(bench):
    with pytest.raises(KeyboardInterrupt):
        bench.start(KilledAfter)
    started = bench.start()
    assert (started.is_new, started.job.id) == (False, "ftjob-1")
    assert bench.counts == (1, 1)


def test_a_job_that_failed_is_followed_by_a_second_attempt_over_the_same_file(bench):
    bench.settings.lives = [FAILS]
    bench.start()
    bench.end()
    second = bench.start()
    assert (second.is_new, second.kept.attempt, second.job.id) == (True, 2, "ftjob-2")
    assert bench.counts == (2, 1)
    labels = [body["metadata"]["loremill"] for body in bench.server.tuning.bodies]
    assert labels == [f"{second.kept.token}-1", f"{second.kept.token}-2"]
    assert not bench.start().is_new


def test_a_lost_answer_to_a_second_attempt_is_not_taken_for_the_first(bench):
    bench.settings.lives = [FAILS]
    bench.start()
    bench.end()
    bench.settings.loses[CREATE] = 1
    assert bench.start().job.id == "ftjob-2"
    assert bench.counts == (2, 1)


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_a_job_that_came_to_nothing_is_followed_by_another(bench, how):
    bench.settings.lives = [Life(statuses=("queued",), ends=how)]
    bench.start()
    bench.end()
    assert bench.start().job.id == "ftjob-2"


def test_a_job_that_succeeded_is_followed_by_another_only_when_told_so(bench):
    bench.start()
    bench.end()
    same = bench.start()
    assert (same.is_new, same.job.status) == (False, "succeeded")
    assert same.kept.tuned_model == same.job.tuned_model != ""
    other = bench.start(again=True)
    assert (other.is_new, other.kept.attempt) == (True, 2)
    assert bench.counts == (2, 1)


def test_a_job_that_runs_is_not_doubled_even_when_told_so(bench):
    bench.start()
    assert not bench.start(again=True).is_new
    assert bench.counts == (1, 1)


def test_a_file_that_was_deleted_there_is_sent_again(bench):
    bench.settings.lives = [FAILS]
    bench.start()
    bench.end()
    bench.server.files.stored.clear()
    assert bench.start().job.id == "ftjob-2"
    assert bench.counts == (2, 2)
    assert bench.server.tuning.bodies[-1]["training_file"] == "file-2"


def test_a_job_that_its_provider_knows_no_more_is_not_replaced_unasked(bench):
    bench.start()
    bench.server.tuning._jobs.clear()
    with pytest.raises(Misconfigured, match=r"there is no job ftjob-1 .*--again starts another"):
        bench.start()
    assert bench.start(again=True).job.id == "ftjob-2"


def test_two_processes_start_one_job(bench):
    class Meanwhile(OpenAIJobs):
        def create(self, *given: Any, **named: Any) -> TuningJob:
            with pytest.raises(Stopped, match="another loremill is starting this very job"):
                bench.start()
            return super().create(*given, **named)

    bench.start(Meanwhile)
    assert bench.counts == (1, 1)
    assert not bench.start().is_new


def test_nothing_is_sent_and_nothing_noted_for_what_cannot_be(bench):
    with pytest.raises(Misconfigured, match="suffix"):
        bench.start(suffix="x" * 65)
    assert bench.counts == (0, 0)
    with open_store(bench.workspace) as store:
        assert store.tuning.jobs() == []


def test_what_is_not_wanted_sends_nothing(bench):
    def no() -> None:
        raise Stopped("not wanted")

    with pytest.raises(Stopped):
        bench.start(confirm=no)
    assert bench.counts == (0, 0)


def test_it_is_not_asked_again_whether_a_job_is_wanted_that_is_there(bench):
    asked: list[int] = []
    for _ in range(2):
        bench.start(confirm=lambda: asked.append(1))
    assert asked == [1]


def test_a_closed_provider_can_be_asked_again_when_it_has_opened(bench):
    bench.settings.is_closed = True
    with pytest.raises(ProviderRefuses, match="--backend local"):
        bench.start()
    bench.settings.is_closed = False
    assert bench.start().job.id == "ftjob-1"
    assert bench.counts == (1, 1)


def test_an_endless_queue_of_429_ends(bench):
    bench.settings.busy[CREATE] = 99
    with pytest.raises(RateLimited):
        bench.start()
    assert len(bench.slept) == 5
    assert bench.counts == (0, 1)
