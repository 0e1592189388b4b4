"""Refuses completions with a quotation that nobody wrote: each must stand in the passage."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.texts import Text, read

WORDS = 4
"""Words of a quotation at least; fewer are a name, a title, or a word that is only mentioned."""
_GAP = re.compile(r"\[?(?:\.{3}|…)\]?|\[[^\]]*\]")


def new() -> Check:
    """A check with the reason `quote_not_found`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    completion = read(candidate.completion)
    if not candidate.passage or not completion.quotations:
        return KEEP
    passage, prompt = read(candidate.passage), read(candidate.prompt)
    for quotation in completion.quotations:
        if read(quotation).length < WORDS:
            continue
        if _is_in(quotation, passage):
            continue
        if not all(_is_in(part, passage) or _is_in(part, prompt) for part in _GAP.split(quotation)):
            return Opinion(keep=False, reason=f"quote_not_found {quotation[:60]!r}")
    return KEEP


def _is_in(part: str, text: Text) -> bool:
    """Whether words stand in a text in this order with nothing between them, marks and case aside."""
    return f" {' '.join(read(part).tokens)} " in f" {_joined(text)} "


def _joined(text: Text) -> str:
    joined = text.__dict__.get("_joined")
    if joined is None:
        joined = text.__dict__["_joined"] = " ".join(text.tokens)
    return str(joined)
