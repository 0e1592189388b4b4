"""What a record may hold beside its pair: the facts it names, a quote, the pair that it words anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypedDict

from generator.replies.objects import Number, Value

MOST_FACTS = 30
"""Facts that one pair can name; a summary names a dozen."""
LONGEST_NAME = 20
LONGEST_QUOTE = 2000
"""Characters; what is longer is no quote of a sentence or two."""

_BETWEEN = re.compile(r"[\s,;、،]+")


class Extras(TypedDict, total=False):
    """Fields of a `RawPair` that a reply need not have."""

    facts: tuple[str, ...]
    quote: str
    of: str


def extras_of(items: Iterable[tuple[str, Value]]) -> Extras:
    """The extras among the members of a record; what has another shape is left out."""
    extras: Extras = {}
    for key, value in items:
        if key == "facts" and (facts := _names(value)):
            extras["facts"] = facts
        elif key == "quote" and isinstance(value, str) and (quote := _storable(value)):
            extras["quote"] = quote
        elif key == "of" and (names := _names(value)):
            extras["of"] = names[0]
    return extras


def _names(value: Value) -> tuple[str, ...]:
    """Short names from a list, or from a text that parts them by blanks or commas."""
    texts = value if isinstance(value, list) else [value]
    found = [
        name
        for text in texts[:MOST_FACTS]
        if isinstance(text, str | Number)
        for name in _BETWEEN.split(str(text)[: MOST_FACTS * LONGEST_NAME])
        if name and len(name) <= LONGEST_NAME and name.isprintable()
    ]
    return tuple(found[:MOST_FACTS])


def _storable(text: str) -> str:
    """One line without halves of characters; empty where it is too long for a quote."""
    if len(text) > LONGEST_QUOTE:
        return ""
    return " ".join(text.encode("utf-8", "ignore").decode("utf-8").split())
