"""What each provider takes: formats, counts, sizes. Every figure has its source in the table below.

| provider | source |
|---|---|
| openai | guide to supervised fine-tuning (10; 50 to 100), files reference (512 MB) |
| azure | Microsoft's page on fine-tuning, 2026-10: 10 examples, under 512 MB, UTF-8 with a byte order mark |
| nebius | Token Factory's page of 2026-03: up to 5 GB, chats or prompt and completion |
| crusoe | docs of Intelligence Foundry, 2026: up to 3 GB |
| fireworks | docs of fine-tuning, 2026: 3 to 3,000,000 examples, OpenAI's chat format |
| together | docs of fine-tuning, 2026: up to 100 GB, one format in a file |
| local | `generator.tuning.local`: 2,048 tokens of an example where no `max_length` is given |
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from generator.errors import Misconfigured
from generator.names import nearest
from generator.tuning.bases import is_path
from generator.tuning.check.examples import Format

_MB, _GB = 1_000_000, 1_000_000_000
_CHAT: Final[frozenset[Format]] = frozenset({"chat", "preference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What one provider takes."""

    name: str
    title: str
    hosts: tuple[str, ...] = ()
    """Ends of the host names of its endpoint."""
    least_examples: int = 1
    most_examples: int | None = None
    most_bytes: int | None = None
    formats: frozenset[Format] = _CHAT
    wants_mark: bool = False
    """Whether files begin with a byte order mark."""
    example_tokens: int | None = None
    """Of one example, whatever the model takes; longer ones are cut."""
    takes_calls: bool = True
    """Whether calls of tools can be trained."""
    is_free: bool = False
    adds_end: bool = False
    """Whether it puts an end-of-text mark behind plain completions."""
    word: str = ""
    """What to know before the data is prepared for it."""


PROVIDERS: dict[str, Provider] = {
    one.name: one
    for one in (
        Provider(
            name="openai",
            title="OpenAI",
            hosts=("api.openai.com",),
            least_examples=10,
            most_bytes=512 * _MB,
            word="closed to new organisations since 2026-05-07, to everyone from 2027-01-06",
        ),
        Provider(
            name="azure",
            title="Azure",
            hosts=(".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"),
            least_examples=10,
            most_bytes=512 * _MB,
            wants_mark=True,
        ),
        Provider(
            name="nebius",
            title="Nebius",
            hosts=(".nebius.com", ".nebius.ai"),
            most_bytes=5 * _GB,
            formats=_CHAT | {"completion"},
        ),
        Provider(
            name="crusoe",
            title="Crusoe",
            hosts=(".crusoecloud.com",),
            most_bytes=3 * _GB,
            formats=frozenset({"chat"}),
        ),
        Provider(
            name="fireworks",
            title="Fireworks",
            hosts=(".fireworks.ai",),
            least_examples=3,
            most_examples=3_000_000,
        ),
        Provider(
            name="together",
            title="Together",
            hosts=(".together.xyz", ".together.ai"),
            most_bytes=100 * _GB,
            formats=_CHAT | {"completion", "text"},
        ),
        Provider(
            name="local",
            title="this machine",
            formats=_CHAT | {"completion", "chat-completion", "text"},
            example_tokens=2_048,
            takes_calls=False,
            is_free=True,
            adds_end=True,
        ),
        Provider(
            name="other",
            title="another endpoint",
            formats=_CHAT | {"completion", "text"},
        ),
    )
}
"""Name -> what is known of it; `other` is an endpoint that nothing is known of."""

_LIMITS: Mapping[str, int] = {
    "gpt-4.1": 65_536,
    "gpt-4.1-mini": 65_536,
    "gpt-4.1-nano": 65_536,
    "gpt-4o": 65_536,
    "gpt-4o-mini": 65_536,
    "gpt-3.5-turbo": 16_385,
    "babbage-002": 16_384,
    "davinci-002": 16_384,
}
"""Tokens of one example, by model; longer ones are cut. From Microsoft's and OpenAI's lists of models
("training example context length")."""
_COMPLETES = ("babbage-002", "davinci-002")
_DATED = re.compile(r"-\d{4}(?:-\d{2}-\d{2})?\Z")
_CHATS = re.compile(r"(?:\bgpt-[34]|instruct|chat|[-_]it\b)", re.IGNORECASE)


def find_provider(name: str = "", *, base_url: str | None = None, model: str = "") -> Provider:
    """The provider of that name, else this machine for a model in a folder, else that of an endpoint.

    Raises:
        Misconfigured: there is no provider of that name.
    """
    if name:
        if name not in PROVIDERS:
            known = ", ".join(PROVIDERS)
            raise Misconfigured(f"no provider {name!r}{nearest(name, PROVIDERS)} (known: {known})")
        return PROVIDERS[name]
    # A folder is not sent anywhere, whatever endpoint the environment names.
    if is_path(model):
        return PROVIDERS["local"]
    if base_url:
        host = (urlsplit(base_url).hostname or "").lower()
        for one in PROVIDERS.values():
            if any(host == end.lstrip(".") or host.endswith(end) for end in one.hosts):
                return one
        return PROVIDERS["other"]
    return PROVIDERS["openai"]


def formats_of(provider: Provider, model: str) -> frozenset[Format]:
    """What a provider takes for a model: OpenAI's two base models take completions, and only those."""
    if base_name(model) in _COMPLETES:
        return frozenset({"completion"})
    return provider.formats


def is_chat_model(model: str) -> bool:
    """Whether the name of a model says that it answers in a chat."""
    return base_name(model) not in _COMPLETES and _CHATS.search(model) is not None


def base_name(model: str) -> str:
    """`gpt-4.1-mini` of `gpt-4.1-mini-2025-04-14`, and of a model tuned on it."""
    name = model.split(":")[1] if model.startswith("ft:") and ":" in model[3:] + ":" else model
    return _DATED.sub("", name)


def example_limit(provider: Provider, model: str) -> int | None:
    """Tokens that one example may have; None where nobody says. A folder says so in its `config.json`."""
    known = (provider.example_tokens, _LIMITS.get(base_name(model)), _limit_of_folder(model))
    return min((limit for limit in known if limit), default=None)


def _limit_of_folder(model: str) -> int | None:
    config = Path(model) / "config.json"
    try:
        found = json.loads(config.read_bytes()) if model and config.is_file() else {}
    except (OSError, ValueError):
        return None
    limit = found.get("max_position_embeddings") if isinstance(found, dict) else None
    return limit if isinstance(limit, int) and limit > 0 else None
