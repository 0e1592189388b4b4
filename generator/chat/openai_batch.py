"""The Batch API of endpoints that speak OpenAI's, through the same client as single calls."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from generator.chat.batches import NO_ROOM, Answered, Line, RemoteBatch, Unanswered, Unreadable
from generator.chat.complaints import Meaning, meaning, read_complaint
from generator.chat.openai_chat import OPTIONAL, OpenAIChat
from generator.chat.tokens import estimate_tokens
from generator.chat.wire import LIMIT_NAMES, encode, load, read_answer
from generator.errors import CallError, LoremillError, ProviderRefuses, Refused, Transient
from generator.records import Call, Usage

if TYPE_CHECKING:
    import openai

T = TypeVar("T")

CHAT_COMPLETIONS: Final = "/v1/chat/completions"
"""What each line asks for; this path, whatever that of the endpoint."""
OUR_ID = "loremill_batch"
"""Key in a batch's metadata."""
PAGE = 100
"""Batches or files per page of a list, the most that OpenAI gives."""
EXCERPT_BYTES = 200

OUT_OF_TIME = {"batch_expired": "batch_expired", "batch_cancelled": "batch_cancelled"}
"""Codes of lines whose call was not made, as the batch ended before."""
MAY_HELP = frozenset({Meaning.RATE, Meaning.TIMEOUT, Meaning.SERVER})

_ANY_PARAMETER: Mapping[str, None] = dict.fromkeys([*OPTIONAL, *LIMIT_NAMES])
"""A line of errors does not repeat what was asked: any parameter may be the one complained about."""


class OpenAIBatches:
    """The Batch API beside a chat model; see `BatchEndpoint`. Closing the chat model closes it."""

    def __init__(self, chat: OpenAIChat) -> None:
        """Use the connection, the key and the wording of a chat model."""
        self._chat = chat

    def request_line(self, call: Call) -> bytes:
        """One line, with its end; see `BatchEndpoint`."""
        line = {
            "custom_id": call.digest,
            "method": "POST",
            "url": CHAT_COMPLETIONS,
            "body": self._chat.fields(call),
        }
        return encode(line) + b"\n"

    async def upload(self, path: Path) -> str:
        """See `BatchEndpoint`. The file is read as it is sent."""

        async def send(client: openai.AsyncOpenAI) -> bytes:
            with path.open("rb") as file:
                raw = await client.files.with_raw_response.create(
                    file=(path.name, file, "application/jsonl"), purpose="batch"
                )
            return raw.content

        return _id_of(await self._object(send, absent=_no_batches))

    async def find_file(self, name: str) -> str:
        """See `BatchEndpoint`."""

        async def page(client: openai.AsyncOpenAI, after: dict[str, str]) -> bytes:
            listed = client.files.with_raw_response
            return (await listed.list(purpose="batch", limit=PAGE, **after)).content  # type: ignore[arg-type]

        found = await self._list(page, lambda file: file.get("filename") == name)
        return _id_of(found[0]) if found else ""

    async def create(self, file: str, *, name: str) -> RemoteBatch:
        """See `BatchEndpoint`."""

        async def send(client: openai.AsyncOpenAI) -> bytes:
            raw = await client.batches.with_raw_response.create(
                input_file_id=file,
                endpoint=CHAT_COMPLETIONS,
                completion_window="24h",
                metadata={OUR_ID: name},
            )
            return raw.content

        try:
            return _batch(await self._object(send, absent=_no_batches))
        except Refused as error:
            # Some turn a batch away at once for what waits already, OpenAI a moment later.
            code = _string(_get(_get(_loaded((error.body or "").encode()), "error"), "code"))
            if code not in NO_ROOM:
                raise
            return RemoteBatch(id="", status="failed", problem_code=code, problem=str(error))

    async def find(self, name: str) -> list[RemoteBatch]:
        """See `BatchEndpoint`. Reads the whole list: its order is not promised."""

        async def page(client: openai.AsyncOpenAI, after: dict[str, str]) -> bytes:
            listed = client.batches.with_raw_response
            return (await listed.list(limit=PAGE, **after)).content  # type: ignore[arg-type]

        found = await self._list(page, lambda one: _get(one.get("metadata"), OUR_ID) == name)
        return [_batch(one) for one in found]

    async def look(self, id: str) -> RemoteBatch:
        """See `BatchEndpoint`."""

        async def send(client: openai.AsyncOpenAI) -> bytes:
            return (await client.batches.with_raw_response.retrieve(id)).content

        return _batch(await self._object(send, absent=_gone(f"batch {id}")))

    async def cancel(self, id: str) -> RemoteBatch:
        """See `BatchEndpoint`."""

        async def send(client: openai.AsyncOpenAI) -> bytes:
            return (await client.batches.with_raw_response.cancel(id)).content

        return _batch(await self._object(send, absent=_gone(f"batch {id}")))

    async def download(self, file: str, path: Path) -> None:
        """See `BatchEndpoint`. The file is written as it comes."""
        partial = path.with_suffix(".partial")

        async def send(client: openai.AsyncOpenAI) -> None:
            streamed = client.files.with_streaming_response
            with partial.open("wb") as kept:
                async with streamed.content(file) as response:
                    async for piece in response.iter_bytes():
                        kept.write(piece)

        await self._chat.attempt(send, absent=_gone(f"file {file}"))
        partial.replace(path)

    async def read_line(self, line: bytes) -> Line:
        """See `BatchEndpoint`."""
        data = _loaded(line)
        call = _string(_get(data, "custom_id"))
        if not call:
            return Unreadable(excerpt=line[:EXCERPT_BYTES].decode("utf-8", "replace"))
        response = _get(data, "response")
        status, body = _get(response, "status_code"), _get(response, "body")
        answer = read_answer(body) if status == 200 else None
        if answer is None:
            return await self._explain(call, status, body, _get(data, "error"))
        return Answered(
            call=call,
            body=_dumped(body),
            finish_reason=answer.finish_reason,
            usage=answer.usage
            or Usage(completion_tokens=estimate_tokens(answer.text), is_estimate=True),
            served_by=answer.served_by,
        )

    # Inside ---------------------------------------------------------------------------------------

    async def _explain(self, call: str, status: object, body: object, error: object) -> Unanswered:
        """Why a line holds no reply: its call was not made, or not answered, or answered oddly."""
        code = _string(_get(error, "code"))
        if code in OUT_OF_TIME:
            return Unanswered(
                call=call,
                reason=OUT_OF_TIME[code],
                detail="the batch ended before this call was made",
                body=_dumped(error),
                may_help_again=True,
            )
        told = body if isinstance(body, dict | str) and body else {"error": error}
        outer = status if isinstance(status, int) else 500
        text = _dumped(told)
        if outer == 200:
            raised = await self._chat.explain_missing(told, {}, text, _ANY_PARAMETER)
            complaint = read_complaint(200, told)
        else:
            complaint = read_complaint(outer, told)
            raised = await self._chat.explain(complaint, {}, text, _ANY_PARAMETER)
        meant = meaning(complaint)
        is_for_all = isinstance(raised, ProviderRefuses)
        reason = raised.reason if isinstance(raised, CallError) else meant.value
        return Unanswered(
            call=call,
            reason=reason,
            detail=str(raised),
            body=text,
            may_help_again=meant in MAY_HELP or isinstance(raised, Transient),
            refusal=raised if is_for_all and isinstance(raised, ProviderRefuses) else None,
        )

    async def _object(
        self,
        send: Callable[[openai.AsyncOpenAI], Awaitable[bytes]],
        *,
        absent: Callable[[str], LoremillError],
    ) -> Mapping[str, Any]:
        """The JSON object that an attempt brings."""
        data = _loaded(await self._chat.attempt(send, absent=absent))
        if not isinstance(data, dict):
            raise Transient(
                "the endpoint answers with something that is no JSON object: check --base-url",
                reason="bad_body",
            )
        return data

    async def _list(
        self,
        page: Callable[[openai.AsyncOpenAI, dict[str, str]], Awaitable[bytes]],
        is_wanted: Callable[[Mapping[str, Any]], bool],
    ) -> list[Mapping[str, Any]]:
        """What is wanted of a list that comes in pages, however many there are."""
        wanted: list[Mapping[str, Any]] = []
        seen: set[str] = set()
        after: dict[str, str] = {}
        while True:
            position = after
            data = await self._object(lambda client: page(client, position), absent=_no_batches)  # noqa: B023
            items = [one for one in _items(data) if _string(one.get("id")) not in seen]
            wanted += filter(is_wanted, items)
            seen.update(_string(one.get("id")) for one in items)
            # A server that does not know `after` would give the first page for ever.
            if not items or not data.get("has_more"):
                return wanted
            after = {"after": _string(items[-1].get("id"))}


