"""The morning's report: what is not done, by cause and by article, and what to do about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.engine.events import Missing
from generator.exporters.folder import SECTIONS

LISTED_ARTICLES = 20

NEXT_STEPS: Mapping[str, str] = {
    # The endpoint.
    "rate_limited": "run the same command again; --rpm or --tpm below the limit avoids it",
    "timeout": "run the same command again; --timeout gives slow models more time",
    "connection": "run the same command again once the endpoint answers",
    "server_error": "run the same command again; the endpoint had trouble of its own",
    "bad_body": "run the same command again; what came back was no whole answer",
    "too_large": "set max_tokens in the prompt file; no reply is as long as what came back",
    "not_a_completion": "look at --base-url: what answers is not chat completions",
    "bad_parameter": "take the parameter out of the prompt file; the endpoint does not know it",
    "bad_request": "the endpoint refuses the request as it is; its settings are in the prompt file",
    "context_overflow": "give --max-words a smaller number, or take a model with a longer context",
    "content_policy": "the endpoint refuses this text; another model may take it",
    "content_filter": "the endpoint cut the reply off; another model may not",
    "dropped_parameter": "take the parameter out of the prompt file; the endpoint does not know it",
    # The reply.
    "length": "raise max_tokens in the prompt file, or give --max-words a smaller number",
    "truncated": "raise max_tokens in the prompt file, or give --max-words a smaller number",
    "unfinished_thinking": "raise max_tokens in the prompt file, or turn reasoning down",
    "refusal": "the model would not; change the prompt file or the model",
    "empty": "the model said nothing; change the prompt file or the model",
    "no_pairs": "`loremill prompts show NAME --article TITLE` shows what was asked",
    **dict.fromkeys(
        ("no_facts", "no_statement", "no_subject", "no_quote", "quote_not_found", "markup_in_fact"),
        "the model listed no fact that its passage bears out: another model may, and --recipe simple "
        "asks for none",
    ),
    "not_json": "the reply cannot be read; change the prompt file or the model",
    "in_batch": "`loremill batch status` looks at it; run the same command again to go on",
    "batch_expired": "run the same command again; the batch ran out of time",
    "batch_cancelled": "run the same command again; the batch was cancelled",
    "quota": "look at the provider's bill, then run the same command again",
    "not_asked": "run the same command again: it goes on from here",
    # The source.
    "missing": "mend the title: the log has near ones",
    "no_text": "`loremill outline TITLE` shows what was left out",
    "unfetched": "run the same command again",
    "unreadable": "give wikitext in UTF-8, one article a file",
    "broken": "this is a bug, please report it with the title",
}
"""Reason of an outcome or of a missing title -> what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason for which something is not done."""

    what: str
    """`calls` or `titles`."""
    reason: str
    count: int
    example: str
    """The first: a title, or an article's section with its prompt file."""
    next_step: str
    """Empty where the reason says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReport:
    """One article of which something was asked in vain."""

    article: str
    calls: int
    done: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is not done; empty where all is."""

    causes: tuple[Cause, ...] = ()
    """The most frequent first."""
    articles: tuple[ArticleReport, ...] = ()
    """At most `LISTED_ARTICLES` of those with failed or partial calls, the worst first."""
    more_articles: int = 0
    """How many such articles there are beside."""


def report_on(folder: Path, sections: Mapping[str, Any], missing: Iterable[Missing]) -> Report:
    """The report on a dataset; reads `sections.jsonl` where something is not done.

    Args:
        folder: the dataset.
        sections: `manifest["sections"]`.
        missing: titles that cannot be had.
    """
    causes = _Causes()
    for one in missing:
        causes.add("titles", one.kind, one.asked)
    articles: dict[str, _Sums] = {}
    if sections["done"] != sections["planned"]:
        for row in _rows(folder / SECTIONS):
            articles.setdefault(row["article"], _Sums()).add(row)
            if row["status"] != "done":
                causes.add("calls", row["reason"] or row["status"], _name(row))
    troubled = sorted(
        ((name, sums) for name, sums in articles.items() if sums.reasons),
        key=lambda one: -one[1].reasons.total(),
    )
    return Report(
        causes=causes.listed(),
        articles=tuple(
            ArticleReport(
                article=name, calls=sums.calls, done=sums.done, reasons=dict(sums.reasons)
            )
            for name, sums in troubled[:LISTED_ARTICLES]
        ),
        more_articles=max(0, len(troubled) - LISTED_ARTICLES),
    )


class _Causes:
    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], str] = {}

    def add(self, what: str, reason: str, example: str) -> None:
        self._counts[what, reason] += 1
        self._examples.setdefault((what, reason), example)

    def listed(self) -> tuple[Cause, ...]:
        return tuple(
            Cause(
                what=what,
                reason=reason,
                count=count,
                example=self._examples[what, reason],
                next_step=NEXT_STEPS.get(reason, ""),
            )
            for (what, reason), count in self._counts.most_common()
        )


@dataclass(slots=True)
class _Sums:
    calls: int = 0
    done: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Of failed and partial calls; what was not asked is nobody's trouble."""

    def add(self, row: Mapping[str, Any]) -> None:
        self.calls += 1
        self.done += row["status"] == "done"
        if row["status"] in ("failed", "partial"):
            self.reasons[row["reason"] or row["status"]] += 1


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _name(row: Mapping[str, Any]) -> str:
    heading = " > ".join(row["section"]) or "Introduction"
    template = row["template"].partition("@")[0]
    return f"{row['article']} > {heading} ({template})"
