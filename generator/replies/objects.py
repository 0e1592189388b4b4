"""Reads JSON that is whole, from any place in a text, at the speed of the standard decoder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from generator.replies.escapes import keep_latex


class Number(str):
    """A number as it was written: `1889`, `1.50`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Members:
    """The members of an object in which a key stands more than once."""

    items: tuple[tuple[str, Value], ...]


Value = None | bool | str | list["Value"] | dict[str, "Value"] | Members


class Found(NamedTuple):
    """A value that was read, and where it ends."""

    value: Value
    end: int
    repairs: tuple[str, ...] = ()


def _object(items: list[tuple[str, Value]]) -> Value:
    unique = dict(items)
    return unique if len(unique) == len(items) else Members(tuple(items))


Decode = Callable[[str, int], tuple[Value, int]]


def _decode(*, strict: bool) -> Decode:
    return json.JSONDecoder(
        strict=strict,
        object_pairs_hook=_object,
        parse_int=Number,
        parse_float=Number,
        parse_constant=lambda _: None,
    ).raw_decode


_strict = _decode(strict=True)
_lenient = _decode(strict=False)
"""Allows raw line breaks and other control characters inside strings."""

# Escapes that are right in JSON and yet likely to be LaTeX.
_RISKY_ESCAPE = re.compile(r"\\[bfnrt][A-Za-z]")

# What a failed attempt deeper than the recursion limit costs, in characters: measured 0.2 ms, which
# is what reading some 50,000 characters takes.
_DEPTH_COST = 50_000
# What any attempt costs beyond the characters read: measured 2 µs.
_ATTEMPT_COST = 200
_BUDGET = 20
# An attempt sees this many characters first, and eight times as many whenever they were too few: the
# standard decoder counts the lines from the beginning of what it sees whenever it fails.
_WINDOW = 4096
_EDGE = 16


class Decoder:
    """Reads JSON values from one text; failed attempts have a budget, so that all stay linear."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._budget = _BUDGET * len(text) + 20 * _DEPTH_COST

    def read(self, start: int) -> Found | None:
        """The JSON value that begins at `start`, None where there is none that is whole."""
        decode, window = _strict, _WINDOW
        self._budget -= _ATTEMPT_COST
        while self._budget >= 0:
            source = self._text[start : start + window]
            try:
                value, end = decode(source, 0)
            except json.JSONDecodeError as error:
                is_open = error.msg.startswith("Unterminated")
                self._budget -= len(source) if is_open else error.pos
                if error.msg.startswith("Invalid control") and decode is _strict:
                    decode = _lenient
                elif start + window < len(self._text) and (is_open or error.pos + _EDGE > window):
                    window *= 8
                else:
                    return None
            except RecursionError:
                self._budget -= _DEPTH_COST
                return None
            else:
                repairs = () if decode is _strict else ("control_characters",)
                return _with_latex(decode, source[:end], Found(value, start + end, repairs))
        return None


def _with_latex(decode: Decode, source: str, found: Found) -> Found:
    if not _RISKY_ESCAPE.search(source):
        return found
    kept = keep_latex(source)
    if kept == source:
        return found
    value, _ = decode(kept, 0)
    return found._replace(value=value, repairs=(*found.repairs, "backslashes"))
