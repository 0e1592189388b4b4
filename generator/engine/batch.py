"""Calls by the file: prepared, uploaded, submitted, looked at until they are over, collected.

Each step is on the disk before the next is begun, and a step that may have been taken before a crash,
or whose answer was lost, is looked for at the endpoint before it is taken again. Hence no call is ever
in two batches that the endpoint works on.

    writing -> prepared -> uploaded -> submitted -> finished | expired | failed | cancelled -> collected
                              ^ \\-> queued <-/ (no room at present)
"""

from __future__ import annotations

import asyncio
import datetime
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from generator.chat.batches import Answered, BatchEndpoint, RemoteBatch, Unanswered
from generator.engine.batch_files import (
    BatchFiles,
    BatchLimits,
    Seen,
    discard,
    halve,
    path_of,
    remove_files,
)
from generator.engine.budget import Budget, Spending
from generator.engine.events import Batched, Event, Note, Waiting
from generator.engine.plan import Planned
from generator.engine.retry import Around, Policy, Tried, decide
from generator.engine.stop import Stop
from generator.errors import (
    CallError,
    LoremillError,
    ProviderRefuses,
    RateLimited,
    Refused,
    Stopped,
    StoreError,
)
from generator.records import Call, Failure, Reply
from generator.store import Store
from generator.store.batches import Batch, State

T = TypeVar("T")

SHARE = 0.5
"""Of the price of a single call; see `chat.prices`."""
LINES_AT_ONCE = 500
"""Replies stored at the price of one wait for the disk."""
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; a longer line is no reply of ours."""

OVER = {
    "completed": State.FINISHED,
    "expired": State.EXPIRED,
    "failed": State.FAILED,
    "cancelled": State.CANCELLED,
}
"""The endpoint's word -> ours; with any other word a batch goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often to look at a batch, in seconds."""

    first_s: float = 10.0
    longest_s: float = 300.0
    growth: float = 1.5
    again_s: float = 5.0
    """Between two searches for a batch that may have been created: a list may lag behind."""


@dataclass(kw_only=True)
class BatchResult:
    """What came of batches, in this run."""

    answered: int = 0
    """Replies collected."""
    failed: Counter[str] = field(default_factory=Counter)
    """Calls that came back without a reply, by reason."""
    refused: dict[str, str] = field(default_factory=dict)
    """Those of them for which asking again does not help -> the reason."""
    expired: int = 0
    """Batches that ran out of time."""


