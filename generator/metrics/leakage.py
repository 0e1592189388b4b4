"""How near the questions that are held out come to those that are trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from generator.marks import Marks
from generator.measures.words import units
from generator.metrics.sample import Sample
from generator.records import Pair

NEAR = 0.9
"""Similarity from which on two questions with the same numbers count as one."""
MOST = 2_000
"""Questions of one article that are compared on either side; of more, so many are drawn."""
TRAIN = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closest:
    """The two questions on different sides that are most alike."""

    similarity: float
    held_out: str
    trained: str


class _Question(NamedTuple):
    text: str
    words: int
    """A bit for each of its words."""
    numbers: int
    """…for those that hold a digit."""
    size: int


class Leakage:
    """Compares the sides of each article, and of the dataset only what has exactly the same words.

    Memory grows by some 30 bytes a trained question, and 100 one that is held out.
    """

    def __init__(self) -> None:
        """Nothing was compared."""
        self.trained = self.held_out = self._near = 0
        self._closest = Closest(similarity=0.0, held_out="", trained="")
        self._trained_marks = Marks()
        self._apart: Counter[bytes] = Counter()

    def add(self, pairs: Iterable[Pair]) -> None:
        """The kept pairs of one article."""
        trained, held_out = Sample(MOST), Sample(MOST)
        for pair in pairs:
            if pair.split == TRAIN:
                self.trained += 1
                trained.add(pair.id, pair.prompt)
            else:
                self.held_out += 1
                held_out.add(pair.id, pair.prompt)
        self._compare(trained.texts, held_out.texts)

    @property
    def near(self) -> int:
        """Questions held out that are nearly one of the trained."""
        return self._near + sum(
            count
            for mark, count in self._apart.items()
            if self._trained_marks.find(mark) is not None
        )

    @property
    def closest(self) -> Closest:
        """The nearest two questions of one article."""
        return self._closest

    def _compare(self, trained: Sequence[str], held_out: Sequence[str]) -> None:
        bits: dict[str, int] = {}
        known = [_question(text, bits) for text in trained]
        asked = [_question(text, bits) for text in held_out]
        for text in trained:
            self._trained_marks.add(_mark(text))
        for own in asked:
            if not self._is_near(own, known):
                self._apart[_mark(own.text)] += 1

    def _is_near(self, own: _Question, known: Sequence[_Question]) -> bool:
        """Whether one of the known questions is nearly this one; keeps the closest in mind."""
        best, twin, is_near = self._closest.similarity, None, False
        for one in known:
            alike = 2 * (own.words & one.words).bit_count() / (own.size + one.size)
            if alike > best:
                best, twin = alike, one
            is_near = is_near or (alike >= NEAR and own.numbers == one.numbers)
        if twin is not None:
            self._closest = Closest(similarity=best, held_out=own.text, trained=twin.text)
        return is_near


def _question(text: str, bits: dict[str, int]) -> _Question:
    words = numbers = 0
    found = units(text)
    for word in found:
        bit = 1 << bits.setdefault(word, len(bits))
        words |= bit
        if not word.isalpha() and any(map(str.isdigit, word)):
            numbers |= bit
    return _Question(text, words, numbers, max(1, len(found)))


def _mark(text: str) -> bytes:
    """Of the words of a question, whatever their order."""
    return blake2b(" ".join(sorted(units(text))).encode("utf-8", "replace"), digest_size=8).digest()
