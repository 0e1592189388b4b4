"""From a stored reply to tagged pairs: reading, and saying where each pair comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.chat.wire import message_text
from generator.digests import digest
from generator.engine.plan import Planned
from generator.records import Defect, Failure, Outcome, Page, Pair, Reply
from generator.replies import read_reply

CUT = frozenset({"truncated", "unfinished_thinking"})
"""Defects that mean that the model had more to say."""
CUT_FINISHES = frozenset({"length", "content_filter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one planned call has come to."""

    pairs: tuple[Pair, ...] = ()
    defects: tuple[Defect, ...] = ()
    outcome: Outcome


def read_answer(
    planned: Planned, page: Page, reply: Reply | None, failure: Failure | None, *, split: str
) -> Answer:
    """The pairs of a call, tagged, and how it ended. Free: everything it needs is stored."""
    if reply is None:
        status: Literal["failed", "pending"] = "pending" if failure is None else "failed"
        return Answer(outcome=_outcome(planned, status, failure.reason if failure else "not_asked"))
    read = read_reply(message_text(reply.body), finish_reason=reply.finish_reason)
    pairs = tuple(
        Pair(
            id=digest([reply.call, position]),
            prompt=raw.prompt,
            completion=raw.completion,
            kind=planned.template.kind,
            article=page.title,
            section=planned.passage.section,
            language=page.language,
            site=page.site,
            page_id=page.page_id,
            revision_id=page.revision_id,
            url=page.url,
            template=planned.template.label,
            model=planned.call.model,
            call=reply.call,
            position=position,
            passage=planned.passage.id,
            split=split,
            repairs=raw.repairs,
        )
        for position, raw in enumerate(read.pairs)
    )
    outcome = _judge(planned, reply, len(pairs), read.defects)
    return Answer(pairs=pairs, defects=read.defects, outcome=outcome)


def _judge(planned: Planned, reply: Reply, pairs: int, defects: tuple[Defect, ...]) -> Outcome:
    reasons = [defect.reason for defect in defects]
    cut = next((reason for reason in reasons if reason in CUT), "")
    if reply.finish_reason in CUT_FINISHES:
        cut = reply.finish_reason
    if pairs:
        return _outcome(planned, "partial" if cut else "done", cut, pairs)
    if reply.served_by == "extractive":
        # The built-in writer never fails: without numbers, names or sentences there is nothing.
        return _outcome(planned, "done", "nothing_to_ask")
    return _outcome(planned, "failed", cut or (reasons[0] if reasons else "no_pairs"))


def _outcome(
    planned: Planned,
    status: Literal["done", "partial", "failed", "pending"],
    reason: str = "",
    pairs: int = 0,
) -> Outcome:
    passage = planned.passage
    return Outcome(
        article=passage.article,
        section=passage.section,
        part=passage.part,
        parts=passage.parts,
        template=planned.template.label,
        call=planned.call.digest,
        status=status,
        reason=reason,
        pairs=pairs,
    )
