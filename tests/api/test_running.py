"""Whoever calls models begins a run in one way: one store, one account, one budget for all models."""

from __future__ import annotations

import pytest

from generator import api
from generator.config import resolve
from generator.engine.plan import Asking, plan_calls
from generator.errors import ExitCode, Misconfigured
from generator.prompts import find_templates
from generator.records import Passage
from tests.fakes.chat_server import ChatServer

TEMPLATES = find_templates(("basic",), folder=None)
PASSAGES = [
    Passage(article="Mühle", section=(f"Teil {number}",), text=f"Das Rad {number} ist aus Eiche.")
    for number in range(4)
]


def config_of(server, workspace, model, **options):
    given = {"model": model, "base_url": server.base_url, "workspace": workspace, "name": "wheel"}
    return resolve({**given, **options}, {"OPENAI_API_KEY": "sk-test"})


def calls_to(config):
    return list(plan_calls(PASSAGES, Asking(model=config.model, templates=TEMPLATES)))


async def ask_all(configs):
    """The results of asking one model after the other in one run."""
    first, *others = configs
    async with api.open_run(first, TEMPLATES, also=others) as run:
        results = [await run.ask(config, calls_to(config)) for config in configs]
        run.end(ExitCode.OK, run.stop.reason)
    return run, results


async def test_a_run_asks_one_model_after_the_other(tmp_path):
    with ChatServer() as server:
        configs = [config_of(server, tmp_path, model) for model in ("a", "b")]
        _, results = await ask_all(configs)
        assert [one.answered for one in results] == [4, 4]
        _, results = await ask_all(configs)
        assert [one.already_answered for one in results] == [4, 4]
        assert server.stats.requests == 8


async def test_the_models_of_a_run_share_its_bounds(tmp_path):
    with ChatServer() as server:
        configs = [config_of(server, tmp_path, model, max_calls=6) for model in ("a", "b")]
        run, results = await ask_all(configs)
        assert [one.answered for one in results] == [4, 2]
        assert server.stats.requests == 6
    assert run.stop.reason == "budget"


async def test_a_model_is_not_asked_once_the_run_has_been_stopped(tmp_path):
    with ChatServer() as server:
        configs = [config_of(server, tmp_path, model, max_calls=4) for model in ("a", "b", "c")]
        _, results = await ask_all(configs)
        assert [one.answered for one in results] == [4, 0, 0]
        assert server.stats.requests == 4


async def test_others_can_see_how_a_run_has_ended(tmp_path):
    with ChatServer() as server:
        await ask_all([config_of(server, tmp_path, "a")])
        with pytest.raises(ValueError, match="of the block"):
            async with api.open_run(config_of(server, tmp_path, "a"), TEMPLATES):
                raise ValueError("of the block")
    ended = {run.exit_code: run for run in api.runs(tmp_path)}
    assert set(ended) == {ExitCode.OK, ExitCode.INCOMPLETE}
    assert ended[ExitCode.OK].dataset == "wheel"
    assert ended[ExitCode.INCOMPLETE].message == "of the block"


async def test_a_check_that_fails_begins_no_run(tmp_path):
    def check():
        raise Misconfigured("not today")

    with ChatServer() as server:
        config = config_of(server, tmp_path, "a")
        with pytest.raises(Misconfigured, match="not today"):
            async with api.open_run(config, TEMPLATES, check=check):
                pytest.fail("the block was entered")
    assert api.runs(tmp_path) == []
