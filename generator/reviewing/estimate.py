"""What mending and judging will take, said before the first pair is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from generator.chat.prices import Price
from generator.chat.tokens import estimate_tokens
from generator.engine.plan import Planned
from generator.estimate import PlannedCall, SecondCalls
from generator.judging import JUDGE
from generator.prompts import Template
from generator.records import Reply, Usage
from generator.repairing import TOP_UP
from generator.reviewing.looking import Looks

SHOWN_TOKENS: Final = 60
"""Of a pair as a judge is shown it: 20 words asked and 20 answered, at 1.33 tokens each, and JSON."""
SAID_TOKENS: Final = 90
"""Of what a judge writes of a pair: two claims with their quotes."""
ANSWER_TOKENS: Final = 60
"""Of an answer of the round trip with its quote, and of a pair that is worded anew."""
UNCLEAR: Final = 0.05
"""Share of pairs that are worded anew: rules in a prompt leave none to a few per cent."""
LEFT_OUT: Final = 4
"""Sentences that a top-up asks about: with two or three pairs for each 50 words some 70 % are covered."""


def expect_second(
    calls: Iterable[PlannedCall],
    looks: Looks,
    *,
    price: Callable[[Reply], Price | None],
    judge_price: Callable[[Reply], Price | None],
) -> list[SecondCalls]:
    """What comes after some planned calls, by their passages and the pairs that they ask for."""
    passages: dict[tuple[object, ...], _Passage] = {}
    for call in calls:
        key = (call.article, call.section, call.part)
        had = passages.get(key, _Passage(pairs=0, tokens=0))
        passages[key] = _Passage(
            pairs=had.pairs + call.pairs, tokens=max(had.tokens, call.prompt_tokens)
        )
    each = list(passages.values())
    found = []
    if looks.rewrite is not None:
        found.append(_mending(looks.rewrite, looks.model, each, price))
    if looks.top_up is not None:
        found.append(_mending(looks.top_up, looks.model, each, price))
    found += [
        _judging(one.name, one.model, one.at_once, one.template, each, judge_price)
        for one in looks.inspectors
    ]
    return found


def count_second(
    planned: Iterable[Planned | None],
    *,
    is_answered: Callable[[str], bool],
    price: Callable[[Reply], Price | None],
) -> list[SecondCalls]:
    """The calls themselves, by prompt file, once the first pairs are there; those with a reply left out."""
    found: dict[str, list[Planned]] = {}
    for one in planned:
        if one is not None and not is_answered(one.call.digest):
            found.setdefault(one.template.name, []).append(one)
    return [_count(name, own, price) for name, own in found.items()]


def _count(
    name: str, planned: Sequence[Planned], price: Callable[[Reply], Price | None]
) -> SecondCalls:
    texts = (message.content for one in planned for message in one.call.messages)
    said = SAID_TOKENS if name == JUDGE else ANSWER_TOKENS
    return _sum(
        name, planned[0].call.model, len(planned), sum(map(estimate_tokens, texts)),
        said * sum(one.pairs for one in planned), price,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    pairs: int
    tokens: int
    """Of the longest prompt about it, which holds the passage and its instructions."""


def _judging(
    name: str,
    model: str,
    at_once: int,
    template: Template,
    passages: Sequence[_Passage],
    price: Callable[[Reply], Price | None],
) -> SecondCalls:
    calls = sum(-(-one.pairs // at_once) for one in passages)
    pairs = sum(one.pairs for one in passages)
    own = estimate_tokens(template.system)
    prompt = sum(-(-one.pairs // at_once) * (one.tokens // 2 + own) for one in passages)
    said = SAID_TOKENS if name == JUDGE else ANSWER_TOKENS
    return _sum(name, model, calls, prompt + SHOWN_TOKENS * pairs, said * pairs, price)


def _mending(
    template: Template,
    model: str,
    passages: Sequence[_Passage],
    price: Callable[[Reply], Price | None],
) -> SecondCalls:
    if template.name == TOP_UP:
        calls, pairs = len(passages), LEFT_OUT * len(passages)
    else:
        pairs = round(UNCLEAR * sum(one.pairs for one in passages))
        calls = min(pairs, len(passages))
    tokens = sum(one.tokens for one in passages) // max(1, len(passages))
    prompt = calls * tokens + SHOWN_TOKENS * pairs
    return _sum(template.name, model, calls, prompt, ANSWER_TOKENS * pairs, price)


def _sum(
    name: str,
    model: str,
    calls: int,
    prompt: int,
    completion: int,
    price: Callable[[Reply], Price | None],
) -> SecondCalls:
    usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
    cost = price(Reply(call="", body="", usage=usage))
    return SecondCalls(
        name=name, model=model, calls=calls, prompt_tokens=prompt, completion_tokens=completion,
        cost=None if cost is None else cost.amount,
    )  # fmt: skip
