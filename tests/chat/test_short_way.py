"""The short way to an endpoint does what the client's own way does."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from generator.chat.openai_chat import OpenAIChat
from generator.records import Call, Message
from tests.chat.conftest import KEY, NEEDS_AIOHTTP

pytestmark = NEEDS_AIOHTTP

REPLY = {"choices": [{"message": {"content": "grüße 水 سلام"}, "finish_reason": "stop"}]}


class Echo(BaseHTTPRequestHandler):
    """Answers gzipped, keeps what came, and sends `/old/…` elsewhere."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/old"):
            self.send_response(307)
            self.send_header("location", f"/v1{self.path.removeprefix('/old')}")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        self.server.came.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        data = gzip.compress(json.dumps(REPLY).encode())
        self.send_response(200)
        self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(data)))
        self.send_header("X-RateLimit-Remaining-Requests", "7")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def echo() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        server.came = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def ask(echo: Any, folder: str = "v1", text: str = "Wie alt? 何歳?") -> tuple[Any, Any]:
    chat = OpenAIChat(
        "m",
        api_key=KEY,
        base_url=f"http://127.0.0.1:{echo.server_port}/{folder}",
        transport="aiohttp",
        timeout_s=10,
    )
    try:
        completion = await chat.complete(Call(model="m", messages=(Message("user", text),)))
        return completion, type(chat._connection.client._client)
    finally:
        await chat.aclose()


async def test_a_request_is_the_same_by_the_short_and_by_the_long_way(echo, monkeypatch):
    short, took_short = await ask(echo)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody is there
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    long, took_long = await ask(echo)
    assert took_short is not took_long
    assert short == long
    assert echo.came[0] == echo.came[1]


async def test_a_compressed_reply_is_read(echo):
    completion, _ = await ask(echo)
    assert completion.text == "grüße 水 سلام"
    assert completion.rates.remaining_requests == 7


async def test_a_redirection_is_followed_with_the_whole_request(echo):
    completion, _ = await ask(echo, folder="old")
    assert completion.text
    path, headers, body = echo.came[0]
    assert path == "/v1/chat/completions"
    assert int(headers["content-length"]) == len(body)
    assert json.loads(body)["messages"][0]["content"] == "Wie alt? 何歳?"


async def test_requests_with_other_bodies_share_nothing_but_their_form(echo):
    chat = OpenAIChat(
        "m",
        api_key=KEY,
        base_url=f"http://127.0.0.1:{echo.server_port}/v1",
        transport="aiohttp",
        timeout_s=10,
    )
    texts = ["a", "bb" * 1000, "", "水"]
    for text in texts:
        await chat.complete(Call(model="m", messages=(Message("user", text),)))
    await chat.aclose()
    assert [json.loads(body)["messages"][0]["content"] for _, _, body in echo.came] == texts
