"""A night's batch, as whole commands: lists of titles, other terminals, logs, and what may go wrong."""

from __future__ import annotations

import json
import os
import pathlib
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from generator.telling.pulse import read_runs
from tests.cli.articles import write
from tests.cli.running import ROOT, WITHOUT_COMPILED, command, environment, loremill
from tests.cli.wiki import values, wiki_with
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "sk-a-key-that-must-never-be-seen"}


@pytest.fixture
def workspace(tmp_path):
    return tmp_path / "work"


@pytest.fixture
def server():
    with ChatServer() as running:
        yield running


def slow():
    return ChatServer(latency_s=0.3)


def listed(folder, *titles, name="Harbour lights.txt"):
    path = folder / name
    path.write_text("\n".join(titles), encoding="utf-8")
    return path


def batch(workspace, server, *options):
    return (
        "build",
        "--workspace",
        workspace,
        "--model",
        "m",
        "--base-url",
        server.base_url,
        "--recipe",
        "simple",
        *options,
    )


def start(*arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(
        command(*arguments), env=environment(KEY), cwd=ROOT, encoding="utf-8", **options
    )


def until(is_so, process=None):
    """Wait for something that happens soon."""
    for _ in range(600):
        if is_so():
            return
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def log_of(workspace):
    (path,) = (workspace / "logs").glob("*.jsonl")
    return path


# Lists of titles ------------------------------------------------------------------------------------


def test_a_list_becomes_one_dataset_named_after_it_with_what_could_not_be_had(
    tmp_path, workspace, server
):
    path = listed(tmp_path, "# lights", "Number 1", "", "Nowhere", "Number 2\r", "Number 1")
    with wiki_with() as wiki:
        done = loremill(
            *batch(workspace, server, "--titles", path, "Number 3", "--site", wiki.url, "--json"),
            env=KEY,
        )
    assert done.code == 1, done.out + done.err
    folder = workspace / "harbour-lights"
    articles = {row["article"] for row in rows(folder / "pairs.jsonl")}
    assert articles == {"Number 1", "Number 2", "Number 3"}
    assert [one["asked"] for one in done.json["missing"]] == ["Nowhere"]
    assert (done.json["duplicates"], done.json["not_reached"]) == (1, 0)
    assert done.json["causes"][0]["reason"] == "missing"


def test_a_list_is_read_from_standard_input(workspace, server):
    with wiki_with() as wiki:
        options = ("--titles", "-", "--site", wiki.url, "--json")
        unnamed = loremill(*batch(workspace, server, *options), env=KEY, input="Number 1\n")
        named = loremill(
            *batch(workspace, server, *options, "--name", "mine"), env=KEY, input="Number 1\n"
        )
    assert (unnamed.code, named.code) == (2, 0)
    assert "--name" in unnamed.json["error"]
    assert (workspace / "mine" / "pairs.jsonl").exists()


def test_a_list_is_never_left_to_the_built_in_writer_unasked(tmp_path, workspace):
    done = loremill("build", "--titles", listed(tmp_path, "Number 1"), "--workspace", workspace)
    assert done.code == 2
    assert "--model extractive" in done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"# none\n", "no titles"), (b"\xe4\n", "UTF-8")],
)
def test_a_list_that_is_none_is_said_before_anything_is_asked(
    tmp_path, workspace, server, content, said
):
    path = tmp_path / "list"
    if content is not None:
        path.write_bytes(content)
    done = loremill(*batch(workspace, server, "--titles", path), env=KEY)
    assert done.code == 2
    assert said in done.err
    assert server.stats.requests == 0


def test_the_model_is_asked_while_the_wiki_still_works_on_the_next_titles(
    tmp_path, workspace, server
):
    """The wiki answers for later titles only once the model was asked about the first."""
    waited = []

    def is_down(asked):
        if "Number 30" in values(asked, "titles"):
            until(lambda: server.stats.requests > 0)
            waited.append(True)
        return False

    path = listed(tmp_path, *(f"Number {n}" for n in range(1, 31)))
    with wiki_with(is_down=is_down) as wiki:
        done = loremill(
            *batch(workspace, server, "--titles", path, "--site", wiki.url, "--json"), env=KEY
        )
    assert done.code == 0, done.out
    assert waited


# From another terminal ------------------------------------------------------------------------------


