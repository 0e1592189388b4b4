"""The calls of a recipe's later steps: made from what the replies to earlier ones say. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TypeVar

from generator.chat.wire import message_text
from generator.digests import digest
from generator.engine.plan import Given, Planned, plan_call
from generator.facts import Fact, Listed, named, read_facts
from generator.recipes import Step
from generator.records import RawPair, Reply
from generator.replies import read_reply

T = TypeVar("T")

MOST_ANSWER_WORDS = 60
"""Of a pair that is worded anew; longer answers are no single fact."""


def list_facts(planned: Planned, reply: Reply) -> Listed:
    """The facts that a reply adds to those found before."""
    return read_facts(message_text(reply.body), planned.passage.text, known=planned.facts)


def later_calls(planned: Planned, reply: Reply) -> tuple[Planned, ...]:
    """The calls of the next steps that a whole reply leads to."""
    steps = planned.next_steps
    if not steps:
        return ()
    if planned.gives == "facts":
        facts = (*planned.facts, *list_facts(planned, reply).facts)
        return tuple(one for step in steps for one in _about_facts(step, planned, facts))
    text = message_text(reply.body)
    pairs = read_reply(text, finish_reason=reply.finish_reason).pairs
    given = [given_pair(planned, raw, place, reply.call) for place, raw in enumerate(pairs)]
    return tuple(one for step in steps for one in _wordings(step, planned, given))


def facts_of(raw: RawPair, planned: Planned) -> tuple[Fact, ...]:
    """The facts that a pair names; what is none of those that were given is left out."""
    if planned.given:
        base = base_of(raw, planned)
        return () if base is None else base.facts
    places = [_place(name, "f", len(planned.facts)) for name in raw.facts]
    return tuple(dict.fromkeys(planned.facts[place] for place in places if place is not None))


def base_of(raw: RawPair, planned: Planned) -> Given | None:
    """The pair that another says it words anew; None where it is none of those that were given."""
    place = _place(raw.of, "p", len(planned.given))
    return None if place is None else planned.given[place]


def wrong_names(raw: RawPair, planned: Planned) -> int:
    """How many facts a pair names that it was not given; where none were, nobody asked for names."""
    if planned.given or not planned.facts:
        return 0
    return sum(_place(name, "f", len(planned.facts)) is None for name in raw.facts)


def given_pair(planned: Planned, raw: RawPair, place: int, call: str) -> Given:
    """A pair of a reply as a step that words it anew is given it."""
    return Given(
        id=pair_id(call, place),
        prompt=raw.prompt,
        completion=raw.completion,
        facts=facts_of(raw, planned),
    )


def pair_id(call: str, position: int) -> str:
    """Identity of a pair."""
    return digest([call, position])


# Inside -----------------------------------------------------------------------------------------


def _about_facts(step: Step, planned: Planned, facts: tuple[Fact, ...]) -> Iterator[Planned]:
    passage, amount, asking = planned.passage, step.amount, planned.asking
    if asking is None or not planned.takes(step):
        return
    if step.gives == "facts" or amount.per not in ("fact", "name"):
        yield plan_call(
            step, passage, asking, source=planned.source, facts=facts, spared=planned.spared
        )
        return
    chosen = _spread(facts, amount.at_most)
    if amount.per == "name":
        chosen = named(facts, most=min(amount.at_most, math.ceil(amount.share * len(facts))))
    for part in _parts(chosen, step.at_once):
        yield plan_call(
            step, passage, asking, source=planned.source,
            pairs=max(amount.at_least if len(part) == len(chosen) else 0, amount.count * len(part)),
            facts=tuple(part), spared=planned.spared,
        )  # fmt: skip


def _wordings(step: Step, planned: Planned, given: Sequence[Given]) -> Iterator[Planned]:
    if planned.asking is None:
        return
    short = [one for one in given if len(one.completion.split()) <= MOST_ANSWER_WORDS]
    for part in _parts(short[: step.amount.at_most], step.at_once):
        yield plan_call(
            step, planned.passage, planned.asking, source=planned.source,
            pairs=step.amount.count * len(part), given=tuple(part), spared=planned.spared,
        )  # fmt: skip


def _spread(items: tuple[T, ...], most: int) -> tuple[T, ...]:
    """At most so many, from all over the list: facts come in the order of the passage."""
    if len(items) <= most:
        return items
    return tuple(items[len(items) * number // most] for number in range(most))


def _parts(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Stretches of about the same length, none longer than `most`."""
    parts = math.ceil(len(items) / most)
    for number in range(parts):
        yield items[len(items) * number // parts : len(items) * (number + 1) // parts]


def _place(name: str, letter: str, count: int) -> int | None:
    """`f3` -> 2, where so many were given; models also write `3` and `[F3]`."""
    digits = name.strip(" []().:#\"'").casefold().removeprefix(letter)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
        return None
    place = int(digits) - 1
    return place if 0 <= place < count else None
