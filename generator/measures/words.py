"""Words of a text in any script, folded so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
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
_HIRAGANA = re.compile("[\u3040-\u309f]+")
"""Endings and particles of Japanese; its names and nouns are written in other signs."""


def fold(text: str) -> str:
    """The text without differences of case, width and composition."""
    if text.isascii():
        return text.casefold()
    pieces = re.findall(rf"\S{{1,{LONGEST_WORD}}}|\s+", text)
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces).casefold()


def words(text: str) -> list[str]:
    """The words of a text in order; scripts without blanks count sign by sign."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        found.extend(match[0] if match["run"] else (match[0],))
    return found


def content_words(text: str, language: str = "en") -> frozenset[str]:
    """The distinct words that carry content.

    Words of three letters or more that are no function words of the language, and all with a digit.
    Scripts without blanks give pairs of neighbouring signs.
    """
    ignored = FUNCTION_WORDS.get(language.partition("-")[0], frozenset())
    found: set[str] = set()
    for match in _WORD.finditer(fold(text)):
        word = match[0]
        if match["run"]:
            found.update(_neighbours(word))
        elif word not in ignored and (len(word) >= MIN_LETTERS or any(map(str.isdigit, word))):
            found.add(word)
    return frozenset(found)


def _neighbours(run: str) -> Iterator[str]:
    for piece in filter(None, _HIRAGANA.split(run)):
        if len(piece) == 1:
            yield piece
        for first, second in pairwise(piece):
            yield first + second
