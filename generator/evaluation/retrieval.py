"""The passages of a dataset that share the most telling words with a question: BM25, as a search would. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from generator.deriving.ranking import Ranking, telling_words
from generator.records import Passage

FOUND: Final = 3
"""Passages that stand above a question: quality goals are stated for the best three."""


class Retriever:
    """Searches passages, those of each language by themselves. Memory holds their words."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        """Take them in, each text once."""
        own: defaultdict[str, dict[str, Passage]] = defaultdict(dict)
        for one in passages:
            own[one.language].setdefault(one.text, one)
        self._passages = {language: [*found.values()] for language, found in own.items()}
        self._rankings = {
            language: Ranking(telling_words(one.text, language) for one in found)
            for language, found in self._passages.items()
        }

    def find(self, question: str, language: str, *, most: int = FOUND) -> Sequence[Passage]:
        """The best passages, the best first; fewer where fewer share a word with the question."""
        ranking = self._rankings.get(language)
        if ranking is None:
            return ()
        places = ranking.best(telling_words(question, language), most)
        return tuple(self._passages[language][place] for place in places)
