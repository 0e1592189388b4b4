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
"""Similarity of two questions, and `ALIKE` of their answers, from which on one shows the other."""
ALIKE = 0.7
MOST = 2_000
"""Pairs of one article that are compared on either side; of more, so many are drawn."""
TRAIN = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closest:
    """The two questions on different sides that are most alike."""

    similarity: float
    held_out: str
    trained: str


class _Bits(NamedTuple):
    """The words of a text, a bit for each."""

    words: int
    size: int

    def likeness(self, other: _Bits) -> float:
        """2 |a ∩ b| / (|a| + |b|)."""
        size = self.size + other.size
        return 2 * (self.words & other.words).bit_count() / size if size else 0.0


class _Row(NamedTuple):
    question: _Bits
    numbers: int
    """Bits of the question's words that hold a digit."""
    answer: _Bits
    text: str
    """The question."""


class Leakage:
    """Compares the sides of each article, and over the dataset what is asked in the same words.

    Memory grows by some 30 bytes a trained question, and 100 one that is held out.
    """

    def __init__(self) -> None:
        """Nothing was compared."""
        self.trained = self.held_out = 0
        self.near = 0
        """Held-out pairs of which question and answer are nearly those of a trained one."""
        self.closest = Closest(similarity=0.0, held_out="", trained="")
        """The nearest two questions of one article."""
        self._trained_marks = Marks()
        self._held_out_marks: Counter[bytes] = Counter()

    @property
    def same(self) -> int:
        """Held-out questions that are also trained, in any order of their words, in any article."""
        return sum(
            count
            for mark, count in self._held_out_marks.items()
            if self._trained_marks.find(mark) is not None
        )

    def add(self, pairs: Iterable[Pair]) -> None:
        """The kept pairs of one article."""
        trained, held_out = Sample[Pair](MOST), Sample[Pair](MOST)
        for pair in pairs:
            mark = _mark(pair.prompt)
            if pair.split == TRAIN:
                self.trained += 1
                self._trained_marks.add(mark)
                trained.add(pair.id, pair)
            else:
                self.held_out += 1
                self._held_out_marks[mark] += 1
                held_out.add(pair.id, pair)
        if trained.drawn and held_out.drawn:
            bits: dict[str, int] = {}
            known = [_row(pair, bits) for pair in trained.drawn]
            self.near += sum(self._is_near(_row(pair, bits), known) for pair in held_out.drawn)

    def _is_near(self, own: _Row, known: Sequence[_Row]) -> bool:
        """Whether one of the known pairs shows this one; keeps the closest questions in mind."""
        best, twin, is_near = self.closest.similarity, None, False
        for one in known:
            alike = own.question.likeness(one.question)
            if alike > best:
                best, twin = alike, one
            if alike >= NEAR and not is_near:
                is_near = own.numbers == one.numbers and own.answer.likeness(one.answer) >= ALIKE
        if twin is not None:
            self.closest = Closest(similarity=best, held_out=own.text, trained=twin.text)
        return is_near


def _row(pair: Pair, bits: dict[str, int]) -> _Row:
    words = units(pair.prompt)
    numbers = frozenset(word for word in words if any(map(str.isdigit, word)))
    return _Row(
        question=_bits(words, bits),
        numbers=_bits(numbers, bits).words,
        answer=_bits(units(pair.completion), bits),
        text=pair.prompt,
    )


def _bits(words: frozenset[str], bits: dict[str, int]) -> _Bits:
    places = [bits.setdefault(word, len(bits)) for word in words]
    return _Bits(sum(1 << place for place in places), len(places))


def _mark(text: str) -> bytes:
    """Of the words of a question, whatever their order."""
    return blake2b(" ".join(sorted(units(text))).encode("utf-8", "replace"), digest_size=8).digest()