def test_status_and_watch_tell_from_elsewhere_how_far_a_run_is(tmp_path, workspace):
    with slow() as server:
        files = [part for n in range(9) for part in ("--from", write(tmp_path, f"Article {n}"))]
        run = start(*batch(workspace, server, *files, "--concurrency", 1, "--json"))
        until(lambda: any(one.progress.answered for one in read_runs(workspace)), run)
        status = loremill("status", "--workspace", workspace, "--json")
        watching = start("watch", "--workspace", workspace)
        in_json = start("watch", "--workspace", workspace, "--json")
        first, first_in_json = watching.stdout.readline(), in_json.stdout.readline()
        run.send_signal(signal.SIGINT)
        rest, err = watching.communicate(timeout=60)
        rest_in_json = in_json.communicate(timeout=60)[0]
        run.communicate(timeout=60)
    (said,) = status.json["runs"]
    assert (said["state"], said["pid"], said["progress"]["titles"]) == ("running", run.pid, 9)
    assert 0 < said["progress"]["answered"] < said["progress"]["calls"]
    assert not err
    assert re.match(r"article-0-and-8-more: \d of 9 articles", first)
    assert "stopped, resumable" in rest.splitlines()[-1]
    assert json.loads(first_in_json)["state"] == "running"
    ended = json.loads(rest_in_json.splitlines()[-1])
    assert (ended["state"], ended["exit_code"]) == ("ended", run.returncode)


def test_a_run_that_was_killed_is_not_taken_for_one_that_works(tmp_path, workspace):
    with slow() as server:
        run = start(*batch(workspace, server, "--from", write(tmp_path), "--concurrency", 2))
        until(lambda: server.stats.good > 1, run)
        run.kill()
        run.communicate()
    status = loremill("status", "--workspace", workspace, "--json")
    watching = loremill("watch", "--workspace", workspace)
    assert [one["state"] for one in status.json["runs"]] == ["dead"]
    assert "no run is working" in watching.out


# The log ----------------------------------------------------------------------------------------------


def test_the_log_holds_ids_reasons_and_tokens_and_no_text(tmp_path, workspace):
    rule = Rule(
        answer="status",
        status=422,
        contains="Kind: basic",
        message="Fresnel " + KEY["OPENAI_API_KEY"],
    )
    with ChatServer(rule) as server:
        done = loremill(*batch(workspace, server, "--from", write(tmp_path), "--json"), env=KEY)
    path = log_of(workspace)
    assert done.json["log"] == str(path)
    lines = rows(path)
    assert {line["run"] for line in lines} == {path.stem}
    assert [lines[0]["event"], lines[-1]["event"]] == ["began", "ended"]
    answered = [line for line in lines if line["event"] == "answered"]
    folder = workspace / "tarn-point-light"
    read = [*rows(folder / "pairs.jsonl"), *rows(folder / "rejected.jsonl")]
    assert {line["call"] for line in answered} == {row["call"] for row in read}
    assert all(line["prompt_tokens"] > 0 for line in answered)
    assert {line["reason"] for line in lines if line["event"] == "failed"} == {"bad_request"}
    text = path.read_text(encoding="utf-8")
    for secret in (KEY["OPENAI_API_KEY"], "Fresnel", "keepers", "<passage>"):
        assert secret not in text


def test_without_a_log_there_is_none(tmp_path, workspace):
    article = write(tmp_path)
    done = loremill("build", "--from", article, "--workspace", workspace, "--no-log")
    assert done.code == 0
    assert not (workspace / "logs").exists()


def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path, workspace):
    workspace.mkdir()
    (workspace / "logs").write_text("in the way", encoding="utf-8")
    done = loremill("build", "--from", write(tmp_path), "--workspace", workspace)
    assert done.code == 0
    assert done.err.count("cannot write the log") == 1


# In the morning ---------------------------------------------------------------------------------------


def test_the_summary_names_causes_and_articles_and_what_to_do(tmp_path, workspace):
    rules = [
        Rule(answer="status", status=422, contains="Point 1 "),
        Rule(answer="length", contains="Point 2 "),
    ]
    path = listed(tmp_path, "Number 1", "Number 2", "Number 3", "Nowhere")
    with ChatServer(*rules) as server, wiki_with() as wiki:
        done = loremill(*batch(workspace, server, "--titles", path, "--site", wiki.url), env=KEY)
    assert done.code == 1
    assert "calls: bad request" in done.out
    assert "raise max_tokens" in done.out
    assert re.search(r"Number 1 +\d+ of \d+ +\d+ bad request", done.out)
    assert not re.search("Number 3 +", done.out)
    assert "there is no page 'Nowhere'" in done.out


def test_someone_is_told_how_it_ended_well_or_badly(tmp_path, workspace, server):
    told = tmp_path / "told"
    article = write(tmp_path)
    notify = ("--notify", f"cat > {told}; exit 1")
    good = loremill(*batch(workspace, server, "--from", article, *notify), env=KEY)
    summary = json.loads(told.read_text(encoding="utf-8"))
    assert good.code == summary["exit_code"] == 0  # whatever the command says
    assert "--notify did not work" in good.err
    assert summary["pairs"]["kept"] > 0
    with ChatServer(api_key="another") as strict:
        bad = loremill(
            *batch(
                workspace, strict, "--from", article, *notify, "--name", "other", "--model", "n"
            ),
            env=KEY,
        )
    summary = json.loads(told.read_text(encoding="utf-8"))
    assert bad.code == summary["exit_code"] == 4
    assert KEY["OPENAI_API_KEY"] not in told.read_text(encoding="utf-8")


