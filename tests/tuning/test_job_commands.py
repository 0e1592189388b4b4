"""What a command of `tune` prints can be given to the next: one id, one set of keys, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.running import Done, loremill
from tests.fakes.chat_server import ChatServer
from tests.tuning.check.files import chats, write


class Bench:
    """A workspace with a training file, and a server that tunes."""

    def __init__(self, server: ChatServer, folder: Any) -> None:
        self.folder = folder
        self._env = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-none"}
        write(folder / "opera.jsonl", chats(12))

    def tune(self, *arguments: object) -> Done:
        return loremill("tune", *arguments, cwd=self.folder, env=self._env)


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    with ChatServer() as server:
        yield Bench(server, tmp_path)


def test_a_job_has_one_id_and_the_same_keys_in_every_command(bench):
    started = bench.tune("start", "opera.jsonl", "--model", "m", "--json").json
    (listed,) = bench.tune("list", "--json").json["jobs"]
    cancelled = bench.tune("cancel", started["job"], "--json").json
    both = {"job", "model", "dataset", "backend", "endpoint"}
    assert {name: started[name] for name in both} == {name: listed[name] for name in both}
    assert cancelled["job"] == started["job"] == "ftjob-1"
    assert "token" not in listed


def test_the_whole_id_is_shown_to_be_copied_however_narrow_the_terminal(bench):
    job = bench.tune("start", "opera.jsonl", "--model", "m", "--json").json["job"]
    narrow = loremill("tune", "list", "--no-refresh", cwd=bench.folder, env={"COLUMNS": "60"})
    assert job in narrow.out


def test_without_a_name_the_results_are_those_of_the_newest_job_under_its_id(bench):
    bench.tune("start", "opera.jsonl", "--model", "m", "--follow", "--quiet")
    told = bench.tune("results", "--json").json
    assert told["job"] == "ftjob-1"
    assert {name.split("/")[-2] for name in told["files"]} == {"ftjob-1"}
    assert bench.tune("results", "ftjob").out.startswith("ftjob-1 ")
