"""Batches from the outside: a build that goes by them, and what to do with those that are on their way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass

from generator.articles import Gathering, prepare
from generator.chat.openai_batch import OpenAIBatches
from generator.chat.openai_chat import OpenAIChat
from generator.config import BuildConfig
from generator.engine.batch import BatchRunner, Pace, stopped_with
from generator.engine.batch_files import BatchLimits, Seen
from generator.engine.budget import Budget
from generator.engine.deadline import Deadline
from generator.engine.events import Event, Note
from generator.engine.plan import Asking, Planned, plan_calls
from generator.engine.run import RunResult
from generator.engine.stop import Stop
from generator.errors import LoremillError, Misconfigured, Stopped
from generator.store import Store, open_store
from generator.store.batches import Batch
from generator.store.store import FILE_NAME

ROUNDS = 3
"""Of batches, each of up to 24 hours; what then has no reply is asked online."""
SMALL_REST = 0.05
"""A rest below this share of a round is asked online at once: it adds at most so much to the cost,
where another batch may take a day."""

Observer = Callable[[Event], None]


class BatchBuild:
    """The part of batches in one build."""

    def __init__(
        self,
        config: BuildConfig,
        model: OpenAIChat,
        store: Store,
        asking: Asking,
        *,
        observe: Observer,
        stop: Stop,
        budget: Budget | None,
        deadline: Deadline | None,
    ) -> None:
        """Set up; nothing is asked for yet."""
        self._config = config
        self._store = store
        self._asking = asking
        self._observe = observe
        self._stop = stop
        self._deadline = deadline
        self._batches = _runner(config, model, store, observe=observe, stop=stop, budget=budget)
        self._seen = Seen()
        self._has_gone_online = False
        self._in_batches = 0
        """Planned calls that were left out of the online part for being in a batch."""
        self._refused = 0

    async def what_is_left(self, gathering: Gathering) -> Iterator[Sequence[Planned]]:
        """The calls to be asked online, article by article, when batches have done their part.

        With `--batch` that is after they have come back; else at once, as soon as what is done has
        been fetched.
        """
        async with self._until_the_deadline():
            if self._config.batch:
                await self._go_by_batch(gathering)
                await self._wait_for_others(gathering)
                calls = self._again(gathering)
            else:
                if self._live():
                    await self._batches.collect(goes_on=False)
                calls = gathering.calls(self._asking)
        self._has_gone_online = not self._stop.is_set
        return self._outside_batches(calls) if self._has_gone_online else iter(())

    def complete(self, result: RunResult) -> RunResult:
        """The result of the online part, with that of the batches."""
        mine = self._batches.result
        if self._config.batch and not self._has_gone_online:
            result.planned = self._seen.planned
            result.already_answered = self._seen.already_answered
        elif self._config.batch:
            result.already_answered -= mine.answered
        if self._has_gone_online:
            result.planned += self._in_batches + self._refused
        if self._config.batch:
            result.answered += mine.answered
            result.failed.update(mine.refused.values())
        result.in_batches += self._in_batches
        self._say_what_goes_on(is_waited_for=result.in_batches > 0)
        return result

    # Inside ---------------------------------------------------------------------------------------

    async def _go_by_batch(self, gathering: Gathering) -> None:
        rounds = 1 if self._config.online_rest else ROUNDS
        before = self._settled()
        seen = self._seen = await self._batches.submit(gathering.calls(self._asking))
        await self._batches.wait(seen.batches, is_submitted_enough=True)
        if not self._config.wait and self._live():
            self._stop.set("submitted", stopped_with(self._live()))
        tries = 1
        while seen.batches or seen.left_over:
            await self._batches.wait(seen.batches)
            asked = seen.left_over + sum(self._calls_in(batch) for batch in seen.batches)
            missing = asked - (self._settled() - before)
            is_small = missing <= SMALL_REST * asked
            if self._stop.is_set or (is_small and not self._leads_on):
                return
            if not is_small and tries == rounds:
                return
            if not is_small:
                text = f"{missing:,} calls came back without a reply: another batch"
                self._observe(Note(text=text))
            # The replies of one step say what the next one asks: a batch for each.
            tries = 1 if is_small else tries + 1
            before = self._settled()
            seen = await self._batches.submit(self._again(gathering))

    @property
    def _leads_on(self) -> bool:
        """Whether replies lead to calls of later steps."""
        return any(step.after for step in self._asking.steps.steps)

    async def _wait_for_others(self, gathering: Gathering) -> None:
        """Another run by batch may have put calls of ours into further batches of its own."""
        while not self._stop.is_set and (live := {batch.id for batch in self._live()}):
            held = await asyncio.to_thread(self._holders, gathering) & live
            if not held:
                return
            await self._batches.wait(held)

    def _holders(self, gathering: Gathering) -> set[str]:
        """Batches that hold calls of the plan."""
        return {
            batch
            for planned in self._again(gathering)
            for batch in self._store.batches.holding(one.call.digest for one in planned).values()
        }

    def _settled(self) -> int:
        """Calls that need no other batch."""
        return self._batches.result.answered + len(self._batches.result.refused)

    def _calls_in(self, id: str) -> int:
        batch = self._store.batches.get(id)
        return 0 if batch is None else batch.calls

    def _again(self, gathering: Gathering) -> Iterator[list[Planned]]:
        """The plan once more, from the pages that were found."""
        for key in list(gathering.found):
            page = self._store.find_page(key)
            if page is not None:
                prepared = prepare(page, self._config)
                yield list(plan_calls(prepared.passages, self._asking))

    def _outside_batches(self, articles: Iterator[list[Planned]]) -> Iterator[Sequence[Planned]]:
        """Without the calls that are in a batch, or were refused in one."""
        refused = self._batches.result.refused
        for planned in articles:
            held = self._store.batches.holding(one.call.digest for one in planned)
            left = []
            for one in planned:
                if one.call.digest in held:
                    self._in_batches += 1
                elif one.call.digest in refused:
                    self._refused += 1
                else:
                    left.append(one)
            yield left

    def _live(self) -> list[Batch]:
        endpoint = self._config.endpoint
        return [batch for batch in self._store.batches.live() if batch.endpoint == endpoint]

    def _say_what_goes_on(self, *, is_waited_for: bool) -> None:
        """A run that leaves batches behind is not at its end, whatever ended it."""
        live = self._live()
        if not live:
            return
        if not self._stop.is_set and is_waited_for:
            self._stop.set("in batches", stopped_with(live))
        elif self._stop.is_set and self._stop.error is None:
            self._stop.error = stopped_with(live)

    @asynccontextmanager
    async def _until_the_deadline(self) -> AsyncIterator[None]:
        if self._deadline is None:
            yield
            return
        watching = asyncio.create_task(self._deadline.watch(self._stop))
        try:
            yield
        finally:
            watching.cancel()


# Commands ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """The batches of a workspace."""

    batches: tuple[Batch, ...]
    """Oldest first, the collected ones included."""
    answered: int = 0
    """Replies collected just now."""
    elsewhere: tuple[str, ...] = ()
    """Other endpoints that have live batches."""
    trouble: LoremillError | None = None
    """Why not all was done that could be."""

    @property
    def live(self) -> tuple[Batch, ...]:
        """Those that hold calls."""
        return tuple(batch for batch in self.batches if batch.is_live)


def list_batches(config: BuildConfig) -> Batches:
    """What the store knows of batches; asks nobody.

    Raises:
        Misconfigured: there is no workspace.
    """
    with _workspace(config) as store:
        return Batches(batches=tuple(store.batches.all()))


async def collect_batches(
    config: BuildConfig, *, wait: bool, observe: Observer, stop: Stop
) -> Batches:
    """Fetch what is done, submit what waits for room, wait for the rest where wanted.

    Raises:
        Misconfigured: there is no workspace.
    """
    with _workspace(config) as store:
        async with _at_endpoint(config, store, observe=observe, stop=stop) as runner:
            live = await runner.collect(goes_on=True)
            if wait and not stop.is_set:
                await runner.wait({batch.id for batch in live})
            return _found(config, store, answered=runner.result.answered, stop=stop)


async def cancel_batches(
    config: BuildConfig, id: str | None, *, wait: bool, observe: Observer, stop: Stop
) -> Batches:
    """Have batches ended, all live ones of the endpoint where none is named, and keep what they did.

    Raises:
        Misconfigured: there is no workspace, or no live batch of this name.
    """
    with _workspace(config) as store:
        async with _at_endpoint(config, store, observe=observe, stop=stop) as runner:
            left = await runner.cancel(_named(config, store, id))
            # Those that are over already are collected by a look.
            await runner.collect(goes_on=False)
            if wait and not stop.is_set:
                await runner.wait(left)
            return _found(config, store, answered=runner.result.answered, stop=stop)


def _named(config: BuildConfig, store: Store, id: str | None) -> list[Batch]:
    live = [batch for batch in store.batches.live() if batch.endpoint == config.endpoint]
    if id is None:
        return live
    named = [batch for batch in live if id == batch.remote or batch.id.startswith(id)]
    if len(named) != 1 or not id:
        known = ", ".join(batch.id[:8] for batch in live) or "none"
        what = "no live batch" if not named else f"{len(named)} batches"
        raise Misconfigured(f"{what} by the id {id!r} at {config.endpoint} (live: {known})")
    return named


def _found(config: BuildConfig, store: Store, *, answered: int, stop: Stop) -> Batches:
    batches = tuple(store.batches.all())
    others = {one.endpoint for one in batches if one.is_live and one.endpoint != config.endpoint}
    error = stop.error
    if stop.is_set and error is None:
        error = Stopped("interrupted; batches go on at the endpoint")
    return Batches(
        batches=batches,
        answered=answered,
        elsewhere=tuple(sorted(others)),
        trouble=error if isinstance(error, LoremillError) else None,
    )


def _workspace(config: BuildConfig) -> AbstractContextManager[Store]:
    if not (config.workspace / FILE_NAME).exists():
        raise Misconfigured(
            f"no workspace at {config.workspace}: build something first, or give --workspace"
        )
    return open_store(config.workspace)


@asynccontextmanager
async def _at_endpoint(
    config: BuildConfig, store: Store, *, observe: Observer, stop: Stop
) -> AsyncIterator[BatchRunner]:
    key = config.api_key
    chat = OpenAIChat(
        config.model,
        api_key=None if key is None else key.get_secret_value(),
        base_url=config.base_url,
        timeout_s=config.timeout_s,
    )
    try:
        yield _runner(config, chat, store, observe=observe, stop=stop, budget=None)
    finally:
        await chat.aclose()


def _runner(
    config: BuildConfig,
    chat: OpenAIChat,
    store: Store,
    *,
    observe: Observer,
    stop: Stop,
    budget: Budget | None,
) -> BatchRunner:
    return BatchRunner(
        endpoint=OpenAIBatches(chat),
        label=config.endpoint,
        model=config.model,
        store=store,
        limits=BatchLimits(
            calls=config.batch_calls,
            size=round(config.batch_mb * 1e6),
            tokens=config.batch_tokens,
        ),
        pace=_pace(config.poll_s),
        observe=observe,
        stop=stop,
        budget=budget,
    )


def _pace(longest_s: float) -> Pace:
    usual = Pace()
    return Pace(
        first_s=min(usual.first_s, longest_s),
        longest_s=longest_s,
        again_s=min(usual.again_s, longest_s),
    )
