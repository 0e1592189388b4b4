"""Finds every value and every damaged record in a text, in order, each character read once."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from generator.replies.escapes import unescape
from generator.replies.findings import merge
from generator.replies.keys import asks, role_of
from generator.replies.objects import Decoder, Value
from generator.replies.syntax import CLOSERS, KEY_NAME, OPENERS, SPACE
from generator.replies.tolerant import Record, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the text that was read as data, or that should have been."""

    start: int
    end: int
    value: Value = None
    repairs: tuple[str, ...] = ()
    failure: str = ""
    """Why a record could not be read, a word of `DEFECTS`; else empty."""
    is_json: bool = False
    """Whether it is valid JSON, so that its strings are what they seem."""
    is_whole: bool = True
    """False where the end of the record rests on its last quote alone."""


# The three ways in which the quotes of a whole record may have been escaped.
_ESCAPED_QUOTE = r"\\{1,3}[\"']|&(?:quot|apos|#0*3[49]|#[xX]2[27]);|\"\"(?=\w)"
_RECORD = re.compile(
    rf"[{{｛](?:{SPACE}|\\[nrt]|//[^\n]{{0,300}}+|/\*[^*]{{0,300}}+\*/|#[^\n\"']{{0,300}}+)*+"
    rf"(?:(?P<escaped>{_ESCAPED_QUOTE})|[{OPENERS}])?[ \t]*(?P<name>{KEY_NAME})"
    rf"(?P<closing>\\{{1,3}}[\"']|&\w+;|&#\w+;|\"\"|[{CLOSERS}])?{SPACE}*+(?:[:：=]|->|(?=\"))"
)
# What may stand before a record that is not inside a string: the beginning of a line with a label or
# a bullet, the end or the beginning of something, a comma behind a closed string.
_BEFORE = re.compile(
    r"(?P<line>(?:\A|[\n\r]|\\n)[^\"'“”{}\n]{0,40})\Z|[}\])\[][ \t\r\n]*[,;，]?[ \t\r\n]*\Z"
    r"|[\"'”][ \t\r\n]*[,;，][ \t\r\n]*\Z"
)
_BEFORE_ENCODED = re.compile(r"(?:\A|[\n\r\[,`>)\-*]|\d\.)[ \t]*\Z")
_LOOK_BACK = 80

