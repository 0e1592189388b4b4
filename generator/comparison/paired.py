"""Statistics of two sides over the same sections: interval, exact test, and honesty about many figures.

Everything is repeatable, and swapping the sides mirrors every result to the last bit: draws depend on
the number of sections alone, and are the same for both sides.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress, product
from typing import NamedTuple

LEVEL = 0.05
"""Chance of a wrong "is better" anywhere in a comparison of equals; intervals hold with 1 - LEVEL."""
DRAWS = 4000
"""Of the bootstrap and, above `EXACT` sections, of the test: a share of 0.05 is met within 0.004."""
EXACT = 12
"""Up to so many sections that differ, all 2^n ways to swap them are looked at."""
BLOCKS = 200
"""More sections are put together into so many groups, which cost little and change nothing to speak of."""
MIN_FOR_INTERVAL = 5
"""With fewer sections a bootstrap interval is much too narrow to be shown."""
_TOUCH = 1e-12
"""Differences that only rounding tells apart are equal."""


class Term(NamedTuple):
    """What one section adds to the two sums of a ratio."""

    top: float
    bottom: float


class Both(NamedTuple):
    """One section of both sides."""

    a: Term
    b: Term


class Interval(NamedTuple):
    """Bounds of a difference."""

    low: float
    high: float


def ratio(terms: Iterable[Term]) -> float | None:
    """Sum of the tops by the sum of the bottoms; None where that is nothing."""
    listed = list(terms)
    return _ratio(math.fsum(term.top for term in listed), math.fsum(term.bottom for term in listed))


def difference(sections: Sequence[Both]) -> float | None:
    """The ratio of B less that of A; None where one of them is not there."""
    a, b = ratio(one.a for one in sections), ratio(one.b for one in sections)
    return None if a is None or b is None else b - a


def interval(sections: Sequence[Both]) -> Interval | None:
    """95 % interval of the difference by a paired percentile bootstrap over sections.

    None for fewer than `MIN_FOR_INTERVAL` sections, or where the ratio is not there in half the draws.
    """
    if len(sections) < MIN_FOR_INTERVAL:
        return None
    blocks = _blocks(sections)
    columns = [
        [getattr(getattr(one, side), part) for one in blocks]
        for side in ("a", "b")
        for part in ("top", "bottom")
    ]
    found = []
    for places in _resamples(len(blocks)):
        a_top, a_bottom, b_top, b_bottom = (
            sum(map(column.__getitem__, places)) for column in columns
        )
        a, b = _ratio(a_top, a_bottom), _ratio(b_top, b_bottom)
        if a is not None and b is not None:
            found.append(b - a)
    if len(found) < DRAWS / 2:
        return None
    found.sort()
    cut = int(len(found) * LEVEL / 2)
    return Interval(found[cut], found[-1 - cut])


class SignFlip(NamedTuple):
    """What the test of one figure came to."""

    p: float
    """Chance of a difference at least as large were A and B the same; 1 where none is."""
    smallest_p: float
    """The least that it could have been, given the sizes of the differences: that of the largest one."""


def sign_flip(sections: Sequence[Both]) -> SignFlip:
    """Swap A and B in every subset of the sections: how often is the difference as large as it is?

    Two-sided and exact up to `EXACT` sections that differ; above that by `DRAWS` random subsets. It
    assumes nothing of how the figures are spread.
    """
    seen = difference(sections)
    differing = [one for one in _blocks(sections) if one.a != one.b]
    if seen is None or not differing:
        return SignFlip(1.0, 1.0)
    tops = [one.b.top - one.a.top for one in differing]
    bottoms = [one.b.bottom - one.a.bottom for one in differing]
    a_top, a_bottom, b_top, b_bottom = _sums(sections)
    sizes = [
        _size(a_top + top, a_bottom + bottom, b_top - top, b_bottom - bottom)
        for top, bottom in _swaps(tops, bottoms)
    ]
    largest = max(size for size in (*sizes, abs(seen)) if size < math.inf)
    is_exact = len(differing) <= EXACT
    return SignFlip(_share(sizes, abs(seen), is_exact), _share(sizes, largest, is_exact))


def _swaps(tops: Sequence[float], bottoms: Sequence[float]) -> Iterator[Term]:
    """What each swap adds to A and takes from B."""
    for flip in _flips(len(tops)):
        yield Term(sum(compress(tops, flip)), sum(compress(bottoms, flip)))


def _size(a_top: float, a_bottom: float, b_top: float, b_bottom: float) -> float:
    a, b = _ratio(a_top, a_bottom), _ratio(b_top, b_bottom)
    # A swap that leaves a side without anything counts against the difference.
    return math.inf if a is None or b is None else abs(b - a)


def _share(sizes: Sequence[float], seen: float, is_exact: bool) -> float:
    """How many of the sizes are at least as large; random ones count the one seen among them."""
    extreme = sum(size >= seen - _TOUCH * (1 + seen) for size in sizes)
    return extreme / len(sizes) if is_exact else (extreme + 1) / (len(sizes) + 1)


def holm(tests: Mapping[str, SignFlip]) -> dict[str, float]:
    """p values that are honest about how many figures were looked at, by Holm's method.

    Figures that could not have reached `LEVEL` however the sections fell, as too few of them differ, are
    not counted: that is the same for every swap, so the bound holds.
    """
    counted = sorted(
        (name for name, test in tests.items() if test.smallest_p <= LEVEL),
        key=lambda name: (tests[name].p, name),
    )
    adjusted = dict.fromkeys(tests, 1.0)
    highest = 0.0
    for place, name in enumerate(counted):
        highest = max(highest, min(1.0, (len(counted) - place) * tests[name].p))
        adjusted[name] = highest
    return adjusted


def sections_needed(figures: int) -> int:
    """How many sections, all differing, it takes at least for a verdict among so many figures."""
    return 1 + math.ceil(math.log2(max(1, figures) / LEVEL))


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom > 0 else None


def _sums(sections: Sequence[Both]) -> tuple[float, float, float, float]:
    return (
        math.fsum(one.a.top for one in sections),
        math.fsum(one.a.bottom for one in sections),
        math.fsum(one.b.top for one in sections),
        math.fsum(one.b.bottom for one in sections),
    )


def _blocks(sections: Sequence[Both]) -> Sequence[Both]:
    if len(sections) <= BLOCKS:
        return sections
    sums = (_sums(sections[start::BLOCKS]) for start in range(BLOCKS))
    return [Both(Term(a, b), Term(c, d)) for a, b, c, d in sums]


@lru_cache(maxsize=4)
def _resamples(n: int) -> Sequence[Sequence[int]]:
    chance = random.Random(n)
    return [chance.choices(range(n), k=n) for _ in range(DRAWS)]


@lru_cache(maxsize=16)
def _flips(n: int) -> Sequence[Sequence[int]]:
    if n <= EXACT:
        return list(product((0, 1), repeat=n))
    chance = random.Random(n)
    return [chance.choices((0, 1), k=n) for _ in range(DRAWS)]
