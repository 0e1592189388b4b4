"""A text as checks look at it: what is found in it is found once, when it is first asked for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from generator.checks.folding import bare, fold
from generator.checks.languages import (
    common_words,
    count_letters,
    count_votes,
    find_language,
    find_script,
)

LONGEST = 200_000
"""Characters of a text that are looked at; no passage and no pair has so many."""

# A word is a run without blanks and marks; combining marks belong to it in every script.
_MARKS = (
    "\\s\x00-/:-@\\[-`{-©«-±´¶-¸»-¿×÷\u02c2-\u02df\u037e\u0387\u055a-\u055f\u0589\u05be\u05c0\u05c3"
    "\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff"
    "\u3000-\u3004\u3007-\u3020\u3030\u303d\u30a0\u30fb\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20"
    "\uff3b-\uff40\uff5b-\uff65"
)
WORD = re.compile(f"[^{_MARKS}]+")
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts without blanks between words (Thai, Lao, Myanmar, Khmer, Kana, Han): inside of a class."""
_TOKEN = re.compile(f"[{UNSPACED}]|[^{_MARKS}{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_SENTENCE = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？｡]+[」』”）]*|[।؟۔](?=\s|$)|\n\s*")
_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`", re.DOTALL)
_QUOTED = re.compile(
    r"“[^“”]{1,600}”|„[^„“”]{1,600}[“”]|«[^«»]{1,600}»|\"[^\"\n]{1,600}\"|「[^「」]{1,600}」|『[^『』]{1,600}』"
)
_QUOTES = frozenset('“„«"「『')
LONGEST_BEGINNING = 30
RUN = 3
STEM = 4
"""Letters at least that two forms of a word share at their beginning."""


class Word(NamedTuple):
    """A word where it stands."""

    text: str
    start: int
    end: int


class Text:
    """One text: a prompt, a completion or a passage."""

    def __init__(self, raw: str) -> None:
        self.raw = raw[:LONGEST]

    @cached_property
    def folded(self) -> str:
        """Composed, blanks joined, one kind of apostrophe."""
        return fold(self.raw).replace("’", "'")

    @cached_property
    def lower(self) -> str:
        """`folded` without case; accents stay."""
        return self.folded.casefold()

    @cached_property
    def without_code(self) -> str:
        """`raw` without code in backticks."""
        return _CODE.sub(" ", self.raw) if "`" in self.raw or "~~~" in self.raw else self.raw

    @cached_property
    def own(self) -> str:
        """`lower` without code and quotations: what the text says in its own words."""
        code_free = self.without_code
        lower = self.lower if code_free is self.raw else Text(code_free).lower
        return lower if _QUOTES.isdisjoint(lower) else _QUOTED.sub(" ", lower)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of `folded`; of scripts without blanks the stretches between marks."""
        return tuple(
            Word(found[0], found.start(), found.end()) for found in WORD.finditer(self.folded)
        )

    @cached_property
    def bare_words(self) -> tuple[str, ...]:
        """The words as `folding.bare` has them."""
        return tuple(bare(word.text) for word in self.words)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Bare words, characters of scripts without blanks being one each."""
        return tuple(map(bare, _TOKEN.findall(self.folded)))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different tokens."""
        return frozenset(self.tokens)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The different words as they are written."""
        return frozenset(word.text for word in self.words)

    @cached_property
    def small(self) -> frozenset[str]:
        """The bare words that are written with a small letter somewhere."""
        return frozenset(
            own
            for own, word in zip(self.bare_words, self.words, strict=True)
            if word.text[0].islower()
        )

    @cached_property
    def bones(self) -> frozenset[str]:
        """See `bones`, of the words with a capital."""
        return frozenset(bones(bare(word.text)) for word in self.words if word.text[0].isupper())

    @cached_property
    def runs(self) -> Mapping[tuple[str, ...], str]:
        """Every three bare words in a row, and how the word behind them is written where they come last."""
        own = self.bare_words
        return {own[at : at + RUN]: self.words[at + RUN].text for at in range(len(own) - RUN)}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.vocabulary)

    def has_beginning(self, beginning: str) -> bool:
        """Whether a word of the text begins with some letters, of 30 at most."""
        at = bisect_left(self._sorted, beginning)
        return len(beginning) <= LONGEST_BEGINNING and (
            at < len(self._sorted) and self._sorted[at].startswith(beginning)
        )

    @cached_property
    def script(self) -> str:
        """See `find_script`."""
        return find_script(self.lower)

    @cached_property
    def language(self) -> str:
        """See `find_language`."""
        return find_language(self.votes, self.script)

    @cached_property
    def votes(self) -> Counter[str]:
        """See `count_votes`."""
        votes, letters = count_votes(self.bare_words), count_letters(self.lower)
        return votes + letters if letters else votes

    @cached_property
    def is_unspaced(self) -> bool:
        """Whether it is in a script without blanks between words."""
        return self.script in {"HAN", "KANA", "THAI"}

    @cached_property
    def asked(self) -> dict[object, bool]:
        """What has been found out about it as a prompt; see `questions.asks`."""
        return {}

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Bare words that carry something: not the frequent ones of the language, nor single letters."""
        common = common_words(self.language)
        return tuple(
            word
            for word in self.bare_words
            if word not in common and (len(word) > 1 or word.isdigit())
        )

    @cached_property
    def length(self) -> int:
        """In words, two characters of a script without blanks being one."""
        unspaced = len(_UNSPACED.findall(self.folded))
        return len(self.tokens) - unspaced + (unspaced + 1) // 2

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of `raw`, cut at closing marks and line ends."""
        found, at = [], 0
        for mark in _SENTENCE.finditer(self.raw):
            if _is_within(self.raw, mark.start()):
                continue
            found.append(self.raw[at : mark.end()].strip())
            at = mark.end()
        found.append(self.raw[at:].strip())
        return tuple(one for one in found if one)

    @cached_property
    def quotations(self) -> tuple[str, ...]:
        """What stands between quotation marks, without them."""
        if _QUOTES.isdisjoint(self.folded):
            return ()
        return tuple(one[1:-1] for one in _QUOTED.findall(self.folded))

    def knows(self, word: str) -> bool:
        """Whether a bare word is in the text, or one that begins like it: another form of it."""
        if word in self.vocabulary:
            return True
        return len(word) >= STEM and self.has_beginning(word[: max(STEM, (2 * len(word) + 2) // 3)])


_VOWELS = str.maketrans(dict.fromkeys("aeiouyаеиоуыэюяіїєьъй", ""))


def bones(word: str) -> str:
    """A bare word without vowels, by which forms and transcriptions meet: `Kyiv` and `Kiev`, `Павла` and `Павел`.

    A word with fewer than two other letters is given as it is.
    """
    found = word.translate(_VOWELS)
    return word[:1] + found if len(found) > 1 else word


def _is_within(text: str, at: int) -> bool:
    """Whether a point belongs to an abbreviation or an initial: `J. Smith`, `No. 5`."""
    if text[at] != "." or at + 2 >= len(text):
        return False
    return text[at - 1].isupper() and not text[at - 2 : at - 1].isalpha()


@lru_cache(maxsize=256)
def read(text: str) -> Text:
    """The text with what has been found in it; the last 256 are remembered."""
    return Text(text)