# What may go wrong in the place -----------------------------------------------------------------------


def test_a_terminal_that_goes_away_stops_the_run_as_ctrl_c_does(tmp_path, workspace):
    with slow() as server:
        arguments = batch(workspace, server, "--from", write(tmp_path), "--concurrency", 2)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(ROOT)
            os.execve(command()[0], command(*arguments), environment(KEY))
        until(lambda: server.stats.good > 1)
        os.close(terminal)  # the kernel sends SIGHUP; whatever is written from now on fails
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert server.stats.abandoned == 0
        assert code == 3
        again = loremill(*arguments, "--json", env=KEY)
        assert again.code == 0
        assert server.stats.paid_twice == 0
    (ended,) = [
        line for line in rows(sorted((workspace / "logs").iterdir())[0]) if line["event"] == "ended"
    ]
    assert ended["exit_code"] == 3


def test_a_run_that_was_suspended_goes_on(tmp_path, workspace):
    with slow() as server:
        run = start(
            *batch(workspace, server, "--from", write(tmp_path), "--concurrency", 2, "--json")
        )
        until(lambda: server.stats.good > 1, run)
        run.send_signal(signal.SIGSTOP)
        time.sleep(1)
        run.send_signal(signal.SIGCONT)
        out, err = run.communicate(timeout=60)
        assert run.returncode == 0, out + err
        assert server.stats.paid_twice == 0


def test_a_workspace_that_is_taken_away_stops_the_run_and_says_where_replies_went(
    tmp_path, workspace
):
    with slow() as server:
        run = start(
            *batch(workspace, server, "--from", write(tmp_path), "--concurrency", 1, "--json")
        )
        until(lambda: server.stats.good > 1, run)
        moved = workspace.rename(tmp_path / "moved")
        out, _ = run.communicate(timeout=60)
        paid = server.stats.good
        assert run.returncode == 2, out
        assert "moved or deleted" in json.loads(out)["error"]
        assert paid < 12
        again = loremill(*batch(moved, server, "--from", write(tmp_path), "--json"), env=KEY)
        assert again.code == 0
        assert again.json["calls"]["answered_before"] == paid
        assert server.stats.paid_twice == 0


def spoil_the_middle(path):
    """All but the first page, so that what is read first is hit whatever the layout."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 2 * 4096))


def make_newer(path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"not a database at all" * 500), "another program|damaged"),
        (spoil_the_middle, "damaged"),
        (make_newer, "newer loremill"),
    ],
)
def test_a_store_that_cannot_be_used_is_said_and_left_as_it_is(tmp_path, workspace, spoil, said):
    article = write(tmp_path)
    loremill("build", "--from", article, "--workspace", workspace)
    store = workspace / "loremill.db"
    for beside in workspace.glob("loremill.db-*"):
        beside.unlink()
    spoil(store)
    before = store.read_bytes()
    done = loremill("build", "--from", article, "--workspace", workspace, "--max-words", 60)
    assert done.code == 2
    assert re.search(said, done.err), done.err
    assert store.read_bytes() == before


def test_a_place_where_nothing_may_be_written_is_said(tmp_path):
    done = loremill("build", "--from", write(tmp_path), "--workspace", "/proc/loremill")
    assert done.code == 2
    assert "/proc/loremill" in done.err


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("where", ["closed pipe", "/dev/full", "closed"])
def test_a_summary_that_nobody_can_read_changes_nothing(tmp_path, workspace, where):
    rule = Rule(answer="status", status=422, contains="Kind: basic")
    with ChatServer(rule) as server:
        arguments = command(*batch(workspace, server, "--from", write(tmp_path)))
        if where == "closed pipe":
            read, out = os.pipe()
            os.close(read)
        else:
            out = os.open("/dev/full", os.O_WRONLY)
        close = (lambda: os.close(1)) if where == "closed" else None
        done = subprocess.run(
            arguments, stdout=out, stderr=subprocess.PIPE, env=environment(KEY), cwd=ROOT,
            encoding="utf-8", preexec_fn=close, timeout=60,
        )  # fmt: skip
        os.close(out)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert (workspace / "tarn-point-light" / "manifest.json").exists()


def test_a_disk_without_room_for_the_dataset_is_said_and_the_same_command_goes_on(
    tmp_path, workspace, server
):
    arguments = batch(workspace, server, "--from", write(tmp_path), "--no-log")
    first = loremill(*arguments, env=KEY)
    assert first.code == 0
    shutil.rmtree(workspace / "tarn-point-light")
    full = f"ulimit -f 1; trap '' XFSZ; exec {' '.join(map(str, command(*arguments)))}"
    done = subprocess.run(
        ["bash", "-c", full], env=environment({**KEY, **WITHOUT_COMPILED}), cwd=ROOT, capture_output=True,
        encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "free some" in done.stderr
    assert loremill(*arguments, env=KEY).code == 0
    assert server.stats.paid_twice == 0
