"""Starting a local job by the command's own way: once, on after a kill, anew for another base model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import Misconfigured
from generator.store import open_store
from generator.tuning.records import TuningSpec
from generator.tuning.starting import Started, Starter
from tests.tuning.local.bench import Bench


def start(
    bench: Bench, part: str = "", *, again: bool = False, spec: TuningSpec | None = None
) -> Started:
    with open_store(bench.workspace) as store:
        starter = Starter(bench.jobs(part), store, sleep=lambda seconds: None)
        return starter.start(spec or bench.spec, dataset="mills", again=again)


def test_a_job_that_was_killed_goes_on_by_the_same_command(bench):
    started = start(bench, "hangs")
    bench.until_it_hangs(started.job)
    bench.kill(started.job)
    again = start(bench)
    assert again.is_new
    assert (again.job.id, again.kept.attempt) == (started.job.id, 2)
    assert bench.wait(again.job).status == "succeeded"
    assert "Going on from step 2" in bench.messages(again.job)


def test_a_job_that_has_succeeded_is_found_and_not_trained_again(bench):
    first = bench.wait(start(bench).job)
    second = start(bench, "dies")
    assert not second.is_new
    assert second.job == first


def test_another_model_in_the_same_folder_is_another_job(bench):
    first = bench.wait(start(bench).job)
    (Path(bench.spec.model) / "config.json").write_text('{"x": 1}')
    second = start(bench)
    assert second.is_new
    assert second.job.id != first.id


def test_the_very_same_once_more_is_refused_with_the_way_to_another_one(bench):
    bench.wait(start(bench).job)
    with pytest.raises(Misconfigured, match="--seed N"):
        start(bench, again=True)
    assert start(bench, spec=replace(bench.spec, seed=1)).is_new
