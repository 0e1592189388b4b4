"""Distinct chat requests for the benchmarks: from a file, or made up."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SYSTEM = (
    "You write training data. Read the passage and write 20 pairs of a question and its answer that "
    "can be answered from the passage alone. Answer with JSON Lines: one object per line with the "
    "keys prompt and completion."
)
THINGS = ("mill", "quay", "tower", "charter", "well", "bell", "orchard", "tollhouse")
DEEDS = ("was built", "was sold", "burned down", "was moved", "was given away", "was measured")
PLACES = ("Ostrey", "Hallan", "Tarn Point", "Grünau", "Vell", "Sund", "Abelmoor")


def read_requests(source: Path | None, count: int) -> Iterator[dict[str, Any]]:
    """Requests in the shape of chat completions, one a line of `source`, or `count` made up ones."""
    if source is None:
        yield from (make_request(number) for number in range(count))
        return
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def make_request(number: int, *, chars: int = 3000) -> dict[str, Any]:
    """The request of this number, with a passage of about so many characters; always the same."""
    chance = random.Random(number)
    sentences = [f"Passage {number} is about {chance.choice(PLACES)}."]
    while sum(map(len, sentences)) < chars:
        sentences.append(
            f"In {chance.randint(1100, 1999)} the {chance.choice(THINGS)} of {chance.choice(PLACES)} "
            f"{chance.choice(DEEDS)} for {chance.randint(2, 9000)} crowns."
        )
    return {
        "model": "mock-model",
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": " ".join(sentences)},
        ],
        "max_tokens": 2048,
    }
