"""One article while its pairs come: what is kept of each passage, and what became of the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.checks import Candidate, reason_word, refusal
from generator.checks.numbers import weigh
from generator.measures.coverage import NOTHING, Coverage, cover
from generator.metrics.pairs import Looked
from generator.records import Json, Outcome, Pair, Passage, Verdict

WORDINGS = 3
"""Pairs of a fact from which on it counts as worded often enough to be learned."""

NO_REASON = "no_pairs"
"""Of a section without pairs, where every call is simply done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionCounts:
    """What one section that was asked about has come to."""

    section: tuple[str, ...]
    passage: str
    """Id of its first passage."""
    words: int
    """That were sent."""
    pairs: int
    """That are kept."""
    gap: str
    """Why no pair is kept: a word or two to count by; empty where one is."""
    facts: int
    """That were listed."""
    covered_facts: int
    """…that a kept pair asks about."""
    worded_facts: int
    """…that `WORDINGS` kept pairs or more ask about."""
    coverage: Coverage

    @property
    def density(self) -> float:
        """Kept pairs for a hundred words."""
        return 100 * self.pairs / self.words if self.words else 0.0

    @property
    def row(self) -> dict[str, Json]:
        """The section as `measures.jsonl` has it, but for its article."""
        own = self.coverage
        return {
            "section": list(self.section),
            "passage": self.passage,
            "words": self.words,
            "pairs": self.pairs,
            "pairs_per_100_words": round(self.density, 4),
            "gap": self.gap,
            "facts": self.facts,
            "covered_facts": self.covered_facts,
            "sentences": own.sentences,
            "covered_sentences": own.covered_sentences,
            "united_sentences": own.united_sentences,
            "numbers": own.numbers,
            "covered_numbers": own.covered_numbers,
            "content_words": own.words,
            "covered_words": own.covered_words,
        }


@dataclass(kw_only=True)
class _Met:
    """What came of one passage."""

    kept: list[Pair] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    endings: list[str] = field(default_factory=list)


class ArticleCounts:
    """Takes in the calls and pairs of one article, in any order."""

    def __init__(self, passages: Sequence[Passage], *, title: str, language: str) -> None:
        """Nothing came yet.

        Args:
            passages: all that was asked about, in order.
            title: of the article.
            language: of the article.
        """
        self.title = title
        self._language = language
        self._passages = passages
        self.texts = {passage.id: passage.text for passage in passages}
        """Of the passages by their ids."""
        self._met: defaultdict[str, _Met] = defaultdict(_Met)
        self._facts: Counter[tuple[str, ...]] = Counter()
        self.kept: list[Pair] = []
        self.numbers: Counter[str] = Counter()
        """Numbers of kept answers by what bears them out; see `weigh`."""
        self.looked = Looked()
        """Pairs that were read, by the checks that looked at them and that refused them, be it after
        others."""
        self.quotes = 0
        """Pairs read that quote the passage."""

    def fact(self, section: tuple[str, ...]) -> None:
        """A fact that was listed for a section."""
        self._facts[section] += 1

    def outcome(self, outcome: Outcome, passage: str) -> None:
        """How a planned call about a passage ended."""
        met = self._met[passage]
        if outcome.status != "done" or outcome.reason:
            met.endings.append(" ".join(filter(None, (outcome.status, outcome.reason))))

    def pair(self, pair: Pair, verdicts: Sequence[Verdict], *, is_kept: bool) -> None:
        """A pair that was read, and what the checks said of it: right now, while they remember it."""
        self.looked.add(verdicts)
        self.quotes += bool(pair.quote)
        if is_kept:
            self.kept.append(pair)
            self.numbers.update(claim.state for claim in weigh(self._candidate(pair)))
            self._met[pair.passage].kept.append(pair)
        else:
            refused = refusal(verdicts)
            self._met[pair.passage].refused[
                reason_word(refused.reason) if refused else "format"
            ] += 1

    def _candidate(self, pair: Pair) -> Candidate:
        return Candidate(
            id=pair.id, prompt=pair.prompt, completion=pair.completion,
            passage=self._source(pair), is_refused=False, title=pair.article,
        )  # fmt: skip

    def _source(self, pair: Pair) -> str:
        """What a pair was written from: one passage, or two sections."""
        own = self.texts.get(pair.passage, "")
        if pair.other_section is None:
            return own
        others = (one.text for one in self._passages if one.section == pair.other_section)
        return "\n\n".join((own, *others))

    def sections(self) -> Iterator[SectionCounts]:
        """The sections that were asked about, in order; the parts of a long one are one section."""
        parts: dict[tuple[tuple[str, ...], int], list[Passage]] = {}
        for passage in self._passages:
            parts.setdefault((passage.section, passage.occurrence), []).append(passage)
        return (self._section(own) for own in parts.values())

    def _section(self, passages: Sequence[Passage]) -> SectionCounts:
        met = [self._met[passage.id] for passage in passages]
        asked = Counter(fact for one in met for pair in one.kept for fact in set(pair.facts))
        return SectionCounts(
            section=passages[0].section,
            passage=passages[0].id,
            words=sum(passage.words for passage in passages),
            pairs=sum(len(one.kept) for one in met),
            gap=_gap(met),
            # Facts go by their path; of sections with the same path the first has them all.
            facts=self._facts[passages[0].section] if passages[0].occurrence == 1 else 0,
            covered_facts=len(asked),
            worded_facts=sum(count >= WORDINGS for count in asked.values()),
            coverage=sum(map(self._coverage, passages), NOTHING),
        )

    def _coverage(self, passage: Passage) -> Coverage:
        texts = [f"{pair.prompt}\n{pair.completion}" for pair in self._met[passage.id].kept]
        return cover(passage.text, texts, language=self._language)


def _gap(met: Sequence[_Met]) -> str:
    if any(one.kept for one in met):
        return ""
    endings = [ending for one in met for ending in one.endings]
    refused = sum((one.refused for one in met), Counter[str]())
    if refused:
        most = min(refused, key=lambda reason: (-refused[reason], reason))
        return f"rejected {most}"
    return endings[0] if endings else NO_REASON
