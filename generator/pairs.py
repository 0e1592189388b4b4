"""From the replies of a planned call to tagged pairs and facts: reading, and saying where each comes from."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from generator.chat.wire import message_text
from generator.engine.follow_up import Link
from generator.engine.later import base_of, facts_of, list_facts, pair_id, wrong_names
from generator.engine.plan import Planned, source_of
from generator.facts import Fact, fact_id, is_quoted
from generator.recipes import Step
from generator.records import Defect, Failure, Outcome, Page, Pair, RawPair, Reply, Verdict
from generator.replies import read_reply
from generator.replies.findings import defect

CUT = frozenset({"truncated", "unfinished_thinking"})
"""Defects that mean that the model had more to say."""
CUT_FINISHES = frozenset({"length", "content_filter"})

EVIDENCE = "evidence"
"""Name of the check that looks up the quote that a pair gives."""

Status = Literal["done", "partial", "failed", "pending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFact:
    """A fact, and where it comes from."""

    id: str
    fact: Fact
    section: tuple[str, ...]
    passage: str
    """Id of the passage."""
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one step has come to on one passage, the calls that it led to included."""

    pairs: tuple[Pair, ...] = ()
    facts: tuple[ListedFact, ...] = ()
    defects: tuple[Defect, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By the id of the pair, where it gives a quote that does not stand in the text."""
    outcome: Outcome
    links: tuple[Link, ...] = ()
    """Its calls; none for a step that was not come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one call of them has come to."""

    pairs: tuple[Pair, ...] = ()
    facts: tuple[ListedFact, ...] = ()
    defects: tuple[Defect, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    status: Status
    reason: str = ""


def read_answers(
    planned: Planned,
    page: Page,
    links: Sequence[Link],
    *,
    split: str = "",
    in_batch: Container[str] = (),
) -> list[Answer]:
    """What came of a planned call and of every later step of its recipe on the same passage.

    The first is about the call itself. A step that was not come to has an answer, too, which says why.
    Free: everything it needs is stored. For the arguments see `read_answer`.
    """
    first, asking = planned.step, planned.asking
    if first is None or asking is None or not planned.next_steps:
        return [read_answer(planned, page, links, split=split, in_batch=in_batch)]
    answers: dict[str, Answer] = {}
    for step in asking.steps.chain(first):
        own = [link for link in links if link.planned.step_name == step.name]
        if own:
            answers[step.name] = _answer(planned, page, own, split=split, in_batch=in_batch)
        elif planned.takes(step):
            before = [answers[name] for name in step.after if name in answers]
            answers[step.name] = Answer(outcome=_not_come_to(planned, step, before))
    return list(answers.values())


def read_answer(
    planned: Planned,
    page: Page,
    links: Sequence[Link],
    *,
    split: str,
    in_batch: Container[str] = (),
) -> Answer:
    """The pairs of a planned call, tagged, and how it ended. Free: everything it needs is stored.

    Args:
        planned: the call as it stands in the plan.
        page: what it is about.
        links: the call and those of its own step that it has led to, as `follow` gives them.
        split: where the pairs go; empty where that is decided later.
        in_batch: digests of calls that are in a batch.
    """
    return _answer(planned, page, links, split=split, in_batch=in_batch)


def _answer(
    planned: Planned, page: Page, links: Sequence[Link], *, split: str, in_batch: Container[str]
) -> Answer:
    parts = [_read(planned, page, link, split=split, in_batch=in_batch) for link in links]
    # A call that another follows has not ended: that one says how it ended.
    ends = [part for part, link in zip(parts, links, strict=True) if link.is_last]
    return Answer(
        pairs=tuple(pair for part in parts for pair in part.pairs),
        facts=_without_repetition(fact for part in parts for fact in part.facts),
        defects=tuple(defect for part in parts for defect in part.defects),
        verdicts={pair: one for part in parts for pair, one in part.verdicts.items()},
        outcome=_sum_up(planned, links, parts, ends),
        links=tuple(links),
    )


def _without_repetition(facts: Iterator[ListedFact]) -> tuple[ListedFact, ...]:
    """Halves of a passage may tell the same thing."""
    found: dict[str, ListedFact] = {}
    for fact in facts:
        found.setdefault(fact.id, fact)
    return tuple(found.values())


def _read(
    planned: Planned, page: Page, link: Link, *, split: str, in_batch: Container[str]
) -> _Part:
    end = link.end
    if end is None:
        is_on_its_way = link.planned.call.digest in in_batch
        return _Part(status="pending", reason="in_batch" if is_on_its_way else "not_asked")
    if isinstance(end, Failure):
        return _Part(status="failed", reason=end.reason)
    if link.planned.gives == "facts":
        return _read_facts(planned, page, link.planned, end)
    read = read_reply(message_text(end.body), finish_reason=end.finish_reason)
    pairs: list[Pair] = []
    defects = list(read.defects)
    verdicts: dict[str, Verdict] = {}
    for position, raw in enumerate(read.pairs):
        defects += _misnamed(raw, link.planned)
        if link.planned.given and base_of(raw, link.planned) is None:
            continue
        pair = _tag(raw, planned, link.planned, page, call=end.call, position=position, split=split)
        pairs.append(pair)
        if raw.quote and not is_quoted(raw.quote, link.planned.text):
            verdicts[pair.id] = Verdict(
                pair=pair.id, check=EVIDENCE, keep=False, reason="quote_not_found"
            )
    status, reason = _judge(link.planned, end, len(pairs), tuple(defects))
    return _Part(
        pairs=tuple(pairs), defects=tuple(defects), verdicts=verdicts, status=status, reason=reason
    )


def _misnamed(raw: RawPair, planned: Planned) -> Iterator[Defect]:
    """Names that lead nowhere: of a fact, without which a pair can do, or of the pair reworded."""
    if planned.given and base_of(raw, planned) is None:
        yield defect("unknown_pair", raw.prompt)
    for _ in range(wrong_names(raw, planned)):
        yield defect("unknown_fact", raw.prompt)


def _read_facts(planned: Planned, page: Page, asked: Planned, reply: Reply) -> _Part:
    listed = list_facts(asked, reply)
    section, source = planned.passage.section, source_of(page)
    facts = tuple(
        ListedFact(
            id=fact_id(source, section, fact), fact=fact, section=section,
            passage=planned.passage.id, call=reply.call,
        )
        for fact in listed.facts
    )  # fmt: skip
    status: Status = "done"
    reason = ""
    if reply.finish_reason in CUT_FINISHES:
        status, reason = "partial", reply.finish_reason
    if not facts and not asked.facts:
        reasons = [one.reason for one in listed.defects]
        status, reason = "failed", reasons[0] if reasons else "no_facts"
    return _Part(facts=facts, defects=listed.defects, status=status, reason=reason)


def _tag(
    raw: RawPair,
    planned: Planned,
    asked: Planned,
    page: Page,
    *,
    call: str,
    position: int,
    split: str,
) -> Pair:
    source, section = source_of(page), planned.passage.section
    facts = facts_of(raw, asked)
    base = base_of(raw, asked)
    quote = raw.quote or (facts[0].quote if facts else "")
    return Pair(
        id=pair_id(call, position),
        prompt=raw.prompt,
        completion=raw.completion,
        kind=asked.template.kind,
        article=page.title,
        section=section,
        language=page.language,
        site=page.site,
        page_id=page.page_id,
        revision_id=page.revision_id,
        url=page.url,
        template=asked.template.label,
        model=asked.call.model,
        call=call,
        position=position,
        passage=planned.passage.id,
        split=split,
        repairs=raw.repairs,
        facts=tuple(fact_id(source, section, fact) for fact in facts),
        quote=quote,
        of="" if base is None else base.id,
        other_section=None if asked.beside is None else asked.beside.section,
    )


def _judge(
    planned: Planned, reply: Reply, pairs: int, defects: tuple[Defect, ...]
) -> tuple[Status, str]:
    """How a reply ended, and why where it is not done."""
    reasons = [defect.reason for defect in defects]
    cut = next((reason for reason in reasons if reason in CUT), "")
    if reply.finish_reason in CUT_FINISHES:
        cut = reply.finish_reason
    if pairs:
        return ("partial", cut) if cut and pairs < planned.pairs else ("done", "")
    if reply.served_by == "extractive":
        # The built-in writer never fails: without numbers, names or sentences there is nothing.
        return "done", "nothing_to_ask"
    return "failed", cut or (reasons[0] if reasons else "no_pairs")


def _sum_up(
    planned: Planned, links: Sequence[Link], parts: Sequence[_Part], ends: Sequence[_Part]
) -> Outcome:
    undone = [end for end in ends if end.status != "done"]
    pairs = sum(len(part.pairs) for part in parts)
    facts = sum(len(part.facts) for part in parts)
    status: Status
    if not undone:
        status = "done"
    elif pairs or facts:
        status = "partial"
    else:
        status = "pending" if any(end.status == "pending" for end in undone) else "failed"
    return _outcome(
        planned,
        links[0].planned.template.label,
        call=links[0].planned.call.digest,
        status=status,
        reason=(undone or ends)[0].reason,
        pairs=pairs,
        facts=facts,
        followups=len(links) - 1,
    )


def _not_come_to(planned: Planned, step: Step, before: Sequence[Answer]) -> Outcome:
    """How a step ended that no reply led to."""
    statuses = [answer.outcome.status for answer in before]
    status: Status
    if "pending" in statuses or not before:
        status, reason = "pending", "not_asked"
    elif step.gives == "wordings":
        status, reason = ("failed", "no_pairs")
        if all(answer.outcome.reason == "nothing_to_ask" for answer in before):
            status, reason = "done", "nothing_to_ask"
    elif "failed" in statuses:
        status, reason = "failed", "no_facts"
    else:
        status, reason = "done", "nothing_to_ask"
    return _outcome(planned, step.template.label, call="", status=status, reason=reason)


def _outcome(
    planned: Planned,
    template: str,
    *,
    call: str,
    status: Status,
    reason: str,
    pairs: int = 0,
    facts: int = 0,
    followups: int = 0,
) -> Outcome:
    passage = planned.passage
    return Outcome(
        article=passage.article,
        section=passage.section,
        part=passage.part,
        parts=passage.parts,
        template=template,
        call=call,
        status=status,
        reason=reason,
        pairs=pairs,
        facts=facts,
        followups=followups,
    )
