"""Refuses a pair that asks and answers the same as one before it, in hardly other words."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.numbers_in import numbers_of
from generator.checks.questions import HOW_MANY, WHAT, WHEN, WHERE, WHO, WHY, asks
from generator.checks.texts import Text, read

SCOPES = 64
"""Articles (passages where no article is known) whose pairs are remembered; others cannot repeat them."""
LONGEST = 40
"""Content words of a prompt that is compared; longer ones hold a statement of their own."""
ALIKE = 0.7
"""Share of words that two completions have in common."""
STEM = 6
"""Letters by which two words are one."""
_KINDS = (WHEN, WHO, WHERE, WHY, HOW_MANY, WHAT)

Key = tuple[tuple[bool, ...], frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class _Seen:
    id: str
    answer: frozenset[str]
    numbers: frozenset[float]


def new() -> Check:
    """A check with the reason `near_duplicate of ID`; it remembers the pairs of the last `SCOPES` articles.

    Two prompts are alike where they have the same question words and the same content words by their
    beginnings, adverbs like "first" aside; their completions then must have the same numbers and most
    words. A wording that takes other words is wanted, and stays.
    """
    return _NearDuplicates()


class _NearDuplicates:
    def __init__(self) -> None:
        self._scopes: OrderedDict[str, dict[Key, _Seen]] = OrderedDict()

    def __call__(self, candidate: Candidate) -> Opinion:
        prompt, completion = read(candidate.prompt), read(candidate.completion)
        words = _stems(prompt)
        if not 1 < len(words) <= LONGEST or prompt.is_unspaced:
            return KEEP
        scope = self._scope(candidate.title or candidate.passage)
        kinds = tuple(asks(kind, prompt) for kind in _KINDS)
        own = _Seen(
            id=candidate.id,
            answer=_stems(completion),
            numbers=numbers_of(candidate.completion, read(candidate.passage).language).values,
        )
        if (seen := scope.get((kinds, words))) and _is_alike(seen, own):
            return Opinion(keep=False, reason=f"near_duplicate of {seen.id}")
        if not candidate.is_refused:
            scope.setdefault((kinds, words), own)
        return KEEP

    def _scope(self, name: str) -> dict[Key, _Seen]:
        scope = self._scopes.setdefault(name, {})
        self._scopes.move_to_end(name)
        if len(self._scopes) > SCOPES:
            self._scopes.popitem(last=False)
        return scope


def _stems(text: Text) -> frozenset[str]:
    return frozenset(word[:STEM] for word in text.content if word not in _WEIGHTLESS)


_WEIGHTLESS = frozenset(
    "first originally actually exactly precisely specifically erstmals ursprunglich genau".split()
)


def _is_alike(seen: _Seen, own: _Seen) -> bool:
    if seen.numbers != own.numbers:
        return False
    either = seen.answer | own.answer
    return not either or len(seen.answer & own.answer) >= ALIKE * len(either)
