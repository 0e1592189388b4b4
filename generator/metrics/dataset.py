"""The measures of a dataset: sums that grow by articles, and what the manifest says of them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from generator.chat.tokens import estimate_tokens
from generator.measures.coverage import NOTHING
from generator.measures.diversity import compression_ratio, distinct_n, openings
from generator.measures.duplicates import near_duplicates
from generator.measures.lengths import lengths_of
from generator.metrics.article import NO_REASON, WORDINGS, ArticleCounts, SectionCounts
from generator.metrics.leakage import TRAIN, Leakage
from generator.metrics.sample import Sample
from generator.records import Json, Pair, count_words

SAMPLED: Final = 100
"""Questions that diversity is measured on, since it falls with their number."""
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
            "pairs_per_100_words": _rounded(mean),
            "variation": _rounded(variation),
            "below_1_per_100_words": self.thin,
            "lowest": None
            if lowest is None
            else {**lowest.row, "pairs_per_100_words": _rounded(lowest.counts.density)},
            "gaps": {
                "total": self.gaps.total(),
                "unexplained": self.gaps[NO_REASON],
                "by_reason": dict(sorted(self.gaps.items())),
                "listed": list(self.listed),
            },
        }


class Measuring:
    """Counts a dataset while it is put together, article by article.

    Memory holds the pairs of one article, `SAMPLED` questions, and of each question some 30 bytes to know
    it by; see `Leakage`.
    """

    def __init__(self) -> None:
        """Nothing was counted."""
        self._coverage = NOTHING
        self._facts = self._covered_facts = self._worded_facts = 0
        self._balance = _Balance()
        self._read = self._kept = self._repeated = self._wordings = 0
        self._quotes = 0
        self._judged: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._prompts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._completions: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._source_tokens = self._trained_tokens = 0
        self._sample = Sample[str](SAMPLED)
        self._leakage = Leakage()

    def add(self, article: ArticleCounts) -> list[SectionCounts]:
        """Count an article whose pairs have all come; returns its sections in order."""
        self._read += article.read
        self._quotes += article.quotes
        self._judged += article.judged
        self._refused += article.refused
        self._numbers += article.numbers
        self._source_tokens += sum(map(estimate_tokens, article.texts.values()))
        for pair in article.kept:
            self._add_pair(pair)
        said = near_duplicates([f"{pair.prompt}\n{pair.completion}" for pair in article.kept])
        self._repeated += sum(twin is not None for twin in said)
        self._leakage.add(article.kept)
        sections = list(article.sections())
        self._add_sections(article.title, sections)
        return sections

    def told(self) -> dict[str, Json]:
        """The measures as the manifest has them; what cannot be measured is null."""
        return {
            "coverage": self._tell_coverage(),
            "support": self._tell_support(),
            "balance": self._balance.told(),
            "kinds": {
                kind: _share(count, self._kinds.total())
                for kind, count in sorted(self._kinds.items())
            },
            "wordings": _share(self._wordings, self._kept),
            "diversity": self._tell_diversity(),
            "near_duplicates": _share(self._repeated, self._kept),
            "lengths": {kind: self._tell_lengths(kind) for kind in sorted(self._prompts)},
            "tokens": {
                "source": self._source_tokens,
                "trained": self._trained_tokens,
                "trained_per_source": _ratio(self._trained_tokens, self._source_tokens),
            },
            "leakage": {
                "held_out": self._leakage.held_out,
                "trained": self._leakage.trained,
                "same": self._leakage.same,
                "near": self._leakage.near,
                "closest": _tell_closest(self._leakage),
            },
            "judged": {
                "read": self._read,
                "by_check": {
                    check: {"judged": count, "refused": self._refused[check]}
                    for check, count in sorted(self._judged.items())
                },
            },
        }

    def _add_pair(self, pair: Pair) -> None:
        self._kept += 1
        if pair.of:
            self._wordings += 1
        else:
            self._kinds[pair.kind] += 1
        self._prompts[pair.kind][count_words(pair.prompt)] += 1
        self._completions[pair.kind][count_words(pair.completion)] += 1
        self._sample.add(pair.id, pair.prompt)
        if pair.split == TRAIN:
            tokens = estimate_tokens(pair.prompt) + estimate_tokens(pair.completion)
            self._trained_tokens += tokens

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
            "sentences": _share(own.covered_sentences, own.sentences),
            "sentences_by_all": _share(own.united_sentences, own.sentences),
            "words": _share(own.covered_words, own.words),
            "numbers": _share(own.covered_numbers, own.numbers),
        }
        if self._facts:
            told["facts"] = _share(self._covered_facts, self._facts)
            told["facts_worded"] = {
                "wordings": WORDINGS, **_share(self._worded_facts, self._facts)
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
                "derived_share": _ratio(states["derived"], total),
                "supported_share": _ratio(total - states["unsupported"], total),
            },
            "read_without_fault": {
                check: _share(looked_at - self._refused[check], looked_at)
                for check in GROUNDING
                if (looked_at := self._looked_at(check))
            },
        }

    def _looked_at(self, check: str) -> int:
        """Only pairs that give a quote can give a wrong one."""
        return self._quotes if check == "evidence" else self._judged[check]

    def _tell_diversity(self) -> Json:
        texts = self._sample.drawn
        found = openings(texts)
        return {
            "sampled": len(texts),
            "distinct_2": _rounded(distinct_n(texts, 2).share) if texts else None,
            "compression_ratio": _rounded(compression_ratio(texts)) if texts else None,
            "top_opening": {"words": found.top, "share": _rounded(found.top_share)},
            "opening_bits": _rounded(found.bits) if texts else None,
        }

    def _tell_lengths(self, kind: str) -> Json:
        return {
            name: _percentiles(counts[kind])
            for name, counts in (("prompt", self._prompts), ("completion", self._completions))
        }


def _share(part: int, of: int) -> dict[str, Json]:
    return {"count": part, "of": of, "share": _ratio(part, of)}


def _ratio(part: float, of: float) -> float | None:
    return _rounded(part / of) if of else None


def _rounded(value: float | None) -> float | None:
    """Four places: more would only say how a sum was reckoned."""
    return None if value is None else round(value, 4)


def _percentiles(counts: Counter[int]) -> Json:
    found = lengths_of(counts)
    return None if found is None else {"p5": found.p5, "p50": found.p50, "p95": found.p95}


def _tell_closest(leakage: Leakage) -> Json:
    closest = leakage.closest
    if not (leakage.held_out and leakage.trained):
        return None
    return {
        "similarity": _rounded(closest.similarity),
        "held_out": closest.held_out,
        "trained": closest.trained,
    }
