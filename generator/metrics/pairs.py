"""The measures of pairs by themselves, whatever text they were made from: kinds, variety, lengths, leaks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from generator.chat.tokens import estimate_tokens
from generator.measures.diversity import compression_ratio, distinct_n, openings
from generator.measures.duplicates import near_duplicates
from generator.measures.lengths import lengths_of
from generator.measures.polarity import polarity_of
from generator.metrics.leakage import TRAIN, Leakage
from generator.metrics.sample import Sample
from generator.records import Json, Pair, Verdict, count_words

SAMPLED: Final = 100
"""Questions that diversity is measured on, since it falls with their number."""
ENOUGH_ANSWERS: Final = 20
"""Answers by yes or no, from which on the share of yes says something."""
COMPARED: Final = 20_000
"""Pairs among which near duplicates are looked for: one second, and some 100 MB while it lasts. Of more,
so many are drawn."""


class PairSums:
    """Counts pairs in groups: what repeats or leaks is looked for within one group.

    Memory holds `SAMPLED` questions, of each question some 30 bytes to know it by, see `Leakage`, and
    of the group at hand `COMPARED` pairs.
    """

    def __init__(self) -> None:
        """Nothing was counted."""
        self.kept = 0
        self.trained_tokens = 0
        """Estimated, of the questions and answers in `train`."""
        self._repeated = self._compared = self._wordings = 0
        self._kinds: Counter[str] = Counter()
        self._polarities: Counter[str] = Counter()
        self._prompts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._completions: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._sample = Sample[str](SAMPLED)
        self._leakage = Leakage()

    def add(self, pairs: Iterable[Pair]) -> None:
        """Count the kept pairs of one group; takes each once, in their order."""
        texts = Sample[tuple[int, str]](COMPARED)
        self._leakage.add(self._counted(pairs, texts))
        # In the order of the pairs: the first of two that are alike is the one that is new.
        said = near_duplicates([text for _, text in sorted(texts.drawn)])
        self._compared += len(said)
        self._repeated += sum(twin is not None for twin in said)

    def told(self) -> dict[str, Json]:
        """The measures as the manifest has them; what cannot be measured is null."""
        return {
            "kinds": {
                kind: share_of(count, self._kinds.total())
                for kind, count in sorted(self._kinds.items())
            },
            "yes_no": self._tell_polarity(),
            "wordings": share_of(self._wordings, self.kept),
            "diversity": self._tell_diversity(),
            "near_duplicates": share_of(self._repeated, self._compared),
            "lengths": {kind: self._tell_lengths(kind) for kind in sorted(self._prompts)},
            "leakage": {
                "held_out": self._leakage.held_out,
                "trained": self._leakage.trained,
                "same": self._leakage.same,
                "near": self._leakage.near,
                "closest": _tell_closest(self._leakage),
            },
        }

    def _counted(self, pairs: Iterable[Pair], texts: Sample[tuple[int, str]]) -> Iterator[Pair]:
        for place, pair in enumerate(pairs):
            self._count(pair)
            texts.add(pair.id, (place, f"{pair.prompt}\n{pair.completion}"))
            yield pair

    def _count(self, pair: Pair) -> None:
        self.kept += 1
        if pair.of:
            self._wordings += 1
        else:
            self._kinds[pair.kind] += 1
            self._polarities[polarity_of(pair.completion, pair.language)] += 1
        self._prompts[pair.kind][count_words(pair.prompt)] += 1
        self._completions[pair.kind][count_words(pair.completion)] += 1
        self._sample.add(pair.id, pair.prompt)
        if pair.split == TRAIN:
            tokens = estimate_tokens(pair.prompt) + estimate_tokens(pair.completion)
            self.trained_tokens += tokens

    def _tell_polarity(self) -> Json:
        yes, no = self._polarities["yes"], self._polarities["no"]
        is_enough = yes + no >= ENOUGH_ANSWERS
        return {
            **share_of(yes + no, self._kinds.total()),
            "yes": yes,
            "yes_share": ratio(yes, yes + no) if is_enough else None,
        }

    def _tell_diversity(self) -> Json:
        texts = self._sample.drawn
        found = openings(texts)
        return {
            "sampled": len(texts),
            "distinct_2": rounded(distinct_n(texts, 2).share) if texts else None,
            "compression_ratio": rounded(compression_ratio(texts)) if texts else None,
            "top_opening": {
                "words": found.top,
                "share": rounded(found.top_share) if texts else None,
            },
            "opening_bits": rounded(found.bits) if texts else None,
        }

    def _tell_lengths(self, kind: str) -> Json:
        return {
            name: _percentiles(counts[kind])
            for name, counts in (("prompt", self._prompts), ("completion", self._completions))
        }


class Looked:
    """Counts which checks and judges looked at how many of the pairs that were read."""

    def __init__(self) -> None:
        """At none yet."""
        self.read = 0
        self.judged: Counter[str] = Counter()
        """Pairs by the checks that gave a verdict."""
        self.refused: Counter[str] = Counter()
        """…that refused them."""

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Count a pair that was read, by what was said of it."""
        said = list(verdicts)
        self.read += 1
        self.judged.update([one.check for one in said])
        self.refused.update([one.check for one in said if not one.keep])

    def merge(self, other: Looked) -> None:
        """Count what another has counted."""
        self.read += other.read
        self.judged += other.judged
        self.refused += other.refused

    def told(self) -> Json:
        """As the manifest has it."""
        return {
            "read": self.read,
            "by_check": {
                check: {"judged": count, "refused": self.refused[check]}
                for check, count in sorted(self.judged.items())
            },
        }


def share_of(part: int, of: int) -> dict[str, Json]:
    """A part and its whole, with the share that it is."""
    return {"count": part, "of": of, "share": ratio(part, of)}


def ratio(part: float, of: float) -> float | None:
    """One by the other; None by nothing."""
    return rounded(part / of) if of else None


def rounded(value: float | None) -> float | None:
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
        "similarity": rounded(closest.similarity),
        "held_out": closest.held_out,
        "trained": closest.trained,
    }
