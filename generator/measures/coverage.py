"""How much of a passage its pairs speak of: words, sentences, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.measures.numbers import numbers
from generator.measures.words import content_words
from generator.wikitext.sentences import sentences

MIN_CONTENT_WORDS = 4
"""Sentences with fewer content words are not asked to be covered."""
COVERED = 0.5
"""Share of a sentence's content words that one pair must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Counts of one passage, to be added up; each share is `covered_… / …`."""

    words: int
    """Distinct content words of the passage."""
    covered_words: int
    """…that occur in some pair."""
    sentences: int
    """Sentences with at least `MIN_CONTENT_WORDS` content words."""
    covered_sentences: int
    """…of which a single pair holds at least the share `COVERED`."""
    united_sentences: int
    """…of which all pairs together do."""
    numbers: int
    """Distinct numbers of the passage."""
    covered_numbers: int
    """…that occur in some pair."""

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__slots__}
        )


NOTHING = Coverage(
    words=0, covered_words=0, sentences=0, covered_sentences=0, united_sentences=0,
    numbers=0, covered_numbers=0,
)  # fmt: skip


def cover(passage: str, pairs: Iterable[str], *, language: str = "en") -> Coverage:
    """What of a passage is in its pairs, each given as one text of prompt and completion."""
    texts = list(pairs)
    own_words, own_numbers = content_words(passage, language), numbers(passage)
    said = [content_words(text, language) for text in texts]
    all_said = frozenset().union(*said)
    wanted = _sentences(passage, language)
    return Coverage(
        words=len(own_words),
        covered_words=len(own_words & all_said),
        sentences=len(wanted),
        covered_sentences=sum(_is_covered(sentence, said) for sentence in wanted),
        united_sentences=sum(_is_covered(sentence, (all_said,)) for sentence in wanted),
        numbers=len(own_numbers),
        covered_numbers=len(own_numbers & frozenset().union(*map(numbers, texts))),
    )


def left_out(passage: str, pairs: Iterable[str], *, language: str = "en") -> list[str]:
    """The sentences of a passage that no pair covers, or with a number that none has."""
    texts = list(pairs)
    said = [content_words(text, language) for text in texts]
    told = frozenset().union(*map(numbers, texts))
    return [
        sentence
        for sentence in sentences(passage)
        if len(words := content_words(sentence, language)) >= MIN_CONTENT_WORDS
        and not (_is_covered(words, said) and numbers(sentence) <= told)
    ]


def _sentences(passage: str, language: str) -> list[frozenset[str]]:
    found = (content_words(sentence, language) for sentence in sentences(passage))
    return [sentence for sentence in found if len(sentence) >= MIN_CONTENT_WORDS]


def _is_covered(sentence: frozenset[str], said: Iterable[frozenset[str]]) -> bool:
    return any(len(sentence & one) >= COVERED * len(sentence) for one in said)
