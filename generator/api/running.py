"""What every run that calls models takes: store, bounds, account, model, and the asking itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from generator.api.jobs import judges_of
from generator.chat import CHAT_MODELS, ChatModel
from generator.chat.prices import is_deprecated
from generator.config import BuildConfig
from generator.engine.budget import Budget
from generator.engine.deadline import Deadline
from generator.engine.events import Event, Note
from generator.engine.limits import Limits
from generator.engine.plan import Planned
from generator.engine.run import Runner, RunResult
from generator.engine.shared import Shared
from generator.engine.stop import Stop
from generator.errors import ExitCode, Stopped
from generator.prompts import Template
from generator.registry import load
from generator.spending import budget_of, deadline_of, price_of
from generator.store import Store, open_store
from generator.telling.attend import Attendant, attend
from generator.telling.progress import Progress
from generator.versions import keep_versions

Observer = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Takes events and tells no one."""


class OpenRun:
    """A run that has begun: its store, what it may still spend, and those who keep account of it."""

    def __init__(
        self,
        store: Store,
        attendant: Attendant,
        *,
        stop: Stop,
        budget: Budget,
        deadline: Deadline | None,
    ) -> None:
        """Opened by `open_run`."""
        self.store = store
        """Of the workspace."""
        self.stop = stop
        """Ends the run, or says why it has ended."""
        self.budget = budget
        """Of all that the run asks, whatever the model."""
        self.deadline = deadline
        """When it has to be over; None for never."""
        self.observe: Observer = attendant.observe
        """Takes the events of the run; from any thread."""
        self.log = attendant.log
        """The log of the run, in JSON lines; None where none is written."""
        self._attendant = attendant

    async def ask(self, config: BuildConfig, calls: Iterable[Planned | None]) -> RunResult:
        """Get replies to these calls from the model of a configuration, into the store.

        Calls are taken one by one, and those that have a reply are not made. Where the run has been
        stopped, before or meanwhile, the rest is left out: see `stop` of the result. May be called for
        one model after the other.
        """
        if self.stop.is_set:
            return RunResult(stop=self.stop)
        async with self.open_model(config) as model:
            runner = self.runner(config, model)
            try:
                return await runner.run(calls)
            except Stopped:
                return runner.result

    @asynccontextmanager
    async def open_model(self, config: BuildConfig) -> AsyncIterator[ChatModel]:
        """The model of a configuration, closed at the end."""
        model: ChatModel
        if config.is_extractive:
            model = load("extractive", CHAT_MODELS, what="chat model")()
        else:
            key = config.api_key
            model = load("openai", CHAT_MODELS, what="chat model")(
                config.model,
                api_key=None if key is None else key.get_secret_value(),
                base_url=config.base_url,
                timeout_s=config.timeout_s,
                max_connections=config.concurrency,
                on_left_out=partial(self._leave_out, config),
            )
            await asyncio.to_thread(self._warn_of_model, config)
        try:
            yield model
        finally:
            await model.aclose()

    def runner(self, config: BuildConfig, model: ChatModel) -> Runner:
        """What makes the calls to an open model, within its limits and the bounds of the run."""
        return Runner(
            model=model,
            endpoint=config.endpoint,
            store=self.store,
            limits=Limits(
                rpm=config.rpm,
                tpm=config.tpm,
                concurrency=config.concurrency,
                shared=_shared(config, self.store),
            ),
            workers=config.concurrency,
            observe=self.observe,
            stop=self.stop,
            budget=self.budget,
            deadline=self.deadline,
        )

    def end(self, exit_code: ExitCode, message: str = "", **figures: Any) -> None:
        """Say how the run has ended; a run that ends by an error says so by itself."""
        self._attendant.end(exit_code, message, **figures)

    def _leave_out(self, config: BuildConfig, parameter: str) -> None:
        self.store.unwanted.put(config.endpoint, config.model, parameter)
        self.observe(Note(text=(
            f"{config.endpoint} does not take {parameter!r} with {config.model!r}; asking without it"
        )))  # fmt: skip

    def _warn_of_model(self, config: BuildConfig) -> None:
        if is_deprecated(config.model, base_url=config.base_url):
            self.observe(Note(text=(
                f"the price list has {config.model!r} as deprecated: its provider may switch it off"
            )))  # fmt: skip


@asynccontextmanager
async def open_run(
    config: BuildConfig,
    templates: Sequence[Template],
    *,
    also: Sequence[BuildConfig] = (),
    observe: Observer = ignore,
    progress: Progress | None = None,
    stop: Stop | None = None,
    check: Callable[[], None] = lambda: None,
) -> AsyncIterator[OpenRun]:
    """Begin a run that calls models, and see it to its end.

    Its prompt files are kept in the store before anything is asked. Others can look at its progress
    and log while the block lasts.

    Args:
        config: names the run and its workspace, and bounds what it may spend.
        templates: the prompt files of all its calls.
        also: configurations with other models that the run asks, within the same budget.
        observe: is told what happens, from more than one thread.
        progress: sums up the calls; see `progress_of`.
        stop: ends the asking from outside, keeping what is paid for.
        check: raises where the run must not begin; called once the workspace is known to be usable.

    Raises:
        Misconfigured: a bound that cannot be, or cannot be kept.
        StoreError: the workspace cannot be used.
    """
    budget = budget_of(config, templates, also=also)
    deadline = deadline_of(config, now=datetime.now(UTC))
    stop = stop or Stop()
    with open_store(config.workspace) as store:
        await asyncio.to_thread(check)
        await asyncio.to_thread(keep_versions, store, templates)
        progress = progress or progress_of(config, *also)
        async with attend(config, store.path, progress, observe=observe, stop=stop) as attendant:
            yield OpenRun(store, attendant, stop=stop, budget=budget, deadline=deadline)


def progress_of(config: BuildConfig, *others: BuildConfig, asks_for_pairs: bool = True) -> Progress:
    """Sums over the events of a run, with the cost of its replies where they are of one model."""
    is_one = all(other.model == config.model for other in (*others, *judges_of(config)))
    price = price_of(config) if is_one else lambda reply: None
    return Progress(price, time.monotonic, asks_for_pairs=asks_for_pairs)


def _shared(config: BuildConfig, store: Store) -> Shared | None:
    """What runs have in common; the built-in model has no limits."""
    if config.is_extractive:
        return None
    return Shared(store, endpoint=config.endpoint, model=config.model)
