"""Examples that repeat each other, contradict each other, or stand in two files."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from generator.checks.folding import fold
from generator.marks import Marks
from generator.measures.duplicates import near_duplicates
from generator.measures.likeness import likeness
from generator.measures.words import units, words
from generator.metrics.sample import Sample
from generator.tuning.check.examples import Example
from generator.tuning.check.findings import Spot

COMPARED: Final = 10_000
"""Examples that are compared word by word with all others; of more, as many by a dice that depends on
nothing but their text. Repetitions but for case and punctuation are found among any number."""
LONGEST: Final = 2_000
"""Characters of a text that are compared word by word."""
ALIKE: Final = 0.8
"""Likeness of two answers from which on they say the same; see `generator.measures.likeness`."""


class _Near(NamedTuple):
    line: int
    prompt: str
    answer: str


class Repeats:
    """Remembers the examples of a training file, in about 120 bytes each."""

    def __init__(self) -> None:
        """None yet."""
        self._exact, self._normal, self._contexts = Marks(), Marks(), Marks()
        self._lines = array("I")
        self._answers = array("Q")
        self._sample: Sample[_Near] = Sample(COMPARED)

    def look_at(self, line: int, example: Example) -> Iterator[Spot]:
        """`duplicate`, `near_duplicate` where only case and punctuation differ, and `contradiction`."""
        exact = _digest(fold(example.context), fold(example.answer), fold(example.rejected))
        first = self._exact.find(exact)
        if first is not None:
            yield Spot("duplicate", f"as line {self._lines[first]}")
            return
        self._exact.add(exact)
        self._lines.append(line)
        normal = _normalised(example)
        if not self._normal.add(normal):
            yield Spot("near_duplicate", "but for case and punctuation")
        else:
            near = _Near(line, example.prompt[:LONGEST], example.answer[:LONGEST])
            self._sample.add(exact.hex(), near)
        yield from self._contradiction(example)

    def near(self) -> Iterator[tuple[int, Spot]]:
        """Lines of examples that ask and answer in nearly the words of an earlier one; takes a second."""
        drawn = sorted(self._sample.drawn)
        asked = _own_lines([one.prompt for one in drawn])
        for one, twin in zip(drawn, near_duplicates(asked), strict=True):
            if twin is not None and _say_the_same(one, drawn[twin]):
                yield one.line, Spot("near_duplicate", f"like line {drawn[twin].line}")

    def near_in_texts(self) -> Iterator[tuple[int, Spot]]:
        """The same of texts that have no prompt."""
        drawn = sorted(self._sample.drawn)
        for one, twin in zip(drawn, near_duplicates([one.answer for one in drawn]), strict=True):
            if twin is not None:
                yield one.line, Spot("near_duplicate", f"like line {drawn[twin].line}")

    def overlap(self, example: Example) -> Iterator[Spot]:
        """What an example of the validation file has in common with the training file."""
        if self._normal.find(_normalised(example)) is not None:
            yield Spot("in_training", example.prompt[:60])
        elif example.context and self._contexts.find(_digest(fold(example.context))) is not None:
            yield Spot("asked_in_training", example.prompt[:60])

    @property
    def compared(self) -> int:
        """Examples that `near` looks at."""
        return len(self._sample.drawn)

    def _contradiction(self, example: Example) -> Iterator[Spot]:
        if not example.context:
            return
        context, answer = _digest(fold(example.context)), _number(_digest(fold(example.answer)))
        first = self._contexts.find(context)
        if first is None:
            self._contexts.add(context)
            self._answers.append(answer)
        elif self._answers[first] != answer and not example.rejected:
            yield Spot("contradiction", example.prompt[:60])


def _own_lines(prompts: Sequence[str]) -> list[str]:
    """Prompts without the lines that several have: a passage, which is there for each question about it,
    or words that all begin with. A prompt that has no line of its own stays whole."""
    common = Counter(line for prompt in prompts for line in set(prompt.splitlines()))
    return [
        "\n".join(line for line in prompt.splitlines() if common[line] == 1) or prompt
        for prompt in prompts
    ]


def _say_the_same(one: _Near, other: _Near) -> bool:
    """Whether the answers are alike, and the prompts apart from the lines that they share."""
    mine, yours = one.prompt.splitlines(), other.prompt.splitlines()
    own = "\n".join(line for line in mine if line not in yours)
    others = "\n".join(line for line in yours if line not in mine)
    return _are_alike(own, others) and _are_alike(one.answer, other.answer)


def _are_alike(one: str, other: str) -> bool:
    return likeness(units(one), units(other)) >= ALIKE


def _normalised(example: Example) -> bytes:
    texts = (example.context, example.answer, example.rejected)
    return _digest(*(" ".join(words(text)) or fold(text) for text in texts))


def _digest(*texts: str) -> bytes:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).digest()


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big")
