"""Whether an answer begins by saying yes or no, in the languages that have such words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

Polarity = Literal["yes", "no", ""]

_YES_NO: Final = {
    "ar": ("نعم أجل", "لا كلا"),
    "bg": ("да", "не"),
    "ca": ("sí", "no"),
    "cs": ("ano", "ne"),
    "da": ("ja jo", "nej"),
    "de": ("ja", "nein"),
    "el": ("ναι", "όχι"),
    "en": ("yes", "no"),
    "es": ("sí", "no"),
    "fa": ("بله آری", "خیر نه"),
    "fi": ("kyllä", "ei"),
    "fr": ("oui si", "non"),
    "he": ("כן", "לא"),
    "hi": ("हाँ हां", "नहीं"),
    "hu": ("igen", "nem"),
    "id": ("ya", "tidak bukan"),
    "it": ("sì", "no"),
    "ja": ("はい", "いいえ"),
    "ko": ("네 예", "아니요 아니오"),
    "nl": ("ja", "nee"),
    "no": ("ja jo", "nei"),
    "pl": ("tak", "nie"),
    "pt": ("sim", "não"),
    "ro": ("da", "nu"),
    "ru": ("да", "нет"),
    "sv": ("ja jo", "nej"),
    "tr": ("evet", "hayır"),
    "uk": ("так", "ні"),
    "vi": ("có vâng", "không"),
    "zh": ("是 是的 对", "否 不 不是"),
}
"""Language -> words for yes, words for no."""

# "No one knows" and "Ja, was" begin alike; only what stands apart is an answer to a question for it.
_END = r"(?=\s*(?:[,.;:!،؛。、，！–—-]|$))"


def polarity_of(answer: str, language: str) -> Polarity:
    """`yes` or `no` where an answer begins with that word by itself; empty for all others."""
    found = _PATTERNS.get(language.partition("-")[0].lower())
    begins = found.match(unicodedata.normalize("NFC", answer.strip()).lower()) if found else None
    if begins is None:
        return ""
    return "yes" if begins["yes"] else "no"


def _pattern(yes: str, no: str) -> re.Pattern[str]:
    either = ("|".join(map(re.escape, words.split())) for words in (yes, no))
    return re.compile("(?:(?P<yes>{})|(?P<no>{})){}".format(*either, _END))


_PATTERNS: Final = {language: _pattern(*words) for language, words in _YES_NO.items()}