class BatchRunner:
    """The batches of one workspace at one endpoint."""

    def __init__(
        self,
        *,
        endpoint: BatchEndpoint,
        label: str,
        model: str,
        store: Store,
        limits: BatchLimits | None = None,
        pace: Pace | None = None,
        policy: Policy | None = None,
        observe: Callable[[Event], None] = lambda event: None,
        stop: Stop | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Set up.

        Args:
            endpoint: what works on batches.
            label: its name in the store, without secrets; batches elsewhere are left alone.
            model: of new batches.
            store: where all is kept.
            limits: of new batches.
            pace: how often to look.
            policy: how long to go on with a step that fails, before it is put off to the next look.
            observe: is told what happens.
            stop: ends the waiting; what was submitted goes on at the endpoint.
            budget: what the run may spend; None for no bound.
        """
        self._endpoint = endpoint
        self._label = label
        self._model = model
        self._store = store
        self._limits = limits or BatchLimits()
        self._pace = pace or Pace()
        self._policy = policy or Policy()
        self._observe = observe
        self._stop = stop or Stop()
        self._budget = budget if budget is not None and budget.caps.is_set else None
        self._fresh: set[str] = set()
        """Batches of which we know that the endpoint has not been asked for them yet."""
        self._held: dict[str, Spending] = {}
        self._cancelled: set[str] = set()
        """Batches that we have ended ourselves."""
        self._over = 0
        """Batches that have ended; each makes room for others."""
        self._over_at_refusal: dict[str, int] = {}
        self._done = 0
        """Calls that were last told to be done in batches that are waited for."""
        self._has_worked = False
        self._refusal: ProviderRefuses | None = None
        """What a line said that holds for all calls; the run stops when all lines are stored."""
        self.result = BatchResult()

    # What can be asked for ------------------------------------------------------------------------

    async def submit(self, plan: Iterable[Sequence[Planned]]) -> Seen:
        """Put every call that has no reply into batches, and submit them.

        Raises:
            Exception: whatever planning raised.
        """
        files = BatchFiles(
            store=self._store,
            endpoint=self._label,
            model=self._model,
            line=self._endpoint.request_line,
            limits=self._limits,
            stop=self._stop,
            is_wanted=lambda call: call not in self.result.refused,
            afford=self._afford,
        )
        await self._until_stopped(self._submit_all(files.write(plan)))
        return files.seen

    async def wait(self, batches: set[str], *, is_submitted_enough: bool = False) -> None:
        """Return when all of these batches are collected, or the run is stopped.

        Where it is enough that they are submitted, those with no room at the endpoint are left.
        """
        states = {State.PREPARED, State.UPLOADED} if is_submitted_enough else set(State)
        await self._until_stopped(self._wait(batches, states))

    async def collect(self, *, goes_on: bool) -> list[Batch]:
        """Bring every batch as far as it goes at present; returns those that are not collected.

        `goes_on` says whether those that were never submitted should be; else they are discarded.
        """
        await self._until_stopped(self._step_all(self._live(), goes_on=goes_on))
        return self._live()

    async def cancel(self, batches: Sequence[Batch]) -> set[str]:
        """Have batches ended; returns the ids of those that still wind down at the endpoint."""
        asked = {batch.id for batch in batches}
        await self._until_stopped(self._cancel_all(asked))
        return asked & {batch.id for batch in self._live()}

    # Loops ----------------------------------------------------------------------------------------

    async def _until_stopped(self, work: Coroutine[None, None, None]) -> None:
        """Work in a task of its own, which a stop ends without ending ours."""

        async def marked() -> None:
            with self._stop.working():
                await work

        task = asyncio.create_task(marked())
        try:
            await task
        except asyncio.CancelledError:
            if not self._stop.is_set:
                raise

    async def _submit_all(self, prepared: Iterator[Batch]) -> None:
        # In a thread: it plans, looks up and writes; and waits for the wiki.
        while (batch := await asyncio.to_thread(next, prepared, None)) is not None:
            self._fresh.add(batch.id)
            if not self._stop.is_set:
                await self._step_all([batch], goes_on=True, is_awaited=True)

    async def _wait(self, batches: set[str], states: set[State]) -> None:
        wait_s = self._pace.first_s
        while True:
            # Halves come in the place of a batch that found no room.
            batches = batches | self._fresh
            live = self._live()
            before = [one for one in live if one.id in batches and one.state in states]
            if any(one.state is State.QUEUED for one in before):
                await self._step_all(_ahead_of(batches, live), goes_on=True)
            await self._step_all(before, goes_on=True, is_awaited=True)
            batches = batches | self._fresh
            self._tell_done(batches)
            after = [one for one in self._live() if one.id in batches and one.state in states]
            if not after or self._stop.is_set:
                return
            wait_s = self._next_wait_s(wait_s, has_moved=before != after)
            await self._sleep(wait_s)

    def _tell_done(self, batches: Iterable[str]) -> None:
        known = (self._store.batches.get(id) for id in batches)
        done = sum(one.completed if one.is_live else one.calls for one in known if one)
        if done != self._done:
            self._done = done
            self._observe(Batched(done=done))

    def _next_wait_s(self, wait_s: float, *, has_moved: bool) -> float:
        if has_moved:
            return min(self._pace.first_s, self._pace.longest_s)
        return min(wait_s * self._pace.growth, self._pace.longest_s)

    async def _cancel_all(self, asked: set[str]) -> None:
        for batch in self._live():
            if batch.id not in asked:
                continue
            with self._claimed(batch) as held:
                if held is not None:
                    self._cancelled.add(batch.id)
                    await self._cancel(held)

    async def _step_all(
        self, batches: Iterable[Batch], *, goes_on: bool, is_awaited: bool = False
    ) -> None:
        for batch in batches:
            if self._stop.is_set:
                return
            try:
                ended = await self._step(batch, goes_on=goes_on)
            except (ProviderRefuses, StoreError) as error:
                self._stop.set("refused" if isinstance(error, ProviderRefuses) else "store", error)
            except CallError as error:
                self._put_off(batch, error, is_awaited=is_awaited)
            else:
                if is_awaited and ended is not None:
                    self._judge(ended)

    def _put_off(self, batch: Batch, error: CallError, *, is_awaited: bool) -> None:
        """A step failed for now: tried again at the next look, unless that is hopeless."""
        if is_awaited and isinstance(error, Refused):
            way_out = f"`loremill batch cancel {batch.id[:8]}` gives its calls free"
            self._stop.set("refused", ProviderRefuses(f"{error}; {way_out}"))
        elif not self._has_worked and not isinstance(error, RateLimited | Refused):
            self._stop.set("outage", ProviderRefuses(f"no batch can be had: {error}"))
        else:
            self._tell(batch, f"{error}; looking again later")

    def _judge(self, batch: Batch) -> None:
        """Whether a run can go on after a batch has ended so."""
        if batch.status == "failed":
            self._stop.set(
                "refused", ProviderRefuses(f"{self._label} turned a batch away: {batch.detail}")
            )
        elif batch.status == "cancelled" and batch.id not in self._cancelled:
            self._stop.set("cancelled", Stopped(f"batch {_name(batch)} was cancelled"))

    # One batch ------------------------------------------------------------------------------------

    async def _step(self, batch: Batch, *, goes_on: bool) -> Batch | None:
        """Bring a batch as far as it goes at present; returns it if that is to its end.

        Nothing is done where another process is at it.
        """
        with self._claimed(batch) as held:
            now = held
            while now is not None:
                then, now = now, await self._advance(now, goes_on=goes_on)
                if now is not None and now.state is State.COLLECTED:
                    return now
                # A batch without room would go round and round.
                if now is None or now.state in (then.state, State.QUEUED):
                    return None
        return None

    async def _advance(self, batch: Batch, *, goes_on: bool) -> Batch | None:
        """One step; None for a batch that is no more."""
        match batch.state:
            case State.WRITING:
                return self._drop(batch)
            case State.PREPARED:
                return await self._upload(batch) if goes_on else self._drop(batch)
            case State.UPLOADED:
                return await self._create(batch, goes_on=goes_on)
            case State.QUEUED:
                return self._requeue(batch) if goes_on else batch
            case State.SUBMITTED:
                return await self._look(batch)
            case State.COLLECTED:
                return batch
            case _:
                return await self._collect(batch)

    async def _upload(self, batch: Batch) -> Batch | None:
        path = path_of(batch, self._store.workspace)
        if not path.exists():
            self._tell(batch, "its file is gone; its calls are asked in another")
            return self._drop(batch)
        file = ""
        if batch.id not in self._fresh:
            file = await self._patiently(lambda: self._endpoint.find_file(path.name))
        if not file:
            file = await self._or_discard(batch, lambda: self._endpoint.upload(path))
        return self._store.batches.save(batch, state=State.UPLOADED, remote_file=file)

    async def _create(self, batch: Batch, *, goes_on: bool) -> Batch | None:
        """Submit, unless that was done already and we do not know of it."""
        if batch.id not in self._fresh:
            found = await self._search(batch)
            if found is not None:
                return self._submitted(batch, found)
            if not goes_on:
                return self._drop(batch)
        if not self._has_room(batch):
            return self._store.batches.save(batch, state=State.QUEUED)
        # From here on it may have been created, until an answer says what became of it.
        self._fresh.discard(batch.id)
        try:
            remote = await self._endpoint.create(batch.remote_file, name=batch.id)
        except RateLimited:
            self._fresh.add(batch.id)
            raise
        except (Refused, ProviderRefuses) as error:
            self._drop(batch)
            raise ProviderRefuses(f"no batch can be had: {error}") from error
        return (
            self._make_room(batch, remote) if remote.has_no_room else self._submitted(batch, remote)
        )

    def _submitted(self, batch: Batch, remote: RemoteBatch) -> Batch:
        submitted = self._store.batches.save(
            batch, state=State.SUBMITTED, remote=remote.id, status=remote.status, detail=""
        )
        self._tell(submitted, f"{batch.calls:,} calls are at {self._label}")
        return submitted

    async def _search(self, batch: Batch) -> RemoteBatch | None:
        """A batch at the endpoint that bears our id and has not been turned away."""
        for is_last in (False, True):
            found = await self._patiently(lambda: self._endpoint.find(batch.id))
            good = [one for one in found if one.status != "failed"]
            if good:
                return good[-1]
            if not is_last:
                await self._sleep(self._pace.again_s)
        return None

    def _requeue(self, batch: Batch) -> Batch:
        if not self._has_room(batch):
            return batch
        self._fresh.add(batch.id)
        return self._store.batches.save(batch, state=State.UPLOADED)

    def _has_room(self, batch: Batch) -> bool:
        """Whether the endpoint may take one more; one that it refused waits for others to end."""
        others = self._submitted_beside(batch)
        if not others:
            return True
        most = self._limits.tokens
        if most is not None and sum(one.tokens for one in (batch, *others)) > most:
            return False
        refused_at = self._over_at_refusal.get(batch.id)
        return refused_at is None or self._over > refused_at

    def _submitted_beside(self, batch: Batch) -> list[Batch]:
        return [
            one
            for one in self._live()
            if one.state is State.SUBMITTED and one.model == batch.model and one.id != batch.id
        ]

    async def _look(self, batch: Batch) -> Batch | None:
        remote = await self._patiently(lambda: self._endpoint.look(batch.remote))
        if remote.has_no_room:
            return self._make_room(batch, remote)
        state = OVER.get(remote.status, State.SUBMITTED)
        if state is not State.SUBMITTED:
            self._over += 1
            self.result.expired += state is State.EXPIRED
        if remote.status != batch.status or _tenths(remote.completed, batch) > _tenths(
            batch.completed, batch
        ):
            self._tell(batch, _progress(remote))
        return self._store.batches.save(
            batch,
            state=state,
            status=remote.status,
            completed=remote.completed,
            failed=remote.failed,
            output_file=remote.output_file,
            error_file=remote.error_file,
            detail=": ".join(filter(None, (remote.problem_code, remote.problem))),
        )

    def _make_room(self, batch: Batch, remote: RemoteBatch) -> Batch | None:
        """The endpoint has no room for a batch: later where others of ours are there, else less."""
        if not path_of(batch, self._store.workspace).exists():
            self._tell(batch, "turned away, and its file is gone; its calls are asked in another")
            return self._drop(batch)
        if batch.calls > 1 and not self._submitted_beside(batch):
            self._tell(batch, "too large for the endpoint's queue; two halves of it are submitted")
            self._fresh |= {half.id for half in halve(batch, self._store)}
            return None
        self._over_at_refusal[batch.id] = self._over
        self._tell(batch, "the endpoint's queue is full; submitted again when there is room")
        return self._store.batches.save(
            batch, state=State.QUEUED, remote="", status=remote.status, detail=remote.problem_code
        )

    async def _cancel(self, batch: Batch) -> None:
        found: RemoteBatch | None = None
        if batch.state is State.UPLOADED:
            found = await self._search(batch)
        if found is not None:
            batch = self._submitted(batch, found)
        if batch.state is State.SUBMITTED:
            try:
                remote = await self._patiently(lambda: self._endpoint.cancel(batch.remote))
            except Refused as error:
                if error.reason == "gone":
                    self._drop(batch)
                    return
                self._tell(batch, f"{error}")  # it may be over already, which a look will tell
            else:
                self._tell(batch, _progress(remote))
        elif not batch.is_over:
            self._drop(batch)

    # Collecting -----------------------------------------------------------------------------------

    async def _collect(self, batch: Batch) -> Batch:
        """Store what a batch has brought, then let go of its calls."""
        spending, is_counted = Spending(), True
        for what, file in (("output", batch.output_file), ("error", batch.error_file)):
            path = path_of(batch, self._store.workspace, what)
            if file and await self._fetch(batch, file, path):
                part, counted = await self._take_in(batch, path)
                spending += part
                is_counted &= counted
        self._settle(batch, spending if is_counted else None)
        self._store.batches.free(batch.id)
        collected = self._store.batches.save(batch, state=State.COLLECTED)
        remove_files(batch, self._store.workspace)
        self._tell(batch, f"{batch.status}; collected")
        if self._refusal is not None:
            self._stop.set("refused", self._refusal)
        return collected

    async def _fetch(self, batch: Batch, file: str, path: Path) -> bool:
        """Download a file; False where the endpoint has it no more."""
        try:
            await self._patiently(lambda: self._endpoint.download(file, path))
        except Refused as error:
            if error.reason != "gone":
                raise
            self._tell(batch, f"{error}; what is missing is asked again")
            return False
        except OSError as error:
            raise StoreError(
                f"no room for the replies of a batch at {path} ({error.strerror or error}): free "
                "some, then run the same command again"
            ) from error
        return True

    async def _take_in(self, batch: Batch, path: Path) -> tuple[Spending, bool]:
        """Store the lines of a file; what they cost, and whether the endpoint counted all of it."""
        spending, is_counted, unreadable, unknown = Spending(), True, 0, 0
        for chunk in _chunks(path):
            lines = [await self._endpoint.read_line(line) for line in chunk]
            tokens = self._store.batches.tokens(batch.id, {*_calls(lines)})
            replies: dict[str, Reply] = {}
            for line in lines:
                if not isinstance(line, Answered | Unanswered):
                    unreadable += 1
                elif line.call not in tokens:
                    unknown += 1
                elif isinstance(line, Answered):
                    replies.setdefault(line.call, _reply(line, tokens[line.call]))
                    is_counted &= not line.usage.is_estimate
            spending += await self._keep(batch, replies)
            await self._fail(
                [one for one in lines if isinstance(one, Unanswered) and one.call in tokens]
            )
        if unreadable or unknown:
            self._tell(
                batch, f"{unreadable} lines cannot be read and {unknown} belong to no call of it"
            )
        return spending, is_counted

    async def _keep(self, batch: Batch, replies: dict[str, Reply]) -> Spending:
        fresh = replies.keys() - self._store.answered(replies)
        await self._store.put_replies(replies.values(), model=batch.model, endpoint=batch.endpoint)
        self.result.answered += len(fresh)
        spending = Spending()
        if self._budget is not None:
            for reply in replies.values():
                spending += self._budget.cost(reply.usage, share=SHARE)
        return spending

    async def _fail(self, lines: Sequence[Unanswered]) -> None:
        await self._store.put_failures(
            Failure(
                call=line.call, reason=line.reason, detail=line.detail, failed_at=_now(),
                body=line.body,
            )
            for line in lines
        )  # fmt: skip
        for line in lines:
            self.result.failed[line.reason] += 1
            if not line.may_help_again:
                self.result.refused[line.call] = line.reason
            self._refusal = self._refusal or line.refusal

    # Money ----------------------------------------------------------------------------------------

    def _afford(self, batch: str, call: Call) -> bool:
        """Set the worst case of a call aside, at the price of batches."""
        if self._budget is None:
            return True
        held = self._budget.hold(call, share=SHARE)
        if held is not None:
            self._held[batch] = self._held.get(batch, Spending()) + held
        return held is not None

    def _settle(self, batch: Batch, spending: Spending | None) -> None:
        """Where the endpoint did not count, the worst case stays set aside."""
        held = self._held.pop(batch.id, None)
        if self._budget is not None and held is not None and spending is not None:
            self._budget.settle(held, spending)

    # Patience -------------------------------------------------------------------------------------

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until it works or is hopeless; only for what may be broken off, and done twice."""
        tried, began = Tried(), time.monotonic()
        while True:
            try:
                with self._stop.waiting():
                    done = await attempt()
                self._has_worked = True
                return done
            except CallError as error:
                is_limited = isinstance(error, RateLimited)
                tried = replace(
                    tried,
                    attempts=tried.attempts + (not is_limited),
                    limited=tried.limited + is_limited,
                    elapsed_s=time.monotonic() - began,
                )
                decision = decide(
                    error, tried, Around(), jitter=random.random(), policy=self._policy
                )
                if decision.action != "again":
                    raise
                self._observe(Waiting(reason=error.reason, wait_s=decision.wait_s, everyone=True))
                await self._sleep(decision.wait_s)

    async def _or_discard(self, batch: Batch, attempt: Callable[[], Awaitable[T]]) -> T:
        """Where the endpoint takes no such thing at all, the calls of a new batch are free again."""
        try:
            return await self._patiently(attempt)
        except (Refused, ProviderRefuses) as error:
            self._drop(batch)
            raise ProviderRefuses(f"no batch can be had: {error}") from error

    async def _sleep(self, seconds: float) -> None:
        with self._stop.waiting():
            await asyncio.sleep(seconds)

    # Small things ---------------------------------------------------------------------------------

    def _live(self) -> list[Batch]:
        return [one for one in self._store.batches.live() if one.endpoint == self._label]

    def _drop(self, batch: Batch) -> Batch | None:
        """Discard a batch that the endpoint does not work on; there is none any more."""
        self._settle(batch, Spending())
        discard(batch, self._store)
        return None

    def _claimed(self, batch: Batch) -> _Claim:
        return _Claim(self._store, batch)

    def _tell(self, batch: Batch, text: str) -> None:
        self._observe(Note(text=f"batch {_name(batch)}: {text}"))


class _Claim:
    """A batch held against other processes, as it is in the store then; None where one holds it."""

    def __init__(self, store: Store, batch: Batch) -> None:
        self._store = store
        self._id = batch.id
        self._is_ours = False

    def __enter__(self) -> Batch | None:
        self._is_ours = self._store.claims.take(self._id)
        return self._store.batches.get(self._id) if self._is_ours else None

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            self._store.claims.release(self._id)


def _ahead_of(batches: set[str], live: Iterable[Batch]) -> list[Batch]:
    """Others at the endpoint, such as those of another run: until they end there is no room."""
    return [
        one
        for one in live
        if one.id not in batches and (one.state is State.SUBMITTED or one.is_over)
    ]


def stopped_with(batches: Sequence[Batch]) -> LoremillError | None:
    """What to say of batches that go on when a run ends; None where there are none."""
    if not batches:
        return None
    calls = sum(batch.calls for batch in batches)
    word = "batch" if len(batches) == 1 else "batches"
    return Stopped(
        f"{len(batches)} {word} with {calls:,} calls at {batches[0].endpoint}: `loremill batch "
        "collect` fetches what is done, `batch status` looks, `batch cancel` ends them"
    )


def _name(batch: Batch) -> str:
    return f"{batch.id[:8]} ({batch.remote})" if batch.remote else batch.id[:8]


def _tenths(completed: int, batch: Batch) -> int:
    """Worth a line each: a batch is looked at some 300 times in a night."""
    return 10 * completed // max(batch.calls, 1)


def _progress(remote: RemoteBatch) -> str:
    counts = f"{remote.completed:,} of {remote.total:,} calls done" if remote.total else ""
    failed = f"{remote.failed:,} failed" if remote.failed else ""
    return ", ".join(filter(None, (remote.status.replace("_", " "), counts, failed)))


def _reply(line: Answered, prompt_tokens: int) -> Reply:
    usage = line.usage
    if usage.is_estimate:
        usage = replace(usage, prompt_tokens=prompt_tokens)
    return Reply(
        call=line.call,
        body=line.body,
        finish_reason=line.finish_reason,
        usage=usage,
        served_by=line.served_by,
        received_at=_now(),
        batch=True,
    )


def _calls(lines: Iterable[object]) -> Iterator[str]:
    """Digests among what lines say; anything else is no call of ours."""
    for line in lines:
        if isinstance(line, Answered | Unanswered) and _is_digest(line.call):
            yield line.call


def _is_digest(text: str) -> bool:
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)


def _chunks(path: Path) -> Iterator[list[bytes]]:
    """Lines of a file, some at a time; parts of one that is too long are lines that say nothing."""
    with path.open("rb") as file:
        chunk: list[bytes] = []
        while line := file.readline(LONGEST_LINE):
            if line.strip():
                chunk.append(line)
            if len(chunk) == LINES_AT_ONCE:
                yield chunk
                chunk = []
        if chunk:
            yield chunk


def _now() -> str:
    now = datetime.datetime.now(datetime.UTC)
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")