_OPENER = re.compile(
    rf"[{{｛](?=[\s\"}}]|{SPACE}*(?:\\[nt]|[\w{OPENERS}\\&/#]))"
    r"|\[(?=\s*[\[{\"'(“｛])(?!\[{60})"
    r"|\"(?=\s*(?:\\[nrt]\s*)*(?:\\+\")?[\[{])"
    rf"|\((?=\s*(?:{KEY_NAME}=\s*)?[\"'])"
    rf"|^[ \t>*+\-]*(?=[\"“']{KEY_NAME}[\"”']\s*[:：])",
    re.MULTILINE,
)
_QUOTED = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.|(?<=\w)'(?=\w))*+'|“[^”\n]*+”"
_REST_OF_LINE = re.compile(r"[^\n{]{0,500}")
_TWO_STRINGS = re.compile(rf"[\[(]\s*(?P<first>{_QUOTED})\s*,\s*(?P<second>{_QUOTED})\s*,?\s*[\])]")
_QUOTED_KEY = re.compile(rf"[ \t>*+\-]*[\"“'](?P<name>{KEY_NAME})")
_OTHER_KEY = re.compile(rf"[\[(]\s*(?:[\"“](?P<quoted>{KEY_NAME})[\"”]\s*:|(?P<bare>{KEY_NAME})=)")
_MEMBER = re.compile(rf"[{CLOSERS}]{SPACE}*+[:：]{SPACE}*+(?![\[{{\s])")
_LAST_NAME = re.compile(rf"{KEY_NAME}\Z")
_HEAD = 2000
_ONE_LEVEL: Final = {'"': '"', "'": "'", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(r"\\([\"'\\/nrt])")


def find_pieces(text: str) -> Iterator[Piece]:
    """Yields what is data in a text, in order. What is skipped between two pieces is prose."""
    scan = _Scan(text)
    at = 0
    while match := _OPENER.search(text, at):
        piece = scan.read(match)
        if piece is None:
            at = match.start() + 1 if match.end() == match.start() else match.end()
        else:
            yield piece
            at = max(piece.end, match.start() + 1)


class _Scan:
    """One text with the places where records begin, found once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.decoder = Decoder(text)
        self.records = {match.start(): match for match in _RECORD.finditer(text)}
        self.borders: dict[bool, list[int]] = {False: [], True: []}
        for start, match in self.records.items():
            border = self._border(start)
            if border is not None:
                self.borders[bool(match["escaped"])].append(border)

    def _border(self, start: int) -> int | None:
        """Where a record before the one at `start` ends at the latest; None inside a string."""
        before = _BEFORE.search(self.text[max(0, start - _LOOK_BACK) : start])
        if before is None:
            return None
        if before["line"] is None:
            return start
        is_first_line = before.start() > 0 or start <= _LOOK_BACK or before["line"][:1] in "\n\r\\"
        return start - (before.end() - before.start()) if is_first_line else None

    def read(self, opener: re.Match[str]) -> Piece | None:
        """The piece that begins at an opener, None where it is prose."""
        start = opener.start()
        first = opener.group(0)[-1:]
        if first in ("{", "｛"):
            return self._read_object(start)
        if first == "[":
            whole = self._read_whole(start) or self._read_two_strings(start)
            return whole or self._read_other_braces(start)
        if first == '"':
            return self._read_encoded(start)
        if first == "(":
            return self._read_other_braces(start) or self._read_two_strings(start)
        return self._read_unbraced(start)

    def _read_object(self, start: int) -> Piece | None:
        whole = self._read_whole(start)
        if whole is not None and not self._goes_on(whole.end):
            return whole
        return self._read_record(start) or whole

    def _goes_on(self, end: int) -> bool:
        """Whether an object seems to end at `end` only because of quotes inside its last string.

        `{"prompt": "What does "} close?", …` begins with an object that is whole.
        """
        behind = _REST_OF_LINE.match(self.text, end)
        rest = behind.group(0) if behind else ""
        if rest.count('"') % 2:
            return True
        is_odd = self.text[end - 3 : end - 2].isspace() and self.text[end - 2] == '"'
        first = rest.strip()[:1]
        return is_odd and (first == '"' or first.isalnum())

    def _read_whole(self, start: int) -> Piece | None:
        found = self.decoder.read(start)
        if found is None:
            return None
        return Piece(
            start=start, end=found.end, value=found.value, repairs=found.repairs, is_json=True
        )

    def _read_encoded(self, start: int) -> Piece | None:
        """A JSON string that holds JSON; its text is the value. Not one that stands behind a key."""
        if not _BEFORE_ENCODED.search(self.text[max(0, start - _LOOK_BACK) : start]):
            return None
        found = self.decoder.read(start)
        if found is None:
            return self._cut_encoded(start)
        if not isinstance(found.value, str) or found.value[-1:] not in '}]"\n ':
            return None
        return Piece(start=start, end=found.end, value=found.value, is_json=True)

    def _cut_encoded(self, start: int) -> Piece | None:
        """What is left of a record in a string that does not end."""
        match = self.records.get(start + 1)
        if match is None or not match["escaped"] or role_of(match["name"]) is None:
            return None
        end = self.text.find("\n", start)
        is_last = end < 0
        reason = "truncated" if is_last else "not_json"
        return Piece(start=start, end=len(self.text) if is_last else end, failure=reason)

    def _read_two_strings(self, start: int) -> Piece | None:
        match = _TWO_STRINGS.match(self.text, start)
        if match is None:
            return None
        texts = [str(unescape(match[name][1:-1])) for name in ("first", "second")]
        if not asks(texts[0]):
            return None
        return Piece(start=start, end=match.end(), value=[*texts], repairs=("odd_quotes",))

    def _read_other_braces(self, start: int) -> Piece | None:
        """Keyword arguments, `Pair(prompt="…", completion="…")`, or members in the wrong braces."""
        key = _OTHER_KEY.match(self.text, start)
        if key is None or role_of(key["quoted"] or key["bare"]) is None:
            return None
        return self._tolerant(start, start, is_braced=True)

    def _read_unbraced(self, start: int) -> Piece | None:
        """A record whose opening brace is missing, at the beginning of a line."""
        key = _QUOTED_KEY.match(self.text, start)
        role = role_of(key["name"]) if key else None
        if key is None or role is None or role.is_misspelt or role.side != "prompt":
            return None
        return self._tolerant(start, key.start("name") - 1, is_braced=False)

    def _read_record(self, start: int) -> Piece | None:
        match = self.records.get(start)
        if match is None:
            return None
        if match["escaped"]:
            # Inside a string such a record is the string's business.
            is_outside = match["escaped"] == match["closing"] and self._border(start) is not None
            return self._read_escaped(match) if is_outside else None
        return self._tolerant(start, start, is_braced=True)

    def _limit(self, start: int, *, is_escaped: bool = False) -> int:
        borders = self.borders[is_escaped]
        after = bisect_right(borders, start)
        return borders[after] if after < len(borders) else len(self.text)

    def _tolerant(self, start: int, at: int, *, is_braced: bool) -> Piece | None:
        limit = self._limit(at)
        record = read_record(
            self.text,
            at,
            limit,
            decoder=self.decoder,
            is_braced=is_braced,
            is_last=limit == len(self.text),
        )
        if record.is_wrapper and not self._has_texts(start, limit):
            return None
        return _piece(record, start, limit)

    def _has_texts(self, start: int, limit: int) -> bool:
        """Whether a damaged record names a prompt or a completion in front of something like a text."""
        after = bisect_right(self.members, start)
        return after < len(self.members) and self.members[after] < min(limit, start + _HEAD)

    @cached_property
    def members(self) -> list[int]:
        """Where known keys stand that have something like a text behind them."""
        return [
            match.start()
            for match in _MEMBER.finditer(self.text)
            if _is_role(self.text[max(0, match.start() - _LOOK_BACK) : match.start()])
        ]

    def _read_escaped(self, match: re.Match[str]) -> Piece | None:
        start = match.start()
        limit = self._limit(start, is_escaped=True)
        source, repair = _unescape_record(self.text[start:limit], match["escaped"])
        inner = Decoder(source)
        found = inner.read(0)
        if found is not None:
            repairs = merge((repair,), found.repairs)
            return Piece(start=start, end=limit, value=found.value, repairs=repairs, is_json=True)
        is_last = limit == len(self.text)
        record = read_record(source, 0, len(source), decoder=inner, is_last=is_last)
        record.repairs = {repair: None, **record.repairs}
        record.end = limit
        return None if record.is_wrapper else _piece(record, start, limit)


def _unescape_record(source: str, quote: str) -> tuple[str, str]:
    """The record with its quotes as they were meant, and the name of the repair."""
    if quote.startswith("&"):
        return html.unescape(source), "html_escaped"
    if quote == '""':
        return source.replace('""', '"'), "doubled_quotes"
    # One backslash is one level, three are two.
    for _ in range(1 if len(quote) < 4 else 2):
        source = _ESCAPE.sub(lambda match: _ONE_LEVEL[match[1]], source)
    return source, "escaped_quotes"


def _is_role(before: str) -> bool:
    """Whether a text ends with a key that means a prompt or a completion."""
    name = _LAST_NAME.search(before)
    role = role_of(name.group(0).strip()) if name else None
    return role is not None and not role.is_misspelt


def _piece(record: Record, start: int, limit: int) -> Piece:
    """What a tolerant reading gives."""
    if record.failure:
        return Piece(start=start, end=limit, failure=record.failure)
    return Piece(
        start=start,
        end=record.end,
        value=record.value,
        repairs=tuple(record.repairs),
        is_whole=record.is_closed and "inner_quotes" not in record.repairs,
    )


def prose_between(text: str, pieces: list[Piece]) -> str:
    """The text without its pieces."""
    borders = [0, *(border for piece in pieces for border in (piece.start, piece.end)), len(text)]
    gaps = list(pairwise(borders))[::2]
    return "\n".join(text[start:end] for start, end in gaps)
