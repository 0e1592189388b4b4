"""The rule about phrases that point at the source: does the template invite what pairs must not say?

A phrase that a template forbids is no invitation. It is forbidden where a negation reaches it in its
sentence, or where it stands in a list below a line that forbids. What is shown as words to say, in
quotes or in an example, is an invitation then. Elsewhere it may be about the task itself ("use what
is said in the passage") and counts only in a template that forbids such phrases nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.lint.languages import (
    BAD_LEAD,
    BARE_REFERENCES,
    FORBIDDEN_AFTERWARDS,
    JOINED,
    NEGATION,
    NO_NEGATION,
    PHRASES_LIKE,
    REFERENCES,
    SOURCES,
    TURN,
)
from generator.lint.spots import Spot, plain_parts
from generator.lint.text import Block, Sentence, block_sentences, blocks, fold
from generator.prompts import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A phrase that points at the source, or a word for it."""

    phrase: str
    """Empty for a mere word."""
    start: int
    """Offset in the text."""
    is_forbidden: bool
    is_quoted: bool


def invited_phrases(draft: Draft) -> Iterator[Spot]:
    """Phrases that point at the source, where the template does not forbid them."""
    parts = [(plain, find_mentions(plain.text)) for plain in plain_parts(draft)]
    forbids = any(one.is_forbidden for _, found in parts for one in found)
    told: set[tuple[int, str]] = set()
    for plain, found in parts:
        for one in found:
            if not one.phrase or one.is_forbidden or (forbids and not one.is_quoted):
                continue
            spot = Spot(line=plain.line_at(one.start), message=_message(one))
            if (spot.line, one.phrase) not in told:
                told.add((spot.line, one.phrase))
                yield spot


def _message(mention: Mention) -> str:
    if mention.is_quoted:
        return f"shows {mention.phrase!r} as words to use"
    return f"says {mention.phrase!r}, which models repeat, and forbids it nowhere"


def find_mentions(text: str) -> list[Mention]:
    """All that a text says of its source, in order."""
    found: list[Mention] = []
    list_is_bad = heading_is_bad = False
    for block in blocks(text):
        is_bad = block.is_item and list_is_bad
        mentions, forbids = _in_block(block, is_bad=is_bad or heading_is_bad)
        found += mentions
        if block.is_heading:
            list_is_bad = heading_is_bad = forbids
        elif _leads(block):
            list_is_bad = forbids or (block.is_item and list_is_bad)
            heading_is_bad = heading_is_bad and forbids
        elif not block.is_item:
            list_is_bad = False
    return found


def _leads(block: Block) -> bool:
    """Whether a block announces those after it."""
    return block.text.rstrip().rstrip("*_").endswith((":", "："))


def _in_block(block: Block, *, is_bad: bool) -> tuple[list[Mention], bool]:
    """The mentions in a block, and whether its last sentence forbids something."""
    found: list[Mention] = []
    is_bad = is_bad or bool(BAD_LEAD.search(fold(block.text)))
    quotes = _quotes(block)
    forbids = False
    for sentence in block_sentences(block):
        goes_on = forbids and bool(PHRASES_LIKE.search(fold(sentence.text.strip())))
        mentions = list(_in_sentence(sentence, quotes, is_bad=is_bad or goes_on))
        forbids = is_bad or goes_on or bool(_negation(fold(sentence.text)))
        found += mentions
    return found, forbids


def _in_sentence(sentence: Sentence, quoted: _Places, *, is_bad: bool) -> Iterator[Mention]:
    folded, places = _fold_with_places(sentence.text)
    taken = _Places(len(folded))
    for pattern in (REFERENCES, BARE_REFERENCES, SOURCES):
        for match in pattern.finditer(folded):
            start, end = match.span()
            own = sentence.start + places[start]
            is_quoted = quoted.holds(own, own + 1)
            if taken.holds(start, end) or (pattern is BARE_REFERENCES and not is_quoted):
                continue
            taken.add(start, end)
            yield Mention(
                phrase="" if pattern is SOURCES else _as_written(sentence, places, start, end),
                start=own,
                is_forbidden=is_bad or _is_forbidden(folded, start, end),
                is_quoted=is_quoted,
            )


class _Places:
    """A set of places in a text."""

    def __init__(self, length: int, *, first: int = 0) -> None:
        self._marks = bytearray(length)
        self._first = first

    def add(self, start: int, end: int) -> None:
        start, end = start - self._first, end - self._first
        self._marks[start:end] = b"\1" * (end - start)

    def holds(self, start: int, end: int) -> bool:
        """Whether any of them is there."""
        return any(self._marks[start - self._first : end - self._first])


def _as_written(sentence: Sentence, places: list[int], start: int, end: int) -> str:
    return " ".join(sentence.text[places[start] : places[end - 1] + 1].split())


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where it was."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in fold(character) if not character.isspace() else " ":
            folded.append(one)
            places.append(place)
    return "".join(folded), places


# What forbids ------------------------------------------------------------------------------------

REACH = 300
"""Characters of a sentence that a word can forbid something over."""


def _is_forbidden(sentence: str, start: int, end: int) -> bool:
    before, after = sentence[max(0, start - REACH) : start], sentence[end : end + REACH]
    return _negation(_reach_before(before)) or _forbidden_afterwards(after)


def _negation(text: str) -> bool:
    return bool(NEGATION.search(NO_NEGATION.sub(" ", text)))


def _reach_before(before: str) -> str:
    """What stands before a phrase and after the last turn to something that is wanted."""
    turns = list(TURN.finditer(before))
    return before[turns[-1].end() :] if turns else before


_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|『[^』]*』|`[^`\n]*`"
    r"|(?<![\w])'[^'\n]+'(?!\w)|‘[^’]+’"
)
_LISTED = re.compile(
    r"(?:\s*(?:,|、|;|،)\s*|\s+(?:and|or|und|oder|et|ou|y|o|и|или|و|او|ve|veya)\s+|\s*[と や]\s*)§"
)


def _forbidden_afterwards(after: str) -> bool:
    """Whether what follows a phrase forbids it: other quoted ones may stand in between."""
    # The phrase may be the beginning of what is quoted.
    rest = re.sub(r"^[^\"“”„«»「」『』`'‘’]{0,60}[\"”“»」』`'’]", "", after, count=1)
    rest = _LISTED.sub("", _QUOTED.sub("§", rest))
    cut = JOINED.search(rest)
    reach = rest[: cut.start()] if cut else rest
    return bool(FORBIDDEN_AFTERWARDS.search(NO_NEGATION.sub(" ", reach)))


def _quotes(block: Block) -> _Places:
    found = _Places(len(block.text), first=block.start)
    for match in _QUOTED.finditer(block.text):
        found.add(block.start + match.start(), block.start + match.end())
    return found
