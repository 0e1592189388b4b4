"""What a job would call and cost, found out without calling a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.chat.prices import Price
from generator.chat.tokens import estimate_tokens
from generator.engine.events import Missing
from generator.engine.follow_up import OVERFLOW, End, follow
from generator.engine.foresight import foresee
from generator.engine.plan import Planned
from generator.errors import ExitCode
from generator.reasons import EXPECTED, FOLLOW_UP, LED_ON, Reason, explain, note
from generator.records import Failure, Reply, Usage
from generator.store import Experience, Noted, Store

PAIR_TOKENS = {
    "basic": 45,
    "detailed": 180,
    "reverse": 45,
    "abstain": 50,
    "link": 80,
    "wording": 50,
    "facts": 75,
}
"""Tokens of one pair with its JSON, by kind: 20 words asked and 15 answered, or 25 and 110, at 1.33
tokens a word of English (o200k), and 10 tokens of braces and keys less what is usually shorter."""

ENOUGH_REPLIES = 5
"""From so many replies to a prompt file on, their average is believed more than `PAIR_TOKENS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """One call that a job would make, or has made already."""

    article: str
    section: tuple[str, ...]
    part: int
    parts: int
    template: str
    pairs: int
    """How many pairs it asks for."""
    call: str
    is_answered: bool
    """True where how it ended is in the store, so that it costs nothing."""
    is_in_batch: bool = False
    """True where a batch holds it, so that nobody else asks."""
    is_expected: bool = False
    """True for a call of a later step that nobody can know yet: what earlier replies say decides."""
    reason: Reason | None = None
    """Why it is new; None where it is not."""
    prompt_tokens: int
    """Estimated."""
    completion_tokens: int
    """Estimated from the pairs it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCalls:
    """Calls of one kind about the pairs of others: as many as there are likely to be, or are."""

    name: str
    """That of the prompt file."""
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """None where unknown."""

    def times(self, factor: float) -> SecondCalls:
        """The same for so many times as many articles."""
        return replace(
            self,
            calls=round(self.calls * factor),
            prompt_tokens=round(self.prompt_tokens * factor),
            completion_tokens=round(self.completion_tokens * factor),
            cost=None if self.cost is None else self.cost * factor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWay:
    """What another recipe would take for the same passages."""

    recipe: str
    calls: int
    """New ones, as are the tokens."""
    stored: int
    """Calls of it that have a reply."""
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """None where unknown."""

    def times(self, factor: float) -> OtherWay:
        """The same for so many times as many articles."""
        return replace(
            self,
            calls=round(self.calls * factor),
            stored=round(self.stored * factor),
            prompt_tokens=round(self.prompt_tokens * factor),
            completion_tokens=round(self.completion_tokens * factor),
            cost=None if self.cost is None else self.cost * factor,
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The calls of a job."""

    calls: Sequence[PlannedCall]
    missing: Sequence[Missing]
    model: str
    endpoint: str
    folder: Path
    price: Callable[[Reply], Price | None]
    by_batch: bool = False
    """True where the new calls go into batches, at half the price."""
    recipe: str = ""
    """Name of the recipe; empty where prompt files were named one by one."""
    second: Sequence[SecondCalls] = ()
    """What comes after: mending and judging."""
    simpler: OtherWay | None = None
    """What the simplest recipe would take, where nobody has named one and this one is new here."""

    @property
    def new(self) -> list[PlannedCall]:
        """Calls that would be made; the same one in two places of the plan is made once."""
        return list({call.call: call for call in self.calls if call.reason is not None}.values())

    @property
    def reasons(self) -> Counter[Reason]:
        """Why the new calls are new, with their numbers."""
        return Counter(call.reason for call in self.new if call.reason is not None)

    @property
    def cost(self) -> float | None:
        """Estimated for the new calls, in the currency of the price list; None where unknown."""
        return _cost(self.new, self.price, by_batch=self.by_batch)

    def another(self, recipe: str, calls: Sequence[PlannedCall]) -> OtherWay:
        """What the calls of another recipe about the same articles would take."""
        other = replace(self, calls=calls)
        return OtherWay(
            recipe=recipe,
            calls=len(other.new),
            stored=sum(call.is_answered for call in calls),
            prompt_tokens=sum(call.prompt_tokens for call in other.new),
            completion_tokens=sum(call.completion_tokens for call in other.new),
            cost=other.cost,
        )

    @property
    def exit_code(self) -> ExitCode:
        """5 where no article can be had, 1 where some cannot."""
        if not self.missing:
            return ExitCode.OK
        return ExitCode.INCOMPLETE if self.calls else ExitCode.SOURCE

    def as_dict(self) -> dict[str, Any]:
        """The plan for `--json`."""
        new = self.new
        return {
            "model": self.model,
            "endpoint": self.endpoint,
            "recipe": self.recipe,
            "folder": str(self.folder),
            "calls": [asdict(call) for call in self.calls],
            "stored_calls": sum(call.is_answered for call in self.calls),
            "new_calls": len(new),
            "reasons": [
                {**asdict(reason), "calls": calls} for reason, calls in self.reasons.most_common()
            ],
            "prompt_tokens": sum(call.prompt_tokens for call in new),
            "completion_tokens": sum(call.completion_tokens for call in new),
            "cost_usd": self.cost,
            "second": [asdict(one) for one in self.second],
            "simpler": None if self.simpler is None else asdict(self.simpler),
            "missing": [asdict(one) for one in self.missing],
        }


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a job will take: of all its articles, or from the first ones by their share of the list."""

    listed: int
    """Titles and files asked for."""
    looked_at: int
    """…of which so many were looked at."""
    calls: int
    new_calls: int
    """Without a reply."""
    prompt_tokens: int
    """Of new calls, as are the following."""
    completion_tokens: int
    cost: float | None
    """In the currency of the price list; None where unknown."""
    reasons: Counter[Reason] = field(default_factory=Counter)
    """Why calls of the articles looked at are new."""
    second: Sequence[SecondCalls] = ()
    """What comes after: mending and judging; not in the sums."""
    recipe: str = ""
    """As in `Plan`."""
    simpler: OtherWay | None = None
    """As in `Plan`."""

    @property
    def total_cost(self) -> float | None:
        """Of all, mending and judging included."""
        costs = [self.cost, *(one.cost for one in self.second)]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    @property
    def is_extrapolated(self) -> bool:
        """Whether there are more articles than were looked at."""
        return self.looked_at < self.listed


def extrapolate(plan: Plan, *, listed: int, looked_at: int) -> Estimate:
    """The estimate of a whole job from the plan of its first articles."""
    share = listed / looked_at if looked_at else 1.0
    new = plan.new
    return Estimate(
        listed=listed,
        looked_at=looked_at,
        calls=round(share * len(plan.calls)),
        new_calls=round(share * len(new)),
        prompt_tokens=round(share * sum(call.prompt_tokens for call in new)),
        completion_tokens=round(share * sum(call.completion_tokens for call in new)),
        cost=None if plan.cost is None else share * plan.cost,
        reasons=plan.reasons,
        second=[one.times(share) for one in plan.second if round(one.calls * share)],
        recipe=plan.recipe,
        simpler=None if plan.simpler is None else plan.simpler.times(share),
    )


def estimate_calls(
    planned: Iterable[Planned], store: Store, experience: Mapping[str, Experience]
) -> Iterator[PlannedCall]:
    """Calls of one article with what they will need, whether they were made before, and why not.

    As a run does, it also finds the calls that earlier replies have led to. `experience` is what the
    store knows of prompt files with this model, by their label.
    """
    listed = list(planned)
    digests = {one.call.digest for one in listed}
    answered = store.answered(digests)
    leading_on = store.unsettled(answered) | store.failed_for(OVERFLOW, digests - answered)
    had = answered | leading_on
    leading_on |= {one.call.digest for one in listed if one.next_steps} & answered
    reasons = _reasons(listed, had, store, experience)
    for one in listed:
        digest = one.call.digest
        yield _estimated(
            one, experience, is_answered=digest in had, reason=reasons.get(digest),
            is_in_batch=digest not in had and digest not in reasons,
        )  # fmt: skip
        if digest in leading_on:
            yield from _estimate_links(one, store, experience)
        elif digest not in had:
            yield from _expect(one, experience)


def _cost(
    calls: Iterable[PlannedCall], price: Callable[[Reply], Price | None], *, by_batch: bool
) -> float | None:
    total = 0.0
    for call in calls:
        usage = Usage(prompt_tokens=call.prompt_tokens, completion_tokens=call.completion_tokens)
        one = price(Reply(call=call.call, body="", usage=usage, batch=by_batch))
        if one is None:
            return None
        total += one.amount
    return total


def _estimate_links(
    planned: Planned, store: Store, experience: Mapping[str, Experience]
) -> Iterator[PlannedCall]:
    """The calls that stored replies to one have led to, and what is to be expected of open ones."""
    for link in follow(planned, lambda call: _end(store, call)):
        one = link.planned
        if link.end is not None and one.step_name != planned.step_name:
            yield _estimated(one, experience, is_answered=True, reason=None)
        elif link.end is None:
            is_in_batch = store.batches.holds(one.call.digest)
            reason = None if is_in_batch else _why_later(one, planned, experience)
            yield _estimated(
                one, experience, is_answered=False, reason=reason, is_in_batch=is_in_batch
            )
            yield from _expect(one, experience)


def _why_later(planned: Planned, first: Planned, experience: Mapping[str, Experience]) -> Reason:
    """Why a call that replies have led to is new."""
    if planned.step_name == first.step_name:
        return FOLLOW_UP
    label = planned.template.label
    others = {known.rpartition("@")[0] for known in experience if known != label}
    if label not in experience and planned.template.name in others:
        return Reason(kind="template", text=f"template {planned.template.name} changed")
    return LED_ON


def _expect(planned: Planned, experience: Mapping[str, Experience]) -> Iterator[PlannedCall]:
    """Calls of later steps, as many as the length of the passage lets expect."""
    for one in foresee(planned):
        yield replace(
            _estimated(one, experience, is_answered=False, reason=EXPECTED), is_expected=True
        )


def _reasons(
    listed: Sequence[Planned],
    had: Container[str],
    store: Store,
    experience: Mapping[str, Experience],
) -> dict[str, Reason]:
    """Why each call that would be made is new, by its digest."""
    open_calls = [one for one in listed if one.call.digest not in had]
    in_batch = store.batches.holding(one.call.digest for one in open_calls)
    new = [one for one in open_calls if one.call.digest not in in_batch]
    if not new:
        return {}
    failed = store.failure_reasons(one.call.digest for one in new)
    known: Sequence[Noted] = store.plans.of(new[0].source)
    changed: set[str] = set()
    if not known:
        # A store from before plans were kept: what is answered was planned, and what prompt files
        # were used with this model is known.
        known = [note(one) for one in listed if one.call.digest in had]
        used_now = {one.template.name for one in new if one.template.label in experience}
        changed = {label.rpartition("@")[0] for label in experience} - used_now
    return {one.call.digest: explain(one, known, failed=failed, changed=changed) for one in new}


def _end(store: Store, call: str) -> End | None:
    """How a call has ended for good: with a reply, or too long for the model."""
    reply = store.get_reply(call)
    if reply is not None or not store.failed_for(OVERFLOW, [call]):
        return reply
    return Failure(call=call, reason=OVERFLOW)


def _estimated(
    planned: Planned,
    experience: Mapping[str, Experience],
    *,
    is_answered: bool,
    reason: Reason | None,
    is_in_batch: bool = False,
) -> PlannedCall:
    known = experience.get(planned.template.label)
    prompt_tokens = sum(estimate_tokens(text) for _, text in planned.call.messages)
    return PlannedCall(
        article=planned.passage.article,
        section=planned.passage.section,
        part=planned.passage.part,
        parts=planned.passage.parts,
        template=planned.template.name,
        pairs=planned.pairs,
        call=planned.call.digest,
        is_answered=is_answered,
        is_in_batch=is_in_batch,
        reason=reason,
        prompt_tokens=_corrected(prompt_tokens, known),
        completion_tokens=_expected_tokens(planned, known),
    )


def _corrected(prompt_tokens: int, known: Experience | None) -> int:
    if known is None or known.replies < ENOUGH_REPLIES or not known.estimated_tokens:
        return prompt_tokens
    return round(prompt_tokens * known.prompt_tokens / known.estimated_tokens)


def _expected_tokens(planned: Planned, known: Experience | None) -> int:
    if known is not None and known.replies >= ENOUGH_REPLIES and known.pairs:
        return round(planned.pairs * known.completion_tokens / known.pairs)
    expected = planned.pairs * PAIR_TOKENS.get(planned.template.kind, max(PAIR_TOKENS.values()))
    most = planned.call.parameters.get("max_tokens")
    return min(expected, most) if isinstance(most, int) else expected
