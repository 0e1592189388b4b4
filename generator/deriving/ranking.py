"""Which texts share the most telling words with a question: BM25 with every word counted once. Pure."""

from __future__ import annotations

import heapq
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from generator.measures.words import content_words

K1, B = 1.2, 0.75
"""The usual constants of BM25 (Robertson and Zaragoza, 2009): saturation, and weight of the length."""

REMEMBERED = 1024
"""Texts of which the words are remembered: some 10 MB."""

Words = frozenset[str]


@lru_cache(maxsize=REMEMBERED)
def telling_words(text: str, language: str) -> Words:
    """The words that a text is found by."""
    return content_words(text, language)


class Ranking:
    """Texts by their place, from 0, to be searched by the words of a question."""

    def __init__(self, texts: Iterable[Words]) -> None:
        """Take in their words; memory holds 4 bytes for each different word of each text."""
        self._lengths = array("I")
        self._with: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for place, words in enumerate(texts):
            self._lengths.append(len(words))
            for word in words:
                self._with[word].append(place)
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 0.0

    def score(self, question: Words, text: Words) -> float:
        """How much a text has of what a question asks: 0 for no word in common."""
        # Summed in an order of its own: that of a set differs from run to run.
        weight = math.fsum(map(self._rarity, question & text))
        return weight * self._damped(len(text))

    def best(self, question: Words, most: int) -> list[int]:
        """The places of the best texts, the best first; none that shares no word."""
        weights: defaultdict[int, float] = defaultdict(float)
        for word in sorted(question):
            rarity = self._rarity(word)
            for place in self._with.get(word, ()):
                weights[place] += rarity
        scored = (
            (-own * self._damped(self._lengths[place]), place) for place, own in weights.items()
        )
        return [place for _, place in heapq.nsmallest(most, scored)]

    def _rarity(self, word: str) -> float:
        having = len(self._with.get(word, ()))
        return math.log(1 + (len(self._lengths) - having + 0.5) / (having + 0.5))

    def _damped(self, length: int) -> float:
        mean = self._mean or max(length, 1)
        return (K1 + 1) / (1 + K1 * (1 - B + B * length / mean))
