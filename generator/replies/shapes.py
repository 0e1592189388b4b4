"""From a JSON value of any shape to pairs: records, chats, lists, and whatever wraps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from generator.records import RawPair
from generator.replies.extras import extras_of
from generator.replies.findings import Finding, defect, merge
from generator.replies.keys import (
    ASSISTANT_ROLES,
    INPUT,
    INSTRUCTION,
    USER_ROLES,
    Role,
    Side,
    asks,
    is_ended,
    role_of,
)
from generator.replies.objects import Members, Number, Value

Items = Sequence[tuple[str, Value]]

_TURN_ROLE_KEYS = ("role", "from", "speaker", "author", "sender")
_TURN_TEXT_KEYS = ("content", "value", "text", "message", "parts")
_DATA_KEYS = ("response", "output", "outputs", "reply", "input", "assistant")
_DEPTH = 4
_MAX_LABEL = 30


class Turn(NamedTuple):
    """One message of a chat that was given as data."""

    side: Side | None
    """None for a system message and the like."""
    content: Value


def read_value(
    value: Value, repairs: tuple[str, ...], read_text: Callable[[str], Iterator[Finding]] | None
) -> Iterator[Finding]:
    """Yields the pairs and defects in a value, in document order.

    `read_text` reads a string in which data is written as text, an argument of a tool call, say. It is
    None for what was damaged: there a string may not be what it seems, nor a key that stands twice.
    """
    stack: list[Value] = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            if read_text is not None and _looks_like_data(current):
                yield from read_text(current)
            continue
        if isinstance(current, list):
            findings, children = _read_list(current, repairs)
        elif isinstance(current, Members):
            is_json = read_text is not None
            findings, children = _read_repeated(current.items, repairs, is_json=is_json)
        elif isinstance(current, dict):
            findings, children = _read_object(list(current.items()), repairs)
        else:
            continue
        yield from findings
        stack.extend(reversed(children))


def read_items(items: Items, repairs: tuple[str, ...]) -> list[Finding]:
    """The pairs and defects in the members of one object, or in labelled fields."""
    return _read_object(items, repairs)[0]


def is_turn(value: Value) -> bool:
    """Whether a value is one message of a chat: a role and a content."""
    return isinstance(value, dict) and _turn(value) is not None


def read_turns(turns: Sequence[Value], repairs: tuple[str, ...]) -> list[Finding]:
    """A pair for every question of the user that is directly followed by its answer."""
    findings: list[Finding] = []
    asked: Value = None
    is_asked = False
    for turn in (_turn(value) for value in turns if isinstance(value, dict)):
        if turn is None or turn.side is None:
            continue
        if turn.side == "prompt":
            if is_asked:
                findings.append(defect("missing_completion", text_of(asked) or ""))
            asked, is_asked = turn.content, True
        elif is_asked:
            findings.append(_pair(asked, turn.content, repairs))
            is_asked = False
        else:
            findings.append(defect("missing_prompt", text_of(turn.content) or ""))
    if is_asked:
        findings.append(defect("missing_completion", text_of(asked) or ""))
    return findings


def text_of(value: Value, depth: int = _DEPTH) -> str | None:
    """The text that a value stands for; None where it is no text: true, null, several things."""
    if isinstance(value, str):
        return str(value)
    if depth == 0:
        return None
    if isinstance(value, list):
        return _text_of_list(value, depth)
    if isinstance(value, dict):
        turn = _turn(value)
        if turn is not None:
            return text_of(turn.content, depth - 1)
        if len(value) == 1:
            return text_of(next(iter(value.values())), depth - 1)
        if isinstance(value.get("text"), (str, list)):
            return text_of(value["text"], depth - 1)
    return None


def _text_of_list(values: list[Value], depth: int) -> str | None:
    if len(values) == 1:
        return text_of(values[0], depth - 1)
    objects = [value for value in values if isinstance(value, dict)]
    if not values or len(objects) < len(values):
        return None
    turns = [turn for turn in map(_turn, objects) if turn is not None]
    if len(turns) == len(values):
        spoken = [turn for turn in turns if turn.side is not None]
        return text_of(spoken[0].content, depth - 1) if len(spoken) == 1 else None
    blocks = [one.get("text") for one in objects if one.get("type", "text") == "text"]
    texts = [block for block in blocks if isinstance(block, str)]
    return "\n".join(texts) if len(texts) == len(values) else None


def _turn(value: dict[str, Value]) -> Turn | None:
    role = next((value[key] for key in _TURN_ROLE_KEYS if key in value), None)
    key = next((key for key in _TURN_TEXT_KEYS if key in value), None)
    if not isinstance(role, str) or key is None:
        return None
    name = role.strip().casefold()
    if name in USER_ROLES:
        return Turn("prompt", value[key])
    if name in ASSISTANT_ROLES:
        return Turn("completion", value[key])
    return Turn(None, value[key])


def _looks_like_data(text: str) -> bool:
    if text.lstrip()[:1] in ("{", "[", "`", "｛"):
        return "{" in text or "[" in text
    label = role_of(text[:_MAX_LABEL].partition(":")[0])
    return label is not None and label.side == "prompt" and not label.is_misspelt


class _Split(NamedTuple):
    """What a list or an object gives by itself, and the values inside it that are still to read."""

    findings: list[Finding]
    children: Sequence[Value]


# -- lists -----------------------------------------------------------------------------------------


def _read_list(values: list[Value], repairs: tuple[str, ...]) -> _Split:
    if values and all(is_turn(value) for value in values):
        return _Split(read_turns(values, repairs), _embedded_turns(values))
    rows = [row for row in map(_two_texts, values) if row is not None]
    if rows and len(rows) == len(values):
        return _Split(_read_rows(rows, repairs), [])
    if values and all(isinstance(value, str) for value in values) and len(values) % 2 == 0:
        texts = [str(value) for value in values]
        if all(map(asks, texts[::2])) and not any(map(asks, texts[1::2])):
            rows = list(zip(texts[::2], texts[1::2], strict=True))
            return _Split(_read_rows(rows, repairs), [])
    return _Split([], values)


def _embedded_turns(values: Sequence[Value]) -> list[Value]:
    """Answers of a chat without a question: the data may be written inside them."""
    turns = [_turn(value) for value in values if isinstance(value, dict)]
    if any(turn and turn.side == "prompt" for turn in turns):
        return []
    return [turn.content for turn in turns if turn]


def _two_texts(value: Value) -> tuple[str, str] | None:
    if isinstance(value, list) and len(value) == 2:
        left, right = value
        if isinstance(left, str) and isinstance(right, str):
            return str(left), str(right)
    return None


def _read_rows(rows: list[tuple[str, str]], repairs: tuple[str, ...]) -> list[Finding]:
    header = [role.side for text in rows[0] if (role := role_of(text))]
    if header == ["prompt", "completion"]:
        rows = rows[1:]
    elif header == ["completion", "prompt"]:
        rows = [(left, right) for right, left in rows[1:]]
    names = merge(repairs, ("bare_strings",))
    return [RawPair(prompt=left, completion=right, repairs=names) for left, right in rows]


# -- objects ---------------------------------------------------------------------------------------


class _Field(NamedTuple):
    role: Role
    key: str
    value: Value


def _read_object(items: Items, repairs: tuple[str, ...]) -> _Split:
    if _turn(dict(items)) is not None:
        return _read_single_turn(dict(items), repairs)
    questions = _read_questions(items, repairs)
    if questions is not None:
        return _Split(questions, [])
    fields = [_Field(role, key, value) for key, value in items if (role := role_of(key))]
    fields = _without_misspelt_twins(fields)
    columns = _read_columns(fields, repairs)
    if columns is not None:
        return _Split(columns, [])
    numbers = list(dict.fromkeys(field.role.number for field in fields))
    sides = [field.role.side for field in fields]
    if sides.count("prompt") == 1 or sides.count("completion") == 1 or len(numbers) < 2:
        return _read_group(fields, items, repairs)
    splits = [
        _read_group([one for one in fields if one.role.number == number], items, repairs)
        for number in numbers
    ]
    return _Split(
        [finding for split in splits for finding in split.findings],
        next((split.children for split in splits if split.children), []),
    )


def _read_single_turn(turn: dict[str, Value], repairs: tuple[str, ...]) -> _Split:
    children = _embedded_turns([turn])
    if any(isinstance(child, str) and _looks_like_data(child) for child in children):
        return _Split([], children)
    return _Split(read_turns([turn], repairs), [])


def _read_questions(items: Items, repairs: tuple[str, ...]) -> list[Finding] | None:
    """`{"Who …?": "…", "When …?": "…"}`: every key a question, or at least a sentence."""
    texts = [(key, text_of(value)) for key, value in items if not isinstance(value, dict)]
    if not items or len(texts) < len(items) or not all(text for _, text in texts):
        return None
    are_questions = all(asks(key) for key, _ in items)
    are_sentences = len(items) > 1 and all(
        asks(key) or (is_ended(key) and len(key.split()) > 2) for key, _ in items
    )
    if not are_questions and not are_sentences:
        return None
    names = merge(repairs, ("question_as_key",))
    return [RawPair(prompt=key, completion=text or "", repairs=names) for key, text in texts]


def _without_misspelt_twins(fields: list[_Field]) -> list[_Field]:
    """A misspelt key counts only where nothing else has its side."""
    right = {field.role.side for field in fields if not field.role.is_misspelt}
    return [one for one in fields if not one.role.is_misspelt or one.role.side not in right]


def _read_columns(fields: list[_Field], repairs: tuple[str, ...]) -> list[Finding] | None:
    """`{"prompts": ["…", "…"], "completions": ["…", "…"]}`."""
    if [field.role.side for field in sorted(fields)] != ["completion", "prompt"]:
        return None
    by_side = {field.role.side: field.value for field in fields}
    prompts, completions = by_side["prompt"], by_side["completion"]
    if not isinstance(prompts, list) or not isinstance(completions, list):
        return None
    texts = [one for one in (*prompts, *completions) if isinstance(one, str)]
    if len(prompts) != len(completions) or len(prompts) < 2 or len(texts) < 2 * len(prompts):
        return None
    names = merge(repairs, ("bare_strings",))
    rows = zip(prompts, completions, strict=True)
    return [RawPair(prompt=str(one), completion=str(two), repairs=names) for one, two in rows]


def _read_group(fields: list[_Field], items: Items, repairs: tuple[str, ...]) -> _Split:
    prompt = _best(fields, "prompt")
    completion = _best(fields, "completion")
    if prompt and completion and _is_filled(prompt) and _is_filled(completion):
        found = _pair_of_fields(fields, prompt, completion, repairs)
        if isinstance(found, RawPair) and (extras := extras_of(items)):
            found = replace(found, **extras)
        return _Split([found], [])
    has_text = any(
        isinstance(field.value, str) and not _looks_like_data(field.value) for field in fields
    )
    children = [
        value
        for key, value in items
        if _may_hold_pairs(value)
        and not (isinstance(value, str) and (has_text or _is_text_key(key)))
    ]
    if prompt and completion and not children:
        return _Split([_empty_side(prompt, completion)], [])
    if children or not (prompt or completion):
        return _Split([], children)
    side = prompt or completion
    reason = "missing_completion" if prompt else "missing_prompt"
    return _Split([defect(reason, (side and text_of(side.value)) or "")], [])


def _is_text_key(key: str) -> bool:
    """Whether a string under this key is a side of a pair, and not data that was written as text."""
    return role_of(key) is not None and key.casefold() not in _DATA_KEYS


def _may_hold_pairs(value: Value, depth: int = _DEPTH) -> bool:
    if depth == 0:
        return True
    if isinstance(value, str):
        return _looks_like_data(value)
    if isinstance(value, list):
        return any(
            _may_hold_pairs(one, depth - 1) or isinstance(one, (list, dict, Members))
            for one in value
        )
    items = value.items() if isinstance(value, dict) else getattr(value, "items", ())
    return any(role_of(key) or asks(key) or _may_hold_pairs(one, depth - 1) for key, one in items)


def _best(fields: list[_Field], side: Side) -> _Field | None:
    mine = [field for field in fields if field.role.side == side]
    return min(mine, key=lambda field: field.role.rank, default=None)


def _is_filled(field: _Field) -> bool:
    return text_of(field.value) is not None


def _pair_of_fields(
    fields: list[_Field], prompt: _Field, completion: _Field, repairs: tuple[str, ...]
) -> Finding:
    names = merge(
        repairs, ["misspelt_key"] * (prompt.role.is_misspelt or completion.role.is_misspelt)
    )
    given = next(
        (one for one in fields if one.role.rank == INPUT and one.role.side == "prompt"), None
    )
    if prompt.role.rank == INSTRUCTION and given and (text_of(given.value) or "").strip():
        joined = f"{text_of(prompt.value)}\n\n{text_of(given.value)}"
        return _pair(joined, completion.value, merge(names, ("instruction_input",)))
    return _pair(prompt.value, completion.value, names)


def _pair(prompt: Value, completion: Value, repairs: tuple[str, ...]) -> Finding:
    texts = text_of(prompt), text_of(completion)
    if texts[0] is None:
        return defect("not_text" if prompt is not None else "empty_prompt", str(texts[1]))
    if texts[1] is None:
        return defect("not_text" if completion is not None else "empty_completion", texts[0])
    numbers = ["number"] * (isinstance(prompt, Number) or isinstance(completion, Number))
    return RawPair(prompt=texts[0], completion=texts[1], repairs=merge(repairs, numbers))


def _empty_side(prompt: _Field, completion: _Field) -> Finding:
    side = completion if _is_filled(prompt) else prompt
    about = text_of(prompt.value) or text_of(completion.value) or ""
    is_empty = side.value is None or side.value == []
    return defect(f"empty_{side.role.side}" if is_empty else "not_text", about)


# -- objects in which a key stands more than once --------------------------------------------------


def _read_repeated(items: Items, repairs: tuple[str, ...], *, is_json: bool) -> _Split:
    groups = _split_at_repetition(items)
    splits = [_read_object(group, merge(repairs, ("joined_records",))) for group in groups]
    pairs = [split.findings[0] for split in splits if len(split.findings) == 1]
    if len(pairs) == len(groups) and all(isinstance(pair, RawPair) for pair in pairs):
        return _Split(pairs, [])
    if not is_json:
        texts = (text_of(value) for key, value in items if role_of(key))
        return _Split([defect("ambiguous", next(filter(None, texts), ""))], [])
    return _read_object(list(dict(items).items()), merge(repairs, ("duplicate_key",)))


def _split_at_repetition(items: Items) -> list[list[tuple[str, Value]]]:
    groups: list[list[tuple[str, Value]]] = [[]]
    for key, value in items:
        if any(key == known for known, _ in groups[-1]):
            groups.append([])
        groups[-1].append((key, value))
    return groups
