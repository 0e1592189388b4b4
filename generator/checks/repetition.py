"""Refuses completions that say the same again and again, as models do when they run in a circle."""

from __future__ import annotations

from collections import Counter

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.texts import read

SHARE = 0.3
"""Share of groups of `SIZE` words that were there before."""
SIZE = 4
UNSPACED_SIZE = 8
"""The same for scripts without blanks, in characters."""
SHORTEST = 10
"""Tokens that a completion has at least before it is looked at."""


def new() -> Check:
    """A check with the reason `repetition` and as score the share of repeated groups."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    completion = read(candidate.completion)
    tokens = completion.tokens
    size = UNSPACED_SIZE if completion.is_unspaced else SIZE
    if len(tokens) < SHORTEST + size:
        return KEEP
    groups = Counter(tokens[n : n + size] for n in range(len(tokens) - size + 1))
    share = 1 - len(groups) / groups.total()
    if share <= SHARE:
        return KEEP
    return Opinion(
        keep=False,
        reason=f"repetition {' '.join(groups.most_common(1)[0][0])!r}",
        score=round(share, 3),
    )
