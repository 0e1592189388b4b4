"""Refuses a pair whose completion only repeats the prompt."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import fold


def new() -> Check:
    """A check with the reason `echo`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    if fold(candidate.prompt) == fold(candidate.completion):
        return Opinion(keep=False, reason="echo")
    return KEEP
