"""Objects and lists of OpenAI's interface (files, batches, jobs), through the connection of a chat model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from generator.chat.foreign import get, string
from generator.chat.openai_chat import OpenAIChat
from generator.chat.wire import load
from generator.digests import digest
from generator.errors import LoremillError, Refused, Transient

if TYPE_CHECKING:
    import openai

PAGE = 100
"""Items of a list at once, the most that OpenAI gives."""


class Answer(Protocol):
    """What the client's raw responses give."""

    @property
    def content(self) -> bytes: ...


Send = Callable[["openai.AsyncOpenAI"], Awaitable[Answer]]
SendPage = Callable[["openai.AsyncOpenAI", dict[str, Any]], Awaitable[Answer]]
"""Sends for one page of a list, with the settings `limit` and `after`."""
Absent = Callable[[str], LoremillError]
"""Makes the error for a 404 and the like, from what the endpoint says."""


class OpenAIObjects:
    """What an endpoint has beside its completions. Closing the chat model closes it."""

    def __init__(self, chat: OpenAIChat) -> None:
        """Use the connection, the key and the wording of a chat model."""
        self._chat = chat

    async def one(
        self, send: Send, fields: Mapping[str, Any] = MappingProxyType({}), *, absent: Absent
    ) -> Mapping[str, Any]:
        """The JSON object that an attempt brings; errors are those of `OpenAIChat.attempt`.

        Raises:
            Transient: it brings none.
        """

        async def content(client: openai.AsyncOpenAI) -> bytes:
            return (await send(client)).content

        told = loaded(await self._chat.attempt(content, fields, absent=absent))
        if not isinstance(told, dict):
            raise Transient(
                f"{self._chat.endpoint} answers with something that is no JSON object: check --base-url",
                reason="bad_body",
            )
        return told

    async def each(
        self, send: SendPage, *, absent: Absent, limit: int = PAGE, most: int | None = None
    ) -> AsyncIterator[Mapping[str, Any]]:
        """The items of a list that comes in pages, in its order, each once.

        Args:
            limit: items of a page.
            most: pages, at most; None for however many there are.
        """
        seen: set[str] = set()
        settings: dict[str, Any] = {"limit": limit}
        for number in count(1):
            told = await self.one(lambda client: send(client, settings), absent=absent)  # noqa: B023
            items = [one for one in items_of(told) if name_of(one) not in seen]
            for one in items:
                seen.add(name_of(one))
                yield one
            # A server that does not know `after` would give the first page for ever.
            if not items or not told.get("has_more") or number == most:
                return
            settings = {"limit": limit, "after": string(items[-1].get("id"))}


def loaded(body: bytes) -> Any:
    """What is in a body; None where that is no JSON."""
    try:
        return load(body.decode("utf-8-sig", "replace").strip())
    except (ValueError, RecursionError):
        return None


def items_of(told: object) -> Iterator[Mapping[str, Any]]:
    """The objects in a list as the interface wraps it."""
    listed = get(told, "data")
    return (one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict))


def name_of(told: Mapping[str, Any]) -> str:
    """What tells an item from others: its id, or where a server gives none, all of it."""
    return string(told.get("id")) or digest(dict(told))


def id_of(told: Mapping[str, Any]) -> str:
    """The id of an object.

    Raises:
        Transient: there is none, so what was asked for may have been done or not.
    """
    id = string(told.get("id"))
    if not id:
        raise Transient("the endpoint's answer bears no id", reason="bad_body")
    return id


def gone(what: str) -> Absent:
    """Makes the error for something that the endpoint does not have."""
    return lambda said: Refused(f"there is no {what} at {said} for this key", reason="gone")
