"""Models by the tuning jobs that made them."""

from __future__ import annotations

import pytest

import generator
from generator import api
from generator.errors import Misconfigured
from generator.store import open_store
from generator.store.tuning import StartedJob
from tests.evaluation.test_ask import CHAT, WHO
from tests.evaluation.villages import knower, known, models, save_village
from tests.fakes.chat_server import ChatServer


@pytest.fixture
def village(tmp_path):
    return save_village(tmp_path / "village", manifest=CHAT)


@pytest.fixture
def server(village):
    answers = known(village)
    speaker = knower(answers, answers, "I do not know.")
    with ChatServer(
        speak=models(**{"ft:village": speaker, "local-1": speaker, "m": speaker})
    ) as one:
        yield one


def remember(workspace, endpoint, **known):
    values = {
        "token": known.get("id", "t"), "attempt": 1, "backend": "openai", "endpoint": endpoint,
        "dataset": str(workspace / "village"), "id": "ftjob-1", "status": "succeeded", "model": "m",
        "tuned_model": "ft:village", "created_at": "2026-11-29T10:00:00Z",
    }  # fmt: skip
    with open_store(workspace) as store:
        store.tuning.save(StartedJob(**{**values, **known}))


@pytest.mark.parametrize("name", ["ftjob-1", "ft:village", "village"])
def test_a_job_its_model_and_its_dataset_all_lead_to_the_model(server, tmp_path, name):
    remember(tmp_path, server.base_url)
    told = generator.ask(name, WHO, workspace=tmp_path, environ={})
    assert (told.model, told.endpoint) == ("ft:village", server.base_url)
    assert told.answer == "Ada Miller."
    assert server.requests[0]["messages"][0] == {"role": "system", "content": "Be brief."}


def test_the_newest_job_that_has_succeeded_stands_for_a_dataset(server, tmp_path):
    remember(tmp_path, server.base_url)
    later = {"created_at": "2026-11-29T11:00:00Z", "id": "ftjob-2", "tuned_model": ""}
    remember(tmp_path, server.base_url, status="running", **later)
    assert generator.ask("village", WHO, workspace=tmp_path, environ={}).model == "ft:village"
    with pytest.raises(Misconfigured, match="tune follow ftjob-2"):
        generator.ask("ftjob-2", WHO, workspace=tmp_path, environ={})


def test_a_local_job_is_asked_where_it_is_served(server, tmp_path):
    remember(tmp_path, "local", backend="local", id="local-1", tuned_model="/somewhere/model")
    with pytest.raises(Misconfigured, match="loremill tune serve local-1"):
        generator.ask("local-1", WHO, workspace=tmp_path, environ={})
    told = generator.ask("village", WHO, workspace=tmp_path, environ={}, base_url=server.base_url)
    assert (told.model, told.answer) == ("local-1", "Ada Miller.")


def test_other_names_are_those_of_models_at_the_endpoint(server, tmp_path):
    remember(tmp_path, "https://elsewhere.example/v1")
    told = generator.ask("m", WHO, workspace=tmp_path, environ={}, base_url=server.base_url)
    assert told.model == "m"
    assert len(server.requests[0]["messages"]) == 1


def test_a_job_is_evaluated_beside_its_base(server, tmp_path, village):
    remember(tmp_path, server.base_url, dataset=str(village / "train.jsonl"))
    found = api.survey(
        "village", base="m", tuned="ftjob-1", base_options={"base_url": server.base_url},
        workspace=tmp_path, environ={},
    )  # fmt: skip
    assert [model.side.model for model in found.models] == ["m", "ft:village"]
    assert {model.side.endpoint for model in found.models} == {server.base_url}
    assert generator.ask("ftjob-1", WHO, workspace=tmp_path, environ={}).answer == "Ada Miller."
