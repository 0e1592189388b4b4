"""A model is served on loopback by one command, answers the openai client, and ends with Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openai
import pytest

from generator.api.tuning import find_served
from generator.errors import Misconfigured
from generator.store import open_store
from generator.store.tuning import StartedJob
from generator.tuning.local.serve import _name, _reserved, find_model, serving
from generator.tuning.local.tiny import make_tiny
from tests.cli.running import command, environment, loremill
from tests.tuning.local.real import marked


@pytest.fixture
def jobs(tmp_path) -> Path:
    """A workspace with a job that has a model, and one that has none yet."""
    for name in ("done-1", "begun-1"):
        (tmp_path / "tuning" / name).mkdir(parents=True)
        (tmp_path / "tuning" / name / "spec.json").write_text("{}")
    (tmp_path / "tuning" / "done-1" / "model").mkdir()
    (tmp_path / "tuning" / "done-1" / "model" / "config.json").write_text("{}")
    return tmp_path


def test_a_model_is_found_by_its_job_and_by_its_folder(jobs):
    model = jobs / "tuning" / "done-1" / "model"
    for name in ("done-1", "done", str(model), str(model.parent)):
        assert find_model(name, jobs) == model


def test_a_beginning_that_several_jobs_have_is_not_guessed_at(jobs):
    other = jobs / "tuning" / "done-2"
    (other / "model").mkdir(parents=True)
    (other / "spec.json").write_text("{}")
    assert find_model("done", jobs).parent.name == "done-1"
    (other / "model" / "config.json").write_text("{}")
    with pytest.raises(Misconfigured, match="begins several jobs: done-1, done-2"):
        find_model("done", jobs)


@pytest.mark.parametrize(
    ("name", "said"), [("begun-1", "has no model yet"), ("done-2", "did you mean 'done-1'")]
)
def test_a_model_that_is_not_there_is_said(jobs, name, said):
    with pytest.raises(Misconfigured, match=said):
        find_model(name, jobs)


def test_a_model_goes_by_its_job_or_by_its_folder_and_content(jobs, tmp_path):
    for name in ("a/tiny", "b/tiny", "home"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "b/tiny/config.json").write_text("{}")
    models = [jobs / "tuning" / "done-1" / "model", tmp_path / "a/tiny", tmp_path / "b/tiny"]
    names = _name(models, tmp_path / "home")
    assert names[0] == "done-1"
    assert all(name.startswith("tiny-") for name in names[1:])
    assert len(set(names)) == 3
    assert (tmp_path / "home" / "done-1" / "config.json").is_file()


def test_another_model_in_the_same_folder_has_another_name(tmp_path):
    """Answers are stored under the name: those of the one are none of the other's."""
    model = tmp_path / "tiny"
    model.mkdir()
    names = []
    for weights in (b"one", b"two", b"one"):
        (model / "model.safetensors").write_bytes(weights)
        (home := tmp_path / f"home-{len(names)}").mkdir()
        names += _name([model], home)
    assert names[0] == names[2] != names[1]


def test_two_servers_that_start_at_once_have_a_port_each():
    """Neither listens yet, so both would find the same port free."""
    with _reserved(None) as one, _reserved(None) as two:
        assert one != two
        with pytest.raises(Misconfigured, match=f"port {two} cannot be had"), _reserved(two):
            pass
    with _reserved(two) as again:
        assert again == two


@marked
def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(Misconfigured, match="--port takes another"),
            serving([tmp_path], port=port),
        ):
            pass


@marked
def test_a_folder_that_holds_no_model_does_not_come_up_and_says_why(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(Misconfigured, match="did not come up"), serving([tmp_path], port=0):
        pass


@marked
def test_a_server_answers_the_openai_client_by_the_names_it_says_and_ends_with_ctrl_c(tmp_path):
    names = ["one", "two"]
    for name in names:
        make_tiny(tmp_path / name, width=32, layers=1, heads=2, vocabulary=259, context=64)
    server = subprocess.Popen(
        command("tune", "serve", *names, "--port", 0, "--device", "cpu", "--json"),
        cwd=tmp_path, env=environment({"PYTHONPATH": str(Path(__file__).parents[3])}),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        said = json.loads(server.stdout.readline())
        assert [name.rpartition("-")[0] for name in said["models"]] == names
        with openai.OpenAI(base_url=said["base_url"], api_key="none", max_retries=0) as client:
            for name in said["models"]:
                reply = client.chat.completions.create(
                    model=name, messages=[{"role": "user", "content": "banana"}], max_tokens=5
                )
                assert reply.usage is not None
                assert reply.usage.completion_tokens <= 5
            text = client.completions.create(model=said["models"][0], prompt="banana", max_tokens=5)
            assert text.choices[0].text
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=60)
    finally:
        server.kill()
        server.communicate()
    assert (server.returncode, err) == (0, "")
    with socket.socket() as trial:
        assert trial.connect_ex(("127.0.0.1", int(said["base_url"].split(":")[2][:-3]))) != 0


@marked
def test_a_command_runs_while_models_are_served_and_its_exit_code_is_told(tmp_path):
    make_tiny(tmp_path / "one", width=32, layers=1, heads=2, vocabulary=259, context=64)
    asks = (
        "import openai, os, sys\n"
        "with openai.OpenAI(max_retries=0) as client:\n"
        "    told = client.completions.create(model=sys.argv[1], prompt='x', max_tokens=3)\n"
        "    print(told.model, os.environ['OPENAI_API_KEY'])\n"
        "    sys.exit(7)\n"
    )
    (tmp_path / "asks.py").write_text(asks)
    done = loremill(
        "tune", "serve", "one", "--device", "cpu", "--run", f'"{sys.executable}" asks.py "$1"',
        cwd=tmp_path, env={"OPENAI_API_KEY": "sk-of-the-user"},
    )  # fmt: skip
    assert done.code == 7
    assert re.fullmatch(r"one-[0-9a-f]{8} none\n", done.out)


def test_a_dataset_stands_for_the_newest_model_that_was_tuned_on_it(jobs):
    known = StartedJob(
        token="t", attempt=1, backend="local", endpoint="local", dataset="out/opera", id="done-1",
        status="succeeded", created_at="2026-11-29T10:00:00Z",
    )  # fmt: skip
    with open_store(jobs) as store:
        store.tuning.save(known)
        for later in (
            {"status": "running", "id": "begun-1"},
            {"backend": "openai", "id": "ftjob-1"},
        ):
            created_at = "2026-11-29T11:00:00Z"
            store.tuning.save(replace(known, token=later["id"], created_at=created_at, **later))
    assert find_served("opera", workspace=jobs) == jobs / "tuning" / "done-1" / "model"
    assert find_served("done", workspace=jobs) == jobs / "tuning" / "done-1" / "model"
    with pytest.raises(Misconfigured, match="neither a job"):
        find_served("ballet", workspace=jobs)
