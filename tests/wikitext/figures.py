"""How much of what a page shows is in a cleaned text, and how much of the text the page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]|[^\W\d_]+|\d+(?:[.,]\d+)*"
)
RESIDUE = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|\{\||\|\}|<ref|''|^==|\|\||^\s*[|!]|\bthumb\b|<!--|\(\s*[;,:]?\s*\)|\S[^\S\n]{2,}\S| [,.;](?=\s)",
    re.M,
)


class Figures(NamedTuple):
    """Shares from 0 to 1, and left-over markup per 10,000 characters."""

    retention: float
    precision: float
    headings: float
    residue: float


def measure(pairs: Iterable[tuple[str, str]]) -> Figures:
    """Compare cleaned texts with what is right, line by line in three-word stretches."""
    right, found, both = Counter[str](), Counter[str](), Counter[str]()
    residue = characters = 0
    for cleaned, wanted in pairs:
        have, want = _stretches(cleaned), _stretches(wanted)
        heads_have, heads_want = _headings(cleaned), _headings(wanted)
        for kind, one, other in (("text", have, want), ("heads", heads_have, heads_want)):
            found[kind] += one.total()
            right[kind] += other.total()
            both[kind] += (one & other).total()
        body = "\n".join(line for line in cleaned.split("\n") if not line.startswith("="))
        residue += len(RESIDUE.findall(body))
        characters += len(body)
    return Figures(
        both["text"] / max(1, right["text"]),
        both["text"] / max(1, found["text"]),
        both["heads"] / max(1, right["heads"], found["heads"]),
        residue / max(1, characters) * 10_000,
    )


def _stretches(text: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for line in text.split("\n"):
        words = WORD.findall(line.lower())
        found.update(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2)) if words)
    return found


def _headings(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.startswith("="))
