"""A fixed number of things out of any number of them, the same ones whatever their order."""

from __future__ import annotations

from bisect import insort
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class _Drawn(NamedTuple, Generic[T]):
    lot: str
    what: T


class Sample(Generic[T]):
    """Keeps what has the smallest lots. A lot is a digest, so that the choice is as by chance."""

    def __init__(self, size: int) -> None:
        """Empty."""
        self._size = size
        self._drawn: list[_Drawn[T]] = []

    def add(self, lot: str, what: T) -> None:
        """Take in a thing with its lot."""
        if len(self._drawn) >= self._size:
            if lot >= self._drawn[-1].lot:
                return
            self._drawn.pop()
        insort(self._drawn, _Drawn(lot, what), key=itemgetter(0))

    @property
    def drawn(self) -> list[T]:
        """The things that are kept, at most as many as the size."""
        return [one.what for one in self._drawn]
