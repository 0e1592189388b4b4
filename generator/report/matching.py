"""Which words of an answer stand in the passage, in the same order: spans to be marked.

A run of words counts where it holds a word that says something: a number, a name, a long word. Words
are compared without case. Scripts without blanks are compared by character, in runs of two or more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

LONG_WORD = 5
"""Letters of a word that is marked by itself; shorter ones are mostly grammar in most languages."""
MOST_PLACES = 20
"""Places of a word in the passage that are tried. None goes further than the run that is found, and the
next search begins after that: an answer takes at most so many comparisons for each of its words."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_ENDS_SENTENCE = re.compile("[.!?:…\n]")
_HIRAGANA = re.compile("[\u3040-\u309f]")


class Span(NamedTuple):
    """Characters `start` to `end` of a text."""

    start: int
    end: int


class Words(NamedTuple):
    """The words of a text as they are compared, and where they stand."""

    folded: list[str]
    spans: list[Span]
    text: str


class Match(NamedTuple):
    """A run of words that stands in both texts."""

    here: Span
    first: int
    """Index of its first word in the passage."""
    length: int
    """In words."""


def split_words(text: str) -> Words:
    """The words of a text."""
    found = list(_WORD.finditer(text))
    return Words([one[0].casefold() for one in found], [Span(*one.span()) for one in found], text)


class _Run(NamedTuple):
    first: int
    """Index of its first word in the passage."""
    length: int


class Passage:
    """A passage that answers are compared with; it remembers which of its words were met."""

    def __init__(self, text: str) -> None:
        """Take the passage apart."""
        self._words = split_words(text)
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(self._words.folded):
            if len(self._places[word]) < MOST_PLACES:
                self._places[word].append(index)
        self._met: set[int] = set()

    def matches(self, text: str) -> list[Match]:
        """The longest runs from left to right; none overlap."""
        words = split_words(text)
        found: list[Match] = []
        index = 0
        while index < len(words.folded):
            run = self._longest(words.folded, index)
            if run.length and _says_something(words, index, run.length):
                last = words.spans[index + run.length - 1]
                here = Span(words.spans[index].start, last.end)
                found.append(Match(here, run.first, run.length))
            index += max(run.length, 1)
        return found

    def meet(self, matches: Iterable[Match]) -> None:
        """Remember the words of these runs."""
        for match in matches:
            self._met.update(range(match.first, match.first + match.length))

    def met(self) -> list[Span]:
        """The spans of all words met so far; neighbours are one span."""
        spans: list[Span] = []
        before = None
        for index in sorted(self._met):
            span = self._words.spans[index]
            if spans and before == index - 1:
                spans[-1] = Span(spans[-1].start, span.end)
            else:
                spans.append(span)
            before = index
        return spans

    def _longest(self, folded: list[str], index: int) -> _Run:
        """The longest run from a word on; of equally long ones the first in the passage."""
        ours = self._words.folded
        best = _Run(0, 0)
        for place in self._places.get(folded[index], ()):
            most = min(len(folded) - index, len(ours) - place)
            length = 1
            while length < most and folded[index + length] == ours[place + length]:
                length += 1
            if length > best.length:
                best = _Run(place, length)
        return best


def _says_something(words: Words, index: int, length: int) -> bool:
    run = range(index, index + length)
    unspaced = [word for word in (words.folded[i] for i in run) if _IS_UNSPACED.match(word)]
    if len(unspaced) >= 4 or sum(not _HIRAGANA.match(word) for word in unspaced) >= 2:
        return True
    return any(_is_telling(words, i) for i in run if not _IS_UNSPACED.match(words.folded[i]))


def _is_telling(words: Words, index: int) -> bool:
    """A number, a long word, or a name: a capital where no sentence begins."""
    word = words.folded[index]
    if len(word) >= LONG_WORD or word[0].isdigit():
        return True
    start = words.spans[index].start
    before = words.text[words.spans[index - 1].end : start] if index else "."
    return len(word) > 1 and words.text[start].isupper() and not _ENDS_SENTENCE.search(before)
