"""How many tokens examples have, and which are too long or out of the ordinary."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from generator.chat.tokens import estimate_tokens
from generator.measures.lengths import lengths_of
from generator.tuning.check.examples import Example
from generator.tuning.check.findings import SHOWN_LINES, Spot

PER_MESSAGE: Final = 3
PER_EXAMPLE: Final = 3
"""Tokens around messages and at the end, as OpenAI's cookbook counts them."""
TIMES: Final = 10
"""An answer is out of the ordinary from so many times the median length, and `LEAST_LONG` tokens."""
LEAST_LONG: Final = 300
CLOSE: Final = 0.9
"""Share of the limit from which on the estimate may be wrong about it; it is right within 14 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Least, twentieth, half, nineteen twentieths and most, in tokens."""

    min: int
    p5: int
    p50: int
    p95: int
    max: int
    total: int


class Lengths:
    """Counts the tokens of examples and of their answers; estimates, which is why they are told with ≈."""

    def __init__(self, limit: int | None) -> None:
        """`limit`: tokens of one example that the model takes; None where that is not known."""
        self._limit = limit
        self._examples: Counter[int] = Counter()
        self._answers: Counter[int] = Counter()
        self._longest: list[tuple[int, int]] = []
        self.trained = 0
        """Tokens that one epoch goes through: what is cut off is not trained."""

    def add(self, line: int, example: Example) -> Iterator[Spot]:
        """Count an example; `too_long`, or `nearly_too_long`."""
        answer = estimate_tokens(example.answer)
        whole = sum(map(estimate_tokens, example.texts)) + (
            PER_MESSAGE * example.messages + PER_EXAMPLE if example.messages else 0
        )
        self._examples[whole] += 1
        self._answers[answer] += 1
        self.trained += min(whole, self._limit) if self._limit else whole
        heapq.heappush(self._longest, (answer, -line))
        if len(self._longest) > SHOWN_LINES:
            heapq.heappop(self._longest)
        if self._limit and whole > self._limit:
            yield Spot("too_long", f"≈ {whole:,} tokens, the model takes {self._limit:,}")
        elif self._limit and whole > CLOSE * self._limit:
            yield Spot("nearly_too_long", f"≈ {whole:,} of {self._limit:,} tokens")

    def outliers(self) -> Iterator[tuple[int, Spot]]:
        """`long_answer` for each, with the lines of the longest ones; line 0 for those not remembered."""
        found = self.answers
        if found is None:
            return
        bound = max(TIMES * found.p50, LEAST_LONG)
        count = sum(number for tokens, number in self._answers.items() if tokens > bound)
        lines = sorted(-line for tokens, line in self._longest if tokens > bound)
        for place in range(count):
            detail = f"up to ≈ {found.max:,} tokens, half have {found.p50:,} at most"
            yield (lines[place] if place < len(lines) else 0), Spot("long_answer", detail)

    @property
    def examples(self) -> Spread | None:
        """Of whole examples; None where there are none."""
        return _spread(self._examples)

    @property
    def answers(self) -> Spread | None:
        """Of answers."""
        return _spread(self._answers)


def _spread(counts: Counter[int]) -> Spread | None:
    found = lengths_of(counts)
    if found is None:
        return None
    return Spread(
        min=min(counts),
        p5=found.p5,
        p50=found.p50,
        p95=found.p95,
        max=max(counts),
        total=sum(tokens * number for tokens, number in counts.items()),
    )
