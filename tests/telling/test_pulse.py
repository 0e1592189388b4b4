from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.telling.progress import Snapshot
from generator.telling.pulse import FOLDER, KEPT, Pulse, new_run_id, read_runs

ROOT = Path(__file__).parent.parent


def pulse(workspace, run="20261121T000000Z-0000"):
    return Pulse(workspace, run, dataset="lights", model="m", log="")


def test_a_run_is_running_until_it_has_said_how_it_ended(tmp_path):
    one = pulse(tmp_path)
    one.beat(Snapshot(titles=10, articles=3, failed={"timeout": 2}))
    (run,) = read_runs(tmp_path)
    assert (run.state, run.pid, run.progress.titles_done) == ("running", os.getpid(), 3)
    assert run.progress.failed == {"timeout": 2}
    one.end(1, "because", Snapshot(titles=10, articles=10))
    (run,) = read_runs(tmp_path)
    assert (run.state, run.exit_code, run.message) == ("ended", 1, "because")


def test_a_run_whose_process_was_killed_is_dead(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from generator.telling.pulse import Pulse;"
        "from generator.telling.progress import Snapshot;"
        "one = Pulse(Path(sys.argv[1]), 'x', dataset='d', model='m', log='');"
        "one.beat(Snapshot()); print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout
    process.stdout.readline()
    assert [run.state for run in read_runs(tmp_path)] == ["running"]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [run.state for run in read_runs(tmp_path)] == ["dead"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": 1}', "\x00" * 4096])
def test_a_heartbeat_that_cannot_be_read_is_passed_over(tmp_path, text):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "x.json").write_text(text, encoding="utf-8")
    assert read_runs(tmp_path) == []


def test_a_workspace_without_runs_has_none(tmp_path):
    assert read_runs(tmp_path / "nowhere") == []


def test_a_place_that_cannot_be_written_is_no_reason_to_stop(tmp_path):
    (tmp_path / FOLDER).write_text("in the way", encoding="utf-8")
    one = pulse(tmp_path)
    one.beat(Snapshot())
    one.end(0, "", Snapshot())


def test_the_last_word_of_so_many_runs_is_kept(tmp_path):
    for number in range(KEPT + 5):
        pulse(tmp_path, f"run-{number:03}").end(0, "", Snapshot())
    runs = read_runs(tmp_path)
    assert len(runs) == KEPT
    assert runs[-1].run == f"run-{KEPT + 4:03}"


def test_a_shorter_word_replaces_a_longer_one(tmp_path):
    one = pulse(tmp_path)
    one.beat(Snapshot(article="x" * 9000))
    one.beat(Snapshot(article="y"))
    assert [run.progress.article for run in read_runs(tmp_path)] == ["y"]


def test_runs_that_began_within_a_second_are_told_in_their_order(tmp_path):
    names = ["20261121T000000Z-ffff", "20261121T000000Z-0000", "20261121T000000Z-8888"]
    for name in names:
        pulse(tmp_path, name).end(0, "", Snapshot())
    assert [run.run for run in read_runs(tmp_path)] == names


def test_ids_of_runs_sort_by_time():
    early = new_run_id(datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC))
    late = new_run_id(datetime(2026, 10, 1, tzinfo=UTC))
    assert early < late
