"""The only loop that makes calls: bounded workers that pull from the plan, and store before all else."""

from __future__ import annotations

import asyncio
import datetime
import random
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field

from generator.chat import ChatModel, Completion
from generator.chat.tokens import Calibration, estimate_tokens
from generator.engine.events import Answered, Event, Failed, Found, Waiting
from generator.engine.feed import AHEAD, Feed
from generator.engine.limits import Limits
from generator.engine.plan import Planned
from generator.engine.retry import Decision, Policy, decide
from generator.engine.stop import Stop
from generator.errors import CallError, ProviderRefuses, RateLimited, StoreError
from generator.records import Failure, Reply
from generator.store import Store

BATCH = 64
"""Calls looked up in the store at once."""
ELSEWHERE_S = 0.5
"""How often to look again for the reply to a call that another process is making."""
HOPELESS_AFTER = 6
"""Attempts that fail for the same reason, before any has succeeded, until the run is given up."""
HOPELESS_AFTER_S = 5.0
"""…but not sooner than this: a server may just be starting."""


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
    failed: Counter[str] = field(default_factory=Counter)
    """Calls given up in this run, by reason."""
    stop: Stop = field(default_factory=Stop)


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
        """
        self._model = model
        self._endpoint = endpoint
        self._store = store
        self._limits = limits
        self._workers = workers
        self._observe = observe
        self._policy = policy or Policy()
        self._stop = stop or Stop()
        self._elsewhere: deque[Planned] = deque()
        self._calibration = Calibration()
        self._hope = _Hope()
        self.result = RunResult(stop=self._stop)

    async def run(self, planned: Iterable[Planned | None]) -> RunResult:
        """Get a reply to every planned call that has none. Plans in a thread, lazily.

        None among the calls says that the next one may take a while to come: those before it do not
        wait for it.

        Raises:
            Exception: whatever planning raised, once the calls in flight are stored.
        """
        feed = Feed(self._unanswered(planned), ahead=max(AHEAD, 2 * self._workers))
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._workers):
                    workers.create_task(self._work(feed))
            async with asyncio.TaskGroup() as last:
                last.create_task(self._finish_elsewhere())
        finally:
            await feed.close()
        return self.result

    def _unanswered(self, planned: Iterable[Planned | None]) -> Iterator[list[Planned]]:
        """Runs in the feed's thread."""
        for batch in _batches(planned, BATCH):
            answered = self._store.answered(one.call.digest for one in batch)
            self.result.planned += len(batch)
            todo = [one for one in batch if one.call.digest not in answered]
            self.result.already_answered += len(batch) - len(todo)
            self._found(batch[0], calls=len(batch), answered=len(batch) - len(todo))
            yield todo

    async def _work(self, feed: AsyncIterator[Planned]) -> None:
        with self._stop.working():
            while True:
                with self._stop.waiting():
                    planned = await anext(feed, None)
                if planned is None:
                    return
                if not await self._ask_claimed(planned):
                    self._elsewhere.append(planned)

    async def _finish_elsewhere(self) -> None:
        """Wait for the calls that another process makes; make those that it leaves undone."""
        while self._elsewhere and not self._stop.is_set:
            planned = self._elsewhere.popleft()
            if not await self._ask_claimed(planned):
                self._elsewhere.append(planned)
                with self._stop.waiting():
                    await asyncio.sleep(ELSEWHERE_S)

    async def _ask_claimed(self, planned: Planned) -> bool:
        """Get the reply unless another process is about to; False where one is."""
        digest = planned.call.digest
        if not self._store.claims.take(digest):
            return False
        try:
            # Looked up again under the claim: another process may have just finished it.
            if self._store.answered([digest]):
                self.result.answered_elsewhere += 1
                self._found(planned, calls=0, answered=1)
            else:
                await self._ask(planned)
        finally:
            self._store.claims.release(digest)
        return True

    def _found(self, planned: Planned, *, calls: int, answered: int) -> None:
        self._observe(Found(article=planned.passage.article, calls=calls, answered=answered))

    async def _ask(self, planned: Planned) -> None:
        started, attempts, limited = time.monotonic(), 0, 0
        while True:
            try:
                reply = await self._attempt(planned, attempts + 1)
            except CallError as error:
                attempts += not isinstance(error, RateLimited)
                limited += isinstance(error, RateLimited)
                decision = decide(
                    error,
                    attempt=attempts,
                    limited=limited,
                    elapsed_s=time.monotonic() - started,
                    jitter=random.random(),
                    policy=self._policy,
                )
                if not await self._follow(decision, error, planned, attempts):
                    return
            except (ProviderRefuses, StoreError) as error:
                self._stop.set("refused" if isinstance(error, ProviderRefuses) else "store", error)
                return
            else:
                self._hope.succeeded()
                self.result.answered += 1
                self._observe(Answered(planned=planned, reply=reply))
                return

    async def _attempt(self, planned: Planned, attempt: int) -> Reply:
        call = planned.call
        prompt_tokens = _estimate_prompt(planned)
        estimated = self._calibration.correct(prompt_tokens) + _most_completion(planned)
        with self._stop.waiting() as seat:
            async with self._limits.slot(estimated):
                seat.leave()
                started = time.monotonic()
                completion = await self._model.complete(call)
                latency_s = time.monotonic() - started
                reply = _reply(call.digest, completion, latency_s, attempt)
                await self._store.put_reply(reply, model=call.model, endpoint=self._endpoint)
        usage = completion.usage
        if not usage.is_estimate:
            self._calibration.learn(estimated=prompt_tokens, counted=usage.prompt_tokens)
        self._limits.went_well(
            estimated=estimated,
            used=usage.prompt_tokens + usage.completion_tokens,
            rates=completion.rates,
        )
        return reply

    async def _follow(
        self, decision: Decision, error: CallError, planned: Planned, attempts: int
    ) -> bool:
        """Obey a decision; True where the call should be tried again."""
        if decision.everyone:
            self._limits.pause(decision.wait_s)
        if self._hope.is_lost(error):
            self._stop.set("refused", _give_up_on(self._endpoint, error))
        if self._stop.is_set:
            return False
        if decision.action == "give_up":
            await self._give_up(planned, error, attempts)
            return False
        self._observe(
            Waiting(reason=error.reason, wait_s=decision.wait_s, everyone=decision.everyone)
        )
        if not decision.everyone:
            with self._stop.waiting():
                await asyncio.sleep(decision.wait_s)
        return True

    async def _give_up(self, planned: Planned, error: CallError, attempts: int) -> None:
        failure = Failure(
            call=planned.call.digest,
            reason=error.reason,
            detail=str(error),
            attempts=attempts,
            failed_at=_now(),
            body=error.body,
        )
        self.result.failed[error.reason] += 1
        self._observe(Failed(planned=planned, failure=failure))
        try:
            await self._store.put_failure(failure)
        except StoreError as store_error:
            self._stop.set("store", store_error)


