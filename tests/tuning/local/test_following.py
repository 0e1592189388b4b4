"""What follows and reads jobs elsewhere does so on this machine, too: one client for both."""

from __future__ import annotations

from dataclasses import replace

from generator.tuning.following import follow_job
from generator.tuning.records import ResultFile, TuningEvent, TuningJob
from generator.tuning.results.from_job import files_of
from generator.tuning.results.read import read_results
from tests.tuning.local.bench import Bench, wait_until
from tests.tuning.local.test_starting import start


def follow(bench: Bench, id: str) -> list[TuningJob | TuningEvent]:
    told: list[TuningJob | TuningEvent] = []
    jobs = bench.jobs()

    def until_it_tells(seconds: float) -> None:
        """Instead of sleeping: until there is another event, or the end."""
        seen = sum(isinstance(one, TuningEvent) for one in told)
        wait_until(lambda: len(list(jobs.events(id))) > seen or jobs.job(id).is_final)

    def lost(why: object) -> None:
        raise AssertionError(f"this machine cannot be lost: {why}")

    for one in follow_job(jobs, id, sleep=until_it_tells, notice=lost):
        told.append(one)
    return told


def end(told: list[TuningJob | TuningEvent]) -> TuningJob:
    assert isinstance(told[-1], TuningJob)
    return told[-1]


def test_a_job_is_followed_to_its_end_and_its_results_are_read(bench):
    spec = replace(bench.spec, hyperparameters={"lora": True})
    told = follow(bench, start(bench, spec=spec).job.id)
    job = end(told)
    assert job.status == "succeeded"
    assert [one for one in told if isinstance(one, TuningEvent)] == list(
        bench.jobs().events(job.id)
    )

    def read(id: str) -> ResultFile:
        name, content = bench.jobs().read_file(id)
        return ResultFile(name=name, content=content)

    assert read_results(files_of(bench.jobs(), job, read).files).last_step == 4


def test_a_job_that_is_cancelled_while_it_is_followed_ends_so_and_goes_on_later(bench):
    job = start(bench, "hangs").job
    bench.until_it_hangs(job)
    bench.jobs().cancel(job.id)
    assert end(follow(bench, job.id)).status == "cancelled"
    assert start(bench).job.id == job.id
    assert end(follow(bench, job.id)).status == "succeeded"


def test_a_job_that_fails_is_told_with_its_reason(bench):
    job = end(follow(bench, start(bench, "refuses").job.id))
    assert (job.status, "line 3: is not JSON" in job.error) == ("failed", True)