def _no_batches(said: str) -> ProviderRefuses:
    return ProviderRefuses(
        f"{said} has no Batch API: leave --batch away, or check --base-url; many servers have none"
    )


def _gone(what: str) -> Callable[[str], Refused]:
    return lambda said: Refused(f"there is no {what} at {said} for this key", reason="gone")


def _batch(data: Mapping[str, Any]) -> RemoteBatch:
    counts = data.get("request_counts")
    problem = next(iter(_items(data.get("errors"))), {})
    return RemoteBatch(
        id=_id_of(data),
        status=_string(data.get("status")),
        name=_string(_get(data.get("metadata"), OUR_ID)),
        output_file=_string(data.get("output_file_id")),
        error_file=_string(data.get("error_file_id")),
        total=_count(_get(counts, "total")),
        completed=_count(_get(counts, "completed")),
        failed=_count(_get(counts, "failed")),
        problem=_string(problem.get("message")),
        problem_code=_string(problem.get("code")),
    )


def _id_of(data: Mapping[str, Any]) -> str:
    """The id of a file or batch.

    Raises:
        Transient: there is none, so what was asked for may have been done or not.
    """
    id = _string(data.get("id"))
    if not id:
        raise Transient("the endpoint's answer bears no id", reason="bad_body")
    return id


def _items(data: object) -> Iterator[Mapping[str, Any]]:
    listed = _get(data, "data")
    return (one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict))


def _loaded(line: bytes) -> Any:
    try:
        return load(line.decode("utf-8-sig", "replace").strip())
    except ValueError:
        return None


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**53 else 0
