"""The measures of a dataset: sums that grow by articles, and what the manifest says of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from generator.chat.tokens import estimate_tokens
from generator.measures.coverage import NOTHING
from generator.metrics.article import NO_REASON, WORDINGS, ArticleCounts, SectionCounts
from generator.metrics.pairs import Looked, PairSums, ratio, rounded, share_of
from generator.records import Json

LEAST_WORDS: Final = 60
"""Words of a section from which on it ought to have its share of pairs."""
LISTED_GAPS: Final = 100
"""Sections without a pair that are named; `measures.jsonl` has all."""
THIN: Final = 1.0
"""Pairs for a hundred words below which a section counts as thin."""
GROUNDING: Final = ("numbers", "names", "quotes", "evidence")
"""Checks that say whether something stands in the passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A section and its article."""

    article: str
    counts: SectionCounts

    @property
    def row(self) -> dict[str, Json]:
        return {
            "article": self.article,
            "section": list(self.counts.section),
            "words": self.counts.words,
            "pairs": self.counts.pairs,
        }


@dataclass(kw_only=True)
class _Balance:
    """How evenly pairs lie on sections."""

    sections: int = 0
    densities: list[float] = field(default_factory=lambda: [0.0, 0.0])
    """Their sum, and the sum of their squares."""
    thin: int = 0
    lowest: _Place | None = None
    gaps: Counter[str] = field(default_factory=Counter)
    listed: list[dict[str, Json]] = field(default_factory=list)

    def add(self, place: _Place) -> None:
        counts = place.counts
        if counts.gap:
            self.gaps[counts.gap] += 1
            if len(self.listed) < LISTED_GAPS:
                self.listed.append({**place.row, "reason": counts.gap})
        if counts.words < LEAST_WORDS:
            return
        self.sections += 1
        self.densities[0] += counts.density
        self.densities[1] += counts.density**2
        self.thin += counts.density < THIN
        if self.lowest is None or counts.density < self.lowest.counts.density:
            self.lowest = place

    def told(self) -> dict[str, Json]:
        mean = self.densities[0] / self.sections if self.sections else 0.0
        spread = self.densities[1] / self.sections - mean**2 if self.sections else 0.0
        variation = math.sqrt(max(0.0, spread)) / mean if mean else None
        lowest = self.lowest
        return {
            "sections": self.sections,
            "pairs_per_100_words": rounded(mean),
            "variation": rounded(variation),
            "below_1_per_100_words": self.thin,
            "lowest": None
            if lowest is None
            else {**lowest.row, "pairs_per_100_words": rounded(lowest.counts.density)},
            "gaps": {
                "total": self.gaps.total(),
                "unexplained": self.gaps[NO_REASON],
                "by_reason": dict(sorted(self.gaps.items())),
                "listed": list(self.listed),
            },
        }


class Measuring:
    """Counts a dataset while it is put together, article by article; see `PairSums` for its memory."""

    def __init__(self) -> None:
        """Nothing was counted."""
        self._pairs = PairSums()
        self._looked = Looked()
        self._coverage = NOTHING
        self._facts = self._covered_facts = self._worded_facts = 0
        self._balance = _Balance()
        self._quotes = 0
        self._numbers: Counter[str] = Counter()
        self._source_tokens = 0

    def add(self, article: ArticleCounts) -> list[SectionCounts]:
        """Count an article whose pairs have all come; returns its sections in order."""
        self._looked.merge(article.looked)
        self._quotes += article.quotes
        self._numbers += article.numbers
        self._source_tokens += sum(map(estimate_tokens, article.texts.values()))
        self._pairs.add(article.kept)
        sections = list(article.sections())
        self._add_sections(article.title, sections)
        return sections

    def told(self) -> dict[str, Json]:
        """The measures as the manifest has them; what cannot be measured is null."""
        trained = self._pairs.trained_tokens
        return {
            "coverage": self._tell_coverage(),
            "support": self._tell_support(),
            "balance": self._balance.told(),
            **self._pairs.told(),
            "tokens": {
                "source": self._source_tokens,
                "trained": trained,
                "trained_per_source": ratio(trained, self._source_tokens),
            },
            "judged": self._looked.told(),
        }

    def _add_sections(self, article: str, sections: Iterable[SectionCounts]) -> None:
        for counts in sections:
            self._coverage += counts.coverage
            self._facts += counts.facts
            self._covered_facts += counts.covered_facts
            self._worded_facts += counts.worded_facts
            self._balance.add(_Place(article=article, counts=counts))

    def _tell_coverage(self) -> Json:
        own = self._coverage
        told: dict[str, Json] = {
            "sentences": share_of(own.covered_sentences, own.sentences),
            "sentences_by_all": share_of(own.united_sentences, own.sentences),
            "words": share_of(own.covered_words, own.words),
            "numbers": share_of(own.covered_numbers, own.numbers),
        }
        if self._facts:
            told["facts"] = share_of(self._covered_facts, self._facts)
            told["facts_worded"] = {
                "wordings": WORDINGS, **share_of(self._worded_facts, self._facts)
            }  # fmt: skip
        return told

    def _tell_support(self) -> Json:
        total = self._numbers.total()
        states = {
            "supported": self._numbers["supported"],
            "derived": sum(self._numbers[state] for state in ("derived", "counted", "unsure")),
            "unsupported": self._numbers["unsupported"],
        }
        return {
            "numbers": {
                "of": total,
                **states,
                "derived_share": ratio(states["derived"], total),
                "supported_share": ratio(total - states["unsupported"], total),
            },
            "read_without_fault": {
                check: share_of(looked_at - self._looked.refused[check], looked_at)
                for check in GROUNDING
                if (looked_at := self._looked_at(check))
            },
        }

    def _looked_at(self, check: str) -> int:
        """Only pairs that give a quote can give a wrong one."""
        return self._quotes if check == "evidence" else self._looked.judged[check]
