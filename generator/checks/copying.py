"""Refuses completions that copy a long stretch of the passage: they teach the wording, not the fact."""

from __future__ import annotations

from functools import lru_cache

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.texts import read

RUN = 25
"""Words in a row."""
RUN_UNSPACED = 60
"""Characters in a row, in a script without blanks."""


def new() -> Check:
    """A check with the reason `verbatim_copy`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    completion = read(candidate.completion)
    run = RUN_UNSPACED if completion.is_unspaced else RUN
    tokens = completion.tokens
    if len(tokens) < run or not candidate.passage:
        return KEEP
    runs = _runs(candidate.passage, run)
    for at in range(len(tokens) - run + 1):
        if hash(tokens[at : at + run]) in runs:
            return Opinion(keep=False, reason=f"verbatim_copy {' '.join(tokens[at : at + 6])!r} …")
    return KEEP


@lru_cache(maxsize=64)
def _runs(passage: str, run: int) -> frozenset[int]:
    tokens = read(passage).tokens
    return frozenset(hash(tokens[at : at + run]) for at in range(len(tokens) - run + 1))
