"""When two texts say the same: compared after Unicode composition and the folding of blanks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST_WORD = 1000
"""Stretches without a blank that are longer, in characters, are compared as they are: composing
takes time with the square of the number of combining marks (80,000 of them: 3 s, measured)."""


@lru_cache(maxsize=8)  # several checks fold the same pair, one right after the other
def fold(text: str) -> str:
    """The text in Unicode form NFC, every run of blanks and line breaks being one blank."""
    words = text.split()
    if not text.isascii():
        words = [
            unicodedata.normalize("NFC", word) if len(word) <= LONGEST_WORD else word
            for word in words
        ]
    return " ".join(words)
