"""What an endpoint means when it answers with an error: by status and code, never by message."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

from generator.chat.foreign import first, get, string
from generator.chat.wire import LIMIT_NAMES


class Meaning(StrEnum):
    """What an error asks for."""

    KEY = "key"
    QUOTA = "quota"
    MODEL = "model"
    """The model is not there, or not for this key."""
    PLACE = "place"
    """There are no chat completions at this address, or not of this model: some servers say no more."""
    RATE = "rate_limited"
    TIMEOUT = "timeout"
    SERVER = "server_error"
    PARAMETER = "bad_parameter"
    OVERFLOW = "context_overflow"
    POLICY = "content_policy"
    REQUEST = "bad_request"


QUOTA = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "insufficient_balance",
    }
)
MODEL = frozenset({"model_not_found", "invalid_model", "DeploymentNotFound"})
"""Codes of OpenAI and many others, Mistral, Azure."""
OVERFLOW = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""Code of OpenAI and many others; type of llama.cpp, which has sent it with 400 and with 500."""
POLICY = frozenset(
    {"content_policy_violation", "content_filter", "invalid_prompt", "moderation_blocked"}
)
"""OpenAI's codes; `content_filter` is Azure's."""
UNKNOWN_PARAMETER = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
"""OpenAI's codes that mean that asking without the parameter, or with its default, helps."""
EXTRA_FIELD = "extra_forbidden"
"""How a validator in the server (Mistral, FastAPI) says so."""
INPUT_LENGTH = "input_tokens"
"""The parameter that vLLM names when a prompt is too long."""
OVERLOADED = (503, 529)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """An error as far as it is in fields."""

    status: int
    words: frozenset[str] = frozenset()
    """Its `code` and `type`."""
    parameter: str = ""
    """The parameter that it names."""
    is_unknown_parameter: bool = False
    """True where the endpoint does not take the parameter at all, or not with this model."""
    is_about_length: bool = False
    """True where prompt and reply together are too long for the model."""
    is_moderated: bool = False
    message: str = ""


def read_complaint(status: int, data: object) -> Complaint:
    """The error in a body, in the forms of OpenAI, vLLM, llama.cpp, Ollama, OpenRouter and Mistral.

    `{"error": {message, type, param, code, metadata}}`, the same without the envelope, a bare
    string, or the list of a validator, `{"detail": [{"type": …, "loc": ["body", NAME]}]}`. A status
    inside counts more than the one outside: gateways pass on with 200 what failed behind them.
    """
    error = get(data, "error")
    if isinstance(error, str):
        return Complaint(status=status, message=error)
    error = error if isinstance(error, dict) else data
    code, message = get(error, "code"), get(error, "message")
    words = frozenset(word for word in (code, get(error, "type")) if isinstance(word, str))
    detail = first(get(error, "detail") or get(message, "detail"))
    parameter = string(get(error, "param")) or _field_of(detail)
    # Without a code, a limit that is named is too much for this prompt (vLLM), not unknown.
    is_bare = not isinstance(code, str) and detail is None
    is_about_length = parameter == INPUT_LENGTH or (is_bare and parameter in LIMIT_NAMES)
    says_unknown = is_bare or words & UNKNOWN_PARAMETER or get(detail, "type") == EXTRA_FIELD
    return Complaint(
        status=code if _is_status(code) and status < 400 else status,
        words=words,
        parameter=parameter,
        is_unknown_parameter=bool(parameter and says_unknown and not is_about_length),
        is_about_length=is_about_length,
        is_moderated=get(get(error, "metadata"), "flagged_input") is not None,
        message=string(message) or string(get(detail, "msg")),
    )


def meaning(complaint: Complaint, *, has_retry_after: bool = False) -> Meaning:
    """What an error asks for; codes count more than the status, since they say more."""
    status, words, parameter = complaint.status, complaint.words, complaint.parameter
    if words & QUOTA or status == 402:
        return Meaning.QUOTA
    if words & OVERFLOW or complaint.is_about_length:
        return Meaning.OVERFLOW
    if words & POLICY or complaint.is_moderated:
        return Meaning.POLICY
    if words & MODEL or (status in (400, 404, 422) and parameter == "model"):
        return Meaning.MODEL
    if status == 429 or (status in OVERLOADED and has_retry_after):
        return Meaning.RATE
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return Meaning.SERVER
    if status < 400:
        return Meaning.PLACE  # a redirection that leads nowhere
    if status in (400, 422) and parameter:
        return Meaning.PARAMETER
    return Meaning.REQUEST


_BY_STATUS = {
    401: Meaning.KEY,
    403: Meaning.KEY,
    404: Meaning.PLACE,
    405: Meaning.PLACE,
    408: Meaning.TIMEOUT,
    409: Meaning.SERVER,
    410: Meaning.PLACE,
    501: Meaning.PLACE,
}


def retry_after_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds to wait as the headers say; None where they do not, or not in a form that is known.

    Args:
        headers: looked up by names in lower case.
        now: seconds since the epoch, for a date in a response that bears none itself.
    """
    if (given := headers.get("retry-after-ms")) is not None:
        milliseconds = _seconds(given)
        return None if milliseconds is None else milliseconds / 1000
    given = headers.get("retry-after")
    if given is None:
        return None
    seconds = _seconds(given)
    if seconds is not None:
        return seconds
    until = _timestamp(given)
    if until is None:
        return None
    # Told by the server's clock where it shows it: ours may be off by hours.
    shown = _timestamp(headers.get("date", ""))
    return max(0.0, until - (now if shown is None else shown))


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None


def _timestamp(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None


def _field_of(detail: object) -> str:
    place = get(detail, "loc")
    if isinstance(place, list) and len(place) > 1 and place[0] == "body":
        return string(place[1])
    return ""


def _is_status(code: object) -> bool:
    return isinstance(code, int) and 400 <= code <= 599
