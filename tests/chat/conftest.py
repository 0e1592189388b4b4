"""A fake endpoint, and the adapter over each transport."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from generator.chat.openai_chat import OpenAIChat
from tests.fakes.chat_server import ChatServer
from tests.fakes.fixtures import chat_server

__all__ = ["chat_server"]

KEY = "sk-test-0123456789abcdefghijklmnop"

NEEDS_AIOHTTP = pytest.mark.skipif(
    importlib.util.find_spec("aiohttp") is None, reason="aiohttp is not installed"
)


@pytest.fixture(params=["httpx", pytest.param("aiohttp", marks=NEEDS_AIOHTTP)])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture
async def connect(
    chat_server: ChatServer, transport: str
) -> AsyncIterator[Callable[..., OpenAIChat]]:
    """Makes adapters to the fake server, and closes them."""
    opened: list[OpenAIChat] = []

    def new(model: str = "fake-model", **options: object) -> OpenAIChat:
        given = {
            "api_key": KEY,
            "base_url": chat_server.base_url,
            "transport": transport,
            "timeout_s": 10.0,
            **options,
        }
        opened.append(OpenAIChat(model, **given))
        return opened[-1]

    yield new
    for one in opened:
        await one.aclose()
