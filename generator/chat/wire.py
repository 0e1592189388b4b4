"""The wire format of chat completions: what a stored body says, read anew whenever it is needed."""

from __future__ import annotations

import json
from typing import Any


def message_text(body: str) -> str:
    """The message in a response body; empty where there is none (a refusal, a filter, no JSON)."""
    try:
        message = json.loads(body)["choices"][0]["message"]
        return content_text(message.get("content"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""


def content_text(content: Any) -> str:
    """Text of a message's content, which is a string, or a list of parts some of which hold text."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(text for text in texts if isinstance(text, str))
    return ""
