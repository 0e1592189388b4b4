"""The Batch API of endpoints that speak OpenAI's, through the same client as single calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from generator.chat.batches import NO_ROOM, Answered, Line, RemoteBatch, Unanswered, Unreadable
from generator.chat.complaints import Meaning, meaning, read_complaint
from generator.chat.foreign import get, string
from generator.chat.openai_chat import OPTIONAL, OpenAIChat
from generator.chat.openai_objects import Answer, OpenAIObjects, gone, id_of, items_of, loaded
from generator.chat.tokens import estimate_tokens
from generator.chat.wire import LIMIT_NAMES, encode, read_answer
from generator.errors import CallError, ProviderRefuses, Refused, Transient
from generator.records import Call, Usage

if TYPE_CHECKING:
    import openai

T = TypeVar("T")

CHAT_COMPLETIONS: Final = "/v1/chat/completions"
"""What each line asks for; this path, whatever that of the endpoint."""
OUR_ID = "loremill_batch"
"""Key in a batch's metadata."""
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
        self._objects = OpenAIObjects(chat)

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

        async def send(client: openai.AsyncOpenAI) -> Answer:
            with path.open("rb") as file:
                return await client.files.with_raw_response.create(
                    file=(path.name, file, "application/jsonl"), purpose="batch"
                )

        return id_of(await self._objects.one(send, absent=_no_batches))

    async def find_file(self, name: str) -> str:
        """See `BatchEndpoint`."""
        files = self._objects.each(
            lambda client, page: client.files.with_raw_response.list(purpose="batch", **page),
            absent=_no_batches,
        )
        found = [one async for one in files if one.get("filename") == name]
        return id_of(found[0]) if found else ""

    async def create(self, file: str, *, name: str) -> RemoteBatch:
        """See `BatchEndpoint`."""

        try:
            return _batch(
                await self._objects.one(
                    lambda client: client.batches.with_raw_response.create(
                        input_file_id=file,
                        endpoint=CHAT_COMPLETIONS,
                        completion_window="24h",
                        metadata={OUR_ID: name},
                    ),
                    absent=_no_batches,
                )
            )
        except Refused as error:
            # Some turn a batch away at once for what waits already, OpenAI a moment later.
            code = string(get(get(loaded((error.body or "").encode()), "error"), "code"))
            if code not in NO_ROOM:
                raise
            return RemoteBatch(id="", status="failed", problem_code=code, problem=str(error))

    async def find(self, name: str) -> list[RemoteBatch]:
        """See `BatchEndpoint`. Reads the whole list: its order is not promised."""
        batches = self._objects.each(
            lambda client, page: client.batches.with_raw_response.list(**page), absent=_no_batches
        )
        return [_batch(one) async for one in batches if get(one.get("metadata"), OUR_ID) == name]

    async def look(self, id: str) -> RemoteBatch:
        """See `BatchEndpoint`."""
        return _batch(
            await self._objects.one(
                lambda client: client.batches.with_raw_response.retrieve(id),
                absent=gone(f"batch {id}"),
            )
        )

    async def cancel(self, id: str) -> RemoteBatch:
        """See `BatchEndpoint`."""
        return _batch(
            await self._objects.one(
                lambda client: client.batches.with_raw_response.cancel(id),
                absent=gone(f"batch {id}"),
            )
        )

    async def download(self, file: str, path: Path) -> None:
        """See `BatchEndpoint`. The file is written as it comes."""
        partial = path.with_suffix(".partial")

        async def send(client: openai.AsyncOpenAI) -> None:
            streamed = client.files.with_streaming_response
            with partial.open("wb") as kept:
                async with streamed.content(file) as response:
                    async for piece in response.iter_bytes():
                        kept.write(piece)

        await self._chat.attempt(send, absent=gone(f"file {file}"))
        partial.replace(path)

    async def read_line(self, line: bytes) -> Line:
        """See `BatchEndpoint`."""
        data = loaded(line)
        call = string(get(data, "custom_id"))
        if not call:
            return Unreadable(excerpt=line[:EXCERPT_BYTES].decode("utf-8", "replace"))
        response = get(data, "response")
        status, body = get(response, "status_code"), get(response, "body")
        answer = read_answer(body) if status == 200 else None
        if answer is None:
            return await self._explain(call, status, body, get(data, "error"))
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
        code = string(get(error, "code"))
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


def _no_batches(said: str) -> ProviderRefuses:
    return ProviderRefuses(
        f"{said} has no Batch API: leave --batch away, or check --base-url; many servers have none"
    )


def _batch(data: Mapping[str, Any]) -> RemoteBatch:
    counts = data.get("request_counts")
    problem = next(iter(items_of(data.get("errors"))), {})
    return RemoteBatch(
        id=id_of(data),
        status=string(data.get("status")),
        name=string(get(data.get("metadata"), OUR_ID)),
        output_file=string(data.get("output_file_id")),
        error_file=string(data.get("error_file_id")),
        total=_count(get(counts, "total")),
        completed=_count(get(counts, "completed")),
        failed=_count(get(counts, "failed")),
        problem=string(problem.get("message")),
        problem_code=string(problem.get("code")),
    )


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**53 else 0
