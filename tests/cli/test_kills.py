"""Killed at any moment, a run loses nothing that was stored and asks for nothing that was."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time

import pytest

from generator.engine.plan import Asking, plan_calls
from generator.prompts import find_templates
from generator.records import Call
from generator.wikitext import clean
from generator.wikitext.passages import passages
from tests.cli.articles import write
from tests.cli.running import ROOT, command, environment, loremill
from tests.fakes.answers import Asked
from tests.fakes.chat_server import ChatServer

KILLS = 10
SECTION = """
== Chapter {0} ==
In {0} the mill of Lore had {1} stones, and the miller Anna Grau kept {2} sacks of rye in the loft.
She wrote on {3} May {0} that the wheel had turned for {1} days without a rest.

=== Repairs of {0} ===
The carpenter Pavel Dorn mended the sluice in {0} for {2} crowns, and the dam held for {3} years.
Nobody has counted the {1} planks that he carried up the hill.
"""


@pytest.fixture
def article(tmp_path):
    sections = [SECTION.format(1700 + n, 10 + n, 300 + 7 * n, 1 + n % 28) for n in range(30)]
    return write(tmp_path, "Mill of Lore", "'''The Mill of Lore''' is a mill." + "".join(sections))


def test_a_run_that_is_killed_again_and_again_ends_like_one_that_was_not(article, tmp_path):
    chance = random.Random(20)
    with ChatServer(latency_s=0.1) as server:
        arguments = [
            "build", "--from", article, "--model", "m", "--base-url", server.base_url, "--recipe", "simple",
            "--concurrency", "4",
        ]  # fmt: skip
        killed = tmp_path / "killed"
        asked_when_stored: dict[str, int] = {}
        for _ in range(KILLS):
            _run_and_kill([*arguments, "--workspace", killed], server, chance)
            for prompt in _stored_prompts(article, killed):
                asked_when_stored.setdefault(prompt, server.stats.per_prompt[prompt])
        assert asked_when_stored
        assert loremill(*arguments, "--workspace", killed).code == 0
        for prompt, times in asked_when_stored.items():
            assert server.stats.per_prompt[prompt] == times
        assert loremill(*arguments, "--workspace", tmp_path / "whole").code == 0
    one, other = (
        {
            path.relative_to(folder): path.read_bytes()
            for path in (folder / "mill-of-lore").rglob("*")
            if path.is_file()
        }
        for folder in (killed, tmp_path / "whole")
    )
    assert one == other


def _run_and_kill(arguments, server, chance):
    """Kill the command after it has made a few more requests, at no particular moment."""
    target = server.stats.requests + chance.randint(1, 8)
    process = subprocess.Popen(
        command(*arguments), env=environment(), cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while server.stats.requests < target and process.poll() is None:
        time.sleep(0.005)
    time.sleep(chance.random() * 0.15)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _stored_prompts(article, workspace):
    """The server's names of the calls whose replies are in the store."""
    path = workspace / "loremill.db"
    if not path.exists():
        return
    connection = sqlite3.connect(path)
    try:
        stored = {row[0].hex() for row in connection.execute("SELECT call FROM replies")}
    except sqlite3.OperationalError:  # killed before there were tables
        stored = set()
    connection.close()
    for call in _calls(article):
        if call.digest in stored:
            messages = [{"role": role, "content": text} for role, text in call.messages]
            yield Asked(body={"model": "m", "messages": messages}).key


def _calls(article) -> list[Call]:
    cleaned = clean(article.read_text(encoding="utf-8"), title="Mill of Lore")
    cut = passages(cleaned, max_words=900, min_words=25)
    asking = Asking(model="m", templates=find_templates())
    return [planned.call for planned in plan_calls(cut, asking)]