class _Hope:
    """Notices an endpoint that cannot work, before hundreds of calls have been tried for nothing."""

    _TELLING = frozenset({"connection", "not_a_completion", "bad_body"})

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._reasons: Counter[str] = Counter()
        self._has_succeeded = False

    def succeeded(self) -> None:
        self._has_succeeded = True

    def is_lost(self, error: CallError) -> bool:
        if self._has_succeeded or error.reason not in self._TELLING:
            return False
        self._reasons[error.reason] += 1
        return (
            self._reasons[error.reason] >= HOPELESS_AFTER
            and time.monotonic() - self._began >= HOPELESS_AFTER_S
        )


def _give_up_on(endpoint: str, error: CallError) -> ProviderRefuses:
    return ProviderRefuses(
        f"no call to {endpoint} has worked ({error}): check --base-url and that the server is up"
    )


def _estimate_prompt(planned: Planned) -> int:
    return sum(estimate_tokens(message.content) for message in planned.call.messages)


def _most_completion(planned: Planned) -> int:
    """Endpoints count the tokens that a reply may have, whatever it has in the end."""
    most = planned.call.parameters.get("max_tokens")
    return most if isinstance(most, int) else 0


def _reply(call: str, completion: Completion, latency_s: float, attempts: int) -> Reply:
    return Reply(
        call=call,
        body=completion.body,
        finish_reason=completion.finish_reason,
        usage=completion.usage,
        served_by=completion.served_by,
        latency_s=round(latency_s, 3),
        received_at=_now(),
        attempts=attempts,
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
