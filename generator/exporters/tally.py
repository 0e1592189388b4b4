"""Counts of what went into a dataset, and whether they add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.exporters.info import ArticleKey, article_key
from generator.records import Outcome, Pair

LISTED_INCOMPLETE = 1000
"""Unfinished sections that the manifest names; all of them are in `sections.jsonl`."""


@dataclass(kw_only=True)
class Tally:
    """Counts that grow with the rows; its size depends on the articles, not on the pairs."""

    splits: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    articles: Counter[ArticleKey] = field(default_factory=Counter)
    """Kept pairs by page."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Rejected pairs by the word of their reason."""
    marks: Counter[str] = field(default_factory=Counter)
    """What is said of kept pairs, by check and the word of its reason."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Planned calls by how they ended."""
    unfinished_reasons: Counter[str] = field(default_factory=Counter)
    unfinished: list[Outcome] = field(default_factory=list)
    """The first `LISTED_INCOMPLETE` that are not done."""
    followups: int = 0
    """Calls that planned ones led to."""
    read: int = 0
    """Pairs read from replies, as the outcomes tell."""

    @property
    def kept(self) -> int:
        """Pairs in the dataset."""
        return self.splits.total()

    def keep(self, pair: Pair) -> None:
        """Count a pair that is in the dataset."""
        self.splits[pair.split] += 1
        self.kinds[pair.kind] += 1
        self.articles[article_key(pair)] += 1

    def mark(self, check: str, reason: str) -> None:
        """Count what a check has to say of a pair that is in the dataset."""
        self.marks[f"{check}: {reason}"] += 1

    def reject(self, reason: str) -> None:
        """Count a pair that is not."""
        self.rejected[reason] += 1

    def add(self, outcome: Outcome) -> None:
        """Count how one planned call ended."""
        self.outcomes[outcome.status] += 1
        self.read += outcome.pairs
        self.followups += outcome.followups
        if outcome.status == "done":
            return
        self.unfinished_reasons[outcome.reason or outcome.status] += 1
        if len(self.unfinished) < LISTED_INCOMPLETE:
            self.unfinished.append(outcome)

    def problems(self, pages: Iterable[ArticleKey]) -> list[str]:
        """What does not add up, given the pages that the dataset names; empty where all does."""
        found = []
        if self.read != self.kept + self.rejected.total():
            found.append(
                f"{self.read} pairs were read, but {self.kept} kept "
                f"and {self.rejected.total()} rejected"
            )
        if unnamed := self.articles.keys() - set(pages):
            found.append(f"pairs come from a page that is not named: {min(unnamed)!r}")
        return found
