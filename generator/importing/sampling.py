"""A sample of so many pairs that depends on the pairs and a seed, not on their order."""

from __future__ import annotations

import heapq
from typing import NamedTuple


class _Drawn(NamedTuple):
    mark: int
    """Negative, so that the heap's first is the one to give way."""
    number: int


class Sample:
    """Holds the pairs with the smallest marks of all that have come."""

    def __init__(self, size: int) -> None:
        """`size` pairs at most."""
        self._size = size
        self._heap: list[_Drawn] = []

    def add(self, number: int, mark: int) -> None:
        """Take in a pair."""
        drawn = _Drawn(-mark, -number)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, drawn)
        elif drawn > self._heap[0]:
            heapq.heapreplace(self._heap, drawn)

    def numbers(self) -> list[int]:
        """The numbers of the pairs in the sample, in their order."""
        return sorted(-drawn.number for drawn in self._heap)
