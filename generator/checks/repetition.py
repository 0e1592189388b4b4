"""Refuses pairs that say the same again and again, as models do when they run in a circle."""

from __future__ import annotations

import re
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

_RUN = re.compile(r"([^\W_])\1{24,}")
"""One letter or digit 25 times in a row: no language has a word of it, and no gap is told so."""


def new() -> Check:
    """A check with the reason `repetition` and as score the share of repeated groups."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    for text in (candidate.prompt, candidate.completion):
        if (run := _RUN.search(text)) and run[0] not in candidate.passage:
            return Opinion(keep=False, reason=f"repetition {run[1]!r}")
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
