"""Refuses pairs in which something is still to be filled in."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.texts import read

_STAND_IN = re.compile(
    r"\b(?:TODO|TBD|TBA|FIXME)\b(?=\s*(?::|-|\.|$|\n))|(?i:\blorem ipsum\b|\bdolor sit amet\b)"
    r"|\[[A-Z][A-Z0-9 _/'-]{2,40}\]"
    r"|(?i:[\[<{(](?:insert|your|enter|fill in|put|add|hier|ihr|votre|insérer|insertar|su|вставьте|вставить)\b[^\]>})\n]{0,60}[\]>})])"
    r"|<(?!br\b|p\b|b\b|i\b)[a-z]+(?:[_ -][a-z]+)*>|\{[a-z]+(?:_[a-z]+)*\}|\{\{?[A-Z_]+\}?\}"
    r"|\b[Xx]x{2,}\b|\bX{4,}\b|(?i:\A\s*(?:n/?a|none given|placeholder|answer|question|\.{3,}|-+|…+)\.?\s*\Z)"
    r"|(?i:\b(?:your|the) (?:answer|question) (?:goes )?here\b)|_{3,}",
)
_BLANK = re.compile(r"_{3,}")


def new() -> Check:
    """A check with the reason `placeholder`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    for side, text in (("prompt", candidate.prompt), ("completion", candidate.completion)):
        for found in _STAND_IN.finditer(read(text).without_code):
            # A blank in a prompt is a gap to be filled: a kind of question.
            if side == "prompt" and _BLANK.fullmatch(found[0]):
                continue
            if found[0] in candidate.passage:
                continue
            return Opinion(keep=False, reason=f"placeholder {found[0][:60]!r}")
    return KEEP
