"""A fixed number of texts out of any number of them, the same ones whatever their order."""

from __future__ import annotations

from bisect import insort
from typing import NamedTuple


class _Drawn(NamedTuple):
    lot: str
    text: str


class Sample:
    """Keeps the texts with the smallest lots. A lot is a digest, so that the choice is as by chance."""

    def __init__(self, size: int) -> None:
        """Empty."""
        self._size = size
        self._drawn: list[_Drawn] = []

    def add(self, lot: str, text: str) -> None:
        """Take in a text with its lot."""
        drawn = _Drawn(lot, text)
        if len(self._drawn) < self._size:
            insort(self._drawn, drawn)
        elif drawn < self._drawn[-1]:
            self._drawn.pop()
            insort(self._drawn, drawn)

    @property
    def texts(self) -> list[str]:
        """The texts that are kept, at most as many as the size."""
        return [drawn.text for drawn in self._drawn]
