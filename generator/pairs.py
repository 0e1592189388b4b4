"""From the replies of a planned call to tagged pairs: reading, and saying where each pair comes from."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from generator.chat.wire import message_text
from generator.digests import digest
from generator.engine.follow_up import Link
from generator.engine.plan import Planned
from generator.records import Defect, Failure, Outcome, Page, Pair, RawPair, Reply
from generator.replies import read_reply

CUT = frozenset({"truncated", "unfinished_thinking"})
"""Defects that mean that the model had more to say."""
CUT_FINISHES = frozenset({"length", "content_filter"})

Status = Literal["done", "partial", "failed", "pending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one planned call has come to, its followers included."""

    pairs: tuple[Pair, ...] = ()
    defects: tuple[Defect, ...] = ()
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one call of them has come to."""

    pairs: tuple[Pair, ...] = ()
    defects: tuple[Defect, ...] = ()
    status: Status
    reason: str = ""


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
        links: the call and those that it has led to, as `follow` gives them.
        split: where the pairs go.
        in_batch: digests of calls that are in a batch.
    """
    parts = [_read(planned, page, link, split=split, in_batch=in_batch) for link in links]
    pairs = tuple(pair for part in parts for pair in part.pairs)
    # A call that another follows has not ended: that one says how it ended.
    ends = [part for part, link in zip(parts, links, strict=True) if link.is_last]
    return Answer(
        pairs=pairs,
        defects=tuple(defect for part in parts for defect in part.defects),
        outcome=_sum_up(planned, ends, pairs=len(pairs), followups=len(links) - 1),
    )


def _read(
    planned: Planned, page: Page, link: Link, *, split: str, in_batch: Container[str]
) -> _Part:
    end = link.end
    if end is None:
        is_on_its_way = link.planned.call.digest in in_batch
        return _Part(status="pending", reason="in_batch" if is_on_its_way else "not_asked")
    if isinstance(end, Failure):
        return _Part(status="failed", reason=end.reason)
    read = read_reply(message_text(end.body), finish_reason=end.finish_reason)
    pairs = tuple(
        _tag(raw, planned, page, call=end.call, position=position, split=split)
        for position, raw in enumerate(read.pairs)
    )
    status, reason = _judge(link.planned, end, len(pairs), read.defects)
    return _Part(pairs=pairs, defects=read.defects, status=status, reason=reason)


def _tag(
    raw: RawPair, planned: Planned, page: Page, *, call: str, position: int, split: str
) -> Pair:
    return Pair(
        id=digest([call, position]),
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
        call=call,
        position=position,
        passage=planned.passage.id,
        split=split,
        repairs=raw.repairs,
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


def _sum_up(planned: Planned, ends: Sequence[_Part], *, pairs: int, followups: int) -> Outcome:
    undone = [end for end in ends if end.status != "done"]
    status: Status
    if not undone:
        status = "done"
    elif pairs:
        status = "partial"
    else:
        status = "pending" if any(end.status == "pending" for end in undone) else "failed"
    passage = planned.passage
    return Outcome(
        article=passage.article,
        section=passage.section,
        part=passage.part,
        parts=passage.parts,
        template=planned.template.label,
        call=planned.call.digest,
        status=status,
        reason=(undone or ends)[0].reason,
        pairs=pairs,
        followups=followups,
    )
