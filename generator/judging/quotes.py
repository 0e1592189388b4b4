"""Whether words that a judge quotes really stand in the passage."""

from __future__ import annotations

import re

from generator.checks.texts import read
from generator.records import count_words

MOST_WORDS = 60
"""Of a quote. A longer one shows nothing in particular, and a whole passage would always be found."""
LEAST_LETTERS = 4
"""Of a quote in all; a name or a year may be all that is quoted."""
_GAP = re.compile(r"\[?(?:\.{3}|…)\]?|\[[^\]]*\]")


def is_quoted(quote: str, passage: str) -> bool:
    """Whether a quote stands in a passage word by word, but for capitals, accents, marks and blanks.

    Where it leaves something out (`…`), its parts must follow each other in the passage.
    """
    if count_words(quote) > MOST_WORDS:
        return False
    parts = [" ".join(read(part).tokens) for part in _GAP.split(quote)]
    parts = [part for part in parts if part]
    if sum(len(part.replace(" ", "")) for part in parts) < _least(parts):
        return False
    text, at = f" {' '.join(read(passage).tokens)} ", 0
    for part in parts:
        found = text.find(f" {part} ", at)
        if found < 0:
            return False
        at = found + len(part)
    return bool(parts)


def _least(parts: list[str]) -> int:
    """Signs of Han and Kana say more each."""
    return LEAST_LETTERS if all(part.isascii() for part in parts) else 2
