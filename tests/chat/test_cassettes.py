"""The wire as it was recorded: replayed without any server. Record again: see `record.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from generator.errors import LoremillError
from tests.chat.conftest import NEEDS_AIOHTTP
from tests.chat.record import CASES, CASSETTES, KEY, play

SECRET = re.compile(r"\bsk-|bearer|authorization|cookie", re.IGNORECASE)


@pytest.mark.parametrize("transport", ["httpx", pytest.param("aiohttp", marks=NEEDS_AIOHTTP)])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_recorded_exchange_is_understood_as_it_was(case, transport):
    result = await play(case, transport=transport)
    if isinstance(result, LoremillError):
        assert type(result).__name__ == case.outcome
    else:
        assert result.finish_reason == case.outcome
        assert "Agrippina" in result.text
        assert result.usage.completion_tokens > 0


def test_every_cassette_belongs_to_a_case():
    assert {path.stem for path in CASSETTES.glob("*.yaml")} == {case.name for case in CASES}


@pytest.mark.parametrize("path", sorted(CASSETTES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_cassette_holds_a_secret_or_an_address_of_the_machine(path: Path):
    text = path.read_text(encoding="utf-8")
    assert KEY not in text
    assert not SECRET.search(text)
    assert "127.0.0.1" not in text
    for exchange in yaml.safe_load(text)["interactions"]:
        assert exchange["request"]["uri"].startswith("https://llm.test/")
