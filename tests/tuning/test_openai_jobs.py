"""Jobs over real HTTP: what goes over the wire, what comes back, and what is said where it goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Misconfigured, ProviderRefuses, RateLimited, Transient
from generator.tuning.backend import TOKEN
from generator.tuning.openai_jobs import BOM, LONGEST_SUFFIX, OpenAIJobs
from generator.tuning.records import TuningJob, TuningSpec
from tests.fakes.chat_server import ChatServer
from tests.fakes.tuning import Life
from tests.tuning.check.files import chats, write

KEY = "sk-test-0123456789abcdef"
JOBS = "POST /v1/fine_tuning/jobs"


class Bench:
    """A server, a client of it for each provider, and a training file."""

    def __init__(self, server: ChatServer, path: Path) -> None:
        self.server, self.slept = server, list[float]()
        self.file = write(path / "train.jsonl", chats(12))
        self.spec = TuningSpec(model="m", training_file=self.file)
        self._opened: list[OpenAIJobs] = []

    def jobs(self, provider: str = "openai", key: str = KEY) -> OpenAIJobs:
        opened = OpenAIJobs(
            workspace=self.file.parent, base_url=self.server.base_url, provider=provider,
            environ={"OPENAI_API_KEY": key}, sleep=self.slept.append,
        )  # fmt: skip
        self._opened.append(opened)
        return opened

    def create(self, jobs: OpenAIJobs | None = None, **spec: Any) -> TuningJob:
        jobs = jobs or self.jobs()
        asked = TuningSpec(**{"model": "m", "training_file": self.file, **spec})
        return jobs.create(asked, training=jobs.upload(self.file), validation=None)

    def sent(self, provider: str = "openai", **spec: Any) -> dict[str, Any]:
        self.create(self.jobs(provider), **spec)
        return self.server.tuning.bodies[-1]

    def close(self) -> None:
        for one in self._opened:
            one.close()


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    with ChatServer(api_key=KEY) as server:
        made = Bench(server, tmp_path)
        yield made
        made.close()


def end(jobs: OpenAIJobs, job: TuningJob) -> TuningJob:
    while not job.is_final:
        job = jobs.job(job.id)
    return job


# What goes over the wire ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "marked", "begins"),
    [
        ("openai", None, False),
        ("azure", None, True),
        ("azure", False, False),
        ("other", True, True),
    ],
)
def test_a_byte_order_mark_is_sent_where_the_provider_asks_for_it(bench, provider, marked, begins):
    id = bench.jobs(provider).upload(bench.file, marked=marked)
    stored = bench.server.files.stored[id]
    assert (stored.name, stored.purpose) == ("train.jsonl", "fine-tune")
    assert stored.data == (BOM if begins else b"") + bench.file.read_bytes()


def test_a_file_that_has_its_mark_already_gets_no_second_one(bench):
    bench.file.write_bytes(BOM + bench.file.read_bytes())
    id = bench.jobs("azure").upload(bench.file)
    assert bench.server.files.stored[id].data == bench.file.read_bytes()


@pytest.mark.parametrize("provider", ["openai", "azure"])
def test_openai_and_azure_are_given_the_method(bench, provider):
    assert bench.sent(provider, hyperparameters={"n_epochs": 2}, seed=7, suffix="opera") == {
        "model": "m", "training_file": "file-1", "seed": 7, "suffix": "opera",
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
    }  # fmt: skip


def test_others_are_given_hyperparameters_as_they_were_before_there_were_methods(bench):
    settings = {"n_epochs": 2, "lora": True, "lora_r": 16}
    assert bench.sent("nebius", hyperparameters=settings) == {
        "model": "m", "training_file": "file-1", "hyperparameters": settings,
    }  # fmt: skip


def test_preferences_are_told_to_all(bench):
    sent = bench.sent("other", method="dpo", hyperparameters={"beta": 0.2})
    assert sent["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}}


def test_what_only_one_provider_knows_is_passed_on(bench):
    project = {"type": "wandb", "wandb": {"project": "opera"}}
    sent = bench.sent(
        "azure", extra={"trainingType": "GlobalStandard"}, integrations=[project],
        metadata={"owner": "Händel"},
    )  # fmt: skip
    assert sent["trainingType"] == "GlobalStandard"
    assert (sent["integrations"], sent["metadata"]) == ([project], {"owner": "Händel"})


def test_validation_goes_along(bench):
    jobs = bench.jobs()
    one, two = jobs.upload(bench.file), jobs.upload(bench.file)
    jobs.create(bench.spec, training=one, validation=two)
    assert bench.server.tuning.bodies[-1]["validation_file"] == two


# What is looked at before -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "spec", "said"),
    [
        ("openai", {"suffix": "x" * (LONGEST_SUFFIX + 1)}, "up to 64 characters, this one 65"),
        ("azure", {"suffix": "v1.2"}, "Azure takes no dot"),
        ("openai", {"hyperparameters": {"n_epochs": 0}}, "n_epochs is a number above 0"),
        ("openai", {"hyperparameters": {"batch_size": "many"}}, "not 'many'"),
        ("openai", {"metadata": {str(n): "" for n in range(16)}}, "up to 15"),
        ("openai", {"metadata": {"k" * 65: ""}}, "names have up to 64"),
        ("openai", {"metadata": {"k": "v" * 513}}, "values 512"),
    ],
)  # fmt: skip
def test_what_nobody_takes_is_refused_before_anything_is_sent(bench, provider, spec, said):
    with pytest.raises(Misconfigured, match=said):
        bench.jobs(provider).check(TuningSpec(model="m", training_file=bench.file, **spec))
    assert bench.server.stats.files == 0


def test_what_is_at_the_bounds_is_taken(bench):
    settings = {"n_epochs": "auto", "learning_rate_multiplier": 0.1, "lora": True}
    metadata = {f"{n:064}": "v" * 512 for n in range(15)}
    spec = TuningSpec(
        model="m", training_file=bench.file, suffix="v1.2" + "x" * 60, hyperparameters=settings,
        metadata=metadata,
    )  # fmt: skip
    bench.jobs("openai").check(spec)


@pytest.mark.parametrize("date", ["2027-01-14", "2027-01-14T00:00:00Z", 1799884800])
def test_a_model_that_is_to_be_switched_off_is_warned_of(bench, date):
    bench.server.tuning.settings.shutdown_dates["m"] = date
    assert bench.jobs().warnings(bench.spec) == (
        "m is switched off on 2027-01-14, and so are models tuned from it",
    )


def test_an_endpoint_that_tells_no_date_is_no_trouble(bench):
    assert bench.jobs().warnings(bench.spec) == ()
    bench.server.tuning.settings.is_there = False
    assert bench.jobs().warnings(bench.spec) == ()


# Files --------------------------------------------------------------------------------------------


def test_a_file_that_is_being_processed_is_waited_for(bench):
    bench.server.tuning.settings.file_looks = 3
    id = bench.jobs().upload(bench.file)
    assert bench.server.files.stored[id].status == "processed"
    assert bench.slept == [2.0, 2.0, 2.0]


def test_a_file_that_cannot_be_used_is_told_with_the_reason(bench):
    bench.server.tuning.settings.file_looks = 1
    bench.server.tuning.settings.file_error = "line 3 has no messages"
    with pytest.raises(Misconfigured, match=r"cannot use .*train\.jsonl: line 3 has no messages"):
        bench.jobs().upload(bench.file)


def test_a_result_file_is_read_with_its_name(bench):
    jobs = bench.jobs()
    job = end(jobs, bench.create(jobs))
    name, content = jobs.read_file(job.result_files[0])
    assert name == "step_metrics.csv"
    assert content.startswith(b"step,train_loss,train_accuracy")
    with pytest.raises(Misconfigured, match="there is no file file-99"):
        jobs.read_file("file-99")


# Jobs ---------------------------------------------------------------------------------------------


def test_a_job_goes_through_its_statuses_to_a_model(bench):
    jobs = bench.jobs()
    job = bench.create(jobs, suffix="opera", hyperparameters={"n_epochs": 2})
    seen = [job.status]
    while not job.is_final:
        job = jobs.job(job.id)
        seen.append(job.status)
    assert seen == ["validating_files", "queued", "running", "running", "succeeded"]
    assert (job.id, job.model, job.tuned_model) == ("ftjob-1", "m", "ft:m:fake:opera:1")
    assert (job.created_at, job.trained_tokens) == ("2025-11-21T00:00:00Z", 1200)
    assert job.finished_at == "2025-11-21T00:10:00Z"
    assert job.hyperparameters["n_epochs"] == 2


def test_the_newest_jobs_come_first(bench):
    jobs = bench.jobs()
    for _ in range(3):
        bench.create(jobs)
    assert [job.id for job in jobs.jobs()] == ["ftjob-3", "ftjob-2", "ftjob-1"]
    assert [job.id for job in jobs.jobs(limit=2)] == ["ftjob-3", "ftjob-2"]


def test_a_status_that_nobody_knows_is_not_final(bench):
    bench.server.tuning.settings.lives = [Life(statuses=("queued", "paused", "running"))]
    jobs = bench.jobs()
    job = jobs.job(bench.create(jobs).id)
    assert (job.status, job.is_final) == ("paused", False)


def test_events_come_in_pages_oldest_first_and_after_one(bench):
    bench.server.tuning.settings.page = 3
    bench.server.tuning.settings.lives = [Life(steps=20)]
    jobs = bench.jobs()
    id = end(jobs, bench.create(jobs)).id
    events = list(jobs.events(id))
    assert events[0].message == "Created fine-tuning job: ftjob-1"
    assert events[-1].message == "The job has successfully completed"
    steps = [event.data["step"] for event in events if event.type == "metrics"]
    assert steps == list(range(1, 21))
    assert [event.created_at for event in events] == sorted(event.created_at for event in events)
    assert list(jobs.events(id, after=events[4].id)) == events[5:]
    assert list(jobs.events(id, after=events[-1].id)) == []


def test_a_server_that_knows_no_pages_is_not_asked_for_ever(bench):
    bench.server.tuning.settings.page = 2
    bench.server.tuning.settings.knows_after = False
    jobs = bench.jobs()
    assert len(list(jobs.events(bench.create(jobs).id))) == 2


def test_checkpoints_are_told_by_step_with_their_numbers(bench):
    jobs = bench.jobs()
    job = bench.create(jobs)
    assert jobs.checkpoints(job.id) == []
    end(jobs, job)
    found = jobs.checkpoints(job.id)
    assert [one.step for one in found] == [4, 5, 6]
    assert found[0].tuned_model == "ft:m:fake::1:ckpt-step-4"
    assert found[0].metrics == {
        "step": 4, "train_loss": 0.4, "train_mean_token_accuracy": 0.8
    }  # fmt: skip


def test_a_job_is_cancelled(bench):
    jobs = bench.jobs()
    assert jobs.cancel(bench.create(jobs).id).status == "cancelled"
    assert bench.server.tuning.statuses() == ["cancelled"]


def test_a_job_is_found_by_its_token_among_many(bench):
    bench.server.tuning.settings.page = 2
    jobs = bench.jobs()
    for number in range(5):
        bench.create(jobs, metadata={TOKEN: f"t{number}"})
    found = jobs.find("t0", training="", since="")
    assert found is not None
    assert found.id == "ftjob-1"
    assert jobs.find("t9", training="file-1", since="") is None


def test_where_no_metadata_are_kept_a_job_is_found_by_its_file_and_time(bench):
    bench.server.tuning.settings.keeps_metadata = False
    jobs = bench.jobs()
    bench.create(jobs, metadata={TOKEN: "t"})
    found = jobs.find("t", training="file-1", since="2025-11-21T00:03:00Z")
    assert found is not None
    assert found.id == "ftjob-1"
    assert jobs.find("t", training="file-1", since="2025-11-21T01:00:00Z") is None
    assert jobs.find("t", training="file-2", since="2025-11-21T00:00:00Z") is None


def test_metadata_are_left_out_where_they_are_rejected(bench):
    bench.server.tuning.settings.rejects = ("metadata",)
    job = bench.create(metadata={TOKEN: "t"})
    assert job.id == "ftjob-1"
    assert ["metadata" in body for body in bench.server.tuning.bodies] == [True, False]


def test_another_field_that_is_rejected_is_an_error_that_names_it(bench):
    bench.server.tuning.settings.rejects = ("method",)
    with pytest.raises(Misconfigured, match="Unknown field: method"):
        bench.create()
    assert bench.server.stats.jobs == 0


# Errors -------------------------------------------------------------------------------------------


def test_a_closed_endpoint_names_the_ways_left(bench):
    bench.server.tuning.settings.is_closed = True
    with pytest.raises(ProviderRefuses, match="training_not_available") as told:
        bench.create()
    for way in ("--base-url", "--backend local", "--backend export", "2027-01-06"):
        assert way in str(told.value)


@pytest.mark.parametrize("ask", ["upload", "jobs", "job", "events", "cancel"])
def test_a_key_that_is_refused_is_in_no_message(bench, ask):
    jobs = bench.jobs(key="sk-wrong-9876543210")
    with pytest.raises(ProviderRefuses, match="refuses the key") as told:
        list({
            "upload": lambda: jobs.upload(bench.file), "jobs": jobs.jobs,
            "job": lambda: jobs.job("ftjob-1"), "events": lambda: jobs.events("ftjob-1"),
            "cancel": lambda: jobs.cancel("ftjob-1"),
        }[ask]())  # fmt: skip
    chain: BaseException | None = told.value
    while chain is not None:
        assert "9876543210" not in f"{chain!r}"
        chain = chain.__cause__


def test_a_server_without_tuning_is_told_as_such(bench):
    bench.server.tuning.settings.is_there = False
    with pytest.raises(ProviderRefuses, match="has no tuning jobs: check --base-url"):
        bench.jobs().jobs()
    bench.server.batches.settings.is_there = False
    with pytest.raises(ProviderRefuses, match="takes no files"):
        bench.jobs().upload(bench.file)


def test_a_job_that_is_not_there_is_told_by_its_id(bench):
    for ask in (bench.jobs().job, bench.jobs().cancel, lambda id: list(bench.jobs().events(id))):
        with pytest.raises(Misconfigured, match="there is no job ftjob-9"):
            ask("ftjob-9")


def test_a_file_that_is_not_there_is_named(bench):
    with pytest.raises(Misconfigured, match="invalid training_file: file-9"):
        bench.jobs().create(bench.spec, training="file-9", validation=None)


def test_a_busy_server_says_when_to_come_again(bench):
    bench.server.tuning.settings.busy[JOBS] = 1
    bench.server.tuning.settings.retry_after = "17"
    with pytest.raises(RateLimited) as told:
        bench.create()
    assert told.value.retry_after_s == 17


@pytest.mark.parametrize("trouble", ["loses", "fails"])
def test_an_answer_that_does_not_come_may_be_asked_for_again(bench, trouble):
    getattr(bench.server.tuning.settings, trouble)[JOBS] = 1
    with pytest.raises(Transient):
        bench.create()
    # Nothing has been repeated by the client on its own: it would be another job.
    assert bench.server.tuning.asked[JOBS] == 1
    assert bench.server.stats.jobs == (1 if trouble == "loses" else 0)
