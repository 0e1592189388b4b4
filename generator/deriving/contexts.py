"""Contexts that do not hold the answer to a question: which there are, and which one is taken."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from generator.deriving.options import NEGATIVES
from generator.deriving.ranking import Ranking, telling_words
from generator.deriving.records import Context, Material
from generator.deriving.unanswerable import Question, find_answer, flatten
from generator.digests import fraction
from generator.records import Pair

POOL: Final = 2000
"""Passages of each split and language in which contexts from other articles are looked for: 20 MB."""
TRIED: Final = 12
"""Contexts of a kind that are looked at for one question, before there is none."""

NEAR: Final = 0.3
"""A near miss has this much at least of the telling words that the question shares with its own passage."""

FEWEST_SHARED: Final = 2
"""Telling words at least that a near miss shares with the question."""


class Shelf(NamedTuple):
    """Passages of one split and language, from all articles."""

    contexts: list[Context]
    ranking: Ranking


class Pool:
    """Passages of many articles: of each split and language those that the seed puts first.

    Memory is bounded; what is in it depends on the passages and the seed, not on their order.
    """

    def __init__(self, contexts: Iterable[Context], *, seed: int, size: int = POOL) -> None:
        """Go through all passages once."""
        kept: defaultdict[tuple[str, str], list[tuple[float, str, Context]]] = defaultdict(list)
        for context in contexts:
            shelf = kept[context.split, context.language]
            # The smallest stay: the heap's first is the greatest of them.
            entry = (-fraction("pool", seed, context.id), context.id, context)
            if len(shelf) < size:
                heapq.heappush(shelf, entry)
            else:
                heapq.heappushpop(shelf, entry)
        self._shelves = {
            key: _shelf([one for _, _, one in sorted(shelf, reverse=True)])
            for key, shelf in kept.items()
        }

    def shelf(self, split: str, language: str) -> Shelf:
        """The passages of a split and language; empty where there are none."""
        return self._shelves.get((split, language)) or _shelf([])


def _shelf(contexts: list[Context]) -> Shelf:
    return Shelf(contexts, Ranking(_words(one) for one in contexts))


def _words(context: Context) -> frozenset[str]:
    return telling_words(context.text, context.language)


class Chosen(NamedTuple):
    """A context for a question, and the kind of it."""

    kind: str
    context: Context


@dataclass(kw_only=True)
class Choice:
    """What can be shown beside one question."""

    pair: Pair
    own: Context
    """The passage that the pair was made from."""
    material: Material
    shelf: Shelf
    seed: int
    refused: Counter[str]
    """Is told why contexts were refused."""
    _taken: set[str] = field(default_factory=set)

    @cached_property
    def _question(self) -> Question:
        return Question(
            prompt=self.pair.prompt,
            completion=self.pair.completion,
            quote=self.pair.quote,
            title=self.pair.article,
            section=self.own.section,
            passage=self.own.text,
            language=self.pair.language,
        )

    def take(self, kind: str) -> Chosen | None:
        """The next context of a kind, never the same text twice; None where there is none."""
        for context in self._candidates(kind):
            text = flatten(context.text)
            if not text or text == flatten(self.own.text) or text in self._taken:
                continue
            if reason := find_answer(self._question, context.text):
                self.refused[f"{kind} {reason}"] += 1
                continue
            self._taken.add(text)
            return Chosen(kind, context)
        return None

    def _candidates(self, kind: str) -> list[Context]:
        found = {
            "near_miss": self._nearest,
            "other_section": self._sections,
            "other_article": self._articles,
        }[kind]()
        return found[:TRIED]

    def _nearest(self) -> list[Context]:
        """Passages of this and other articles with many telling words of the question, the best first."""
        ranking = self.shelf.ranking
        words = self._question_words
        others = [self.shelf.contexts[place] for place in ranking.best(words, 2 * TRIED)]
        known = {
            one.id: one
            for one in (*self._siblings, *filter(self._is_foreign, others))
            if len(words & _words(one)) >= FEWEST_SHARED
        }
        scored = sorted((-ranking.score(words, _words(one)), one.id) for one in known.values())
        least = NEAR * ranking.score(words, _words(self.own))
        return [known[own] for score, own in scored if -score >= least > 0]

    def _sections(self) -> list[Context]:
        return self._shuffled(self._siblings)

    def _articles(self) -> list[Context]:
        # A place in the shelf to begin at, not a shuffle of all of it: it may hold thousands.
        shelf = self.shelf.contexts
        start = int(fraction("article", self.seed, self.pair.id) * len(shelf))
        found: list[Context] = []
        for context in (*shelf[start:], *shelf[:start]):
            if self._is_foreign(context):
                found.append(context)
            if len(found) == TRIED:
                break
        return found

    @cached_property
    def _siblings(self) -> list[Context]:
        """Passages of other sections of the same article, on the same side of the split."""
        return [
            one
            for one in self.material.contexts
            if one.split == self.pair.split and one.section != self.own.section
        ]

    @cached_property
    def _question_words(self) -> frozenset[str]:
        """Words of the question that are about something: those of its passage and its subject."""
        subject = telling_words(self.pair.article, self.own.language)
        words = telling_words(self.pair.prompt, self.own.language)
        return words & (_words(self.own) | subject)

    def _is_foreign(self, context: Context) -> bool:
        # Two titles of one article in two datasets are one article.
        return context.identity != self.own.identity and context.article != self.own.article

    def _shuffled(self, contexts: list[Context]) -> list[Context]:
        return sorted(
            contexts, key=lambda one: fraction("context", self.seed, self.pair.id, one.id)
        )


class Quota:
    """How many rows of each kind are due, so that at any time their shares are met as nearly as can be."""

    def __init__(self, shares: dict[str, float]) -> None:
        """Shares of the kinds of negatives among each other; those of 0 are never due."""
        self._shares = {kind: shares[kind] for kind in NEGATIVES if shares[kind] > 0}
        self._taken: Counter[str] = Counter()

    def due(self) -> list[str]:
        """The kinds, the one that is most behind first."""
        total = self._taken.total() + 1
        whole = sum(self._shares.values())
        return sorted(
            self._shares, key=lambda kind: self._taken[kind] - total * self._shares[kind] / whole
        )

    def take(self, choice: Choice) -> Chosen | None:
        """A context of the kind that is most behind, or of the next, where there is none."""
        for kind in self.due():
            if (chosen := choice.take(kind)) is not None:
                self._taken[kind] += 1
                return chosen
        return None


def choices(
    material: Material, pool: Pool, *, seed: int, left_out: Counter[str], refused: Counter[str]
) -> Iterator[Choice]:
    """The questions of an article that can be asked about a passage; the others are counted."""
    known = {one.id: one for one in material.contexts}
    for pair in material.pairs:
        own = known.get(pair.passage)
        if reason := _why_not(pair, own):
            left_out[reason] += 1
        elif own is not None:
            yield Choice(
                pair=pair,
                own=own,
                material=material,
                shelf=pool.shelf(pair.split, own.language),
                seed=seed,
                refused=refused,
            )


def _why_not(pair: Pair, own: Context | None) -> str:
    if not pair.prompt.strip() or not pair.completion.strip():
        return "empty"
    if pair.other_section is not None:
        return "needs_two_sections"
    if pair.kind == "abstain":
        return "not_answered_by_its_passage"
    if own is None or not own.text:
        return "passage_not_found"
    return "" if own.split == pair.split else "section_in_another_split"
