"""Refuses pairs that carry the number they had in a list: `3. Who …`, `Q4: …`."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.questions import HOW_MANY, asks
from generator.checks.texts import Text, read

_NUMBER = re.compile(
    r"\s*(?:(?:Q|A|Q&A|No\.?|Nr\.?|#|第)?\s*\(?\d{1,3}(?:[.):、．]|\s?-)\s+\S|\d{1,3}[、．)]\S"
    r"|(?:[QA]|question|frage|pregunta|вопрос|soru|問)\s?\d{1,3}\s?[.:)]|\(?[a-h]\)\s|[①-⑳]|[-*•‣–]\s+\S)",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"^\s*(?:\d{1,3}[.):、．]|[a-h]\)|[-*•‣–]|[①-⑳])\s*\S", re.MULTILINE)
_INLINE = re.compile(r"(?:^|\s)\(?\d{1,2}[.)]\s")
_ORDINAL = re.compile(r"\s*\d{1,3}\.\s")
_WITH_ORDINALS = frozenset({"de", "da", "no", "fi", "cs", "tr", "pl", "hu", "sr"})
"""Languages that write `19.` for 19th."""


def new() -> Check:
    """A check with the reason `leading_numbering`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, completion = read(candidate.prompt), read(candidate.completion)
    for text in (prompt, completion):
        found = _NUMBER.match(text.folded)
        if not found or _is_own(text.folded, read(candidate.passage).folded):
            continue
        if text is completion and (
            _is_list(text.raw)
            or _is_amount(found[0], prompt)
            or _is_ordinal(
                text.folded, text.language or read(candidate.passage).language, prompt.folded
            )
        ):
            continue
        return Opinion(keep=False, reason=f"leading_numbering {found[0].strip()!r}")
    return KEEP


def _is_own(text: str, passage: str) -> bool:
    """Whether the passage has the beginning of the text word for word: `1. FC`."""
    beginning = " ".join(text.split()[:2]).rstrip(".,?")
    return " " in beginning and beginning in passage


def _is_amount(found: str, prompt: Text) -> bool:
    """Whether it is the answer with what explains it: `115: the other two were women`."""
    return (
        found.lstrip()[:1].isdigit()
        and ("." not in found)
        and ")" not in found
        and asks(HOW_MANY, prompt)
    )


def _is_list(text: str) -> bool:
    return len(_ENTRY.findall(text)) > 1 or len(_INLINE.findall(text)) > 1


def _is_ordinal(text: str, language: str, prompt: str) -> bool:
    return language in _WITH_ORDINALS and bool(_ORDINAL.match(text)) and not _NUMBER.match(prompt)
