"""How long texts are, and how that is spread."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from generator.records import count_words


class Lengths(NamedTuple):
    """Of some texts, in words; see `count_words`."""

    p5: int
    """A twentieth of the texts is not longer."""
    p50: int
    p95: int
    mean: float


def lengths(texts: Iterable[str]) -> Lengths | None:
    """The distribution of the lengths of texts, None of no texts."""
    return lengths_of(Counter(map(count_words, texts)))


def lengths_of(counts: Mapping[int, int]) -> Lengths | None:
    """The same of lengths that are counted already: how many texts have so many words."""
    total = sum(counts.values())
    if not total:
        return None
    ordered = sorted(counts.items())
    p5, p50, p95 = (_percentile(ordered, math.ceil(share * total)) for share in (0.05, 0.5, 0.95))
    return Lengths(p5, p50, p95, sum(length * count for length, count in ordered) / total)


def _percentile(ordered: list[tuple[int, int]], place: int) -> int:
    """The length of the text at this place, from 1, the shortest first."""
    for length, count in ordered:
        place -= count
        if place <= 0:
            return length
    return ordered[-1][0]
