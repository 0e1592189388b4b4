"""Tiny models are trained for real: whole, with adapters, from preferences, and on from a kill."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.tuning.local import LocalJobs
from generator.tuning.local.folder import JobFolder
from generator.tuning.local.tiny import make_tiny
from generator.tuning.records import TuningJob, TuningSpec
from tests.cli.running import loremill
from tests.tuning.local.real import MISSING, REASON, chats, train, write_rows

if MISSING:
    pytest.skip(REASON, allow_module_level=True)
pytestmark = pytest.mark.local

WORDS = [a + b for a in ("ba", "du", "mi", "ko", "la", "pe", "ru", "sa") for b in "nlrst"]
"""Forty words; each is to be answered by itself in capitals."""


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("tiny") / "base"
    assert make_tiny(folder, width=32, layers=1, heads=2, vocabulary=259, context=64) < 50_000
    return folder


@pytest.fixture
def spec(base, tmp_path) -> TuningSpec:
    rows = chats({word: word.upper() for word in WORDS})
    return TuningSpec(
        model=str(base),
        training_file=write_rows(tmp_path / "train.jsonl", rows[:32]),
        validation_file=write_rows(tmp_path / "validation.jsonl", rows[32:]),
        hyperparameters={"n_epochs": 3, "learning_rate": 0.01, "device": "cpu"},
        seed=3,
    )


@pytest.fixture
def workspace(tmp_path) -> Iterator[Path]:
    yield tmp_path / "out"
    jobs = LocalJobs(workspace=tmp_path / "out")
    for job in jobs.jobs():
        jobs.cancel(job.id)


def results(workspace: Path, job: TuningJob) -> list[dict[str, str]]:
    _, content = LocalJobs(workspace=workspace).read_file(job.result_files[0])
    return [*csv.DictReader(io.StringIO(content.decode()))]


def weights(folder: str | Path) -> bytes:
    return (Path(folder) / "model.safetensors").read_bytes()


def test_a_whole_model_learns_and_leaves_what_servers_need(spec, base, workspace):
    job = train(workspace, spec)
    assert job.status == "succeeded", job.error
    rows = results(workspace, job)
    assert [int(row["step"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])
    validated = [row for row in rows if row["valid_loss"]]
    assert [row["step"] for row in validated] == ["2", "4", "6"]
    assert float(validated[-1]["valid_loss"]) < float(validated[0]["valid_loss"])
    assert 0 <= float(validated[-1]["valid_mean_token_accuracy"]) <= 1
    names = {path.name for path in Path(job.tuned_model).iterdir()}
    assert {
        "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json", "chat_template.jinja",
    } <= names  # fmt: skip
    assert weights(job.tuned_model) != weights(base)
    assert (job.trained_tokens or 0) > 0
    assert job.hyperparameters["batch_size"] == 16
    assert not JobFolder(workspace / "tuning" / job.id).checkpoints.exists()
    steps = [
        event.data["step"] for event in LocalJobs(workspace=workspace).events(job.id) if event.data
    ]
    assert sorted(set(steps)) == [1, 2, 3, 4, 5, 6]


def test_a_killed_training_goes_on_and_ends_with_the_very_same_weights(spec, tmp_path, workspace):
    spec = replace(spec, hyperparameters={**spec.hyperparameters, "n_epochs": 25})
    whole = train(tmp_path / "undisturbed", spec)

    def is_under_way(job: TuningJob) -> bool:
        return len(JobFolder(workspace / "tuning" / job.id).whole_checkpoints()) == 2

    job = train(workspace, spec, until=is_under_way)
    folder = JobFolder(workspace / "tuning" / job.id)
    os.kill(_process_of(folder), signal.SIGKILL)
    while folder.is_alive():
        pass
    killed = LocalJobs(workspace=workspace).job(job.id)
    assert killed.status == "failed"
    assert "the same command goes on from step" in killed.error
    ended = train(workspace, spec)
    assert ended.status == "succeeded", ended.error
    messages = [event.message for event in LocalJobs(workspace=workspace).events(job.id)]
    assert any(message.startswith("Going on from step") for message in messages)
    assert weights(ended.tuned_model) == weights(whole.tuned_model)
    assert results(workspace, ended) == results(tmp_path / "undisturbed", whole)


def _process_of(folder: JobFolder) -> int:
    """The process that has the job's folder on its command line."""
    mark = str(folder.path.resolve()).encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cmdline").read_bytes().rstrip(b"\0").endswith(mark):
                return int(process.name)
        except OSError:
            continue
    raise AssertionError("no process trains this job")


