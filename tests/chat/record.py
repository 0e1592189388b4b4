"""Cassettes of the chat wire: what they hold, how they are played, and how they are made again.

`python -m tests.chat.record` records them from the fake server. Addresses become `https://llm.test`,
and whatever could be a secret or changes from machine to machine is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import vcr

from generator.chat import Completion
from generator.chat.openai_chat import OpenAIChat
from generator.errors import LoremillError
from generator.records import Call, Json, Message
from tests.fakes.chat_server import ChatServer, Rule

CASSETTES = Path(__file__).parent.parent.parent / "cassettes" / "chat"
PLACE = "https://llm.test"
KEY = "sk-recorded-0123456789abcdefghijklmnop"

KEPT_REQUEST_HEADERS = frozenset({"content-type", "accept"})
KEPT_RESPONSE_HEADERS = frozenset({"content-type", "content-length", "retry-after"})


@dataclass(frozen=True, kw_only=True)
class Case:
    """One exchange."""

    name: str
    outcome: str
    """The finish reason, or the name of the error."""
    rules: tuple[Rule, ...] = ()
    parameters: Mapping[str, Json] = field(default_factory=dict)
    model: str = "fake-model"

    @property
    def call(self) -> Call:
        passage = "Agrippina is an opera in three acts. アグリッピナはオペラです。"
        ask = f"Article: Agrippina\nPairs: 2\n<passage>\n{passage}\n</passage>"
        messages = (Message("system", "You write pairs."), Message("user", ask))
        return Call(model=self.model, messages=messages, parameters=self.parameters)


CASES = (
    Case(name="good", outcome="stop", parameters={"max_tokens": 400, "temperature": 0.7}),
    Case(name="cut_by_length", outcome="length", rules=(Rule(answer="length"),)),
    Case(
        name="rate_limited",
        outcome="RateLimited",
        rules=(Rule(answer="rate_limited", retry_after="2"),),
    ),
    Case(name="wrong_key", outcome="ProviderRefuses", rules=(Rule(answer="wrong_key"),)),
    Case(name="no_model", outcome="ProviderRefuses", model="fake-modle"),
    Case(name="web_page", outcome="Transient", rules=(Rule(answer="html"),)),
    Case(name="too_long", outcome="Refused", rules=(Rule(answer="context_overflow"),)),
)


async def play(
    case: Case, *, transport: Any = "httpx", server: ChatServer | None = None
) -> Completion | LoremillError:
    """Ask a case's call: of its cassette, or of a server while it is recorded."""
    base_url = server.base_url if server else f"{PLACE}/v1"
    model = OpenAIChat(case.model, api_key=KEY, base_url=base_url, transport=transport)
    path = str(CASSETTES / f"{case.name}.yaml")
    try:
        with _recorder(server).use_cassette(path, record_mode="all" if server else "none"):
            return await model.complete(case.call)
    except LoremillError as error:
        return error
    finally:
        await model.aclose()


def _recorder(server: ChatServer | None) -> vcr.VCR:
    # By body too: all calls go to one address.
    return vcr.VCR(
        match_on=["method", "uri", "body"],
        before_record_request=lambda request: _clean_request(request, server),
        before_record_response=_clean_response,
    )


def _clean_request(request: Any, server: ChatServer | None) -> Any:
    if server is not None:
        request.uri = request.uri.replace(server.base_url.removesuffix("/v1"), PLACE)
    request.headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() in KEPT_REQUEST_HEADERS
    }
    request.body = request.body or b""  # for a GET, one transport says None and the other ""
    return request


def _clean_response(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {
        name: value
        for name, value in response["headers"].items()
        if name.lower() in KEPT_RESPONSE_HEADERS
    }
    return response


def record() -> None:
    """Make all cassettes again."""
    CASSETTES.mkdir(parents=True, exist_ok=True)
    for old in CASSETTES.glob("*.yaml"):
        old.unlink()
    for case in CASES:
        with ChatServer(*case.rules, models=["fake-model", "fake-large"]) as server:
            asyncio.run(play(case, server=server))


if __name__ == "__main__":
    record()
