"""`loremill tune start | follow | list | cancel | results` as users run them, against a server on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.cli.tune_follow import next_step
from generator.tuning.records import TuningJob
from tests.cli.running import ROOT, Done, command, environment, loremill
from tests.evaluation.test_ask import CHAT
from tests.evaluation.villages import save_village
from tests.fakes.chat_server import ChatServer
from tests.fakes.tuning import Life
from tests.tuning.check.files import chats, write

KEY = "sk-test-0123456789abcdef"
ENV = {"OPENAI_API_KEY": KEY}
CREATE = "POST /v1/fine_tuning/jobs"
CANCEL = "POST /v1/fine_tuning/jobs/ID/cancel"
EVENTS = "GET /v1/fine_tuning/jobs/ID/events"
AT_ONCE = ("running",)
"""Statuses of a job that has ended when it is looked at for the first time: nothing is waited for."""
LONG = 60.0


class Bench:
    """A folder with training files, a workspace, and a server."""

    def __init__(self, server: ChatServer, path: Path) -> None:
        self.server, self.path, self.workspace = server, path, path / "out"
        self.settings = server.tuning.settings
        self.file = write(path / "train.jsonl", chats(60))

    def arguments(self, name: str, *given: object) -> list[object]:
        where = ["--base-url", self.server.base_url, "--workspace", self.workspace]
        return ["tune", name, *given, *where]

    def tune(self, name: str, *given: object) -> Done:
        done = loremill(*self.arguments(name, *given), env=ENV)
        assert KEY not in done.out + done.err
        return done

    def start(self, *given: object) -> Done:
        return self.tune("start", self.file, "--model", "m", "--yes", *given)

    def process(self, name: str, *given: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command(*self.arguments(name, *given)), env=environment(ENV), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def lives(self, *lives: Life) -> None:
        self.settings.lives = list(lives)


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    with ChatServer(api_key=KEY) as server:
        yield Bench(server, tmp_path)


def until(is_so: Callable[[], Any]) -> None:
    end = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def lines(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.out.splitlines()]


# Start --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "start"])
def test_a_method_that_nobody_knows_is_not_taken_for_another(bench, command):
    done = bench.tune(command, bench.file, "--model", "m", "--method", "dop")
    assert done.code == 2
    assert "no method 'dop'; did you mean 'dpo'?" in done.err
    assert bench.server.stats.jobs == 0


def test_start_says_the_job_and_how_to_go_on_and_starts_it_once(bench):
    first = bench.start("--suffix", "opera")
    assert first.code == 0, first.err
    assert "ftjob-1  started, validating_files" in first.out
    assert "loremill tune follow ftjob-1" in first.out
    assert "sending train.jsonl" in first.err
    second = bench.start("--suffix", "opera", "--json")
    assert (second.json["job"], second.json["is_new"]) == ("ftjob-1", False)
    assert (bench.server.stats.jobs, bench.server.stats.files) == (1, 1)


def test_what_is_given_goes_over_the_wire_in_its_own_type(bench):
    valid = write(bench.path / "valid.jsonl", chats(8, begin=200))
    done = bench.start(
        "--validation", valid, "--epochs", 2, "--batch-size", "auto", "--hyperparameter", "lora=true",
        "--hyperparameter", "lora_r=16", "--seed", 7, "--metadata", "owner=1685",
        "--extra", "trainingType=GlobalStandard", "--wandb-project", "opera",
    )  # fmt: skip
    assert done.code == 0, done.err
    sent = bench.server.tuning.bodies[0]
    assert sent["hyperparameters"] == {
        "n_epochs": 2, "batch_size": "auto", "lora": True, "lora_r": 16,
    }  # fmt: skip
    assert (sent["seed"], sent["trainingType"]) == (7, "GlobalStandard")
    assert sent["metadata"]["owner"] == "1685"
    assert sent["integrations"] == [{"type": "wandb", "wandb": {"project": "opera"}}]
    assert sent["validation_file"] == "file-2"


def test_a_dry_run_sends_nothing_and_tells_by_its_code_what_would_be_refused(bench):
    assert bench.start("--dry-run").code == 0
    write(bench.file, [{"messages": []}, *chats(20)])
    done = bench.start("--dry-run", "--json")
    assert done.code == 1
    assert done.json["check"]["findings"]
    assert bench.server.tuning.asked.total() + bench.server.stats.files == 0


def test_a_file_that_would_be_refused_is_not_sent_unless_forced(bench):
    write(bench.file, [{"messages": []}, *chats(20)])
    done = bench.start()
    assert done.code == 2
    assert "--force starts all the same" in done.err
    assert bench.server.stats.files == 0
    assert bench.start("--force").code == 0
    assert bench.server.stats.jobs == 1


def test_a_closed_provider_ends_with_4_and_names_the_ways_left(bench):
    bench.settings.is_closed = True
    done = bench.start()
    assert done.code == 4
    assert "--backend local" in done.err
    assert "--backend export" in done.err


def test_a_model_that_is_to_be_switched_off_is_said_before_it_is_tuned(bench):
    bench.settings.shutdown_dates["m"] = "2027-01-14"
    assert "m is switched off on 2027-01-14" in bench.start().err


def test_a_start_that_is_killed_while_the_provider_answers_is_taken_up_by_the_next(bench):
    bench.settings.delays[CREATE] = LONG
    process = bench.process("start", bench.file, "--model", "m", "--yes")
    until(lambda: bench.server.stats.jobs)
    process.kill()
    process.communicate()
    bench.settings.delays.clear()
    done = bench.start("--json")
    assert done.json["job"] == "ftjob-1"
    assert (bench.server.stats.jobs, bench.server.stats.files) == (1, 1)


def test_a_start_while_another_waits_for_the_answer_is_told_and_starts_nothing(bench):
    bench.settings.delays[CREATE] = LONG
    process = bench.process("start", bench.file, "--model", "m", "--yes")
    until(lambda: bench.server.stats.jobs)
    done = bench.start()
    process.kill()
    process.communicate()
    assert done.code == 3
    assert "another loremill is starting this very job" in done.err
    assert bench.server.stats.jobs == 1


def test_a_start_without_a_model_says_what_is_missing(bench):
    done = bench.tune("start", bench.file)
    assert (done.code, "--model is missing" in done.err) == (2, True)


def test_the_backend_export_writes_what_runs_elsewhere_and_sends_nothing(bench):
    save_village(bench.workspace / "village", manifest=CHAT)
    done = bench.tune("start", "village", "--backend", "export", "--json")
    assert done.code == 0, done.err
    assert done.json["run"] == "axolotl train axolotl.yaml"
    assert (Path(done.json["folder"]) / "axolotl.yaml").is_file()
    assert done.json["rows"]["train"] > 0
    assert bench.tune("start", "unknown", "--backend", "export").code == 2
    assert bench.server.tuning.asked.total() + bench.server.stats.files == 0


# Follow -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "code"), [("succeeded", 0), ("failed", 1), ("cancelled", 1), ("expired", 1)]
)
def test_the_exit_code_of_follow_tells_how_the_job_ended(bench, how, code):
    bench.lives(Life(statuses=AT_ONCE, ends=how, error="out of memory" if how == "failed" else ""))
    bench.start()
    done = bench.tune("follow")
    assert done.code == code, done.err
    assert f"ftjob-1  {how}" in done.out
    assert ("out of memory" in done.out) == (how == "failed")
    assert ('loremill ask ftjob-1 "' in done.out) == (how == "succeeded")


def test_start_follows_where_it_is_told_to(bench):
    bench.lives(Life(statuses=AT_ONCE))
    done = bench.start("--follow")
    assert done.code == 0, done.err
    assert "ftjob-1  succeeded" in done.out


def test_follow_tells_a_script_each_event_and_the_end(bench):
    bench.lives(Life(statuses=AT_ONCE, steps=150))
    bench.start()
    told = lines(bench.tune("follow", "--json"))
    assert [
        one["event"]["data"]["step"] for one in told if one.get("event", {}).get("data")
    ] == list(range(1, 151))
    assert (told[-1]["status"], told[-1]["tuned_model"]) == ("succeeded", "ft:m:fake::1")


@pytest.mark.parametrize("as_json", [False, True])
def test_ctrl_c_leaves_a_job_that_runs_on_and_may_be_followed_again(bench, as_json):
    bench.lives(Life(statuses=["running"] * 3))
    bench.start()
    process = bench.process("follow", *(["--json"] if as_json else []))
    until(lambda: bench.server.tuning.asked[EVENTS])
    time.sleep(0.3)  # until it waits for the next look; any other moment is as good
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LONG)
    assert process.returncode == 3, err
    assert "Traceback" not in err
    if as_json:
        assert json.loads(out.splitlines()[-1]) == {"left": "ftjob-1"}
    else:
        assert "left; the job runs on: loremill tune follow ftjob-1" in err
    assert bench.server.tuning.statuses() == ["running"]
    bench.lives()
    while bench.server.tuning.statuses() != ["succeeded"]:
        loremill(*bench.arguments("list"), env=ENV)
    assert bench.tune("follow", "ftjob-1").code == 0


def test_a_job_that_the_workspace_does_not_know_is_followed_by_its_id(bench):
    bench.lives(Life(statuses=AT_ONCE))
    bench.start()
    done = loremill(
        "tune", "follow", "ftjob-1", "--base-url", bench.server.base_url, "--workspace",
        bench.path / "another", env=ENV,
    )  # fmt: skip
    assert done.code == 0, done.err


# List and cancel ----------------------------------------------------------------------------------


def test_list_shows_how_jobs_stand_now_newest_first(bench):
    assert "no tuning jobs" in bench.tune("list").out
    bench.lives(Life(statuses=AT_ONCE), Life(statuses=("queued", "paused", "paused")))
    bench.start()
    bench.start("--suffix", "second")
    told = bench.tune("list", "--json").json["jobs"]
    assert [(one["job"], one["status"]) for one in told] == [
        ("ftjob-2", "paused"), ("ftjob-1", "succeeded"),
    ]  # fmt: skip
    shown = bench.tune("list").out
    assert shown.index("ftjob-2") < shown.index("ftjob-1")
    assert "train.jsonl" in shown


def test_list_says_what_it_could_not_ask_and_shows_it_as_it_was(bench):
    bench.start()
    bench.settings.fails["GET /v1/fine_tuning/jobs/ID"] = 1
    done = bench.tune("list")
    assert done.code == 0
    assert "ftjob-1 as it was last seen" in done.err
    assert "validating_files" in done.out


def test_list_with_a_backend_shows_jobs_of_others_too(bench):
    bench.start()
    done = loremill(
        "tune", "list", "--backend", "openai", "--base-url", bench.server.base_url, "--workspace",
        bench.path / "another", "--json", env=ENV,
    )  # fmt: skip
    assert [one["job"] for one in done.json["jobs"]] == ["ftjob-1"]


def test_cancel_ends_a_job_and_leaves_one_that_has_ended(bench):
    bench.lives(Life(statuses=["running"] * 9), Life(statuses=AT_ONCE))
    bench.start()
    done = bench.tune("cancel", "ftjob-1")
    assert (done.code, "ftjob-1  cancelled" in done.out) == (0, True)
    bench.start("--suffix", "second")
    bench.tune("follow", "ftjob-2")
    assert bench.tune("cancel", "ftjob-2", "--json").json["status"] == "succeeded"
    assert bench.server.tuning.statuses() == ["cancelled", "succeeded"]


@pytest.mark.parametrize("trouble", ["loses", "fails"])
def test_cancel_is_asked_again_and_says_so_where_no_answer_comes(bench, trouble):
    bench.lives(Life(statuses=["running"] * 9))
    bench.start()
    getattr(bench.settings, trouble)[CANCEL] = 1
    done = bench.tune("cancel", "ftjob-1")
    assert (done.code, "ftjob-1  cancelled" in done.out) == (0, True), done.err
    assert "asking again in 1 s" in done.err


@pytest.mark.parametrize("name", ["follow", "cancel", "results"])
def test_a_job_that_nobody_knows_is_an_error_that_says_where_to_look(bench, name):
    bench.start()
    done = loremill("tune", name, "ftjob-9", "--workspace", bench.workspace, env=ENV)
    assert done.code == 2
    assert "loremill tune list" in done.err


# Results ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "life",
    [
        Life(statuses=AT_ONCE),
        Life(statuses=AT_ONCE, is_base64=True, result_files=2),
        Life(statuses=AT_ONCE, dialect="azure"),
        Life(statuses=AT_ONCE, dialect="legacy", is_base64=True),
        Life(statuses=AT_ONCE, dialect="none"),
    ],
    ids=["plain", "Base64 in two files", "Azure", "legacy", "events alone"],
)  # fmt: skip
def test_results_are_one_table_whatever_the_provider_writes(bench, life):
    bench.lives(life)
    valid = write(bench.path / "valid.jsonl", chats(8, begin=200))
    bench.start("--validation", valid)
    bench.tune("follow")
    done = bench.tune("results", "ftjob-1", "--json")
    assert done.code == 0, done.err
    last = {"step": 6, "train_loss": 0.28571, "train_accuracy": 0.85714, "valid_loss": 0.31429,
            "valid_accuracy": 0.77143}  # fmt: skip
    assert done.json["last"].items() >= last.items()


def test_results_are_kept_and_read_again_with_the_server_gone(tmp_path):
    with ChatServer(api_key=KEY) as server:
        bench = Bench(server, tmp_path)
        bench.lives(Life(statuses=AT_ONCE))
        bench.start()
        bench.tune("follow")
    for _ in range(2):
        done = bench.tune("results", "ftjob-1", "--json")
        assert done.code == 0, done.err
        assert done.json["last_step"] == 6


def test_results_of_a_job_that_runs_come_from_its_events_and_are_looked_up_again(bench):
    bench.lives(Life(statuses=["running"] * 3, steps=40))
    bench.start()
    steps = [bench.tune("results", "ftjob-1", "--json").json["last_step"] for _ in range(3)]
    assert steps == sorted(set(steps))
    assert steps[-1] == 40


def test_a_job_has_one_id_and_the_same_keys_in_every_command(bench):
    started = bench.start("--json").json
    (listed,) = bench.tune("list", "--json").json["jobs"]
    cancelled = bench.tune("cancel", started["job"], "--json").json
    both = {"job", "model", "dataset", "backend", "endpoint"}
    assert {name: started[name] for name in both} == {name: listed[name] for name in both}
    assert cancelled["job"] == started["job"] == "ftjob-1"


def test_without_a_name_the_results_are_those_of_the_newest_job_under_its_id(bench):
    bench.lives(Life(statuses=AT_ONCE))
    bench.start()
    told = bench.tune("results", "--json").json
    assert told["job"] == "ftjob-1"
    assert {Path(name).parent.name for name in told["files"]} == {"ftjob-1"}
    assert bench.tune("results", "ftjob").out.startswith("ftjob-1 ")


def test_a_model_on_this_machine_is_served_before_it_is_asked(tmp_path):
    here = TuningJob(id="opera-1", status="succeeded", tuned_model=str(tmp_path))
    assert next_step(here) == "loremill tune serve opera-1"
    assert next_step(replace(here, tuned_model="ft:opera")) == 'loremill ask opera-1 "…"'


def test_a_backend_that_is_none_is_said_before_anything_is_looked_over(bench):
    done = bench.start("--backend", "lokal")
    assert done.code == 2
    assert done.err.startswith("loremill: no backend 'lokal'; did you mean 'local'?")


# Use ----------------------------------------------------------------------------------------------


def test_a_job_is_asked_by_its_id_where_it_was_tuned(bench):
    bench.lives(Life(statuses=AT_ONCE))
    bench.start()
    bench.tune("follow")
    done = loremill("ask", "ftjob-1", "Who?", "--workspace", bench.workspace, env=ENV)
    assert done.code == 0, done.err
    assert [one["model"] for one in bench.server.requests] == ["ft:m:fake::1"]
