"""Refuses a pair whose prompt or completion says nothing."""

from __future__ import annotations

import unicodedata

from generator.checks import KEEP, Candidate, Check, Opinion


def new() -> Check:
    """A check with the reasons `empty_prompt` and `empty_completion`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    if _is_blank(candidate.prompt):
        return Opinion(keep=False, reason="empty_prompt")
    if _is_blank(candidate.completion):
        return Opinion(keep=False, reason="empty_completion")
    return KEEP


def _is_blank(text: str) -> bool:
    if text[:1].isalnum():
        return False
    # Zero-width characters are formats (Cf), which `isspace` does not count, and show nothing.
    return all(one.isspace() or unicodedata.category(one) in ("Cc", "Cf") for one in text)
