"""The only loop that makes calls: bounded workers that pull from the plan, and store before all else."""

from __future__ import annotations

import asyncio
import datetime
import random
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, fields, replace

from generator.chat import ChatModel, Completion
from generator.chat.tokens import Calibration, estimate_tokens
from generator.engine.budget import Budget
from generator.engine.deadline import Deadline
from generator.engine.events import Answered, Began, Event, Failed, Found, Waiting
from generator.engine.experience import Gains
from generator.engine.feed import AHEAD, Feed
from generator.engine.flight import Flight
from generator.engine.follow_up import OVERFLOW, End, follow, follow_up
from generator.engine.foresight import count_ahead
from generator.engine.garbage import collected_seldom
from generator.engine.health import Health
from generator.engine.limits import Limits
from generator.engine.plan import Planned
from generator.engine.retry import Around, Decision, Policy, Tried, decide
from generator.engine.stop import Seat, Stop
from generator.errors import (
    CallError,
    LoremillError,
    Misconfigured,
    ProviderRefuses,
    RateLimited,
    Refused,
    Stopped,
    StoreError,
)
from generator.records import Call, Failure, Reply
from generator.store import Store

BATCH = 64
"""Calls looked up in the store at once."""
TOO_LARGE_AFTER = 5
"""Times that a call is rate-limited until that says more of its size than of the pace."""
ELSEWHERE_S = 0.5
"""How often to look again for the reply to a call that another process is making."""


@dataclass(kw_only=True)
class RunResult:
    """What a run did."""

    planned: int = 0
    already_answered: int = 0
    """Calls that had a reply before this run."""
    answered: int = 0
    """Calls that this run got a reply to."""
    answered_elsewhere: int = 0
    """Calls that another process, or another place in the plan, got a reply to meanwhile."""
    in_batches: int = 0
    """Calls that were left to a batch of another process, which may take a day."""
    followed_up: Counter[str] = field(default_factory=Counter)
    """Calls that others have led to in this run, by how those ended; not among `planned`."""
    led_on: Counter[str] = field(default_factory=Counter)
    """Calls of a recipe's later steps that replies have led to in this run, by step; see above."""
    failed: Counter[str] = field(default_factory=Counter)
    """Calls given up in this run, by reason."""
    stop: Stop = field(default_factory=Stop)

    def __iadd__(self, other: RunResult) -> RunResult:
        """Add what a later run over other calls did, which has the same end."""
        for one in fields(self):
            if one.name != "stop":
                setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self


