"""Which two sections of an article are asked about together: those that share names, then neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from generator.recipes import Step
from generator.records import Passage

WORDS_PER_FACT = 10
"""Of prose, for want of a list of its facts: a sentence of 20 words tells about two things."""
MOST_ALIKE = 3
"""Passages at most that a name stands in to join two of them; what stands in more is the subject."""


class Two(NamedTuple):
    """Two passages of one article, in its order."""

    one: Passage
    other: Passage


def neighbours(passages: Sequence[Passage], step: Step) -> list[Two]:
    """Pairs of passages of different sections, as many as the step's share of a dataset allows.

    The share is taken of one pair per fact, so that it is kept whatever wordings come on top.
    """
    usable = [one for one in passages if one.words >= step.min_words and one.part == 1]
    words = sum(one.words for one in passages)
    most = int(step.amount.share * words / WORDS_PER_FACT / max(step.amount.count, 1))
    shared = _shared_names(usable)
    ranked = [
        (-shared[left, right], left, right)
        for left, right in {*shared, *pairwise(range(len(usable)))}
        if usable[left].section != usable[right].section
    ]
    chosen = sorted((left, right) for _, left, right in sorted(ranked)[: max(0, most)])
    return [Two(usable[left], usable[right]) for left, right in chosen]


_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[^\W\d_]\w{3,}")


def _shared_names(passages: Sequence[Passage]) -> defaultdict[tuple[int, int], int]:
    """How many rare names each two passages have in common; of scripts with capitals only."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for place, passage in enumerate(passages):
        for match in _NAME.finditer(passage.text):
            if match[0][0].isupper():
                places[match[0]].add(place)
    shared: defaultdict[tuple[int, int], int] = defaultdict(int)
    for found in places.values():
        if 1 < len(found) <= MOST_ALIKE:
            for two in combinations(sorted(found), 2):
                shared[two] += 1
    return shared
