"""Refuses a pair that was there before, word for word, in the same dataset."""

from __future__ import annotations

import hashlib

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import fold


def new() -> Check:
    """A check with the reason `exact_duplicate of ID`, the id being that of the first such pair.

    It remembers 16 bytes and the id of every pair that was kept.
    """
    return _Duplicates()


KEY_BYTES = 16


class _Duplicates:
    def __init__(self) -> None:
        self._first: dict[bytes, str] = {}

    def __call__(self, candidate: Candidate) -> Opinion:
        texts = f"{fold(candidate.prompt)}\0{fold(candidate.completion)}"
        key = hashlib.sha256(texts.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]
        if (first := self._first.get(key)) is not None:
            return Opinion(keep=False, reason=f"exact_duplicate of {first}")
        # A pair that is not in the dataset must not keep its twin out of it.
        if not candidate.is_refused:
            self._first[key] = candidate.id
        return KEEP
