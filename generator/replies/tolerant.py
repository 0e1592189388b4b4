"""Reads one damaged record, `{key: value, …}`, and refuses it where a string may have been cut.

The rule that carries it: a quote ends a string only where the record goes on or ends behind it, that
is where a comma and a next key, or a closing brace, follow. Any other quote belongs to the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from generator.replies.escapes import unescape
from generator.replies.keys import role_of
from generator.replies.objects import Decoder, Members, Number, Value
from generator.replies.syntax import (
    ANY_END,
    BARE_END,
    BARE_IDENTIFIER,
    CLOSERS,
    CLOSERS_OF,
    CLOSES,
    COMMA,
    COMMAS,
    COMMENT,
    END,
    ENDS,
    FILLER,
    FLAT,
    INNER_KEY,
    KEY,
    NO_ENDS,
    NUMBER,
    PLUS,
    QUOTED_IDENTIFIER,
    SPACES,
    STRAY_QUOTE,
    STRUCTURE,
)

_LITERALS: dict[str, Value] = {
    "null": None, "none": None, "undefined": None, "nil": None, "nan": None,
    "true": True, "false": False,
}  # fmt: skip

# How far to look back inside a string: far enough for what is quoted there, and cheap.
_NEAR = 1000


@dataclass(slots=True)
class Record:
    """What was read of one record."""

    end: int
    members: list[tuple[str, Value]] = field(default_factory=list)
    is_closed: bool = False
    """Whether its closing brace was there."""
    failure: str = ""
    """Why it cannot be used, a word of `DEFECTS`; empty where it can."""
    repairs: dict[str, None] = field(default_factory=dict)
    last_text: str = ""
    """The source of the last string."""
    has_role: bool = False
    """Whether any key means a prompt or a completion."""
    stopped_at_container: bool = False
    """Whether it was a list or an object inside that could not be read."""

    @property
    def value(self) -> Value:
        """The members as a JSON value."""
        unique = dict(self.members)
        return unique if len(unique) == len(self.members) else Members(tuple(self.members))

    @property
    def is_wrapper(self) -> bool:
        """Whether it failed before anything of a pair was read, so that its inside deserves a look."""
        has_text = any(role_of(key) and isinstance(text, str) for key, text in self.members)
        is_other = self.stopped_at_container or not self.has_role
        return bool(self.failure) and is_other and not has_text


class _Span(NamedTuple):
    """A string in the text, without its quotes, and where to read on."""

    start: int
    end: int
    after: int


class _Cut(Exception):
    """The record cannot be read on; carries a word of `DEFECTS`."""


def read_record(
    text: str, start: int, limit: int, *, decoder: Decoder, is_braced: bool = True, is_last: bool
) -> Record:
    """Reads the record at `start`, which ends at `limit` at the latest, where the next one begins.

    `is_last` says that no next one begins. The record's end is never guessed: without its brace it
    counts only if a string was closed just before `limit`, and then `is_closed` is False.
    """
    return _Reader(text, start, limit, decoder, is_last=is_last).read(is_braced)


class _Reader:
    """The state of reading one record: where we are, and what had to be repaired."""

    def __init__(
        self, text: str, start: int, limit: int, decoder: Decoder, *, is_last: bool
    ) -> None:
        self.text = text
        self.at = start
        self.limit = limit
        self.decoder = decoder
        self.is_last = is_last
        self.record = Record(end=limit)
        self.are_keys_bare = False
        self.quotes = ""
        """What the last key began with."""
        self.last_quotes = ("", "")
        """What the last string began and ended with."""
        self.mixed_strings = 0
        """How many strings began with a straight quote and ended with another one."""

    def read(self, is_braced: bool) -> Record:
        if is_braced:
            self.at += 1
        else:
            self.repaired("missing_brace")
        try:
            while self._read_member():
                pass
        except _Cut as cut:
            self.record.failure = str(cut)
        self.record.end = self.at if self.record.is_closed else self.limit
        return self.record

    def _reason(self, otherwise: str) -> str:
        """`truncated` where the reply ends with this record."""
        return "truncated" if self.is_last else otherwise

    def repaired(self, name: str) -> None:
        self.record.repairs[name] = None

    # -- members ---------------------------------------------------------------------------------

    def _read_member(self) -> bool:
        """Reads one member; False at the end of the record."""
        commas = self._skip_filler()
        if self.at >= self.limit:
            self._end_without_brace()
            return False
        if self.text[self.at] in ENDS:
            self._close()
            if commas:
                self.repaired("extra_comma")
            return False
        if commas != (1 if self.record.members else 0):
            self.repaired("missing_comma" if commas == 0 else "extra_comma")
        name = self._read_key()
        self.record.has_role = self.record.has_role or role_of(name) is not None
        self.record.members.append((name, self._read_value()))
        return True

    def _skip_filler(self) -> int:
        match = FILLER.match(self.text, self.at, self.limit)
        filler = match.group(0) if match else ""
        if COMMENT.search(filler):
            self.repaired("comment")
            filler = COMMENT.sub("", filler)
        self.at = match.end() if match else self.at
        return sum(filler.count(comma) for comma in COMMAS)

    def _close(self) -> None:
        self.at += 1
        self.record.is_closed = True
        if "inner_quotes" in self.record.repairs and not _is_balanced(self.record.last_text):
            # `{"a": "the set {"x"}` may be a cut text that ends in a brace of its own.
            raise _Cut(self._reason("ambiguous"))
        opener, closer = self.last_quotes
        if self.is_last and opener == '"' != closer and self.mixed_strings == 1:
            # Only this string would end in a curly quote: the text may go on, and be cut.
            raise _Cut("truncated")

    def _end_without_brace(self) -> None:
        """Past the last string. A quote with a blank before it, or after others, proves nothing."""
        last = self.record.last_text
        is_swapped = last[-1:] in ("}", "]") and not _is_balanced(last)
        is_inner = self.is_last and not self._is_partner(last)
        is_unsure = is_swapped or is_inner or "inner_quotes" in self.record.repairs
        if not last or last[-1].isspace() or is_unsure:
            raise _Cut(self._reason("not_json"))
        self.repaired("missing_brace")

    def _is_partner(self, last: str) -> bool:
        """Whether the last quote ends the last string, and is no apostrophe and no quote of the text."""
        opener, closer = self.last_quotes
        if opener in "'‘`" or closer != CLOSERS_OF[opener][0]:
            return False
        return opener == closer or opener not in last

    def _read_key(self) -> str:
        match = KEY.match(self.text, self.at, self.limit)
        if match is None or not self._is_key(match, is_first=not self.record.members):
            raise _Cut("not_json")
        self.quotes = match["open"]
        self._name_key_repairs(match["open"], match["close"] if match["colon"] else '"')
        if match["colon"] not in (":", "："):
            self.repaired("odd_separator")
        self.at = match.end()
        return match["name"].strip()

    def _name_key_repairs(self, opener: str, closer: str) -> None:
        if not opener and not closer:
            self.are_keys_bare = self.are_keys_bare or not self.record.members
            self.repaired("unquoted_key")
        elif not opener or not closer:
            self.repaired("missing_quote")
        elif len(opener + closer) > 2:
            self.repaired("extra_quote")
        elif opener + closer != '""':
            self.repaired("odd_quotes")

    def _is_key(self, match: re.Match[str], *, is_first: bool = False) -> bool:
        """Whether what looks like a key is one: known, or plain and quoted like the others."""
        name = match["name"].strip()
        role = role_of(name)
        if match["colon"] is None or bool(match["open"]) != bool(match["close"]):
            return role is not None and not role.is_misspelt
        if match["colon"] == "=" and not self.are_keys_bare and not is_first:
            return role is not None
        if match["open"]:
            return role is not None or bool(QUOTED_IDENTIFIER.match(name)) or is_first
        is_plain = role is not None and not role.is_misspelt
        return is_plain or ((self.are_keys_bare or is_first) and bool(BARE_IDENTIFIER.match(name)))

    # -- values ----------------------------------------------------------------------------------

    def _read_value(self) -> Value:
        match = SPACES.match(self.text, self.at, self.limit)
        self.at = match.end() if match else self.at
        if self.at >= self.limit:
            raise _Cut(self._reason("not_json"))
        self.record.last_text = ""
        stray = STRAY_QUOTE.match(self.text, self.at, self.limit)
        if stray and '"' in self.quotes:
            self.repaired("extra_quote")
            self.at = stray.end()
        first = self.text[self.at]
        if first in CLOSERS_OF:
            return self._read_string()
        if first in "[{(":
            return self._read_container()
        return self._read_bare()

    def _read_container(self) -> Value:
        found = self.decoder.read(self.at)
        if found is not None and found.end <= self.limit:
            self.at = found.end
            return found.value
        match = FLAT.match(self.text, self.at, self.limit)
        if match is None:
            self.record.stopped_at_container = True
            raise _Cut(self._reason("not_json"))
        # Not JSON, so only skipped: a list of tags in single quotes, say.
        self.at = match.end()
        return []

    def _read_string(self) -> Value:
        """A string, or several that are put together with plus signs."""
        parts = [self._read_one_string()]
        while plus := PLUS.match(self.text, self.at, self.limit):
            self.at = plus.end()
            self.repaired("joined_strings")
            parts.append(self._read_one_string())
        return "".join(parts)

    def _read_one_string(self) -> str:
        opener = self.text[self.at]
        if self.text.startswith(opener * 3, self.at):
            return self._read_triple(opener)
        if opener != '"':
            self.repaired("odd_quotes")
        start = self.at + 1
        string = self._find_end(start, opener)
        self.last_quotes = (opener, self.text[string.end])
        if opener == '"' and self.text[string.end] in CLOSERS_OF[opener][1:]:
            self.mixed_strings += 1
            self.repaired("odd_quotes")
        self.at = string.after
        self.record.last_text = self.text[string.start : string.end]
        return self._unescape(self.record.last_text)

    def _read_triple(self, opener: str) -> str:
        end = self.text.find(opener * 3, self.at + 3, self.limit)
        if end < 0:
            raise _Cut(self._reason("not_json"))
        raw = self.text[self.at + 3 : end]
        self.at = end + 3
        self.record.last_text = raw
        self.repaired("odd_quotes")
        return self._unescape(raw)

    def _unescape(self, raw: str) -> str:
        text = unescape(raw)
        if text.is_mended:
            self.repaired("backslashes")
        if any(character < " " for character in raw):
            self.repaired("control_characters")
        return str(text)

    def _find_end(self, start: int, opener: str) -> _Span:
        """The string whose text begins at `start`."""
        closers = CLOSERS_OF[opener]
        inner: list[int] = []
        for match in _candidates(closers).finditer(self.text, start, self.limit):
            at = match.start()
            if self.text[at] == "\\":
                continue
            if self._ends_string(at + 1) and self._is_fitting(opener, start, at):
                return self._settle(_Span(start, at, at + 1), inner, opener)
            comma = self._missing_quote(start, at)
            if comma is not None and not inner:
                if self.text[comma - 1] in NO_ENDS:
                    raise _Cut(self._reason("ambiguous"))
                self.repaired("missing_quote")
                return _Span(start, comma, comma)
            if self.text[at] == opener or opener not in closers:
                inner.append(at)
        if inner and ANY_END.match(self.text, inner[-1] + 1, self.limit):
            at = inner.pop()
            if _is_balanced(self.text[start:at]):
                return self._settle(_Span(start, at, at + 1), inner, opener)
        raise _Cut(self._reason("not_json"))

    def _settle(self, string: _Span, inner: list[int], opener: str) -> _Span:
        """Decides about the quotes inside a string: they come in twos, or one of them is too many."""
        if inner or opener not in "\"'`":
            self._refuse_swallowed_keys(string.start, string.end)
        if not inner:
            return self._without_swapped_comma(string)
        if opener == '"' and CLOSES.match(self.text, inner[0] - 1, string.end):
            # A text cannot begin by closing a quotation: this string ended here, and went on wrongly.
            raise _Cut(self._reason("ambiguous"))
        if opener == '"' and len(inner) % 2:
            first, last = inner[0], inner[-1]
            if not self.text[string.start : first].strip():
                self.repaired("extra_quote")
                string = string._replace(start=first + 1)
                inner = inner[1:]
            elif not self.text[last + 1 : string.end].strip():
                self.repaired("extra_quote")
                string = string._replace(end=last)
                inner = inner[:-1]
            elif not any(self.text[at - 1].isdigit() for at in inner):
                # Not even a measure in inches.
                raise _Cut(self._reason("ambiguous"))
        if inner:
            self.repaired("inner_quotes")
        return string

    def _without_swapped_comma(self, string: _Span) -> _Span:
        """`"a," "completion": …` is `"a", "completion": …` with two characters swapped."""
        is_swapped = (
            self.text[string.end - 1] == ","
            and string.end - 1 > string.start
            and string.after < self.limit
            and COMMA.match(self.text, string.after, self.limit) is None
            and ANY_END.match(self.text, string.after, self.limit) is None
        )
        if not is_swapped:
            return string
        self.repaired("missing_comma")
        return string._replace(end=string.end - 1)

    def _is_fitting(self, opener: str, start: int, at: int) -> bool:
        """Whether a closing quote of another shape is not the partner of one inside the text."""
        closer = self.text[at]
        if closer == opener or opener not in "\"'":
            return True
        partner = "“" if closer == "”" else "‘" if closer == "’" else closer
        return partner not in self.text[max(start, at - _NEAR) : at] or partner == closer

    def _ends_string(self, at: int) -> bool:
        """Whether the record goes on or ends at `at`, just behind a quote."""
        if END.match(self.text, at, self.limit) or PLUS.match(self.text, at, self.limit):
            return True
        comma = COMMA.match(self.text, at, self.limit)
        behind = comma.end() if comma else self._skip_spaces(at)
        if behind >= self.limit:
            return True
        if comma and END.match(self.text, behind, self.limit):
            return True
        key = KEY.match(self.text, behind, self.limit)
        if key is None or not self._is_key(key):
            return False
        # Without a comma only a quoted key, or a known one on a line of its own, is a next key.
        return comma is not None or bool(key["open"]) or "\n" in self.text[at:behind]

    def _skip_spaces(self, at: int) -> int:
        match = SPACES.match(self.text, at, self.limit)
        return match.end() if match else at

    def _missing_quote(self, start: int, at: int) -> int | None:
        """The comma before `at` if a known key begins there, so that the string's end was lost."""
        key = KEY.match(self.text, at, self.limit)
        if key is None or not key["open"] or not key["close"] or key["colon"] is None:
            return None
        role = role_of(key["name"])
        if role is None or key["name"] in dict(self.record.members):
            return None
        first = max(start, at - _NEAR)
        before = self.text[first:at].rstrip()
        return first + len(before) - 1 if before.endswith(",") and len(before) > 1 else None

    def _refuse_swallowed_keys(self, start: int, end: int) -> None:
        """A text with inner quotes that looks like members of a record may be two records in one."""
        if STRUCTURE.search(self.text, start, end):
            raise _Cut(self._reason("ambiguous"))
        for match in INNER_KEY.finditer(self.text, start, end):
            role = role_of(match["name"])
            if match["before"] or (role is not None and not role.is_misspelt):
                raise _Cut(self._reason("ambiguous"))

    # -- values without quotes ---------------------------------------------------------------------

    def _read_bare(self) -> Value:
        end = self._find_bare_end()
        raw = self.text[self.at : end].strip()
        self.at = end
        if raw.casefold() in _LITERALS:
            return _LITERALS[raw.casefold()]
        if NUMBER.match(raw):
            return Number(raw)
        self.repaired("unquoted_value")
        if raw and raw[-1] in CLOSERS and not any(quote in raw[:-1] for quote in '"“”'):
            self.repaired("missing_quote")
            raw = raw[:-1].rstrip()
        if any(quote in raw for quote in '"“”{}[]') or not raw:
            raise _Cut("not_json")
        return self._unescape(raw)

    def _find_bare_end(self) -> int:
        for match in BARE_END.finditer(self.text, self.at, self.limit):
            at = match.start()
            if self.text[at] in ENDS:
                if END.match(self.text, at, self.limit):
                    return at
                continue
            key = KEY.match(self.text, match.end(), self.limit)
            if key and self._is_key(key):
                return at
            if END.match(self.text, match.end(), self.limit):
                return at
        raise _Cut(self._reason("not_json"))


@lru_cache
def _candidates(closers: str) -> re.Pattern[str]:
    return re.compile(rf"\\.|[{closers}]", re.DOTALL)


def _is_balanced(text: str) -> bool:
    return all(text.count(left) == text.count(right) for left, right in ("{}", "[]"))
