"""What a call leads to: the calls that its reply or its failure asks for next.

Found from stored things alone. So a run, the run that resumes it and the assembly of the dataset find the
same calls, and nothing has to be kept about them but their own replies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from generator.chat.wire import message_text
from generator.engine.later import later_calls, list_facts
from generator.engine.plan import Planned, given_values
from generator.facts import Fact, is_quoted
from generator.prompts import render
from generator.records import Call, Failure, Json, Message, Passage, Reply
from generator.replies import read_reply
from generator.store import SHORT_TOKENS, Store
from generator.wikitext.sentences import sentence_spans

OVERFLOW = "context_overflow"
"""Reason of a failure: prompt and reply together are too long for the model."""
CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens"})
"""Finish reasons of a reply that was cut for its length, in the words of several servers."""

HALVINGS = 3
"""Down to an eighth of a passage: 15 requests that a model with a tiny context refuses, at no cost."""
CONTINUATIONS = 2
REDRAWS = 1
REDRAWN = 1000
"""Added to the sample number, beyond what anybody asks for by number."""

REST = """\
Your answer was cut off at its length limit. Of the {pairs} pairs asked for, write those that are \
still missing, in the same format and by the same rules. Begin with the one that was cut off. Do not \
repeat the others."""
"""Says nothing that depends on how the reply was read, so that a better reader changes no call."""
REST_OF_FACTS = """\
Your answer was cut off at its length limit. Write the facts that are still missing, in the same \
format and by the same rules. Begin with the one that was cut off. Do not repeat the others."""

End = Reply | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One call of those that a planned call has led to."""

    planned: Planned
    end: End | None
    """None for a call that has not been answered yet."""
    is_last: bool
    """True where nothing of its own step follows: how it ended counts."""


def find_end(store: Store, call: str) -> End | None:
    """How a call has ended: its reply, else its last failure; None for one that is still open."""
    reply = store.get_reply(call)
    # A call in a batch is being asked again, whatever came of it before.
    if reply is not None or store.batches.holds(call):
        return reply
    failure = store.last_failure(call)
    if failure is not None and store.failed_for(OVERFLOW, [call]):
        # A run takes it for the end, whatever became of the same call elsewhere afterwards.
        return replace(failure, reason=OVERFLOW)
    return failure


def follow(planned: Planned, find: Callable[[str], End | None]) -> Iterator[Link]:
    """A call and all that it has led to, each before its own followers.

    Args:
        planned: the call as it stands in the plan.
        find: the reply to a call, else its failure, else None, by digest.
    """
    end = find(planned.call.digest)
    more = () if end is None else follow_up(planned, end)
    again = any(one.step_name == planned.step_name for one in more)
    yield Link(planned=planned, end=end, is_last=not again)
    for one in more:
        yield from follow(one, find)


def follow_up(planned: Planned, end: End) -> tuple[Planned, ...]:
    """The calls that should follow one that ended in this way; none for most.

    - Too long for the model: one call for each half of the passage, with half the room to answer.
    - Cut at the length limit with pairs missing: one call that asks for the rest.
    - Empty, or too short to hold a pair: the same once more.
    - Of a step that others come after: their calls, once a list of facts is whole.
    """
    if isinstance(end, Failure):
        return _halves(planned) if end.reason == OVERFLOW else ()
    if end.served_by == "extractive":
        return ()
    again = _again(planned, end)
    if again and planned.gives == "facts":
        return again
    return (*again, *later_calls(planned, end))


def is_short(reply: Reply) -> bool:
    """Whether a reply is so short that it hardly holds a pair; thinking does not count."""
    return reply.usage.completion_tokens - reply.usage.reasoning_tokens < SHORT_TOKENS


def halve(text: str) -> tuple[str, str] | None:
    """A text in two parts of about the same length: between paragraphs, sentences, or words.

    None where none of these comes between the first and the last quarter.
    """
    text = text.strip()
    quarter = len(text) / 4
    for places in (_paragraphs(text), _sentences(text), _words(text)):
        inner = [place for place in places if quarter <= place <= 3 * quarter]
        if inner:
            middle = min(inner, key=lambda place: abs(place - 2 * quarter))
            return text[:middle].rstrip(), text[middle:].lstrip()
    return None