class Runner:
    """One run over one plan, against one model."""

    def __init__(
        self,
        *,
        model: ChatModel,
        endpoint: str,
        store: Store,
        limits: Limits,
        workers: int,
        observe: Callable[[Event], None] = lambda event: None,
        policy: Policy | None = None,
        stop: Stop | None = None,
        budget: Budget | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        """Set up a run.

        Args:
            model: what answers.
            endpoint: a label for the store, without secrets.
            store: where replies are kept and looked up.
            limits: how fast calls may go.
            workers: the most calls at once.
            observe: is told what happens, from the loop's thread and from the planning one.
            policy: how long to go on with a failing call.
            stop: ends the run from outside.
            budget: what the run may spend; None for no bound.
            deadline: when no more calls are sent; None for never.
        """
        self._model = model
        self._endpoint = endpoint
        self._store = store
        self._limits = limits
        self._workers = workers
        self._observe = observe
        self._policy = policy or Policy()
        self._stop = stop or Stop()
        self._budget = budget if budget is not None and budget.caps.is_set else None
        self._deadline = deadline
        self._later: deque[Planned] = deque()
        """Put off until all others are through."""
        self._elsewhere: deque[Planned] = deque()
        """Claimed by another process when we came to them."""
        self._calibration = Calibration()
        self._health = Health(time.monotonic())
        self._gains = Gains(store)
        self._flight = Flight()
        self.result = RunResult(stop=self._stop)

    async def run(self, planned: Iterable[Planned | None]) -> RunResult:
        """Get a reply to every planned call that has none. Plans in a thread, lazily.

        None among the calls says that the next one may take a while to come: those before it do not
        wait for it.

        Raises:
            Exception: whatever planning raised, once the calls in flight are stored.
        """
        self._observe(Began(flight=self._flight))
        feed = Feed(self._unanswered(planned), ahead=max(AHEAD, 2 * self._workers))
        try:
            async with self._watching_the_clock(), self._limits.kept():
                await self._work_on(feed)
                await self._work_on(_Drain(self._later), is_last_round=True)
                await self._finish_elsewhere()
        finally:
            self._gains.keep()
            await feed.close()
        return self.result

    # The plan -------------------------------------------------------------------------------------

    def _unanswered(self, planned: Iterable[Planned | None]) -> Iterator[list[Planned]]:
        """Calls without a reply, those included that answered ones lead to. In the feed's thread."""
        for batch in _batches(planned, BATCH):
            digests = {one.call.digest for one in batch}
            answered = self._store.answered(digests)
            leading_on = self._store.unsettled(answered)
            leading_on |= self._store.failed_for(OVERFLOW, digests - answered)
            ended = answered | leading_on
            leading_on |= {one.call.digest for one in batch if one.next_steps} & answered
            todo = [one for one in batch if one.call.digest not in ended]
            had = len(batch) - len(todo)
            for one in batch:
                if one.call.digest in leading_on:
                    todo += [link.planned for link in follow(one, self._end) if link.end is None]
            self.result.planned += len(batch)
            self.result.already_answered += had
            ahead = sum(map(count_ahead, todo))
            self._found(batch[0], calls=had + len(todo), answered=had, ahead=ahead)
            yield todo

    def _end(self, call: str) -> End | None:
        """How a call has ended for good: with a reply, or too long for the model."""
        reply = self._store.get_reply(call)
        if reply is not None or not self._store.failed_for(OVERFLOW, [call]):
            return reply
        return Failure(call=call, reason=OVERFLOW)

    async def _work_on(self, plan: AsyncIterator[Planned], *, is_last_round: bool = False) -> None:
        if self._stop.is_set:
            return
        with collected_seldom():
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._workers):
                    workers.create_task(self._work(plan, is_last_round=is_last_round))

    async def _work(self, plan: AsyncIterator[Planned], *, is_last_round: bool) -> None:
        with self._stop.working():
            while True:
                with self._stop.waiting():
                    planned = await anext(plan, None)
                if planned is None:
                    return
                await self._see_through(planned, is_last_round=is_last_round)

    async def _finish_elsewhere(self) -> None:
        """Wait for the calls that another process makes; make those that it leaves undone."""
        while self._elsewhere and not self._stop.is_set:
            others, self._elsewhere = self._elsewhere, deque()
            await self._work_on(_Drain(others), is_last_round=True)
            if self._elsewhere:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._sleep(ELSEWHERE_S))
                self._leave_to_batches()

    def _leave_to_batches(self) -> None:
        """Wait no more for calls that have been put into a batch since they were planned."""
        held = self._store.batches.holding(one.call.digest for one in self._elsewhere)
        self.result.in_batches += sum(one.call.digest in held for one in self._elsewhere)
        self._elsewhere = deque(one for one in self._elsewhere if one.call.digest not in held)

    async def _see_through(self, planned: Planned, *, is_last_round: bool) -> None:
        """Make a call and those that it leads to, but for those that another process is making."""
        todo = deque([planned])
        while todo:
            one = todo.popleft()
            with self._claimed(one) as is_ours:
                if not is_ours:
                    self._elsewhere.append(one)
                    continue
                end = await self._get(one, is_last_round=is_last_round)
            if end is not None:
                todo.extendleft(reversed(self._what_follows(one, end)))

    @contextmanager
    def _claimed(self, planned: Planned) -> Iterator[bool]:
        """Keep other processes from making a call meanwhile; False where one is making it."""
        digest = planned.call.digest
        is_ours = self._store.claims.take(digest)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._store.claims.release(digest)

    async def _get(self, planned: Planned, *, is_last_round: bool) -> End | None:
        """How a call ended, by asking if need be; None where it has no end yet."""
        # Looked up again under the claim: another process may have just finished it.
        if self._store.answered([planned.call.digest]):
            self.result.answered_elsewhere += 1
            self._found(planned, calls=0, answered=1, ahead=-count_ahead(planned))
            return self._end(planned.call.digest)
        return await self._ask(planned, is_last_round=is_last_round)

    def _what_follows(self, planned: Planned, end: End) -> tuple[Planned, ...]:
        more = follow_up(planned, end)
        if isinstance(end, Reply):
            # An answered call stays in the plan beside what follows, a refused one is replaced by it.
            again = [one for one in more if one.step_name == planned.step_name]
            ahead = sum(map(count_ahead, again))
            self._follow_up(
                end.finish_reason, planned, len(again), grown_by=len(again), ahead=ahead
            )
            self._lead_on(planned, [one for one in more if one.step_name != planned.step_name])
        elif more:
            ahead = sum(map(count_ahead, more)) - count_ahead(planned)
            self._follow_up(end.reason, planned, len(more), grown_by=len(more) - 1, ahead=ahead)
        else:
            self.result.failed[end.reason] += 1
            self._observe(Failed(planned=planned, failure=end))
        return more

    def _follow_up(
        self, cause: str, planned: Planned, more: int, *, grown_by: int, ahead: int
    ) -> None:
        if more:
            self.result.followed_up[cause] += more
            self._found(planned, calls=grown_by, answered=0, ahead=ahead)

    def _lead_on(self, planned: Planned, more: list[Planned]) -> None:
        """Take note of calls of later steps."""
        self.result.led_on.update(one.step_name for one in more)
        if more:
            ahead = sum(map(count_ahead, more))
            self._found(planned, calls=len(more), answered=0, ahead=ahead)

    def _found(self, planned: Planned, *, calls: int, answered: int, ahead: int) -> None:
        self._observe(
            Found(article=planned.passage.article, calls=calls, answered=answered, ahead=ahead)
        )

    # One call -------------------------------------------------------------------------------------

    async def _ask(self, planned: Planned, *, is_last_round: bool) -> End | None:
        tried = Tried(is_last_round=is_last_round)
        sent_before = time.monotonic()
        while True:
            attempt = _Attempt(number=tried.attempts + 1)
            try:
                return await self._attempt(planned, attempt)
            except CallError as error:
                tried = _count(tried, error, time.monotonic() - attempt.sent_at)
                decision = self._decide(error, tried, sent_before)
                if self._stop.is_set:
                    return None
                if decision.action == "give_up":
                    return await self._give_up(planned, error, tried.attempts)
                if decision.action == "later":
                    self._later.append(planned)
                    return None
                is_too_much = isinstance(error, RateLimited) and tried.limited <= TOO_LARGE_AFTER
                await self._wait(decision, error, attempt.sent_at, is_too_much=is_too_much)
                if not decision.everyone:
                    tried = replace(tried, elapsed_s=tried.elapsed_s + decision.wait_s)
                sent_before = attempt.sent_at
            except (Misconfigured, ProviderRefuses, Stopped) as error:
                self._stop.set(_why_stopped(error), error)
                return None

    async def _attempt(self, planned: Planned, attempt: _Attempt) -> Reply:
        call = planned.call
        prompt_tokens = _estimate_prompt(planned)
        estimated = self._calibration.correct(prompt_tokens) + _most_completion(planned)
        with self._stop.waiting() as seat:
            async with self._limits.slot(estimated) as slot:
                with self._flight.one(time.monotonic()):
                    completion = await self._complete(call, attempt, seat)
                    reply = _reply(call.digest, completion, attempt)
                    await self._store.put_reply(reply, model=call.model, endpoint=self._endpoint)
                    self._health.succeeded(time.monotonic())
                    self.result.answered += 1
                    self._observe(Answered(planned=planned, reply=reply))
        usage = completion.usage
        if not usage.is_estimate:
            self._calibration.learn(estimated=prompt_tokens, counted=usage.prompt_tokens)
            self._gains.add(planned, usage, estimated=prompt_tokens)
        self._limits.went_well(
            slot,
            used=usage.prompt_tokens + usage.completion_tokens,
            rates=completion.rates,
        )
        return reply

    async def _complete(self, call: Call, attempt: _Attempt, seat: Seat) -> Completion:
        """Send a call, if time and money allow."""
        if self._deadline is not None:
            self._deadline.enforce(self._stop)
            self._stop.check()
        if self._budget is None:
            return await self._send(call, attempt, seat)
        self._check_bound(self._budget)
        async with self._budget.reserve(call) as reservation:
            completion = await self._send(call, attempt, seat)
            reservation.usage = completion.usage
        return completion

    async def _send(self, call: Call, attempt: _Attempt, seat: Seat) -> Completion:
        seat.leave()
        attempt.sent_at = time.monotonic()
        completion = await self._model.complete(call)
        attempt.latency_s = time.monotonic() - attempt.sent_at
        return completion

    def _check_bound(self, budget: Budget) -> None:
        """A model that has found `max_tokens` to be refused leaves it out, and replies have no bound."""
        if budget.caps.counts_tokens and "max_tokens" in getattr(self._model, "left_out", ()):
            raise Misconfigured(
                f"{self._endpoint} takes no bound on the length of a reply, so a budget in money or "
                "tokens cannot be kept; --max-calls can"
            )

    # When it goes wrong ---------------------------------------------------------------------------

    def _decide(self, error: CallError, tried: Tried, sent_before: float) -> Decision:
        now = time.monotonic()
        self._health.failed(error, now)
        if isinstance(error, Refused):
            self._limits.see_life()
        verdict = self._health.verdict(error, self._endpoint, now)
        if verdict is not None:
            self._stop.set("refused" if isinstance(verdict, ProviderRefuses) else "outage", verdict)
        around = Around(
            failed_in_a_row=self._health.failed_in_a_row,
            pauses_in_a_row=self._limits.pauses_in_a_row,
            has_replied=self._health.has_replied_since(sent_before),
        )
        return decide(error, tried, around, jitter=random.random(), policy=self._policy)

    async def _wait(
        self, decision: Decision, error: CallError, sent_at: float, *, is_too_much: bool
    ) -> None:
        """Obey a decision to ask again."""
        is_new = True
        if decision.everyone:
            is_new = self._limits.pause(decision.wait_s, sent_at=sent_at, is_too_much=is_too_much)
        if is_new:
            self._observe(
                Waiting(reason=error.reason, wait_s=decision.wait_s, everyone=decision.everyone)
            )
        if not decision.everyone:
            await self._sleep(decision.wait_s)

    async def _give_up(self, planned: Planned, error: CallError, attempts: int) -> Failure | None:
        failure = Failure(
            call=planned.call.digest,
            reason=error.reason,
            detail=str(error),
            attempts=attempts,
            failed_at=_now(),
            body=error.body,
        )
        try:
            await self._store.put_failure(failure)
        except StoreError as store_error:
            self._stop.set("store", store_error)
        return failure

    async def _sleep(self, seconds: float) -> None:
        with self._stop.waiting():
            await asyncio.sleep(seconds)

    @asynccontextmanager
    async def _watching_the_clock(self) -> AsyncIterator[None]:
        if self._deadline is None:
            yield
            return
        self._deadline.enforce(self._stop)
        watching = asyncio.create_task(self._deadline.watch(self._stop))
        try:
            yield
        finally:
            watching.cancel()


