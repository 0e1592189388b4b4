"""How sure a share is, and whether two models really differ. Pure.

The interval of a share is Wilson's (`judging.exam.Share`). Base and tuned answer the same items, so they
are compared pair by pair: McNemar's test, exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from generator.comparison.paired import SignFlip, holm
from generator.judging.exam import Share

__all__ = ["Discordant", "Share", "adjusted", "mcnemar", "share_of"]


class Discordant(NamedTuple):
    """Items on which two models differ."""

    only_base: int
    """Right by the base alone."""
    only_tuned: int


def share_of(found: Iterable[bool]) -> Share:
    """How many are true, of how many."""
    listed = list(found)
    return Share(sum(listed), len(listed))


def mcnemar(counts: Discordant) -> float:
    """The chance of a split at least as uneven, were both models as good: exact and two-sided.

    Under equality each item on which they differ falls to either by the toss of a coin, so that is
    2 P(X <= min) for X of a binomial with 1/2, at most 1 (McNemar, 1947; exact form).
    """
    n, least = sum(counts), min(counts)
    if not n:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(least + 1))
    return min(1.0, float(2 * tail / (1 << n)))


def adjusted(tests: Mapping[str, Discordant]) -> dict[str, float]:
    """p values that are honest about how many tests were made, by Holm's method; see `paired.holm`."""
    return holm({
        name: SignFlip(p=mcnemar(one), smallest_p=mcnemar(Discordant(0, sum(one))))
        for name, one in tests.items()
    })  # fmt: skip
