"""How many pairs may say that something is not known, once it is seen what a model has written. Pure.

A model that is taught too often to say so says so too often: 5 % of the pairs are aimed at, and more
than 8 % are never taken (measured in published work: answered questions fall from there on).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from generator.digests import fraction
from generator.recipes import Recipe
from generator.records import Pair

ABSTENTION: Final = "abstain"
"""Kind of a pair whose answer is that nothing is known."""
MOST: Final = 0.08
"""Of an article's pairs without further wordings."""
TOO_MANY: Final = "too_many_abstentions"


class Bound:
    """What a recipe allows. One that gives its abstentions no share wants as many as there are."""

    def __init__(self, recipe: Recipe) -> None:
        """Read off the steps of a recipe."""
        steps = [
            step
            for step in recipe.steps
            if step.template.kind == ABSTENTION and step.amount.per == "section"
        ]
        self._share = max([MOST, *(step.amount.share for step in steps)]) if steps else 1.0
        self._by_section = sum(step.amount.count for step in steps)

    def beyond(self, pairs: Sequence[Pair]) -> set[str]:
        """Ids of the abstentions that are too many for their section or for the article.

        Args:
            pairs: all of one article that are kept otherwise.
        """
        if self._share >= 1:
            return set()
        own = [pair for pair in pairs if not pair.of]
        taken: Counter[tuple[str, ...]] = Counter()
        allowed: list[Pair] = []
        beyond: set[str] = set()
        for pair in own:
            if pair.kind != ABSTENTION:
                continue
            taken[pair.section] += 1
            if taken[pair.section] > self._by_section:
                beyond.add(pair.id)
            else:
                allowed.append(pair)
        others = sum(pair.kind != ABSTENTION for pair in own)
        most = math.floor(self._share * others / (1 - self._share))
        allowed.sort(
            key=lambda pair: fraction(ABSTENTION, pair.article, list(pair.section), pair.id)
        )
        return beyond | {pair.id for pair in allowed[most:]}
