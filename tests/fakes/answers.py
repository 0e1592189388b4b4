"""What the fake chat server says: good replies made from the prompt alone, and every kind of fault."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, Literal

DEFAULT_PAIRS = 3
"""Pairs in a reply to a prompt that does not say how many it wants."""

_PASSAGE = re.compile(r"<passage>\s*(.*?)\s*</passage>", re.DOTALL)
_FIELD = re.compile(r"^(Article|Section|Kind|Pairs): (.*)$", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?。！？؟।\n]+[.!?。！？؟।]*")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One HTTP response, and in which way it reaches the client."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    delivery: Literal["whole", "slow", "cut", "reset", "hang"] = "whole"
    seconds: float = 0.0
    """How long a slow or hanging delivery lasts."""
    is_good: bool = False
    """True where the client gets a whole and usable reply, so that asking again would pay twice."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request to the chat endpoint, taken apart."""

    body: Mapping[str, Any]

    @property
    def is_plain(self) -> bool:
        """Whether it is a text to go on with, and no chat."""
        return "prompt" in self.body

    @property
    def prompt(self) -> str:
        """All messages as one text: what rules look into."""
        if self.is_plain:
            return str(self.body["prompt"])
        return "\n".join(_text(message) for message in self.body.get("messages", ()))

    @property
    def key(self) -> str:
        """The same messages for the same model are the same prompt."""
        asked = [self.body.get("model"), self.body.get("messages") or self.body.get("prompt")]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]

    @property
    def last_user_message(self) -> str:
        """Where the passage is."""
        if self.is_plain:
            return self.prompt
        said = [m for m in self.body.get("messages", ()) if m.get("role") == "user"]
        return _text(said[-1]) if said else ""


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content if isinstance(content, str) else ""


# Good replies ---------------------------------------------------------------------------------


def write_pairs(asked: Asked) -> list[dict[str, str]]:
    """Pairs from the passage in the last user message: the same prompt gives the same pairs."""
    message = asked.last_user_message
    fields = dict(_FIELD.findall(message))
    found = _PASSAGE.search(message)
    sentences = [s.strip() for s in _SENTENCE.findall(found.group(1) if found else message)]
    sentences = [sentence for sentence in sentences if sentence] or ["Nothing is known."]
    subject = ", ".join(filter(None, (fields.get("Article"), fields.get("Section"))))
    wanted = int(fields["Pairs"]) if fields.get("Pairs", "").isdigit() else DEFAULT_PAIRS
    return [
        {
            "prompt": f"{subject or 'Passage'}: {fields.get('Kind', 'fact')} {number + 1}?",
            "completion": sentences[number % len(sentences)],
        }
        for number in range(wanted)
    ]


def good_text(asked: Asked) -> str:
    """The reply of a model that does as it is told: JSON Lines, or an object where one is asked for."""
    pairs = write_pairs(asked)
    if asked.body.get("response_format", {}).get("type") in ("json_object", "json_schema"):
        return json.dumps({"pairs": pairs}, ensure_ascii=False)
    return "\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs)


