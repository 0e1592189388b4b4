"""The fake server is itself tested: what it counts is what other tests believe."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from generator.chat.openai_chat import OpenAIChat
from generator.errors import LoremillError
from generator.records import Call, Message
from tests.fakes.answers import FAULTS
from tests.fakes.chat_server import ChatServer, Rule, read_rules

ROOT = Path(__file__).parent.parent.parent


def a_call(text="One. Two."):
    return Call(model="m", messages=(Message("user", f"Pairs: 2\n<passage>{text}</passage>"),))


async def ask(server, *calls):
    """Texts of replies, None where there was none."""
    model = OpenAIChat("m", api_key=None, base_url=server.base_url, timeout_s=2, transport="httpx")
    texts = []
    for call in calls:
        try:
            texts.append((await model.complete(call)).text)
        except LoremillError:
            texts.append(None)
    await model.aclose()
    return texts


async def test_the_same_prompt_gets_the_same_reply_in_any_order():
    calls = [a_call(f"Number {n}. 数字 {n}。") for n in range(5)]
    with ChatServer() as one, ChatServer() as other:
        assert await ask(one, *calls) == list(reversed(await ask(other, *reversed(calls))))


async def test_a_reply_has_the_pairs_that_were_asked_for_from_the_passage():
    with ChatServer() as server:
        (text,) = await ask(server, a_call("Erste Zeile. 二番目。"))
    pairs = [json.loads(line) for line in text.splitlines()]
    assert [pair["completion"] for pair in pairs] == ["Erste Zeile.", "二番目。"]
    assert len({pair["prompt"] for pair in pairs}) == 2


async def test_a_good_reply_that_is_asked_for_again_is_counted_as_paid_twice():
    with ChatServer(Rule(answer="rate_limited", first=1)) as server:
        await ask(server, a_call(), a_call(), a_call(), a_call("Another."))
        stats = server.stats
    assert (stats.requests, stats.good, stats.prompts_good, stats.paid_twice) == (4, 2, 1, 1)
    assert stats.answers == {"rate_limited": 2, "good": 2}


async def test_faults_come_by_number_by_prompt_and_by_chance():
    rules = (Rule(answer="empty", nth=[2]), Rule(answer="length", contains="rare"))
    with ChatServer(*rules) as server:
        await ask(server, a_call(), a_call(), a_call("rare."), a_call())
        assert server.stats.answers == {"good": 2, "empty": 1, "length": 1}
    calls = [a_call(str(number)) for number in range(100)]
    with ChatServer(Rule(answer="empty", probability=0.3), seed=1) as server:
        first = await ask(server, *calls)
    with ChatServer(Rule(answer="empty", probability=0.3), seed=1) as server:
        again = await ask(server, *reversed(calls))
    assert first == list(reversed(again))
    assert 10 < first.count("") < 50


async def test_a_client_that_leaves_is_not_counted_as_answered():
    with ChatServer(latency_s=0.5) as server:
        model = OpenAIChat("m", api_key=None, base_url=server.base_url, transport="httpx")
        task = asyncio.create_task(model.complete(a_call()))
        while not server.stats.requests:  # noqa: ASYNC110 - the server is in another thread
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        while not server.stats.abandoned:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await model.aclose()
        assert server.stats.good == 0


async def test_a_limit_on_requests_is_kept():
    with ChatServer(rpm=60, burst_s=2) as server:
        await ask(server, *(a_call(str(number)) for number in range(5)))
        assert server.stats.good == 2
        assert server.stats.answers["status 429"] == 3


@pytest.mark.parametrize("answer", sorted(FAULTS))
async def test_every_fault_is_delivered_and_the_server_lives_on(answer):
    with ChatServer(Rule(answer=answer, first=1, seconds=0.05)) as server:
        assert len(await ask(server, a_call())) == 1
        assert (await ask(server, a_call()))[0]


def test_a_port_that_is_taken_is_an_error_and_not_a_wait():
    with ChatServer() as server, pytest.raises(OSError, match="in use"):
        ChatServer(port=server.port).__enter__()


def test_an_unknown_answer_or_setting_in_a_script_is_noticed():
    with pytest.raises(ValueError, match="no answer 'resett'"):
        read_rules('[{"answer": "resett"}]')
    with pytest.raises(ValueError, match="oftn"):
        read_rules('[{"answer": "reset", "oftn": 1}]')


def test_it_serves_several_processes_and_survives_their_death(tmp_path):
    script, port_file = tmp_path / "rules.json", tmp_path / "port"
    script.write_text('[{"answer": "hang", "contains": "hang"}]', encoding="utf-8")
    command = [sys.executable, "-m", "tests.fakes.chat_server", "--port-file", str(port_file)]
    server = subprocess.Popen([*command, "--script", str(script)], cwd=ROOT)
    try:
        while not port_file.exists():
            assert server.poll() is None
            time.sleep(0.02)
        base = f"http://127.0.0.1:{port_file.read_text(encoding='utf-8')}"
        clients = [_client(base, "hang") for _ in range(3)]
        while _stats(base)["requests"] < 3:
            time.sleep(0.02)
        for client in clients:
            client.kill()
            client.wait()
        assert _client(base, "fine").wait() == 0
        assert _stats(base)["good"] == 1
    finally:
        server.kill()
        server.wait()


def _client(base: str, text: str) -> subprocess.Popen[bytes]:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]})
    code = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], sys.argv[2].encode())"
    return subprocess.Popen([sys.executable, "-c", code, f"{base}/v1/chat/completions", body])


def _stats(base: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{base}/stats") as response:
        found: dict[str, int] = json.load(response)
    return found


def test_the_fake_needs_nothing_but_the_standard_library():
    code = (
        "import sys; import tests.fakes.chat_server; "
        "print({'openai', 'httpx2', 'aiohttp', 'pytest'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert importlib.util.find_spec("tests.fakes.chat_server")