@dataclass(slots=True)
class _Attempt:
    """One try at a call."""

    number: int
    sent_at: float = 0.0
    """By the monotonic clock."""
    latency_s: float = 0.0


class _Drain:
    """Takes from a queue until it is empty; many workers may share it."""

    def __init__(self, queue: deque[Planned]) -> None:
        self._queue = queue

    def __aiter__(self) -> _Drain:
        return self

    async def __anext__(self) -> Planned:
        if not self._queue:
            raise StopAsyncIteration
        return self._queue.popleft()


def _count(tried: Tried, error: CallError, took_s: float) -> Tried:
    is_limited = isinstance(error, RateLimited)
    return replace(
        tried,
        attempts=tried.attempts + (not is_limited),
        limited=tried.limited + is_limited,
        elapsed_s=tried.elapsed_s + took_s,
    )


def _why_stopped(error: LoremillError) -> str:
    if isinstance(error, ProviderRefuses):
        return "refused"
    return "store" if isinstance(error, StoreError) else "budget"


def _estimate_prompt(planned: Planned) -> int:
    return sum(estimate_tokens(message.content) for message in planned.call.messages)


def _most_completion(planned: Planned) -> int:
    """Endpoints count the tokens that a reply may have, whatever it has in the end."""
    most = planned.call.parameters.get("max_tokens")
    return most if isinstance(most, int) else 0


def _reply(call: str, completion: Completion, attempt: _Attempt) -> Reply:
    return Reply(
        call=call,
        body=completion.body,
        finish_reason=completion.finish_reason,
        usage=completion.usage,
        served_by=completion.served_by,
        latency_s=round(attempt.latency_s, 3),
        received_at=_now(),
        attempts=attempt.number,
    )


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _batches(planned: Iterable[Planned | None], size: int) -> Iterator[list[Planned]]:
    """Never empty, of one article each, and not held back where None is among the calls."""
    batch: list[Planned] = []
    for one in planned:
        ends = one is None or (batch and batch[0].passage.article != one.passage.article)
        if batch and (ends or len(batch) == size):
            yield batch
            batch = []
        if one is not None:
            batch.append(one)
    if batch:
        yield batch
