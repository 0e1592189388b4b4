"""A local job outlives whoever started it, and how it ended is told whatever ended it.

The process of the job is real; a scripted trainer stands in for the heavy packages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import Misconfigured
from generator.tuning import BACKENDS
from generator.tuning.local import LocalJobs
from generator.tuning.local.jobs import PACKAGES


def test_a_job_succeeds_and_tells_model_results_and_story(bench):
    job = bench.start_and_wait()
    assert job.status == "succeeded"
    assert (Path(job.tuned_model) / "config.json").is_file()
    assert job.trained_tokens == 40
    assert job.finished_at >= job.created_at > "2020"
    assert bench.messages(job)[0] == "Created job"
    assert bench.messages(job)[-1] == "The job has been successfully completed"
    assert bench.jobs().read_file(job.result_files[0]) == (
        "results.csv",
        b"step,train_loss\n4,0.5\n",
    )


def test_the_name_of_a_job_begins_with_its_suffix(bench):
    assert bench.start().id.startswith("mühle-1-")


def test_events_are_told_from_where_one_left(bench):
    job = bench.start_and_wait()
    events = [*bench.jobs().events(job.id)]
    later = [*bench.jobs().events(job.id, after=events[2].id)]
    assert later == events[3:]
    assert [event.data["step"] for event in events if event.type == "metrics"] == [1, 2, 3, 4]


def test_the_same_job_is_not_trained_twice(bench):
    first = bench.start_and_wait()
    assert bench.start("dies") == first
    assert len(bench.jobs().jobs()) == 1


@pytest.mark.parametrize(
    "change",
    [{"seed": 7}, {"suffix": "x"}, {"hyperparameters": {"n_epochs": 4}}, {"method": "dpo"}],
)
def test_another_setting_is_another_job(bench, change):
    first = bench.start_and_wait()
    assert bench.start(spec=replace(bench.spec, **change)).id != first.id


def test_other_content_under_the_same_name_is_another_job(bench):
    first = bench.start_and_wait()
    bench.spec.training_file.write_text('{"prompt": "a", "completion": "c"}\n')
    second = bench.start_and_wait()
    (Path(bench.spec.model) / "config.json").write_text('{"x": 1}')
    assert len({first.id, second.id, bench.start().id}) == 3


def test_the_same_model_in_another_place_is_the_same_job(bench, tmp_path):
    first = bench.start_and_wait()
    moved = (tmp_path / "base").rename(tmp_path / "moved")
    assert bench.start(spec=replace(bench.spec, model=str(moved))).id == first.id


def test_a_job_that_runs_is_not_started_a_second_time(bench):
    job = bench.hanging()
    pid = bench.pid(job)
    assert bench.start().status == "running"
    assert bench.pid(job) == pid


def test_a_job_outlives_the_process_that_started_it(bench):
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from tests.tuning.local.bench import Bench\n"
        "bench = Bench.__new__(Bench); bench.workspace = Path(sys.argv[2])\n"
        "from generator.tuning.records import TuningSpec\n"
        "bench.spec = TuningSpec(model=sys.argv[3], training_file=Path(sys.argv[4]))\n"
        "print(bench.start('hangs').id)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [
            sys.executable, "-c", code, str(root), str(bench.workspace), bench.spec.model,
            str(bench.spec.training_file),
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    job = bench.jobs().job(done.stdout.strip())
    bench.until_it_hangs(job)
    assert bench.jobs().job(job.id).status == "running"
    assert bench.jobs().job(job.id).raw["step"] == 2


def test_a_killed_job_has_failed_and_the_same_command_goes_on_from_its_last_whole_checkpoint(bench):
    job = bench.hanging()
    bench.kill(job)
    killed = bench.jobs().job(job.id)
    assert killed.status == "failed"
    assert "killed" in killed.error
    assert "the same command goes on from step 2" in killed.error
    done = bench.start_and_wait()
    assert (done.id, done.status) == (job.id, "succeeded")
    steps = [event.data["step"] for event in bench.jobs().events(job.id) if event.data]
    assert steps == [1, 2, 3, 4]
    assert "Going on from step 2" in bench.messages(job)


def test_a_job_that_dies_by_itself_tells_the_last_line_of_its_log(bench):
    job = bench.start_and_wait("dies")
    assert job.status == "failed"
    assert "Killed by something" in job.error


def test_another_process_with_the_number_of_a_dead_one_is_not_taken_for_it(bench):
    job = bench.hanging()
    bench.kill(job)
    path = bench.folder(job).path / "status.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "pid": os.getpid()}))
    (bench.folder(job).path / "pid").write_text(str(os.getpid()))
    assert bench.jobs().job(job.id).status == "failed"
    assert bench.jobs().cancel(job.id).status == "cancelled"  # and nobody was killed


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("raises", "RuntimeError: something odd (the whole story is in "),
        ("refuses", "train.jsonl, line 3: is not JSON"),
        (
            "disk is full",
            "is full: make room, then the same command goes on from the last checkpoint",
        ),
    ],
)
def test_a_job_says_why_it_failed(bench, part, said):
    job = bench.start_and_wait(part)
    assert job.status == "failed"
    assert said in job.error
    assert [event.level for event in bench.jobs().events(job.id)][-1] == "error"
    assert bench.start_and_wait().status == "succeeded"


def test_a_cancelled_job_ends_and_the_same_command_goes_on(bench):
    job = bench.hanging()
    assert bench.jobs().cancel(job.id).status == "cancelled"
    assert not bench.folder(job).is_alive()
    assert bench.messages(job)[-1] == "The job was cancelled"
    assert bench.start_and_wait().status == "succeeded"


def test_a_job_that_is_over_stays_as_it_is_when_it_is_cancelled(bench):
    job = bench.start_and_wait()
    assert bench.jobs().cancel(job.id) == job


def test_a_job_whose_folder_is_taken_away_ends(bench):
    job = bench.hanging()
    pid, folder = bench.pid(job), bench.folder(job).path
    lock = os.open(folder / "lock", os.O_RDONLY)
    folder.rename(folder.with_name("elsewhere"))
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_SH)  # returns when the process is gone
    os.close(lock)
    assert pid
    folder.with_name("elsewhere").rename(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"status": 3', b"\xff\xfe", b"{}"])
def test_a_damaged_status_is_a_failed_job_that_can_go_on(bench, content):
    job = bench.hanging()
    path = bench.folder(job).path / "status.json"
    path.write_bytes(content)
    assert bench.jobs().job(job.id).status == "running"
    bench.kill(job)
    assert bench.jobs().job(job.id).status == "failed"
    assert bench.start_and_wait().status == "succeeded"


def test_half_a_line_of_the_story_is_passed_over_and_written_anew(bench):
    job = bench.hanging()
    bench.kill(job)
    before = bench.messages(job)
    with (bench.folder(job).path / "events.jsonl").open("ab") as file:
        file.write(b'{"id": "half a li')
    assert bench.messages(job) == before
    done = bench.start_and_wait()
    ids = [event.id for event in bench.jobs().events(done.id)]
    assert ids == sorted(set(ids))
    assert bench.messages(job)[: len(before)] == before


def test_checkpoints_are_those_that_are_whole(bench):
    job = bench.hanging()
    assert [point.step for point in bench.jobs().checkpoints(job.id)] == [1, 2]


def test_the_newest_jobs_come_first(bench):
    specs = [replace(bench.spec, suffix=f"n{number}") for number in range(3)]
    ids = [bench.wait(bench.start(spec=spec)).id for spec in specs]
    assert [job.id for job in bench.jobs().jobs(limit=2)] == ids[:0:-1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"suffix": "x" * 65}, "up to 64 characters, this one 65"),
        ({"hyperparameters": {"n_epoch": 2}}, "did you mean 'n_epochs'?"),
        ({"hyperparameters": {"best_epoch": True}}, "need a validation file"),
        ({"extra": {"trainingType": "Standard"}}, "'trainingType'"),
        ({"integrations": [{"type": "other"}]}, "no integration 'other'"),
        ({"method": "reinforcement"}, "no method 'reinforcement'"),
        ({"model": "./nothing"}, "there is no folder './nothing'"),
        ({"model": "/nothing"}, "there is no folder '/nothing'"),
        ({"model": ""}, "there is no folder ''"),
        ({"model": "no/such/place"}, "there is no folder 'no/such/place'"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(bench, change, said):
    with pytest.raises(Misconfigured) as caught:
        bench.start(spec=replace(bench.spec, **change))
    assert said in str(caught.value)
    assert bench.jobs().jobs() == []


def test_data_that_cannot_be_learnt_fails_the_job_with_its_line(bench):
    bench.spec.training_file.write_text('{"messages": []}\n')
    jobs = LocalJobs(workspace=bench.workspace, packages=())
    job = jobs.create(bench.spec, training=jobs.upload(bench.spec.training_file), validation=None)
    assert "line 1: 'messages' is not a list of messages" in bench.wait(job).error


@pytest.mark.parametrize(
    ("validation", "method", "said"),
    [
        (None, "dpo", "these are completion rows"),
        ('{"text": "a"}\n', "supervised", "the validation file text rows"),
    ],
)
def test_rows_that_do_not_go_together_fail_the_job(bench, tmp_path, validation, method, said):
    jobs = LocalJobs(workspace=bench.workspace, packages=())
    held = None
    if validation:
        (tmp_path / "held.jsonl").write_text(validation)
        held = jobs.upload(tmp_path / "held.jsonl")
    training = jobs.upload(bench.spec.training_file)
    job = jobs.create(replace(bench.spec, method=method), training=training, validation=held)
    assert said in bench.wait(job).error


def test_missing_packages_are_named_with_the_way_to_install_them(bench):
    jobs = LocalJobs(workspace=bench.workspace, packages=["json", "no_such_package"])
    with pytest.raises(Misconfigured) as caught:
        jobs.check(bench.spec)
    assert "needs no_such_package" in str(caught.value)
    assert "--torch-backend cpu" in str(caught.value)


def test_a_folder_without_a_model_and_a_hub_that_is_off_are_said(bench, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    (tmp_path / "empty").mkdir()
    for model, said in ((str(tmp_path / "empty"), "no config.json"), ("a/b", "HF_HUB_OFFLINE")):
        with pytest.raises(Misconfigured, match=said):
            bench.jobs().check(replace(bench.spec, model=model))
    kept = tmp_path / "cache" / "hub" / "models--a--b" / "snapshots" / "1"
    kept.mkdir(parents=True)
    (kept / "config.json").write_text("{}")
    bench.jobs().check(replace(bench.spec, model="a/b"))


def test_unknown_jobs_and_files_are_named(bench):
    job = bench.start()
    for ask in (bench.jobs().job, bench.jobs().cancel, bench.jobs().events):
        with pytest.raises(Misconfigured, match=f"did you mean '{job.id}'"):
            [*ask(job.id[:-1])] if ask == bench.jobs().events else ask(job.id[:-1])
    for odd in ("../x", "", ".", f"{job.id}/../{job.id}"):
        with pytest.raises(Misconfigured, match="no local job"):
            bench.jobs().job(odd)
    with pytest.raises(Misconfigured, match="no result file"):
        bench.jobs().read_file(f"{job.id}/spec.json")


def test_the_backend_is_known_by_its_name():
    assert BACKENDS["local"] == f"{LocalJobs.__module__.rpartition('.')[0]}:LocalJobs"


def test_the_backend_loads_no_heavy_package():
    code = (
        "import sys; from generator.tuning.local import LocalJobs, serve, tiny\n"
        f"print([name for name in {(*PACKAGES, 'fastapi')!r} if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
