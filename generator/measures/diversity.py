"""How varied texts are. Figures fall or rise with the number of texts: compare at equal n only.

In scripts without blanks two signs stand for a word, as in `count_words`: so figures of Japanese and of
English are alike.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from generator.digests import digest
from generator.measures.words import is_unspaced, words

OPENING_WORDS = 2


class Distinct(NamedTuple):
    """How many of some things are different ones."""

    distinct: int
    total: int

    @property
    def share(self) -> float:
        """distinct / total, 0 of nothing."""
        return self.distinct / self.total if self.total else 0.0


class Openings(NamedTuple):
    """How texts begin, by their first `OPENING_WORDS` words."""

    top: str
    """The most frequent beginning, the first in the alphabet of several."""
    top_share: float
    """Of the texts."""
    bits: float
    """Entropy: 0 where all begin alike, log2(n) where no two do."""


def equal_sample(texts: Iterable[str], n: int) -> list[str]:
    """n of the texts, the same whatever their order: a choice by digest, not by chance."""
    return sorted(texts, key=lambda text: (digest(text), text))[:n]


def distinct_n(texts: Iterable[str], n: int = 2) -> Distinct:
    """distinct-n: different sequences of n words among all such sequences, none across two texts."""
    grams: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        found = words(text)
        length = 2 * n if is_unspaced(found) else n
        grams.update(zip(*(found[start:] for start in range(length)), strict=False))
    return Distinct(len(grams), grams.total())


def distinct_openings(texts: Iterable[str]) -> Distinct:
    """Different beginnings among all."""
    beginnings = _beginnings(texts)
    return Distinct(len(beginnings), beginnings.total())


def openings(texts: Iterable[str]) -> Openings:
    """The most frequent beginning, and how evenly the beginnings are spread."""
    beginnings = _beginnings(texts)
    total = beginnings.total()
    if not total:
        return Openings("", 0.0, 0.0)
    top, count = min(beginnings.items(), key=lambda item: (-item[1], item[0]))
    shares = (count / total for count in beginnings.values())
    return Openings(top, count / total, math.fsum(share * math.log2(1 / share) for share in shares))


def compression_ratio(texts: Sequence[str]) -> float:
    """Bytes by bytes after zlib, one text a line: 2 to 3 for varied prose, 20 for one pattern."""
    data = "\n".join(texts).encode("utf-8", "replace")
    return len(data) / len(zlib.compress(data, 9)) if data else 0.0


def _beginnings(texts: Iterable[str]) -> Counter[str]:
    return Counter(map(_beginning, texts))


def _beginning(text: str) -> str:
    found = words(text)
    if is_unspaced(found):
        return "".join(found[: 2 * OPENING_WORDS])
    return " ".join(found[:OPENING_WORDS])
