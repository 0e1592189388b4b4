"""The calls of later steps before anybody has answered: the chain walked with invented replies. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator

from generator.engine.later import later_calls
from generator.engine.neighbours import WORDS_PER_FACT
from generator.engine.plan import Planned
from generator.recipes import Step
from generator.records import Reply

WORDS_OF_A_FACT = 12
"""In a statement, at 20 words a sentence and two facts in each."""
NAMED_EVERY = 3
"""One in so many facts belongs to a name."""


def foresee(planned: Planned) -> Iterator[Planned]:
    """What a call will lead to if its reply says as much as its passage lets expect.

    The numbers of calls and of pairs are an estimate, and so are the texts; they are never asked.
    """
    if not planned.next_steps:
        return
    reply = Reply(call=planned.call.digest, body=_body(planned), finish_reason="stop")
    for one in later_calls(planned, reply):
        yield one
        yield from foresee(one)


def count_ahead(planned: Planned) -> int:
    """How many calls a call is expected to lead to: as many as `foresee` gives, without their texts."""
    if not planned.next_steps:
        return 0
    if planned.gives == "facts":
        return _after_facts(planned, planned.next_steps, len(planned.facts))
    return sum(_calls(step, planned.pairs) for step in planned.next_steps)


def _after_facts(planned: Planned, steps: Iterable[Step], known: int) -> int:
    facts = max(known, -(-planned.passage.words // WORDS_PER_FACT))
    return sum(_about_facts(planned, step, facts) for step in steps if planned.takes(step))


def _about_facts(planned: Planned, step: Step, facts: int) -> int:
    """The calls of one step, and those that come of them."""
    asking, amount = planned.asking, step.amount
    later = () if asking is None else asking.steps.next(step)
    if step.gives == "facts":
        return 1 + _after_facts(planned, later, facts)
    calls, pairs = 1, step.count(planned.passage.words)
    if amount.per in ("fact", "name"):
        chosen = min(facts, amount.at_most)
        if amount.per == "name":
            chosen = min(chosen, math.ceil(amount.share * facts), -(-facts // NAMED_EVERY))
        calls, pairs = -(-chosen // step.at_once), amount.count * chosen
    return calls + sum(calls * _calls(one, -(-pairs // max(1, calls))) for one in later)


def _calls(step: Step, pairs: int) -> int:
    """Calls that word so many pairs anew."""
    return -(-min(pairs, step.amount.at_most) // step.at_once)


def _body(planned: Planned) -> str:
    lines = _facts(planned) if planned.gives == "facts" else _pairs(planned)
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    message = {"role": "assistant", "content": text}
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]})


def _facts(planned: Planned) -> Iterator[dict[str, str]]:
    """One fact in ten words in all; a second list finds what is left of them."""
    passage = planned.passage
    words = passage.text.split() or [passage.text]
    expected = -(-passage.words // WORDS_PER_FACT)
    is_last = not any(step.gives == "facts" for step in planned.next_steps)
    wanted = expected - len(planned.facts) if is_last else -(-3 * expected // 4)
    for number in range(max(0, wanted)):
        place = (number + len(planned.facts)) * len(words) // max(expected, 1)
        quote = " ".join(words[place : place + WORDS_OF_A_FACT])
        name = words[place] if number % NAMED_EVERY == 0 else ""
        yield {
            "fact": f"{passage.article}: {quote} ({number + len(planned.facts)})",
            "subject": passage.article,
            "quote": quote,
            "name": name,
        }


def _pairs(planned: Planned) -> Iterator[dict[str, str]]:
    for number in range(planned.pairs):
        fact = planned.facts[number % len(planned.facts)] if planned.facts else None
        said = fact.statement if fact else planned.passage.article
        yield {"facts": f"f{number + 1}", "prompt": f"What is known of {said}?", "completion": said}
