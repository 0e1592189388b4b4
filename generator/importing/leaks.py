"""How near a held-out question comes to a trained one: the figure by which splits are believed."""

from __future__ import annotations

from generator.measures.likeness import LEAST_TOLD, LOOKED_AT, Bag, greatest
from generator.measures.words import units
from generator.records import Pair


class Leaks:
    """Compares the questions of the splits as they come."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._trained: list[Bag] = []
        self._held_out: list[Bag] = []
        self._count = 0

    def add(self, pair: Pair) -> None:
        """Take in a kept pair."""
        self._count += 1
        if self._count <= LOOKED_AT:
            side = self._trained if pair.split == "train" else self._held_out
            side.append(units(pair.prompt))

    @property
    def greatest(self) -> float | None:
        """The likeness of the two most alike across the splits, 0 to 1; None for more than `LOOKED_AT`.

        It is 2 |a ∩ b| / (|a| + |b|) of their words; 0 also for less than `LEAST_TOLD`.
        """
        if self._count > LOOKED_AT:
            return None
        return round(greatest(self._held_out, self._trained, above=LEAST_TOLD), 3)
