"""Whether answers are classes, and whether each has enough examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from generator.tuning.check.findings import Spot

PER_CLASS: Final = 3
"""Examples for each different answer from which on the task is a classification, as in OpenAI's
`prepare_data` of 2021."""
MOST: Final = 200
"""Different answers; with more nobody speaks of classes."""
LONGEST: Final = 60
"""Characters of the name of a class."""
FEWEST: Final = 100
"""Examples of a class that OpenAI's guide to classification asked for."""


class Classes:
    """Counts different answers, as long as they may be classes."""

    def __init__(self) -> None:
        """None yet."""
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._is_open = True

    def add(self, answer: str) -> None:
        """Take in an answer."""
        name = answer.strip()
        self._total += 1
        if not self._is_open:
            return
        if len(name) > LONGEST or (name not in self._counts and len(self._counts) == MOST):
            self._is_open = False
            self._counts.clear()
        else:
            self._counts[name] += 1

    @property
    def names(self) -> frozenset[str]:
        """The classes; none where the answers are free."""
        few = len(self._counts) > 1 and self._total >= PER_CLASS * len(self._counts)
        return frozenset(self._counts) if self._is_open and few else frozenset()

    def end(self) -> Iterator[Spot]:
        """`all_the_same`, or `classification` and `rare_class`."""
        if self._is_open and self._total > 1 and len(self._counts) == 1:
            yield Spot("all_the_same", repr(next(iter(self._counts))))
        if not self.names:
            return
        ordered = self._counts.most_common()
        shown = ", ".join(f"{name!r} {count:,}" for name, count in ordered[:4])
        yield Spot("classification", f"{len(ordered):,} classes: {shown}")
        rare, count = ordered[-1]
        if count < FEWEST:
            yield Spot("rare_class", f"{rare!r} has {count:,}")
