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


# Letters that Unicode does not take apart, as they are written where a keyboard lacks them.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
     "ё": "е", "й": "й", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None}
)  # fmt: skip


def bare(word: str) -> str:
    """A word without case, accents and compatibility forms: `Weiß` and `WEISS`, `Ødegård` and `Odegard`.

    Only marks on Latin, Greek and Cyrillic letters and Arabic vowel signs are accents; those of other
    scripts are letters of their own.
    """
    if word.isascii():
        return word.lower()
    if len(word) > LONGEST_WORD:
        return word.casefold()
    return _bare(word)


@lru_cache(maxsize=65_536)  # texts of one language share their words
def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold()).translate(_PLAIN)
    return unicodedata.normalize(
        "NFC",
        "".join(
            one for one in apart if not ("\u0300" <= one <= "\u036f" or "\u064b" <= one <= "\u0652")
        ),
    )
