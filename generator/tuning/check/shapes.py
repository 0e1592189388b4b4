"""What form a row has: a chat, a prompt with its completion, a preference, a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.tuning.check.examples import Example, Format
from generator.tuning.check.findings import Spot
from generator.tuning.check.messages import Chat, read_chat

_KEYS: Mapping[Format, tuple[frozenset[str], frozenset[str]]] = {
    "preference": (
        frozenset({"input", "preferred_output", "non_preferred_output"}),
        frozenset(),
    ),
    "chat": (
        frozenset({"messages"}),
        # `weight` of a whole example is Fireworks' own.
        frozenset({"tools", "parallel_tool_calls", "functions", "weight"}),
    ),
    "completion": (frozenset({"prompt", "completion"}), frozenset()),
    "text": (frozenset({"text"}), frozenset()),
}
"""Format -> keys that make it, and keys that it may have besides."""
_TRL_PREFERENCE = frozenset({"prompt", "chosen", "rejected"})
_OF_OTHERS = {
    "conversations": "ShareGPT: `loremill import` reads it",
    "contents": "Gemini's: `loremill export DATASET --format chat` writes chats",
    "instruction": "Alpaca: `loremill import` reads it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of a row."""

    example: Example | None
    """None where an error leaves nothing to look at."""
    spots: tuple[Spot, ...] = ()
    format: Format | None = None
    """Also of a row that is broken otherwise."""


def read_row(value: object) -> Read:
    """The example in a row, and what is wrong with its form."""
    if not isinstance(value, dict):
        return Read(example=None, spots=(Spot("not_object", type(value).__name__),))
    if value.keys() >= _TRL_PREFERENCE:
        return _preference(value, value["prompt"], value["chosen"], value["rejected"], ())
    for format, (needed, allowed) in _KEYS.items():
        if value.keys() >= needed:
            extra = sorted(value.keys() - needed - allowed)
            spots = (Spot("extra_keys", ", ".join(map(str, extra))),) if extra else ()
            return _READERS[format](value, spots)
    return Read(example=None, spots=(_unknown(value),))


def _unknown(value: Mapping[str, object]) -> Spot:
    for key, what in _OF_OTHERS.items():
        if key in value:
            return Spot("unknown_format", f"{key!r} is {what}")
    keys = ", ".join(map(repr, sorted(value, key=str)[:6])) or "no keys"
    small = {key.strip().lower() for key in value}
    for format, (needed, _) in _KEYS.items():
        if small >= needed:
            return Spot("unknown_format", f"{keys}: write the keys of {format} in small letters")
        if len(needed) > 1 and small & needed:
            missing = ", ".join(sorted(needed - small))
            return Spot("unknown_format", f"{keys}: {missing} missing")
    return Spot("unknown_format", keys)


def _chat(value: Mapping[str, object], spots: tuple[Spot, ...]) -> Read:
    chat = read_chat(value["messages"])
    found = (*spots, *chat.spots)
    return Read(example=_of_chat(chat, "chat"), spots=found, format="chat")


def _of_chat(chat: Chat, format: Format) -> Example | None:
    if not chat.turns:
        return None
    *before, last = chat.turns
    asked = [turn for turn in before if turn.role in ("user", "tool", "function")]
    system = "\n".join(turn.text for turn in before if turn.role in ("system", "developer"))
    prompt = asked[-1].text if asked else ""
    rest = [
        turn.text
        for turn in before
        if turn.role not in ("system", "developer") and (not asked or turn is not asked[-1])
    ]
    return Example(
        format=format,
        system=system,
        context="\x1f".join(f"{turn.role}\x1e{turn.text}" for turn in before),
        prompt=prompt,
        answer=last.text,
        messages=len(chat.turns),
        rest=(*rest, *chat.calls),
        has_calls=bool(chat.calls) or any(turn.role in ("tool", "function") for turn in chat.turns),
        is_single=not rest,
    )


def _completion(value: Mapping[str, object], spots: tuple[Spot, ...]) -> Read:
    prompt, completion = value["prompt"], value["completion"]
    if isinstance(prompt, list) and isinstance(completion, list):
        chat = read_chat([*prompt, *completion])
        return Read(
            example=_of_chat(chat, "chat-completion"),
            spots=(*spots, *chat.spots),
            format="chat-completion",
        )
    for name, text in (("prompt", prompt), ("completion", completion)):
        if not isinstance(text, str):
            wrong = Spot("content_not_text", f"{name} is {_kind(text)}")
            return Read(example=None, spots=(*spots, wrong), format="completion")
    assert isinstance(prompt, str)
    assert isinstance(completion, str)
    empty = [Spot("empty_prompt")] if not prompt.strip() else []
    empty += [Spot("empty_content", "completion")] if not completion.strip() else []
    example = Example(
        format="completion", system="", context=prompt, prompt=prompt, answer=completion
    )
    return Read(example=example, spots=(*spots, *empty), format="completion")


def _preference_of_openai(value: Mapping[str, object], spots: tuple[Spot, ...]) -> Read:
    given = value["input"]
    if not isinstance(given, dict) or "messages" not in given:
        wrong = Spot("content_not_text", "input has no messages")
        return Read(example=None, spots=(*spots, wrong), format="preference")
    return _preference(
        value, given["messages"], value["preferred_output"], value["non_preferred_output"], spots
    )


def _preference(
    value: Mapping[str, object],
    asked: object,
    preferred: object,
    rejected: object,
    spots: tuple[Spot, ...],
) -> Read:
    own = "user", "assistant", "assistant"
    lists = [
        _as_messages(one, role) for one, role in zip((asked, preferred, rejected), own, strict=True)
    ]
    if any(one is None for one in lists):
        wrong = Spot("content_not_text", "an output is no list of messages")
        return Read(example=None, spots=(*spots, wrong), format="preference")
    before, better, worse = (one or [] for one in lists)
    chosen, other = read_chat([*before, *better]), read_chat([*before, *worse])
    example, twin = _of_chat(chosen, "preference"), _of_chat(other, "preference")
    found = (*spots, *chosen.spots, *(one for one in other.spots if one not in chosen.spots))
    if example is None or twin is None:
        return Read(example=None, spots=found, format="preference")
    if example.answer.split() == twin.answer.split():
        found = (*found, Spot("no_preference", example.answer[:60]))
    both = Example(
        format="preference",
        system=example.system,
        context=example.context,
        prompt=example.prompt,
        answer=example.answer,
        rejected=twin.answer,
        messages=example.messages,
        rest=example.rest,
        has_calls=example.has_calls,
        is_single=example.is_single,
    )
    return Read(example=both, spots=found, format="preference")


def _as_messages(value: object, role: str) -> list[object] | None:
    if isinstance(value, str):
        return [{"role": role, "content": value}]
    return value if isinstance(value, list) else None


def _text(value: Mapping[str, object], spots: tuple[Spot, ...]) -> Read:
    text = value["text"]
    if not isinstance(text, str):
        wrong = Spot("content_not_text", f"text is {_kind(text)}")
        return Read(example=None, spots=(*spots, wrong), format="text")
    if not text.strip():
        spots = (*spots, Spot("empty_content", "text"))
    example = Example(format="text", system="", context="", prompt="", answer=text)
    return Read(example=example, spots=spots, format="text")


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__


_READERS = {
    "preference": _preference_of_openai,
    "chat": _chat,
    "completion": _completion,
    "text": _text,
}
