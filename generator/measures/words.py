"""Words of a text in any script, folded so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from generator.measures.function_words import FUNCTION_WORDS

MIN_LETTERS = 3
"""Shorter words without a digit say too little to be counted as content."""
LONGEST_WORD = 1000
"""Longer stretches are cut here: composing takes the square of the number of combining marks."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts written without blanks: Thai, Lao, Myanmar, Khmer, Kana, Han."""
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
"""Signs inside words that Python does not take for letters: accents, points, Indic vowels, joiners."""
_WORD = re.compile(rf"(?P<run>[{_UNSPACED}]+)|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+")
_SPACED_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
"""The same in a text that is known to have none of these scripts: three times as fast."""
_SIGN = re.compile(f"[{_UNSPACED}]")
_HIRAGANA = re.compile("[\u3040-\u309f]+")
"""Endings and particles of Japanese; its names and nouns are written in other signs."""


def fold(text: str) -> str:
    """The text without differences of case, width and composition."""
    if text.isascii() or (len(text) <= LONGEST_WORD and unicodedata.is_normalized("NFKC", text)):
        return text.casefold()
    pieces = re.findall(rf"\S{{1,{LONGEST_WORD}}}|\s+", text)
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces).casefold()


def words(text: str) -> list[str]:
    """The words of a text in order; scripts without blanks count sign by sign."""
    folded = fold(text)
    if _is_spaced(folded):
        return _SPACED_WORD.findall(folded)
    found: list[str] = []
    for match in _WORD.finditer(folded):
        found.extend(match[0] if match["run"] else (match[0],))
    return found


def is_unspaced(found: Sequence[str]) -> bool:
    """Whether most of these words are single signs of a script without blanks."""
    return 2 * sum(1 for word in found if _SIGN.match(word)) > len(found)


def units(text: str) -> frozenset[str]:
    """The different words of a text; scripts without blanks give pairs of neighbouring signs."""
    folded = fold(text)
    if _is_spaced(folded):
        return frozenset(_SPACED_WORD.findall(folded))
    found: set[str] = set()
    for match in _WORD.finditer(folded):
        if match["run"] and len(match[0]) > 1:
            found.update(map("".join, pairwise(match[0])))
        else:
            found.add(match[0])
    return frozenset(found)


def content_words(text: str, language: str = "en") -> frozenset[str]:
    """The distinct words that carry content.

    Words of three letters or more that are no function words of the language, and all with a digit.
    Scripts without blanks give pairs of neighbouring signs.
    """
    ignored = FUNCTION_WORDS.get(language.partition("-")[0], frozenset())
    folded = fold(text)
    if _is_spaced(folded):
        found, signs = set(_SPACED_WORD.findall(folded)), set[str]()
    else:
        found, signs = set(), set()
        for match in _WORD.finditer(folded):
            if match["run"]:
                signs.update(_neighbours(match[0]))
            else:
                found.add(match[0])
    content = {word for word in found - ignored if len(word) >= MIN_LETTERS or _has_digit(word)}
    return frozenset(content | signs)


def _is_spaced(text: str) -> bool:
    """Whether no script without blanks is in a text."""
    return text.isascii() or _SIGN.search(text) is None


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _neighbours(run: str) -> Iterator[str]:
    for piece in filter(None, _HIRAGANA.split(run)):
        if len(piece) == 1:
            yield piece
        for first, second in pairwise(piece):
            yield first + second
