"""The last touch: what surrounds a hole is repaired, marks and invisible characters go."""

from __future__ import annotations

import re
import unicodedata

from generator.wikitext.extension_tags import decode_entities
from generator.wikitext.marks import ANY, BREAK, HOLE, STASHED, SWALLOW

# Zero-width space, word joiner, byte order mark, soft hyphen and direction marks. Joiners stay:
# Persian and Indic spelling needs them.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BLANKS = re.compile("[ \t\x0b\x0c\x85\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BROKEN_LINES = re.compile(" *\n *")
_EMPTY_LINES = re.compile("\n{3,}")
_SWALLOWED = re.compile(rf"(?<!\s)\s*{SWALLOW}")

_OPENING, _CLOSING = "(（[［", ")）]］"
_SEPARATORS = ",;:،؛、，；：/"
_STOPS = ",;:.!?،؛؟、。，；：！？।"


def swallow(text: str) -> str:
    """Take white space away that belongs to a category before it."""
    return _SWALLOWED.sub("", text) if SWALLOW in text else text


def tidy(text: str, stash: list[str]) -> str:
    """Plain text: entities decoded, holes closed, blanks single, kept texts put back, NFC."""
    text = decode_entities(text).replace(BREAK, "\n")
    text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    text = _BLANKS.sub(" ", text)
    if HOLE in text:
        text = "\n".join(_close_holes(line) if HOLE in line else line for line in text.split("\n"))
    text = _EMPTY_LINES.sub("\n\n", _BROKEN_LINES.sub("\n", text))
    text = STASHED.sub(lambda found: stash[int(found[1])], text) if stash else text
    return unicodedata.normalize("NFC", ANY.sub("", text)).strip()


def _close_holes(line: str) -> str:
    """Repair blanks, separators and parentheses that touch a hole, and only those."""
    first, *rest = line.split(HOLE)
    pieces = [first]
    for right in rest:
        while len(pieces) > 1 and not pieces[-1]:
            pieces.pop()
        pieces[-1], right = _close(pieces[-1], right)
        pieces.append(right)
    return "".join(pieces)


def _close(left: str, right: str) -> tuple[str, str]:
    """What stands on both sides of a hole once it is closed."""
    before, after = left.rstrip(" "), right.lstrip(" ")
    if before and before[-1] in _OPENING:
        kept = after.lstrip(_SEPARATORS + " ")
        if kept[:1] and kept[0] in _CLOSING:
            return _close(before[:-1].rstrip(" ") + " ", kept[1:])
        return before, kept
    if after and after[0] in _CLOSING:
        return before.rstrip(_SEPARATORS + " "), after
    if after and after[0] in _STOPS:
        if before and before[-1] in _SEPARATORS and after[0] in _SEPARATORS:
            after = after[1:]
            return before, after
        return before, after
    if left.endswith(" ") and right.startswith(" "):
        return left, after
    return left, right