def test_an_adapter_is_trained_and_merged(spec, base, workspace):
    asked = {**spec.hyperparameters, "n_epochs": 1, "lora": True, "lora_rank": 4}
    job = train(workspace, replace(spec, hyperparameters=asked))
    assert job.status == "succeeded", job.error
    adapter = Path(job.tuned_model).parent / "adapter"
    told = json.loads((adapter / "adapter_config.json").read_text())
    assert (told["r"], told["lora_alpha"]) == (4, 8)
    assert not [*Path(job.tuned_model).glob("adapter*")]
    assert weights(job.tuned_model) != weights(base)
    assert len(weights(job.tuned_model)) == len(weights(base))


def test_preferences_are_learnt_by_dpo(spec, tmp_path, workspace):
    rows = [
        {
            "input": {"messages": [{"role": "user", "content": word}]},
            "preferred_output": [{"role": "assistant", "content": word.upper()}],
            "non_preferred_output": [{"role": "assistant", "content": word}],
        }
        for word in WORDS
    ]
    asked = {"n_epochs": 2, "learning_rate": 0.001, "device": "cpu"}
    training = write_rows(tmp_path / "better.jsonl", rows)
    job = train(
        workspace,
        replace(
            spec, training_file=training, validation_file=None, method="dpo", hyperparameters=asked
        ),
    )
    assert job.status == "succeeded", job.error
    told = results(workspace, job)
    assert float(told[-1]["train_loss"]) < float(told[0]["train_loss"])
    assert float(told[-1]["train_accuracy"]) > 0.5


def test_the_best_epoch_is_kept_and_training_ends_when_it_gets_worse(spec, tmp_path, workspace):
    pairs = {word: word.upper() for word in WORDS}
    rows = [
        {"prompt": f"{asked} ->", "completion": f" {answered}\n"}
        for asked, answered in pairs.items()
    ]
    wrong = [{**row, "completion": " ????\n"} for row in rows]
    asked = {"n_epochs": 40, "learning_rate": 0.02, "early_stopping": 1, "device": "cpu"}
    job = train(
        workspace,
        replace(
            spec,
            training_file=write_rows(tmp_path / "a.jsonl", rows),
            validation_file=write_rows(tmp_path / "b.jsonl", wrong),
            hyperparameters=asked,
        ),
    )
    assert job.status == "succeeded", job.error
    losses = [float(row["valid_loss"]) for row in results(workspace, job) if row["valid_loss"]]
    assert 2 <= len(losses) < 40
    assert losses[-1] > min(losses)


def test_a_tiny_model_is_made_by_a_command_that_says_that_it_knows_nothing(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("Die Mühle am Bach. 水車。 الطاحونة\n" * 50, "utf-8")
    done = loremill("tune", "tiny", tmp_path / "tiny", "--text", text, "--vocabulary", 300)
    assert done.code == 0, done.err
    assert "it knows nothing yet" in done.out
    again = loremill("tune", "tiny", tmp_path / "tiny", "--text", text, "--vocabulary", 300)
    assert (again.code, again.out) == (0, done.out)
    other = loremill("tune", "tiny", tmp_path / "tiny")
    assert other.code == 2
    assert "not made in this way" in other.err
    odd = loremill("tune", "tiny", tmp_path / "odd", "--width", 100, "--heads", 3)
    assert odd.code == 2
