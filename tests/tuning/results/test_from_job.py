"""Results of a job, whatever backend it ran on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.errors import SourceError
from generator.tuning.records import ResultFile, TuningEvent, TuningJob
from generator.tuning.results.from_job import facts_of, files_of
from generator.tuning.results.read import read_results
from tests.cli.running import loremill

DATA = Path(__file__).parent / "data"


class Scripted:
    """A backend with one job."""

    def __init__(self, job: TuningJob, events: list[TuningEvent] = []) -> None:  # noqa: B006
        self._job, self._events = job, events

    def job(self, id: str) -> TuningJob:
        return self._job

    def events(self, id: str, *, after: str = "") -> Iterator[TuningEvent]:
        return iter(self._events)

    def read_file(self, id: str) -> tuple[str, bytes]:
        return f"{id}.csv", (DATA / f"{id}.csv").read_bytes()


def _file(backend: Scripted, id: str) -> ResultFile:
    name, content = backend.read_file(id)
    return ResultFile(name=name, content=content)


def files(job: TuningJob, events: list[TuningEvent] = []) -> Any:  # noqa: B006
    backend = Scripted(job, events)
    return files_of(backend, job, lambda id: _file(backend, id))  # type: ignore[arg-type]


def test_the_files_of_a_job_are_read_with_what_is_known_of_it():
    job = TuningJob(
        id="ftjob-1", status="succeeded", model="gpt-4.1-mini", tuned_model="ft:gpt-4.1-mini:x",
        trained_tokens=12_345, hyperparameters={"n_epochs": 3, "batch_size": None, "device": "cpu"},
        result_files=["current", "current_full"],
    )  # fmt: skip
    left = files(job)
    assert read_results(left.files).last_step == 4
    assert left.facts == {
        "Status": "succeeded", "Model": "gpt-4.1-mini", "Tuned model": "ft:gpt-4.1-mini:x",
        "Trained tokens": "12,345", "Epochs": "3",
    }  # fmt: skip


def test_a_job_that_runs_is_read_from_its_events():
    events = [
        TuningEvent(id="1", created_at="", message="started"),
        TuningEvent(id="2", created_at="", message="Step 1", type="metrics", data={"step": 1, "train_loss": 0.5}),
        TuningEvent(id="3", created_at="", message="Step 2", type="metrics", data={"step": 2, "train_loss": 0.4}),
    ]  # fmt: skip
    left = files(TuningJob(id="ftjob-1", status="running"), events)
    assert [one.value for one in read_results(left.files).points("train_loss")] == [0.5, 0.4]


def test_a_job_that_has_told_of_no_step_is_an_error_with_its_reason():
    job = TuningJob(id="ftjob-1", status="failed", error="the file is empty")
    with pytest.raises(
        SourceError, match="is failed and has told of no step yet: the file is empty"
    ):
        files(job)
    assert facts_of(job)["Error"] == "the file is empty"


def test_a_job_of_this_machine_is_known_by_its_name(tmp_path):
    folder = tmp_path / "tuning" / "opera-1"
    folder.mkdir(parents=True)
    status = {
        "status": "succeeded",
        "created_at": "2026-11-29T10:00:00Z",
        "model": "tiny",
        "step": 4,
    }
    (folder / "status.json").write_text(json.dumps(status), "utf-8")
    (folder / "spec.json").write_text("{}", "utf-8")
    shutil.copy(DATA / "current.csv", folder / "results.csv")
    done = loremill("tune", "results", "opera-1", "--workspace", tmp_path)
    assert done.code == 0, done.err
    page = (tmp_path / "results" / "opera-1" / "results.html").read_text("utf-8")
    assert "<dt>Model</dt><dd><bdi>tiny</bdi></dd>" in page
