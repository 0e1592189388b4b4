"""Refuses a pair that was there before, word for word, in the same dataset."""

from __future__ import annotations

import hashlib

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import fold
from generator.marks import Ids, Marks


def new() -> Check:
    """A check with the reason `exact_duplicate of ID`, the id being that of the first such pair.

    It remembers a few bytes of every pair that was kept, and its id.
    """
    return _Duplicates()


class _Duplicates:
    def __init__(self) -> None:
        self._seen = Marks()
        self._ids = Ids()

    def __call__(self, candidate: Candidate) -> Opinion:
        texts = f"{fold(candidate.prompt)}\0{fold(candidate.completion)}"
        key = hashlib.sha256(texts.encode("utf-8", "surrogatepass")).digest()
        if (first := self._seen.find(key)) is not None:
            return Opinion(keep=False, reason=f"exact_duplicate of {self._ids[first]}")
        # A pair that is not in the dataset must not keep its twin out of it.
        if not candidate.is_refused:
            self._seen.add(key)
            self._ids.append(candidate.id)
        return KEEP
