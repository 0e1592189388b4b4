"""What a report says of the whole dataset: sums over all its articles, whatever is shown of them."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from generator.chat.tokens import estimate_tokens
from generator.checks import reason_word
from generator.digests import fraction
from generator.records import Reply, count_words
from generator.report.charts import Chart, Distribution
from generator.report.outline import map_article
from generator.report.rows import ArticleRows, PageId, Row

FindReply = Callable[[str], Reply | None]
"""Looks up the reply to a call by its digest, for the time that it took."""

LISTED_UNDONE = 100
"""Calls that are not done and are named; `sections.jsonl` has all."""


@dataclass(kw_only=True)
class TemplateSums:
    """What one prompt file took and gave."""

    calls: int = 0
    kept: int = 0
    rejected: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    """None where a price is unknown."""
    seconds: list[float] = field(default_factory=list)
    """How long each reply took, where that is known."""

    @property
    def cost_per_thousand(self) -> float | None:
        """What a thousand kept pairs cost; None where nothing was kept or a price is unknown."""
        return None if self.cost is None or not self.kept else 1000 * self.cost / self.kept

    @property
    def median_s(self) -> float | None:
        """Half of the replies took no longer."""
        return statistics.median(self.seconds) if self.seconds else None

    def __add__(self, other: TemplateSums) -> TemplateSums:
        known = self.cost is not None and other.cost is not None
        return TemplateSums(
            calls=self.calls + other.calls,
            kept=self.kept + other.kept,
            rejected=self.rejected + other.rejected,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=(self.cost or 0) + (other.cost or 0) if known else None,
            seconds=self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSums:
    """One article in a line."""

    id: PageId
    kept: int
    rejected: int
    passages: int
    gaps: int
    """Passages that were asked about and of which no pair is kept."""
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why pairs were left out, with one of them to look at."""

    check: str
    reason: str
    count: int
    example: str


class Overview:
    """Sums over the articles of a dataset; its size depends on their number, not on the pairs."""

    def __init__(self, articles: Iterable[ArticleRows], find_reply: FindReply | None) -> None:
        """Read all of them once."""
        self.articles: list[ArticleSums] = []
        self.templates: dict[str, TemplateSums] = {}
        self.undone: list[Row] = []
        self.first_reply = ""
        self.last_reply = ""
        self._rejections: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], str] = {}
        self._prompts, self._completions = Distribution(), Distribution()
        self._rows, self._replies = Distribution(), Distribution()
        self._find_reply = find_reply
        for article in articles:
            self._add(article)

    @property
    def total(self) -> TemplateSums:
        """All prompt files together."""
        return sum(self.templates.values(), TemplateSums())

    @property
    def passages(self) -> int:
        """Passages that were asked about."""
        return sum(one.passages for one in self.articles)

    @property
    def gaps(self) -> int:
        """Those of which no pair is kept."""
        return sum(one.gaps for one in self.articles)

    @property
    def has_times(self) -> bool:
        """True where it is known how long replies took."""
        return any(sums.seconds for sums in self.templates.values())

    @property
    def rejections(self) -> list[Rejection]:
        """Reasons for leaving pairs out, the most frequent first."""
        return [
            Rejection(
                check=check, reason=reason, count=count, example=self._examples[check, reason]
            )
            for (check, reason), count in sorted(
                self._rejections.items(), key=lambda one: (-one[1], one[0])
            )
        ]

    @property
    def charts(self) -> list[Chart]:
        """Lengths and tokens, those that there are."""
        drawn = (
            self._prompts.chart("Questions", "words"),
            self._completions.chart("Answers", "words"),
            self._rows.chart("Question and answer", "tokens"),
            self._replies.chart("Replies", "tokens"),
        )
        return [one for one in drawn if one is not None]

    def _add(self, article: ArticleRows) -> None:
        costs = [self._add_call(call) for call in article.calls]
        for pair in article.kept:
            self._add_kept(pair)
        for pair in article.rejected:
            self._add_rejected(pair)
        blocks = [block for entry in map_article(article) for block in entry.blocks]
        self.articles.append(
            ArticleSums(
                id=article.id,
                kept=len(article.kept),
                rejected=len(article.rejected),
                passages=len(blocks),
                gaps=sum(not block.kept for block in blocks),
                cost=total_cost(costs),
            )
        )

    def _add_call(self, call: Row) -> float | None:
        sums = self._sums(call)
        sums.calls += 1
        sums.prompt_tokens += call["prompt_tokens"]
        sums.completion_tokens += call["completion_tokens"]
        cost = cost_of(call)
        sums.cost = total_cost([sums.cost, cost])
        if call["completion_tokens"]:
            self._replies.add(call["completion_tokens"])
        if call["status"] != "done" and len(self.undone) < LISTED_UNDONE:
            self.undone.append(call)
        if self._find_reply is not None:
            self._add_times(sums, [call["call"], *call["followup_calls"]], self._find_reply)
        return cost

    def _add_times(self, sums: TemplateSums, calls: Iterable[str], find: FindReply) -> None:
        for reply in filter(None, map(find, calls)):
            sums.seconds.append(reply.latency_s)
            self.first_reply = min(self.first_reply or reply.received_at, reply.received_at)
            self.last_reply = max(self.last_reply, reply.received_at)

    def _add_kept(self, pair: Row) -> None:
        self._sums(pair).kept += 1
        self._prompts.add(count_words(pair["prompt"]))
        self._completions.add(count_words(pair["completion"]))
        self._rows.add(estimate_tokens(pair["prompt"]) + estimate_tokens(pair["completion"]))

    def _add_rejected(self, pair: Row) -> None:
        self._sums(pair).rejected += 1
        key = (pair["check"], reason_word(pair["reason"]))
        self._rejections[key] += 1
        self._examples.setdefault(key, pair["prompt"])

    def _sums(self, row: Row) -> TemplateSums:
        return self.templates.setdefault(row["template"], TemplateSums())


def total_cost(costs: Iterable[float | None]) -> float | None:
    """The sum; None where one of them is unknown."""
    total = 0.0
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return total


def cost_of(call: Row) -> float | None:
    """What the replies to a call cost: nothing where there is none."""
    cost: Any = call["cost_usd"]
    return None if cost is None else float(cost)


SHOWN_PAIRS: Final = 20_000
"""Pairs in one page, kept and rejected: some 15 MB, which a phone still opens."""


def choose_shown(articles: Sequence[ArticleSums], most: int = SHOWN_PAIRS) -> frozenset[PageId]:
    """The articles whose pairs a page shows: all, or as many whole ones as there is room for.

    Which ones depends on the articles alone, as a dice would have it, and never on their order.
    """
    by_chance = sorted(articles, key=lambda one: fraction(*one.id))
    shown: set[PageId] = set()
    for one in by_chance:
        most -= one.kept + one.rejected
        if shown and most < 0:
            break
        shown.add(one.id)
    return frozenset(shown)
