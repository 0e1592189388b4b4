from __future__ import annotations

import json

import pytest

from generator.engine.events import Broken, Note
from generator.telling.journal import KEPT, Journal


class Clock:
    now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def complaints():
    return []


def journal(folder, complaints, run="run", clock=None):
    return Journal(folder, run, clock=clock or Clock(), complain=complaints.append)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_seconds_go_by_a_clock_of_their_own(tmp_path, complaints):
    clock = Clock()
    log = journal(tmp_path, complaints, clock=clock)
    log.take(Note(text="early"))
    clock.now += 2.5
    log.take(Note(text="late"))
    log.close()
    assert [line["s"] for line in lines(log.path)] == [0, 2.5]


def test_any_text_is_one_line_of_plain_json(tmp_path, complaints):
    log = journal(tmp_path, complaints)
    log.take(Note(text="a\nb\u2028c\x00\ud800 مرحبا"))
    log.take(Note(text="x" * 10_000))
    log.close()
    data = log.path.read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == 2
    assert len(lines(log.path)[1]["text"]) < 1000


def test_a_fault_of_ours_is_told_by_its_places_and_not_by_its_values(tmp_path, complaints):
    def take_apart(text):
        raise ValueError(f"cannot read {text}")

    log = journal(tmp_path, complaints)
    with pytest.raises(ValueError, match="secret") as raised:
        take_apart("a secret text")
    log.take(Broken(asked="A", error=raised.value))
    log.close()
    (line,) = lines(log.path)
    assert (line["error"], "take_apart" in line["where"][-1]) == ("ValueError", True)
    assert "secret" not in log.path.read_text(encoding="utf-8")


def test_a_disk_that_fills_up_ends_the_log_and_is_said_once(tmp_path, complaints):
    (tmp_path / "run.jsonl").symlink_to("/dev/full")
    log = journal(tmp_path, complaints)
    for _ in range(3):
        log.take(Note(text="x"))
    log.close()
    assert len(complaints) == 1
    assert "run.jsonl" in complaints[0]


def test_the_logs_of_so_many_runs_are_kept(tmp_path, complaints):
    for number in range(KEPT + 5):
        journal(tmp_path, complaints, f"run-{number:03}").close()
    assert len(list(tmp_path.iterdir())) == KEPT
    assert not complaints
