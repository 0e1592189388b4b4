"""Scripts without blanks between words, and where a word begins and ends in the others."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Myanmar, Khmer, Kana, Han: the inside of a character class."""

GLUED = UNSPACED + "\uac00-\ud7af"
"""The same and Hangul, which has blanks but glues counters and particles to numbers."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
_GLUED = re.compile(f"[{GLUED}]")


def is_unspaced(text: str) -> bool:
    """Whether most of a text is in a script without blanks."""
    return 2 * len(_UNSPACED.findall(text)) > sum(map(str.isalpha, text))


def name_script(text: str) -> str:
    """The script of most letters at the beginning of a text (`LATIN`, `ARABIC`, …); empty without any."""
    letters = [char for char in text[:1000] if char.isalpha()]
    names = Counter(unicodedata.name(char, "?").split()[0] for char in letters)
    name = names.most_common(1)[0][0] if names else ""
    return "CJK" if name in {"HIRAGANA", "KATAKANA"} else name


def is_glued(char: str) -> bool:
    """Whether a character may touch a number or a name without being part of it."""
    return bool(_GLUED.match(char))


def visible(term: str, text: str) -> bool:
    """Whether a text gives a term away: the whole of it, one of its numbers, or one of its long words."""
    if term in text:
        return True
    known = set(_PARTS.findall(text.casefold()))
    return any(part in known for part in _PARTS.findall(term.casefold()))


# Numbers whole with their separators; words from three letters on ("of" gives nothing away).
_PARTS = re.compile(r"\d+(?:[.,٫٬]\d+)*|[^\W\d_]{3,}")