def completion(
    asked: Asked,
    message: Mapping[str, Any],
    *,
    finish_reason: str = "stop",
    is_good: bool = False,
    odds: Mapping[str, float] | None = None,
) -> Answer:
    """A completion around a message. Tokens are counted as four bytes each.

    `odds` are the logarithms of the probabilities of first tokens.
    """
    prompt_tokens = len(asked.prompt.encode("utf-8", "replace")) // 4
    completion_tokens = len(str(message.get("content")).encode("utf-8", "replace")) // 4
    body = {
        "id": f"chatcmpl-{asked.key}",
        "object": "text_completion" if asked.is_plain else "chat.completion",
        "created": 1763683200,
        "model": asked.body.get("model"),
        "choices": [
            {
                "index": 0,
                **_said(asked, message),
                "logprobs": _told_odds(asked, odds),
                "finish_reason": finish_reason,
            }
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }
    return Answer(body=_json(body), is_good=is_good)


def _said(asked: Asked, message: Mapping[str, Any]) -> dict[str, Any]:
    if asked.is_plain:
        return {"text": message.get("content")}
    return {"message": {"role": "assistant", "refusal": None, **message}}


def _told_odds(asked: Asked, odds: Mapping[str, float] | None) -> dict[str, Any] | None:
    """As the two kinds of completions tell them; only where they are asked for."""
    if not odds or not asked.body.get("logprobs"):
        return None
    if asked.is_plain:
        return {"tokens": [max(odds, key=lambda one: odds[one])], "top_logprobs": [dict(odds)]}
    listed = [{"token": token, "logprob": value, "bytes": None} for token, value in odds.items()]
    first = max(listed, key=lambda one: odds[one["token"]])
    return {"content": [{**first, "top_logprobs": listed}]}


def good(asked: Asked) -> Answer:
    """A whole, usable reply."""
    return completion(asked, {"content": good_text(asked)}, is_good=True)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


# Faults ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Particulars of a fault; each kind looks at those that concern it."""

    status: int | None = None
    code: str | None = None
    param: str | None = None
    message: str | None = None
    retry_after: str | None = None
    """`2` or `0.5` for seconds, `250ms` for retry-after-ms, `date:30` for a date so many seconds on."""
    seconds: float = 3600.0
    text: str = ""
    """The content of the reply, or the whole body, where a fault has one."""


def refuse(
    status: int,
    *,
    code: str | None = None,
    type: str = "invalid_request_error",
    param: str | None = None,
    message: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """An error in the form that OpenAI gives it."""
    error = {"message": message or f"error {status}", "type": type, "param": param, "code": code}
    return Answer(status=status, body=_json({"error": error}), headers=headers or {})


def _retry_after(given: str | None) -> dict[str, str]:
    if given is None:
        return {}
    if given.endswith("ms"):
        return {"retry-after-ms": given[:-2]}
    if given.startswith("date:"):
        when = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=float(given[5:]))
        return {"retry-after": format_datetime(when, usegmt=True)}
    return {"retry-after": given}


def _rate_limited(asked: Asked, fault: Settings) -> Answer:
    return refuse(
        429,
        code=fault.code or "rate_limit_exceeded",
        type="requests",
        message=fault.message or "Rate limit reached",
        headers=_retry_after(fault.retry_after),
    )


def _status(asked: Asked, fault: Settings) -> Answer:
    return refuse(
        fault.status or 500,
        code=fault.code,
        param=fault.param,
        message=fault.message or "",
        headers=_retry_after(fault.retry_after),
    )


def _refused_with(
    status: int, code: str | None, **values: Any
) -> Callable[[Asked, Settings], Answer]:
    def answer(asked: Asked, fault: Settings) -> Answer:
        message = fault.message or values.get("message", "")
        return refuse(
            fault.status or status,
            code=fault.code or code,
            param=fault.param or values.get("param"),
            type=values.get("type", "invalid_request_error"),
            message=message,
        )

    return answer


def _content(
    make: Callable[[str], str | None], finish: str = "stop"
) -> Callable[[Asked, Settings], Answer]:
    """A reply whose content is made from what would have been a good one."""

    def answer(asked: Asked, fault: Settings) -> Answer:
        content = make(fault.text or good_text(asked))
        return completion(asked, {"content": content}, finish_reason=finish)

    return answer


def _delivered(how: Literal["slow", "cut"]) -> Callable[[Asked, Settings], Answer]:
    def answer(asked: Asked, fault: Settings) -> Answer:
        whole = good(asked)
        return Answer(body=whole.body, delivery=how, seconds=fault.seconds, is_good=how == "slow")

    return answer


def _half(text: str) -> str:
    return text[: max(1, len(text) * 2 // 3)]


def _spoil_lines(text: str) -> str:
    """The first line loses its end, the second its quotes, the others stay whole."""
    lines = text.split("\n")
    lines[0] = lines[0][:-2]
    if len(lines) > 1:
        lines[1] = lines[1].replace('"', "", 3)
    return "Here are the pairs:\n" + "\n".join(lines)


def _html(asked: Asked, fault: Settings) -> Answer:
    page = fault.text or "<!DOCTYPE html><html><title>Welcome</title><h1>It works</h1></html>"
    return Answer(status=fault.status or 200, body=page.encode(), content_type="text/html")


def _raw(asked: Asked, fault: Settings) -> Answer:
    return Answer(status=fault.status or 200, body=fault.text.encode("utf-8", "surrogateescape"))


def _cut_json(asked: Asked, fault: Settings) -> Answer:
    body = good(asked).body
    return Answer(body=body[: len(body) // 2])


FAULTS: dict[str, Callable[[Asked, Settings], Answer]] = {
    "rate_limited": _rate_limited,
    "status": _status,
    "insufficient_quota": _refused_with(429, "insufficient_quota", type="insufficient_quota"),
    "wrong_key": _refused_with(401, "invalid_api_key"),
    "forbidden": _refused_with(403, "unsupported_country_region_territory"),
    "no_model": _refused_with(404, "model_not_found", param="model"),
    "bad_parameter": _refused_with(400, "unsupported_parameter", param="temperature"),
    "context_overflow": _refused_with(400, "context_length_exceeded", param="messages"),
    "content_policy": _refused_with(400, "content_policy_violation"),
    "reset": lambda asked, fault: Answer(delivery="reset"),
    "hang": lambda asked, fault: Answer(delivery="hang", seconds=fault.seconds),
    "slow": _delivered("slow"),
    "cut": _delivered("cut"),
    "cut_json": _cut_json,
    "html": _html,
    "raw": _raw,
    "no_choices": lambda asked, fault: Answer(body=_json({"object": "chat.completion"})),
    "empty": _content(lambda text: ""),
    "null": _content(lambda text: None),
    "refusal": lambda asked, fault: completion(
        asked, {"content": None, "refusal": fault.text or "I can't help with that."}
    ),
    "content_filter": _content(lambda text: "", "content_filter"),
    "length": _content(_half, "length"),
    "malformed": _content(_spoil_lines),
    "think": lambda asked, fault: completion(
        asked,
        {
            "content": f'<think>{{"prompt": "no", "completion": "draft"}}</think>\n{good_text(asked)}'
        },
        is_good=True,
    ),
    "text": _content(lambda text: text),
    "refers": _content(
        lambda text: text.replace('{"prompt": "', '{"prompt": "According to the passage, ')
    ),
}
"""Name of a fault -> what it answers."""
