"""Training rows of any shape as the trainer takes them: a prompt and what is to be learnt after it.

| a line | becomes |
|---|---|
| `messages`, as OpenAI, Azure and others have it | one example for each answer that has weight, with all turns before it |
| `prompt`, `completion`: texts, or lists of messages | as it is |
| `text` | as it is; all of it is learnt |
| `input`, `preferred_output`, `non_preferred_output`, as OpenAI has it; or `prompt`, `chosen`, `rejected` | a prompt with the better and the worse answer, for DPO |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from generator.errors import Misconfigured

Shape = Literal["chat", "completion", "text", "preference"]
Row = dict[str, Any]

ROLES = frozenset({"system", "developer", "user", "assistant"})


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The examples of a file, all of one shape."""

    shape: Shape
    examples: Sequence[Row]
    """`prompt` and `completion`; `text`; or `prompt`, `chosen` and `rejected`."""
    lines: int
    """Lines of the file that hold a row: a chat with three answers is one line, three examples."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """What a job learns from, and what it is validated on."""

    training: Rows
    validation: Rows | None = None


class _BadRow(Exception):
    """What is wrong with a row, without where."""


def read_rows(path: Path) -> Rows:
    """The examples of a JSONL file.

    Raises:
        Misconfigured: a line that is no row, or of another shape than the first; an empty file. Names
            the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Misconfigured(f"{path.name} is not UTF-8: {exc.reason} at byte {exc.start}") from exc
    except OSError as exc:
        raise Misconfigured(f"{path} cannot be read: {exc.strerror}") from exc
    return rows_of(text.split("\n"), name=path.name)


def read_data(training: Path, validation: Path | None, *, method: str) -> Data:
    """The examples of a job's files.

    Raises:
        Misconfigured: a file that cannot be read, rows of different shapes, or not those of the method.
    """
    rows = read_rows(training)
    if (method == "dpo") != (rows.shape == "preference"):
        raise Misconfigured(
            "the method dpo learns from rows with a better and a worse answer, and only it does: "
            f"these are {rows.shape} rows"
        )
    held = read_rows(validation) if validation else None
    if held is not None and held.shape != rows.shape:
        raise Misconfigured(
            f"the training file has {rows.shape} rows, the validation file {held.shape} rows"
        )
    return Data(training=rows, validation=held)


def rows_of(lines: Iterable[str], *, name: str) -> Rows:
    """The examples of lines of JSON; blank lines do not count."""
    shape: Shape | None = None
    examples: list[Row] = []
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _object(line)
            shape = _same_shape(row, shape)
            examples += _READERS[shape](row)
        except _BadRow as exc:
            raise Misconfigured(f"{name}, line {number}: {exc}") from exc
        count += 1
    if shape is None:
        raise Misconfigured(f"{name} has no rows")
    if not examples:
        raise Misconfigured(f"{name} has nothing to learn: no answer in it has weight")
    _check_alike(examples, name)
    return Rows(shape=shape, examples=examples, lines=count)


def _object(line: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise _BadRow(f"is not JSON ({exc})") from exc
    if isinstance(row, dict):
        return row
    raise _BadRow("is not an object")


def _same_shape(row: Row, before: Shape | None) -> Shape:
    shape = _shape(row)
    if before is not None and shape != before:
        raise _BadRow(f"is a {shape} row, those before are {before} rows")
    return shape


def _shape(row: Row) -> Shape:
    if "messages" in row:
        return "chat"
    if "preferred_output" in row or {"chosen", "rejected"} <= row.keys():
        return "preference"
    if {"prompt", "completion"} <= row.keys():
        return "completion"
    if "text" in row:
        return "text"
    known = (
        "messages; prompt and completion; text; or input, preferred_output, non_preferred_output"
    )
    raise _BadRow(f"has {', '.join(sorted(row)) or 'nothing'}; known are {known}")


def _chat(row: Row) -> Iterator[Row]:
    turns = _messages(row["messages"], "messages")
    if turns[-1]["role"] != "assistant":
        raise _BadRow("the last message is not the assistant's")
    for at, turn in enumerate(turns):
        if turn["role"] == "assistant" and _weight(row["messages"][at]):
            if at == 0:
                raise _BadRow("the first message is the assistant's: nothing was asked")
            yield {"prompt": turns[:at], "completion": [turn]}


def _completion(row: Row) -> Iterator[Row]:
    prompt, completion = row["prompt"], row["completion"]
    if isinstance(prompt, list) and isinstance(completion, list):
        yield {
            "prompt": _messages(prompt, "prompt"),
            "completion": _messages(completion, "completion"),
        }
    else:
        yield {"prompt": _text(prompt, "prompt"), "completion": _filled(completion, "completion")}


def _whole_text(row: Row) -> Iterator[Row]:
    yield {"text": _filled(row["text"], "text")}


def _preference(row: Row) -> Iterator[Row]:
    if "preferred_output" in row:
        given = row.get("input")
        if not isinstance(given, dict) or "messages" not in given:
            raise _BadRow("`input` has no `messages`")
        sides = given["messages"], row["preferred_output"], row.get("non_preferred_output")
    else:
        sides = row.get("prompt"), row["chosen"], row["rejected"]
    names = ("prompt", "chosen", "rejected")
    if all(isinstance(side, list) for side in sides):
        yield {name: _messages(side, name) for name, side in zip(names, sides, strict=True)}
    else:
        yield {name: _filled(side, name) for name, side in zip(names, sides, strict=True)}


_READERS = {
    "chat": _chat,
    "completion": _completion,
    "text": _whole_text,
    "preference": _preference,
}


def _messages(turns: object, name: str) -> list[Row]:
    if not isinstance(turns, list) or not turns:
        raise _BadRow(f"{name!r} is not a list of messages")
    return [_message(turn) for turn in turns]


def _message(turn: object) -> Row:
    if not isinstance(turn, dict):
        raise _BadRow("a message is not an object")
    if turn.get("tool_calls") or turn.get("function_call") or turn.get("role") == "tool":
        raise _BadRow("calls of tools, which local jobs do not learn")
    role = turn.get("role")
    if role not in ROLES:
        raise _BadRow(f"unknown role {role!r}")
    # Chat templates of open models know no developer.
    return {"role": "system" if role == "developer" else role, "content": _content(turn)}


def _content(turn: Mapping[str, Any]) -> str:
    content = turn.get("content")
    if isinstance(content, list):
        content = "".join(map(_part, content))
    if turn["role"] == "assistant":
        return _filled(content, "the assistant's content")
    return _text(content, "content")


def _part(part: object) -> str:
    if isinstance(part, dict) and isinstance(text := part.get("text"), str):
        return text
    raise _BadRow("a message with something else than text, which local jobs do not learn")


def _weight(turn: Mapping[str, Any]) -> bool:
    weight = turn.get("weight", 1)
    if weight in (0, 1):
        return bool(weight)
    raise _BadRow(f"weight {weight!r}: must be 0 or 1")


def _filled(value: object, name: str) -> str:
    text = _text(value, name)
    if text.strip():
        return text
    raise _BadRow(f"{name} is empty")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _BadRow(f"{name} is not a text")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise _BadRow(f"{name} holds half a character (a lone surrogate)") from exc
    return value


def _check_alike(examples: Sequence[Row], name: str) -> None:
    """Texts and lists of messages cannot be in one file: the trainer tells them apart by the first."""
    kinds = {isinstance(row["prompt"], list) for row in examples if "prompt" in row}
    if len(kinds) > 1:
        raise Misconfigured(f"{name} has prompts that are texts and prompts that are messages")
