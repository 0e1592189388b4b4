"""The short way for replies that are exactly what was asked for: clean JSON Lines, and nothing else.

Most replies of a good model are, and this reads them ten times as fast. Whatever is the least bit
out of the ordinary goes the long way, which gives the same for these.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from generator.records import RawPair
from generator.replies.extras import extras_of

# Brackets, tags, entities and control characters: what the long way would have to look at twice.
_ODD = b"[]<>&\x7f" + bytes(code for code in range(32) if code != ord("\n"))
_ODD_BEYOND_ASCII = re.compile("[\x80-\x9f\ud800-\udfff]")
# As tuples, which show a name that stands there twice.
_decode = json.JSONDecoder(object_pairs_hook=tuple).decode


def read_obedient(text: str) -> list[RawPair] | None:
    """The pairs of a reply that is clean throughout; None for one that is not."""
    text = text.rstrip("\n")
    if not _is_plain(text):
        return None
    try:
        rows = _decode("[" + text.replace("\n", ",") + "]")
    except ValueError:
        return None
    pairs = [pair for pair in map(_pair, rows) if pair is not None]
    return pairs if len(pairs) == len(rows) else None


def _pair(row: tuple[tuple[str, object], ...]) -> RawPair | None:
    if len(row) != 2:
        return _pair_with_extras(row)
    (asks, prompt), (tells, completion) = row
    is_named = asks in ("prompt", "question") and tells in ("completion", "answer")
    if (
        is_named
        and prompt
        and completion
        and isinstance(prompt, str)
        and isinstance(completion, str)
    ):
        return RawPair(prompt=prompt, completion=completion)
    return None


_EXTRA = frozenset({"facts", "quote", "of"})


def _pair_with_extras(row: tuple[tuple[str, object], ...]) -> RawPair | None:
    """A pair among extras that are texts; see `extras`."""
    pair = tuple(member for member in row if member[0] not in _EXTRA)
    if len(pair) != 2 or not all(isinstance(value, str) for _, value in row):
        return None
    found = _pair(pair)
    extras = extras_of((key, str(value)) for key, value in row if key in _EXTRA)
    return None if found is None or len(dict(row)) < len(row) else replace(found, **extras)


def _is_plain(text: str) -> bool:
    """One pair of braces a line, around all of it, and no escape but that of a quote."""
    lines = text.count("\n") + 1
    return (
        text.startswith('{"')
        and text.endswith('"}')
        and text.count('"}\n{"') == lines - 1
        and text.count("{") == text.count("}") == lines
        and text.count("\\") == text.count('\\"')
        and not _is_odd(text)
    )


def _is_odd(text: str) -> bool:
    if not text.isascii() and _ODD_BEYOND_ASCII.search(text):
        return True
    data = text.encode()
    return len(data.translate(None, _ODD)) != len(data)
