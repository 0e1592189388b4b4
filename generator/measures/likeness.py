"""How like two texts are by their words, and the likest one among many. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

LOOKED_AT: Final = 20_000
"""Pairs among which whoever measures a dataset looks for the greatest likeness; some 20 MB, and a few
seconds."""
LEAST_TOLD: Final = 0.3
"""Likeness below which it is not looked for: two questions about one subject have as much."""

Bag = frozenset[str]
"""The words of a text, as `units` gives them."""


def likeness(one: Bag, other: Bag) -> float:
    """2 |a ∩ b| / (|a| + |b|): 1 for the same words in any order, 0 for none in common."""
    size = len(one) + len(other)
    return 2 * len(one & other) / size if size else 1.0


class Bags:
    """Texts to be searched for one that is like another; exact, and not quadratic."""

    def __init__(self, bags: Iterable[Bag]) -> None:
        """Take them in."""
        self._bags = list(bags)
        self._common = Counter(word for one in self._bags for word in one)
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self._bags):
            for word in one:
                self._with[word].append(place)

    def likest(self, one: Bag, *, above: float) -> float:
        """The likeness of the likest, where it is at least `above`, which is more than 0; else 0."""
        best = 0.0
        for place in self._candidates(one, above):
            best = max(best, likeness(one, self._bags[place]))
        return best if best >= above else 0.0

    def _candidates(self, one: Bag, above: float) -> set[int]:
        # Two that are so like share so many words of one, hence one of its rarest few at least.
        shared = math.ceil(above / (2 - above) * len(one) - 1e-9)
        rarest = sorted(one, key=lambda word: (self._common[word], word))
        return {
            place for word in rarest[: len(one) - shared + 1] for place in self._with.get(word, ())
        }


def greatest(ones: Sequence[Bag], others: Sequence[Bag], *, above: float) -> float:
    """The greatest likeness of one of these to one of those, where it is at least `above`; else 0."""
    found = Bags(others)
    best = 0.0
    for one in ones:
        best = max(best, found.likest(one, above=max(best, above)))
    return best
