"""Rules about the form of the answer: is one named, and can the example of it be read?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.lint.spots import STAND_IN, Plain, Spot, plain_parts
from generator.lint.text import fold
from generator.prompts import Draft
from generator.replies import read_reply

_FORM = re.compile(
    fold(
        r"\bjson|\bjsonl\b|\byaml\b|\bxml\b|\bcsv\b|\btsv\b|\b(?:markdown[- ])?table\b|\btabelle\b"
        r"|\btableau\b|\btabla\b|表形式|表格|جدول|<(?:prompt|question|qa|pair)\b"
        r"|^\W*(?:q|question|frage|pregunta|pergunta|domanda|вопрос|soru|質問|問|问|سؤال)\s*\d*\s*[:：]"
    ),
    re.MULTILINE,
)
_SHOWN_AS_READ = frozenset({"placeholder", "empty_prompt", "empty_completion"})
"""Defects of an example that was understood: nothing has been filled in yet."""


def no_output_form(draft: Draft) -> Iterator[Spot]:
    """Nothing says how the pairs are to be written down."""
    if not draft.parts or "response_format" in (draft.settings.get("model") or {}):
        return
    if not any(_FORM.search(fold(plain.text)) for plain in plain_parts(draft)):
        message = "no form is named for the answer, so each may come in another one"
        yield Spot(line=draft.parts[0].line, message=message)


def bad_example(draft: Draft) -> Iterator[Spot]:
    """JSON that is none."""
    for plain in plain_parts(draft):
        for example in find_examples(plain):
            if example.error:
                message = f"this JSON cannot be parsed: {example.error}"
                yield Spot(line=example.error_line, message=message)


NO_PAIRS = frozenset({"facts", "judge", "round-trip"})
"""Kinds of prompt files whose replies are no pairs, and read in other ways."""


def unreadable_example(draft: Draft) -> Iterator[Spot]:
    """Good JSON in which our own reader of replies finds no pair."""
    if draft.template is not None and draft.template.kind in NO_PAIRS:
        return
    examples = [one for plain in plain_parts(draft) for one in find_examples(plain)]
    if not examples or any(one.error for one in examples):
        return
    read = read_reply("\n".join(one.text for one in examples))
    is_read = read.pairs or any(one.reason in _SHOWN_AS_READ for one in read.defects)
    if not is_read and not any(_is_schema(one.text) for one in examples):
        message = "replies like this example cannot be read as pairs of prompt and completion"
        yield Spot(line=examples[0].line, message=message)


# Finding them -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A stretch of a template that is JSON, or looks as if it should be."""

    text: str
    line: int
    error: str = ""
    """Why it cannot be parsed."""
    error_line: int = 0


_OPENS = re.compile(r"\{\s*(?:[\"'“”„‘’]|\w+[\"']?\s*:)|\[\s*[{\"\[]")
_PAIRED = {"{": "}", "[": "]"}


def find_examples(plain: Plain) -> Iterator[Example]:
    """Every JSON object or list in a text, good or bad."""
    place = 0
    while match := _OPENS.search(plain.text, place):
        start = match.start()
        place = _end_of_value(plain.text, start)
        text = plain.text[start:place]
        try:
            _parse(text)
        except json.JSONDecodeError as error:
            yield Example(
                text=text,
                line=plain.line_at(start),
                error=error.msg,
                error_line=plain.line_at(start + error.pos),
            )
        else:
            yield Example(text=text, line=plain.line_at(start))


def _parse(text: str) -> None:
    """A variable may stand for a whole value.

    Raises:
        json.JSONDecodeError: for what is no JSON in either way.
    """
    try:
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            try:
                json.loads(text.replace(STAND_IN, f'"{STAND_IN}"'))
            except json.JSONDecodeError:
                raise error from None
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None


def _end_of_value(text: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`; the end of the paragraph where none does."""
    paragraph = text.find("\n\n", start)
    end = len(text) if paragraph < 0 else paragraph
    open_brackets: list[str] = []
    in_string = False
    place = start
    while place < len(text):
        character = text[place]
        if in_string:
            if character == "\\":
                place += 1
            in_string = character != '"'
        elif character == '"':
            in_string = True
        elif character in _PAIRED:
            open_brackets.append(_PAIRED[character])
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return place + 1
        place += 1
    return end


def _is_schema(text: str) -> bool:
    return '"properties"' in text or '"$schema"' in text
