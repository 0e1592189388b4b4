"""What is compared: two sides, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from generator.checks import reason_word


class SectionKey(NamedTuple):
    """By what the sections of two sides find each other."""

    article: str
    """Title."""
    path: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The path as people read it."""
        return " > ".join(self.path) or "Introduction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """A pair, kept or not."""

    prompt: str
    completion: str
    kind: str
    rejected: str = ""
    """Reason of the check that decided; empty for a kept pair."""

    @property
    def text(self) -> str:
        """Both parts as one text."""
        return f"{self.prompt}\n{self.completion}"


@dataclass(frozen=True, kw_only=True)
class SectionSide:
    """What one side made of one section."""

    language: str = "en"
    passages: Sequence[str] = ()
    """The texts that were sent; empty where they are not known."""
    calls: int
    """Planned calls; those that they led to are not counted."""
    unanswered: int = 0
    """Planned calls without a reply: the section cannot be compared."""
    pairs: Sequence[ComparedPair] = ()
    defects: Mapping[str, int] | None = field(default_factory=dict)
    """What could not be read in the replies, by reason; None where the replies are not at hand."""
    tokens: int | None = None
    """Of prompts and replies, second tries included."""
    cost: float | None = None
    """In the currency of the price list."""

    @cached_property
    def kept(self) -> list[ComparedPair]:
        """The pairs that no check refused."""
        return [pair for pair in self.pairs if not pair.rejected]

    @property
    def rejected(self) -> list[str]:
        """The words to count refusals by, one for each rejected pair."""
        return [reason_word(pair.rejected) for pair in self.pairs if pair.rejected]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two."""

    label: str
    """What it is called by whoever asked."""
    detail: str = ""
    """What it is exactly: digests, model, where it lies."""
    sections: Mapping[SectionKey, SectionSide]
    """In the order of the articles."""
    notes: Sequence[str] = ()
    """What of it is not known, and why."""
