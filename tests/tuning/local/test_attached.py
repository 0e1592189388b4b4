"""What runs attached to a process ends with it, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STARTER = """
import subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, "-m", "generator.tuning.local.attached", "busy", "here"], stdin=subprocess.PIPE
)
print(child.pid, flush=True)
time.sleep(600)
"""
BUSY = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(" ".join(sys.argv))
time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    """Whether it still works; one that nobody has taken leave of is dead all the same."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            != "Z"
        )
    except FileNotFoundError:
        return False


def wait_for(condition) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_kill_of_the_starter_ends_what_it_has_started(tmp_path):
    (tmp_path / "busy.py").write_text(BUSY)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[3]}"}
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=tmp_path, env=environment, stdout=subprocess.PIPE
    )
    with starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        wait_for((tmp_path / "here").exists)
        assert is_alive(child)
        starter.send_signal(signal.SIGKILL)
    wait_for(lambda: not is_alive(child))
    assert (tmp_path / "here").read_text().endswith("busy.py here")