# Inside -----------------------------------------------------------------------------------------


def _again(planned: Planned, reply: Reply) -> tuple[Planned, ...]:
    """Another call of the same step, where a reply was cut or holds nothing."""
    is_cut = reply.finish_reason in CUT
    if not (is_cut or is_short(reply)):
        return ()
    text = message_text(reply.body)
    if planned.gives == "facts":
        facts = list_facts(planned, reply).facts
        if facts or planned.facts:
            # With facts known before, nothing may be all that was missed.
            return _rest_of_facts(planned, text, facts) if is_cut else ()
        return _once_more(planned)
    pairs = read_reply(text, finish_reason=reply.finish_reason).pairs
    if not pairs:
        return _once_more(planned)
    return _rest(planned, text, len(pairs)) if is_cut else ()


def _halves(planned: Planned) -> tuple[Planned, ...]:
    # A call that carries an earlier reply is no plain rendering of its passage.
    if planned.halvings >= HALVINGS or planned.continuations or planned.given or planned.beside:
        return ()
    halves = halve(planned.passage.text)
    if halves is None:
        return ()
    whole = planned.passage
    about = (
        _about(planned, replace(whole, text=text, part=part, parts=2 * whole.parts))
        for part, text in enumerate(halves, start=2 * whole.part - 1)
    )
    # A half in which none of the facts stands tells nothing.
    return tuple(one for one in about if one.facts or not planned.facts)


def _about(planned: Planned, half: Passage) -> Planned:
    facts = tuple(fact for fact in planned.facts if is_quoted(fact.quote, half.text))
    pairs = -(-planned.pairs // 2)
    call = Call(
        model=planned.call.model,
        messages=render(planned.template, half, pairs=pairs, given=given_values(facts, (), None)),
        parameters=_with_half_the_room(planned.call),
        sample=planned.call.sample,
    )
    return replace(
        planned, call=call, passage=half, pairs=pairs, facts=facts, halvings=planned.halvings + 1
    )


def _with_half_the_room(call: Call) -> dict[str, Json]:
    """Many servers refuse by prompt and room together; half the passage needs half the room."""
    most = call.parameters.get("max_tokens")
    room: dict[str, Json] = {"max_tokens": -(-most // 2)} if isinstance(most, int) else {}
    return {**call.parameters, **room}


def _rest(planned: Planned, text: str, read: int) -> tuple[Planned, ...]:
    missing = planned.pairs - read
    if missing <= 0:
        return ()
    return _go_on(replace(planned, pairs=missing), text, REST.format(pairs=planned.pairs))


def _rest_of_facts(planned: Planned, text: str, facts: tuple[Fact, ...]) -> tuple[Planned, ...]:
    return _go_on(replace(planned, facts=(*planned.facts, *facts)), text, REST_OF_FACTS)


def _go_on(planned: Planned, text: str, request: str) -> tuple[Planned, ...]:
    if planned.continuations >= CONTINUATIONS:
        return ()
    said = (Message("assistant", text), Message("user", request))
    call = replace(planned.call, messages=(*planned.call.messages, *said))
    return (replace(planned, call=call, continuations=planned.continuations + 1),)


def _once_more(planned: Planned) -> tuple[Planned, ...]:
    if planned.redraws >= REDRAWS:
        return ()
    call = replace(planned.call, sample=planned.call.sample + REDRAWN)
    return (replace(planned, call=call, redraws=planned.redraws + 1),)


def _paragraphs(text: str) -> Iterable[int]:
    place = text.find("\n\n")
    while place >= 0:
        yield place
        place = text.find("\n\n", place + 2)


def _sentences(text: str) -> Iterable[int]:
    return (end for _, end in sentence_spans(text))


def _words(text: str) -> Iterable[int]:
    return (place for place, character in enumerate(text) if character.isspace())
