"""Pig Latin, for `loremill import --map pig_latin:pig_latin words.txt`."""

import re

ONSET = re.compile(r"(?:qu|[^aeiouy]|^y)*")
"""What stands before the first vowel: `str` of string, `squ` of square, nothing of apple."""


def pig_latin(word: str) -> str:
    """The word with its onset at the end and `ay`; a word that begins with a vowel gets `way`."""
    onset = ONSET.match(word).group()
    return f"{word[len(onset) :]}{onset}ay" if onset else f"{word}way"
