"""Chat models: everything that turns a `Call` into text, behind one Protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from generator.records import Call, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class RateHeaders:
    """What an endpoint says about its limits beside a reply; None where it is silent."""

    limit_requests: int | None = None
    """Requests allowed per minute."""
    limit_tokens: int | None = None
    """Tokens allowed per minute."""
    remaining_requests: int | None = None
    remaining_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer of a model, raw and taken apart just far enough to be stored and billed."""

    body: str
    """The response body as it came."""
    text: str
    """The message; empty where there was none (a refusal or a filter)."""
    finish_reason: str = ""
    usage: Usage = field(default_factory=Usage)
    served_by: str = ""
    rates: RateHeaders = field(default_factory=RateHeaders)


class ChatModel(Protocol):
    """An endpoint with one model. Does one attempt a call; retrying, pacing and storing are not its job."""

    async def complete(self, call: Call) -> Completion:
        """Ask once.

        Raises:
            RateLimited: 429 or an overloaded endpoint; wait.
            Transient: timeout, reset, 5xx, a body that cannot be read; ask again.
            Refused: this request will never be answered.
            ProviderRefuses: no request will: wrong key, no quota, no such model or endpoint.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


CHAT_MODELS: dict[str, str] = {
    "extractive": "generator.chat.extractive:Extractive",
    "openai": "generator.chat.openai_chat:OpenAIChat",
}
"""Kind of model -> `module:attribute`, loaded when it is used."""
