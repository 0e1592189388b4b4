"""What can be set about a derived set, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.errors import Misconfigured
from generator.names import nearest

KINDS: Final[dict[str, str]] = {
    "context-qa": "a passage and a question -> the answer, or that the passage does not hold it",
    "discriminator": "a passage and a question -> yes or no: can the passage answer it?",
    "classification": "a text -> the article or class that it belongs to",
    "conversation": "several questions and answers on one section, as one chat",
}
ANSWERABLE: Final = "answerable"
NEGATIVES: Final = ("near_miss", "other_section", "other_article")
"""Kinds of contexts that do not hold the answer, from the hardest to the easiest."""
DEFAULT_SHARES: Final[dict[str, float]] = {
    ANSWERABLE: 0.5,
    "near_miss": 0.2,
    "other_section": 0.2,
    "other_article": 0.1,
}
TEXTS: Final = ("sentences", "passages", "pairs")


@dataclass(frozen=True, kw_only=True)
class DeriveOptions:
    """Settings of all kinds; each uses those that concern it."""

    seed: int = 0
    shares: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_SHARES))
    """Of `context-qa`: the part of the rows by kind of context; they sum to 1. `discriminator` takes
    from it how the kinds of its negatives compare."""
    texts: str = "sentences"
    """Of `classification`: what is told apart: `sentences`, `passages`, or questions with answers."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Of `classification`: title -> class; each article is a class of its own where it is empty."""
    per_class: int = 500
    """The most texts of a class in one split."""
    fewest: int = 5
    """Classes with fewer texts to train on are left out."""
    mask_titles: bool = False
    """Hide the words of titles and classes in the texts."""
    turns: int = 4
    """The most questions of one chained conversation; at least 2."""

    def __post_init__(self) -> None:
        """Raises Misconfigured for settings that cannot be."""
        object.__setattr__(self, "shares", _whole(self.shares))
        if self.texts not in TEXTS:
            raise Misconfigured(
                f"no texts {self.texts!r}{nearest(self.texts, TEXTS)}: {', '.join(TEXTS)}"
            )
        for name, least in (("per_class", 1), ("fewest", 1), ("turns", 2)):
            if getattr(self, name) < least:
                raise Misconfigured(f"{name} is {getattr(self, name)}; it must be at least {least}")


def _whole(given: Mapping[str, float]) -> dict[str, float]:
    """All shares; those that are not given make up the rest, in the proportion of the defaults."""
    for name, share in given.items():
        if name not in DEFAULT_SHARES:
            raise Misconfigured(f"no share {name!r}{nearest(name, DEFAULT_SHARES)}: {', '.join(DEFAULT_SHARES)}")  # fmt: skip
        if not (math.isfinite(share) and 0 <= share <= 1):
            raise Misconfigured(f"the share {name} is {share}; it must be a number from 0 to 1")
    rest = 1 - math.fsum(given.values())
    others = {name: share for name, share in DEFAULT_SHARES.items() if name not in given}
    if rest < -1e-6 or (not others and rest > 1e-6):
        raise Misconfigured(f"the shares sum to {1 - rest:g}, not to 1: {dict(given)}")
    total = math.fsum(others.values())
    filled = {name: max(rest, 0.0) * share / total for name, share in others.items()}
    shares = {name: given.get(name, filled.get(name, 0.0)) for name in DEFAULT_SHARES}
    if shares[ANSWERABLE] <= 0:
        raise Misconfigured("the share answerable is 0: without it nothing is learnt but to refuse")
    return shares
