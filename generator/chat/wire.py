"""The wire of completions, read and written: what a call becomes, what a response body says.

Chats, and plain completions for a call that is one text to go on with.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.chat.foreign import first, get, string
from generator.records import Call, Usage

# Writing ----------------------------------------------------------------------------------------

OWN = frozenset({"model", "messages", "prompt", "stream", "n"})
"""Set by the adapter: one whole reply a call, so that every reply is stored under its call."""
ENDPOINT = "endpoint"
"""A parameter that is never sent: where a call is made, for calls whose replies must not serve for a
model that has the same name elsewhere."""
PLAIN_LOGPROBS = 5
"""The most alternatives that plain completions tell of a token (OpenAI, 2026-11)."""

LIMIT_NAMES = ("max_completion_tokens", "max_tokens")
"""What endpoints call the most tokens of a reply: OpenAI takes the first, most others the second."""

REASONS_UNASKED = re.compile(r"gpt-(?:5\.[1-9]\d*|[6-9]|[1-9]\d)(?:[.-]|$)")
"""OpenAI's models from GPT-5.1 on think before they write unless told not to, and refuse
`temperature` while they do; GPT-5 itself does not know the effort `none` (2026-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one endpoint wants to be asked."""

    limit_name: str | None = "max_tokens"
    """Its word for the most tokens of a reply; None where it takes none."""
    is_openai: bool = False
    left_out: Collection[str] = ()
    """Parameters that are not sent, by their name in `Call.parameters`."""


def request_fields(call: Call, dialect: Dialect) -> dict[str, Any]:
    """The JSON object that asks for a call. Parameters that are None are not sent."""
    given = dict(call.parameters)
    if dialect.is_openai and REASONS_UNASKED.match(call.model):
        given.setdefault("reasoning_effort", "none")
    fields: dict[str, Any] = {"model": call.model, **_asked(call)}
    if is_plain(call) and given.get("logprobs"):
        given.update(logprobs=PLAIN_LOGPROBS, top_logprobs=None)
    for name, value in given.items():
        if value is None or name == ENDPOINT or name in dialect.left_out:
            continue
        wire_name = dialect.limit_name if name == "max_tokens" else name
        if wire_name is not None:
            fields[wire_name] = value
    return fields


def is_plain(call: Call) -> bool:
    """Whether a call is one text to go on with, and no chat."""
    return len(call.messages) == 1 and call.messages[0].role == "text"


def _asked(call: Call) -> dict[str, Any]:
    if is_plain(call):
        return {"prompt": call.messages[0].content}
    return {"messages": [{"role": role, "content": content} for role, content in call.messages]}


def encode(fields: Mapping[str, Any]) -> bytes:
    """Compact UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


# Reading ----------------------------------------------------------------------------------------

# Some servers leave line breaks in strings as they are; the rest of such a body is fine.
_DECODER = json.JSONDecoder(strict=False)
LARGEST_COUNT = 2**53
"""Above it a token count is nonsense, and would not fit into the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a completion says."""

    text: str
    finish_reason: str
    usage: Usage | None
    """None where the endpoint does not count."""
    served_by: str


def load(body: str) -> Any:
    """The JSON value of a body.

    Raises:
        ValueError: not JSON, cut off, or nested beyond reason.
    """
    try:
        return _DECODER.decode(body)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def list_models(body: str) -> list[str]:
    """Names in the answer of `GET /models`; none where it is something else."""
    try:
        listed = get(load(body), "data")
    except ValueError:
        return []
    models = listed if isinstance(listed, list) else []
    return [name for name in (string(get(model, "id")) for model in models) if name]


def message_text(body: str) -> str:
    """The message in a stored response body; empty where there is none. Never raises."""
    try:
        answer = read_answer(load(body))
    except ValueError:
        return ""
    return "" if answer is None else answer.text


def read_answer(data: object) -> Answer | None:
    """Take a completion apart; None where it is none, or its only choice failed."""
    choice = first_choice(data)
    message = get(choice, "message")
    if message is None and isinstance(get(choice, "text"), str):
        message = {"content": choice["text"]} if isinstance(choice, dict) else None
    if not isinstance(message, dict) or get(choice, "error"):
        return None
    text = "".join(_texts(message.get("content")))
    finish_reason = string(get(choice, "finish_reason"))
    if not text and message.get("refusal"):
        finish_reason = "refusal"
    return Answer(
        text=text,
        finish_reason=finish_reason,
        usage=_usage(get(data, "usage")),
        served_by=string(get(data, "model")),
    )


def first_token_odds(body: str) -> dict[str, float]:
    """The likeliest first tokens of a stored reply with their probabilities; none where it has none.

    From the `logprobs` of chats (`content[0].top_logprobs`) or of plain completions
    (`top_logprobs[0]`). Never raises.
    """
    try:
        told = get(first_choice(load(body)), "logprobs")
    except ValueError:
        return {}
    likeliest = first(get(told, "content"))
    listed = get(likeliest, "top_logprobs")
    if isinstance(listed, list):
        pairs = [(get(one, "token"), get(one, "logprob")) for one in [likeliest, *listed]]
    else:
        plain = first(get(told, "top_logprobs"))
        pairs = [*plain.items()] if isinstance(plain, dict) else []
    return {
        token: math.exp(min(value, 0.0))
        for token, value in pairs
        if isinstance(token, str) and isinstance(value, (int, float)) and value == value
    }


def first_choice(data: object) -> object:
    """The first of the choices in a completion; None where there is none."""
    choices = get(data, "choices")
    return choices[0] if isinstance(choices, list) and choices else None


def _texts(content: object) -> Iterator[str]:
    """A message is a string, or a list of parts of which some are text."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield part if isinstance(part, str) else string(get(part, "text"))


def _usage(given: object) -> Usage | None:
    prompt, completion = get(given, "prompt_tokens"), get(given, "completion_tokens")
    if not _is_count(prompt) and not _is_count(completion):
        return None
    prompt_tokens, completion_tokens = _count(prompt), _count(completion)
    cached = _count(get(get(given, "prompt_tokens_details"), "cached_tokens"))
    reasoning = _count(get(get(given, "completion_tokens_details"), "reasoning_tokens"))
    return Usage(
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cached_tokens=min(cached, prompt_tokens),
        reasoning_tokens=min(reasoning, completion_tokens),
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _count(value: object) -> int:
    return value if isinstance(value, int) and _is_count(value) else 0
