"""The texts in one cell or field, which may be a text, a number, a list, or a list written as text."""

from __future__ import annotations

import ast
import io
import json
import math
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from generator.importing.cleaning import is_nothing

DEEPEST: Final = 20
"""Lists within lists that are looked into."""
_LONGEST_LIST: Final = 200_000
"""Characters of a text that is tried as a list."""
_INSIDE: Final = ("text", "value", "content", "answer", "body")
"""Fields of an object that stand for it: SQuAD's `{"text": […], "answer_start": […]}`."""


class Texts(NamedTuple):
    """What was found, in its order, and what it took."""

    texts: tuple[str, ...]
    repairs: tuple[str, ...] = ()


def texts_in(value: object) -> Texts:
    """All texts in a value that say something."""
    repairs: list[str] = []
    if isinstance(value, str) and (items := list_in(value)) is not None:
        value = items
        repairs.append("list_as_text")
    texts = tuple(_flatten(value, DEEPEST))
    if isinstance(value, list | tuple) and len(texts) == 1 and not repairs:
        repairs.append("list_of_one")
    return Texts(texts, tuple(repairs))


def list_in(text: str) -> list[object] | None:
    """The list that a text is: JSON, or as Python and NumPy print it; None where it is something else."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")) or len(text) > _LONGEST_LIST:
        return None
    found = _json_list(text)
    if found is None:
        found = _printed_list(text)
    has_texts = found is not None and any(isinstance(one, str | list | dict) for one in found)
    return found if has_texts or text == "[]" else None


def _json_list(text: str) -> list[object] | None:
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _printed_list(text: str) -> list[object] | None:
    """By its tokens: NumPy prints no commas, and Python would make one text of two side by side."""
    found: list[object] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING and token.string[:1] in "'\"":
                found.append(ast.literal_eval(token.string))
            elif not _is_punctuation(token):
                return None
    except (SyntaxError, ValueError, tokenize.TokenError):
        return None
    return found


def _is_punctuation(token: tokenize.TokenInfo) -> bool:
    if token.type == tokenize.OP:
        return token.string in "[](),"
    if token.type in (tokenize.NAME, tokenize.NUMBER):
        return token.string in ("None", "nan")
    return token.type in (tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)


def _flatten(value: object, deepest: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip() and not is_nothing(value):
            yield value
    elif isinstance(value, bool) or value is None or deepest == 0:
        return
    elif isinstance(value, int | float):
        if math.isfinite(value):
            yield str(value)
    elif isinstance(value, Mapping):
        yield from _flatten(
            next((value[one] for one in _INSIDE if one in value), None), deepest - 1
        )
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            yield from _flatten(one, deepest - 1)
