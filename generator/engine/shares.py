"""Which passages a step is about that may only make a share of a dataset. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from generator.digests import fraction
from generator.engine.neighbours import WORDS_PER_FACT
from generator.recipes import Recipe, Step
from generator.records import Passage


def find_spared(passages: Sequence[Passage], recipe: Recipe) -> Mapping[str, frozenset[str]]:
    """By the id of a passage, the names of the steps that leave it out for their share.

    Decided within one article, so that adding another one changes nothing.
    """
    steps = [
        step for step in recipe.steps if step.amount.per == "section" and step.amount.share < 1
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for step in steps:
        chosen = _chosen(passages, step)
        for passage in passages:
            if passage.id not in chosen:
                found[passage.id].add(step.name)
    return {passage: frozenset(names) for passage, names in found.items()}


def _chosen(passages: Sequence[Passage], step: Step) -> set[str]:
    """Passages of as many sections as the share allows, one of each, in an order as by chance.

    The share is taken of one pair per fact, so that it is kept whatever comes on top.
    """
    longest: dict[tuple[str, ...], Passage] = {}
    for one in passages:
        known = longest.get(one.section)
        if one.words >= step.min_words and (known is None or one.words > known.words):
            longest[one.section] = one
    words = sum(one.words for one in passages)
    most = int(step.amount.share * words / WORDS_PER_FACT / max(step.amount.count, 1))
    ranked = sorted(longest.values(), key=lambda one: (_lot(one, step), one.id))
    return {one.id for one in ranked[:most]}


def _lot(passage: Passage, step: Step) -> float:
    """By what a section is called, so that an edit of the article moves little."""
    return fraction(step.name, passage.article, list(passage.section))
