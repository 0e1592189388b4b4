"""How long texts are, and how that is spread."""

from __future__ import annotations

import math
from collections.abc import Iterable
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
    found = sorted(map(count_words, texts))
    if not found:
        return None
    return Lengths(
        _percentile(found, 0.05),
        _percentile(found, 0.50),
        _percentile(found, 0.95),
        sum(found) / len(found),
    )


def _percentile(ordered: list[int], share: float) -> int:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
