"""A side made for the comparison: the same sections, asked about with one prompt file or model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.articles import Prepared
from generator.asking import everywhere
from generator.assemble import checked_against
from generator.chat.prices import Price
from generator.checks import Checker, refusal
from generator.comparison.sides import ComparedPair, SectionKey, SectionSide, Side
from generator.engine.follow_up import Link, find_end, follow
from generator.engine.plan import Asking, Planned, plan_calls, source_of
from generator.pairs import read_answers
from generator.records import Article, Page, Pair, Passage, Reply, Verdict
from generator.store import Store


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One section that is asked about."""

    key: SectionKey
    page: Page
    article: Article
    passages: Sequence[Passage]
    """More than one where the section was cut, or where several have the same path."""


def choose_sections(articles: Iterable[Prepared], most: int | None) -> list[Chosen]:
    """At most so many sections, spread evenly over all articles in their order; None for all.

    The same articles give the same choice, so a second comparison finds its replies stored.
    """
    found: dict[SectionKey, tuple[Prepared, list[Passage]]] = {}
    for prepared in articles:
        for passage in prepared.passages:
            key = SectionKey(prepared.page.title, passage.section)
            found.setdefault(key, (prepared, []))[1].append(passage)
    listed = [
        Chosen(key=key, page=own.page, article=own.article, passages=passages)
        for key, (own, passages) in found.items()
    ]
    if most is None or most >= len(listed):
        return listed
    return [listed[(2 * place + 1) * len(listed) // (2 * most)] for place in range(most)]


def plan_side(sections: Iterable[Chosen], asking: Asking) -> Iterator[list[Planned]]:
    """The calls of one side, section by section."""
    asking = everywhere(asking)
    for section in sections:
        yield list(plan_calls(section.passages, asking, source=source_of(section.page)))


def read_side(
    sections: Sequence[Chosen],
    asking: Asking,
    store: Store,
    price: Callable[[Reply], Price | None],
    *,
    checks: Sequence[str],
    label: str,
    detail: str,
) -> Side:
    """What the stored replies come to, read and checked as a build would."""
    checker = Checker(checks)
    planned = plan_side(sections, asking)
    return Side(
        label=label,
        detail=detail,
        sections={
            section.key: _read_section(section, calls, store, price, checker)
            for section, calls in zip(sections, planned, strict=True)
        },
    )


def _read_section(
    section: Chosen,
    planned: Sequence[Planned],
    store: Store,
    price: Callable[[Reply], Price | None],
    checker: Checker,
) -> SectionSide:
    pairs: list[ComparedPair] = []
    defects: Counter[str] = Counter()
    replies: dict[str, Reply] = {}
    calls = unanswered = 0
    for one in planned:
        links = list(follow(one, lambda call: find_end(store, call)))
        calls += sum(link.planned.is_first for link in links)
        unanswered += not _is_answered(links)
        replies |= {link.end.call: link.end for link in links if isinstance(link.end, Reply)}
        for answer in read_answers(one, section.page, links, split="train"):
            defects.update(defect.reason for defect in answer.defects)
            for pair in answer.pairs:
                text = checked_against(pair, one.text, section.article)
                pairs.append(_compared(pair, checker.judge(pair, text)))
    return SectionSide(
        language=section.page.language,
        passages=[passage.text for passage in section.passages],
        calls=calls,
        unanswered=unanswered,
        pairs=pairs,
        defects=defects,
        tokens=sum(
            reply.usage.prompt_tokens + reply.usage.completion_tokens for reply in replies.values()
        ),
        cost=_cost(replies, price),
    )


def _is_answered(links: Sequence[Link]) -> bool:
    return all(isinstance(link.end, Reply) for link in links if link.is_last)


def _compared(pair: Pair, verdicts: Sequence[Verdict]) -> ComparedPair:
    decided = refusal(verdicts)
    return ComparedPair(
        prompt=pair.prompt,
        completion=pair.completion,
        kind=pair.kind,
        rejected="" if decided is None else decided.reason,
    )


def _cost(replies: Mapping[str, Reply], price: Callable[[Reply], Price | None]) -> float | None:
    prices = [price(reply) for reply in replies.values()]
    known = [one.amount for one in prices if one is not None]
    return sum(known) if len(known) == len(prices) else None
