"""Turns of phrase by language: patterns that are compiled when a text in their language comes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.checks.texts import UNSPACED, Text

ANY = ""
"""The language of patterns that hold in all of them."""
_SPACED = f"[^\\W{UNSPACED}]"


class Phrases:
    """Patterns over `Text.lower` or `Text.own`, where blanks are single and letters small.

    A pattern begins and ends at the borders of words. Searched are those of the text's language, of
    the passage's, English ones (models fall back to English) and those for `ANY` language; all of
    them where no language is known.
    """

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._patterns = patterns
        self._compiled: dict[tuple[str, ...], re.Pattern[str]] = {}

    def find(self, text: str, *languages: str) -> str:
        """The first match in a text, empty where there is none."""
        found = self._of(languages).search(text)
        return found[0].strip() if found else ""

    def find_in(self, text: Text, passage: Text) -> str:
        """The first match in the own words of a text that comes from a passage."""
        return self.find(text.own, text.language, passage.language)

    def _of(self, languages: tuple[str, ...]) -> re.Pattern[str]:
        pattern = self._compiled.get(languages)
        if pattern is None:
            wanted = {*languages, "en", ANY} if any(languages) else set(self._patterns)
            known = [one for code, one in self._patterns.items() if code in wanted]
            pattern = self._compiled[languages] = _bordered("|".join(known) or "(?!)")
        return pattern


def _bordered(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?<!{_SPACED})(?:{pattern})(?!{_SPACED})")
