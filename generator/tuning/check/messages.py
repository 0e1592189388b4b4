"""What is wrong with the messages of a chat, and what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from generator.names import nearest
from generator.tuning.check.findings import Spot

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_KEYS = frozenset({
    "role", "content", "name", "weight", "function_call", "tool_calls", "tool_call_id", "refusal",
})  # fmt: skip
_PARTS = frozenset({"text", "image_url", "refusal"})


class Turn(NamedTuple):
    """One message."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """The messages that could be read."""

    turns: Sequence[Turn]
    """Empty where they cannot be looked at."""
    calls: Sequence[str]
    """Names and arguments of calls, as the model is shown them."""
    spots: Sequence[Spot]


def read_chat(messages: object) -> Chat:
    """The turns of a list of messages, and what is wrong with it."""
    if not isinstance(messages, list):
        return Chat(turns=(), calls=(), spots=(Spot("messages_not_list", type(messages).__name__),))
    if not messages:
        return Chat(turns=(), calls=(), spots=(Spot("no_messages"),))
    spots: list[Spot] = []
    turns: list[Turn] = []
    calls: list[str] = []
    for number, message in enumerate(messages, start=1):
        found = [*_look_at(number, message)]
        spots += found
        if isinstance(message, dict) and isinstance(message.get("role"), str):
            turns.append(Turn(message["role"], _text_of(message.get("content"))))
            calls += _calls_of(message)
    if len(turns) < len(messages):
        return Chat(turns=(), calls=(), spots=spots)
    spots += _order(turns)
    spots += _weights([one for one in messages if one.get("role") == "assistant"])
    return Chat(turns=turns, calls=calls, spots=spots)


def _look_at(number: int, message: object) -> Iterator[Spot]:
    where = f"message {number}"
    if not isinstance(message, dict):
        yield Spot("message_not_object", f"{where} is {type(message).__name__}")
        return
    role = message.get("role")
    if not isinstance(role, str):
        yield Spot("no_role", where)
    elif role not in ROLES:
        yield Spot("unknown_role", f"{role[:40]!r}{nearest(role, ROLES)}")
    if unknown := sorted(map(str, message.keys() - _KEYS)):
        yield Spot("unknown_key", ", ".join(unknown))
    yield from _content(where, message)
    if "weight" in message:
        weight = message["weight"]
        if isinstance(weight, bool) or weight not in (0, 1):
            yield Spot("bad_weight", f"{where}: {weight!r}")
        elif role != "assistant":
            yield Spot("weight_elsewhere", f"{where}: {role}")


def _content(where: str, message: Mapping[str, object]) -> Iterator[Spot]:
    if "content" not in message:
        if not _has_calls(message):
            yield Spot("no_content", where)
        return
    content = message["content"]
    if content is None:
        if not _has_calls(message):
            yield Spot("empty_content", where)
    elif isinstance(content, list):
        if not content or not all(_is_part(one) for one in content):
            yield Spot("content_not_text", f"{where} has parts of no known type")
    elif not isinstance(content, str):
        yield Spot("content_not_text", f"{where} is {type(content).__name__}")
    elif not content.strip() and not _has_calls(message):
        yield Spot("empty_content", where)


def _is_part(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") in _PARTS


def _has_calls(message: Mapping[str, object]) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call"))


def _text_of(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = (part.get("text") for part in content if isinstance(part, dict))
    return "\n".join(text for text in texts if isinstance(text, str))


def _calls_of(message: Mapping[str, object]) -> Iterator[str]:
    for key in ("tool_calls", "function_call"):
        if message.get(key):
            yield json.dumps(message[key], ensure_ascii=False)


def _order(turns: Sequence[Turn]) -> Iterator[Spot]:
    roles = [turn.role for turn in turns]
    if "assistant" not in roles:
        yield Spot("no_assistant", ", ".join(roles[:6]))
    elif roles[-1] != "assistant":
        yield Spot("last_not_assistant", f"it is from {roles[-1]!r}")
    if "user" not in roles:
        yield Spot("no_user")
    said = [role for role in roles if role not in ("system", "developer")]
    if len(said) < len(roles) and not all(
        one in ("system", "developer") for one in roles[: len(roles) - len(said)]
    ):
        yield Spot("system_not_first")
    for one, other in pairwise(said):
        if one == other and one in ("user", "assistant"):
            yield Spot("same_role_twice", f"{one}, {other}")
            return


def _weights(answers: Sequence[Mapping[str, object]]) -> Iterator[Spot]:
    if answers and all(one.get("weight") == 0 for one in answers):
        yield Spot("nothing_trained")
