"""Curves without their noise, and how much noise there is."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from itertools import accumulate
from statistics import fmean, median

WINDOWS = 15
"""A smoothed value is the median of so large a part of the curve around it: a fifteenth."""
FEWEST = 8
"""Values from which on a curve is smoothed, and its noise estimated."""
_TO_DEVIATION = 1.4826 / 6**0.5
"""From the median of the second differences to a standard deviation; a slope is no noise."""


def window(count: int) -> int:
    """Values that one smoothed value is made of; odd, and 1 for a curve that is too short."""
    return 1 if count < FEWEST else max(3, count // WINDOWS | 1)


def smooth(values: Sequence[float]) -> list[float]:
    """The running median; at both ends of what there is."""
    width = window(len(values))
    if width == 1:
        return list(values)
    half = width // 2
    held: deque[float] = deque()
    ordered: list[float] = []
    found: list[float] = []
    ahead = iter(values)
    for place in range(len(values) + half):
        value = next(ahead, None)
        if value is not None:
            held.append(value)
            insort(ordered, value)
        if len(held) > width or (value is None and place >= half):
            del ordered[bisect_left(ordered, held.popleft())]
        if place >= half:
            found.append(_middle(ordered))
    return found


def lowest(smoothed: Sequence[float]) -> int:
    """The place of the lowest value; of several the middle one, since a median has flat ends."""
    low = min(smoothed)
    places = [place for place, value in enumerate(smoothed) if value == low]
    return places[len(places) // 2]


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def calm(values: Sequence[float]) -> list[float]:
    """The running median without its steps, for the eye: a running mean of half as many."""
    smoothed = smooth(values)
    half = window(len(values)) // 4
    sums = [0.0, *accumulate(smoothed)]
    bounds = ((max(0, i - half), min(len(smoothed), i + half + 1)) for i in range(len(smoothed)))
    return [(sums[end] - sums[begin]) / (end - begin) for begin, end in bounds]


def noise(values: Sequence[float]) -> float:
    """The standard deviation around the curve, told by how far values lie from between their neighbours."""
    apart = [
        abs(one - 2 * middle + other)
        for one, middle, other in zip(values, values[1:], values[2:], strict=False)
    ]
    return float(median(apart)) * _TO_DEVIATION if apart else 0.0


def doubt(values: Sequence[float], *counts: int) -> float:
    """The standard error of a difference between means of so many values of the curve each."""
    return noise(values) * math.sqrt(sum(1 / count for count in counts))


def level(values: Sequence[float]) -> float:
    """The mean of some values."""
    return fmean(values)
