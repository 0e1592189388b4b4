"""The wire of chat completions, read and written: what a call becomes, what a response body says."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.records import Call, Usage

# Writing ----------------------------------------------------------------------------------------

OWN = frozenset({"model", "messages", "stream", "n"})
"""Set by the adapter: one whole reply a call, so that every reply is stored under its call."""

LIMIT_NAMES = ("max_tokens", "max_completion_tokens")
"""What endpoints call the most tokens of a reply. OpenAI takes the second, most others the first."""

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
    given = {name: value for name, value in call.parameters.items() if value is not None}
    if dialect.is_openai and REASONS_UNASKED.match(call.model):
        given = {"reasoning_effort": "none", **given}
    fields: dict[str, Any] = {
        "model": call.model,
        "messages": [{"role": role, "content": content} for role, content in call.messages],
    }
    for name, value in given.items():
        on_the_wire = dialect.limit_name if name == "max_tokens" else name
        if on_the_wire is not None and name not in dialect.left_out:
            fields[on_the_wire] = value
    return fields


def encode(fields: Mapping[str, Any]) -> bytes:
    """Compact UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


# Reading ----------------------------------------------------------------------------------------

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
        return json.loads(body)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def message_text(body: str) -> str:
    """The message in a stored response body; empty where there is none. Never raises."""
    try:
        answer = read_answer(load(body))
    except ValueError:
        return ""
    return "" if answer is None else answer.text


def read_answer(data: object) -> Answer | None:
    """Take a completion apart; None where it is none, or its only choice failed."""
    choice = _first(_get(data, "choices"))
    message = _get(choice, "message")
    if not isinstance(message, dict) or _get(choice, "error"):
        return None
    text = "".join(_texts(message.get("content")))
    finish_reason = _string(_get(choice, "finish_reason"))
    if not text and message.get("refusal"):
        finish_reason = "refusal"
    return Answer(
        text=text,
        finish_reason=finish_reason,
        usage=_usage(_get(data, "usage")),
        served_by=_string(_get(data, "model")),
    )


def _texts(content: object) -> Iterator[str]:
    """A message is a string, or a list of parts of which some are text."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield part if isinstance(part, str) else _string(_get(part, "text"))


def _usage(given: object) -> Usage | None:
    prompt, completion = _get(given, "prompt_tokens"), _get(given, "completion_tokens")
    if not _is_count(prompt) and not _is_count(completion):
        return None
    prompt_tokens, completion_tokens = _count(prompt), _count(completion)
    cached = _count(_get(_get(given, "prompt_tokens_details"), "cached_tokens"))
    reasoning = _count(_get(_get(given, "completion_tokens_details"), "reasoning_tokens"))
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


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


# Complaints -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What an endpoint says is wrong, as far as it says so in fields."""

    words: frozenset[str] = frozenset()
    """Its `code` and `type`."""
    status: int | None = None
    """The status that it puts into the body, as gateways do for an error behind them."""
    parameter: str = ""
    """The parameter that it names."""
    is_unknown_parameter: bool = False
    """True where it says that it does not know the parameter, or not with this model."""
    is_moderated: bool = False
    message: str = ""


def read_complaint(data: object) -> Complaint:
    """The error in a body, in the forms of OpenAI, vLLM, llama.cpp, OpenRouter and Mistral.

    `{"error": {message, type, param, code, metadata}}`, the same without the envelope, a bare
    string, or the list of a validator: `{"detail": [{"type": …, "loc": ["body", NAME]}]}`.
    """
    error = _get(data, "error")
    if isinstance(error, str):
        return Complaint(message=error)
    error = error if isinstance(error, dict) else data
    code, message, param = _get(error, "code"), _get(error, "message"), _get(error, "param")
    detail = _first(_get(error, "detail") or _get(message, "detail"))
    words = frozenset(filter(None, (_string(code), _string(_get(error, "type")))))
    at = _get(detail, "loc")
    parameter = _string(param)
    if isinstance(at, list) and len(at) > 1 and at[0] == "body":
        parameter = _string(at[1])
    return Complaint(
        words=words,
        status=code if isinstance(code, int) and 400 <= code <= 599 else None,
        parameter=parameter,
        is_unknown_parameter=(
            bool(words & UNKNOWN_PARAMETER)
            or _get(detail, "type") == "extra_forbidden"
            or (bool(parameter) and detail is None and not _string(code))
        ),
        is_moderated=_get(_get(error, "metadata"), "flagged_input") is not None,
        message=_string(message) or _string(_get(detail, "msg")),
    )


UNKNOWN_PARAMETER = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
"""Error codes that mean that asking without the parameter helps."""
