"""Texts that say nearly the same in nearly the same words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from generator.measures.words import words

NEAR = 0.8
"""Share of common word triples from which on two texts count as near duplicates."""
TRIPLE = 3

Shingles = frozenset[tuple[str, ...]]


def near_duplicates(texts: Sequence[str], *, near: float = NEAR) -> list[int | None]:
    """For each text the position of an earlier one that it nearly repeats, None where it is new.

    Two texts are near where |a ∩ b| / |a ∪ b| of their sets of word triples is at least `near`. Each
    is held against the new ones before it, so a family of ten counts as nine repetitions. Exact:
    looks at all candidates that share one of their rarest triples, and misses none.
    """
    sets = [_shingles(text) for text in texts]
    common = Counter(shingle for one in sets for shingle in one)
    rare_first = [sorted(one, key=lambda shingle: (common[shingle], shingle)) for one in sets]
    with_shingle: dict[tuple[str, ...], list[int]] = {}
    found: list[int | None] = []
    for place, own in enumerate(sets):
        # Of two near sets, each holds a common triple among its first so many in any one order.
        first = rare_first[place][: len(own) - math.ceil(near * len(own) - 1e-9) + 1]
        twin = _twin(own, _candidates(first, with_shingle), sets, near)
        found.append(twin)
        if twin is None:
            for shingle in first:
                with_shingle.setdefault(shingle, []).append(place)
    return found


def _shingles(text: str) -> Shingles:
    found = words(text)
    if len(found) < TRIPLE:
        return frozenset([tuple(found)])
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def _candidates(
    shingles: Sequence[tuple[str, ...]], with_shingle: dict[tuple[str, ...], list[int]]
) -> Iterator[int]:
    seen: set[int] = set()
    for shingle in shingles:
        for place in with_shingle.get(shingle, ()):
            if place not in seen:
                seen.add(place)
                yield place


def _twin(
    own: Shingles, candidates: Iterator[int], sets: Sequence[Shingles], near: float
) -> int | None:
    near_ones = (place for place in candidates if _jaccard(own, sets[place]) >= near)
    return min(near_ones, default=None)


def _jaccard(one: Shingles, other: Shingles) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
