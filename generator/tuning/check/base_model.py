"""Rules for models that only continue a text: how a prompt ends, how a completion begins and ends.

They hold for plain `prompt` and `completion`; a chat has its template for all of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from generator.tuning.check.examples import Example
from generator.tuning.check.findings import Spot

LEARNT_FROM = 1_000
"""Examples from which the separator and the stop sequence are learnt."""
SEPARATORS = ("\n\n###\n\n", "\n\n===\n\n", "\n\n---\n\n", "\n\n===>\n\n", "\n\n--->\n\n", "\n###\n",
              "\n\n", "->", "=>", "\nAnswer:", "\nA:")  # fmt: skip
"""Endings that prompts have, the longest first; any other that all have in common counts as well."""
STOPS = ("###", " END", "\n", "<|endoftext|>", "</s>", " \\n")
PREFIX = 12
"""Characters that all prompts begin with, from which on it looks like an instruction; and of
completions, `ANSWER_PREFIX`. As in OpenAI's own `prepare_data` of 2021."""
ANSWER_PREFIX = 5
MOST_UPPER = 1 / 3
"""Share of capitals among letters from which on a text counts as all in capitals."""


class BaseModel:
    """Learns from the first examples what prompts and completions have in common, then holds all to it."""

    def __init__(self, *, adds_end: bool) -> None:
        """`adds_end`: whether whoever trains puts an end-of-text mark behind the completion."""
        self._adds_end = adds_end
        self._first: list[tuple[int, str, str]] = []
        self._separator: str | None = None
        self._stop = ""
        self._prompts, self._completions = _Common(), _Common()
        self._upper = self._with_blank = self._count = 0

    def look_at(self, line: int, example: Example) -> Iterator[tuple[int, Spot]]:
        """Spots of this example and, once enough is known, of those before it."""
        prompt, completion = example.prompt, example.answer
        self._count += 1
        self._prompts.add(prompt)
        self._completions.add(completion)
        self._with_blank += completion[:1].isspace()
        self._upper += _is_upper(completion)
        if self._separator is not None:
            yield from self._hold(line, prompt, completion)
            return
        self._first.append((line, prompt, completion))
        if len(self._first) == LEARNT_FROM:
            yield from self._learn()

    def end(self) -> Iterator[tuple[int, Spot]]:
        """What is left; with line 0 what is said of the whole."""
        if not self._count:
            return
        if self._separator is None:
            yield from self._learn()
        if not self._separator:
            yield 0, Spot("no_separator")
        if not self._stop and not self._adds_end:
            yield 0, Spot("no_stop")
        # Scripts without blanks have none to begin with either.
        if not self._with_blank and self._completions.is_spaced:
            yield 0, Spot("no_leading_blank")
        elif 0 < self._with_blank < self._count:
            yield 0, Spot("mixed_leading_blank", f"{self._with_blank:,} of {self._count:,} have it")
        if self._count > 1:
            yield from self._prefixes()
        if 3 * self._upper > self._count:
            yield 0, Spot("capitals", f"{self._upper:,} of {self._count:,}")

    def _prefixes(self) -> Iterator[tuple[int, Spot]]:
        if len(self._prompts.prefix) > PREFIX:
            yield 0, Spot("same_prompt_beginning", repr(self._prompts.prefix[:60]))
        if len(self._completions.prefix.strip()) >= ANSWER_PREFIX:
            yield 0, Spot("same_answer_beginning", repr(self._completions.prefix[:60]))

    def _learn(self) -> Iterator[tuple[int, Spot]]:
        self._separator = _ending([prompt for _, prompt, _ in self._first], SEPARATORS)
        self._stop = _ending([completion for *_, completion in self._first], STOPS)
        for line, prompt, completion in self._first:
            yield from self._hold(line, prompt, completion)
        self._first.clear()

    def _hold(self, line: int, prompt: str, completion: str) -> Iterator[tuple[int, Spot]]:
        if self._separator:
            if not prompt.endswith(self._separator):
                yield line, Spot("other_separator", f"most end with {self._separator!r}")
            elif self._separator.strip() and self._separator in prompt[: -len(self._separator)]:
                yield line, Spot("separator_inside", repr(self._separator))
        if self._stop:
            if not completion.endswith(self._stop):
                yield line, Spot("other_stop", f"most end with {self._stop!r}")
            elif self._stop in completion[: -len(self._stop)].lstrip():
                yield line, Spot("stop_inside", repr(self._stop))


class _Common:
    """The beginning that all texts have in common."""

    def __init__(self) -> None:
        self._prefix: str | None = None
        self.is_spaced = False
        """Whether blanks stand between words in most of the texts."""

    def add(self, text: str) -> None:
        self._prefix = text if self._prefix is None else _shared_beginning(self._prefix, text)
        self.is_spaced = self.is_spaced or " " in text.strip() or text.strip().isascii()

    @property
    def prefix(self) -> str:
        return self._prefix or ""


def _ending(texts: list[str], known: tuple[str, ...]) -> str:
    """The known ending of at least half of the texts, or what all end with; empty where neither is."""
    for ending in known:
        if 2 * sum(text.endswith(ending) for text in texts) >= len(texts):
            return ending
    common = reduce(_shared_beginning, (text[::-1] for text in texts), texts[0][::-1])[::-1]
    # One word that all share by chance, as a full stop, ends nothing.
    return common if len(texts) > 1 and len(common.strip()) > 1 else ""


def _shared_beginning(one: str, other: str) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))]


def _is_upper(text: str) -> bool:
    letters = [one for one in text[:2_000] if one.isupper() or one.islower()]
    return sum(map(str.isupper, letters)) > MOST_UPPER * len(letters) if letters else False
