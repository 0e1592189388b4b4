"""Asking a tuned model in the way of the dataset that it was tuned on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from generator.api.running import Observer, OpenRun, ignore, open_run
from generator.api.tuned import find_tuned
from generator.engine.follow_up import find_end
from generator.engine.stop import Stop
from generator.errors import ExitCode, Refused, Stopped
from generator.evaluation.conversation import Conversation, Question, Told, begin
from generator.records import Reply
from generator.spending import price_of


def conversation(
    model: str,
    *,
    dataset: Path | str | None = None,
    environ: Mapping[str, str] | None = None,
    form: str | None = None,
    system: str | None = None,
    article: str | None = None,
    section: str | None = None,
    retrieval: bool = False,
    draw: int = 0,
    max_tokens: int | None = None,
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Conversation:
    """Find out how a model is asked; see `generator.evaluation.conversation.begin`.

    `model` may also be a tuning job that the workspace knows, or a dataset that one was tuned on; then
    the dataset need not be named.
    """
    environ = os.environ if environ is None else environ
    longest = {} if max_tokens is None else {"max_tokens": max_tokens}
    tuned = find_tuned(model, options, environ)
    given = dict(options)
    if tuned.base_url and not (options.get("base_url") or environ.get("OPENAI_BASE_URL")):
        given["base_url"] = tuned.base_url
    return begin(
        tuned.model, dataset=tuned.dataset if dataset is None else dataset, options=given,
        environ=environ, form=form, system=system, article=article, section=section,
        retrieval=retrieval, draw=draw, settings=settings, **longest,
    )  # fmt: skip


def ask(model: str, question: str, **options: Any) -> Told:
    """Ask a model one question; for the options see `conversation`. Not inside a running event loop.

    The call goes the way of every call: stored, and not paid for twice; `draw` asks anew.

    Raises:
        Misconfigured: an option that cannot be.
        Refused: the endpoint does not answer this question.
        ProviderRefuses, Stopped: nothing was answered.
    """

    async def run() -> Told:
        async with open_conversation(conversation(model, **options)) as talk:
            return await talk.ask(question)

    return asyncio.run(run())


class Talk:
    """A conversation that is open."""

    def __init__(self, conversation: Conversation, run: OpenRun) -> None:
        """Opened by `open_conversation`."""
        self.conversation = conversation
        self._run = run
        self._price = price_of(conversation.config)

    async def ask(self, text: str) -> Told:
        """Ask the next question; a chat remembers what was said before.

        Raises:
            Refused: the endpoint does not answer it; others may be asked.
            ProviderRefuses, Stopped: none will be.
        """
        (told,) = [one async for one in self.ask_all([text])]
        if isinstance(told, Refused):
            raise told
        self.conversation.remember(text, told.answer)
        return told

    async def ask_all(self, texts: Iterable[str]) -> AsyncIterator[Told | Refused]:
        """Ask many questions, each by itself; gives the answers in order, once all have one.

        Raises:
            ProviderRefuses, Stopped: the asking ended before all were answered.
        """
        questions = [self.conversation.put(text) for text in texts]
        digests = list(dict.fromkeys(one.planned.call.digest for one in questions))
        had = await asyncio.to_thread(self._run.store.answered, digests)
        planned = {one.planned.call.digest: one.planned for one in questions}
        await self._run.ask(self.conversation.config, planned.values())
        for one in questions:
            yield await asyncio.to_thread(self._told, one, one.planned.call.digest in had)

    def _told(self, question: Question, is_stored: bool) -> Told | Refused:
        digest = question.planned.call.digest
        end = find_end(self._run.store, digest)
        stop = self._run.stop
        if end is None:
            raise stop.error or Stopped(f"{stop.reason or 'stopped'} before it was answered")
        if not isinstance(end, Reply):
            return Refused(f"no answer: {end.detail or end.reason}", reason=end.reason)
        price = self._price(end)
        side = self.conversation.side
        return Told(
            question=question.text,
            answer=self.conversation.read(end),
            model=side.model,
            endpoint=side.endpoint,
            form=side.manner.form,
            place=question.place,
            shown=question.shown,
            is_stored=is_stored,
            finish_reason=end.finish_reason,
            is_cut=self.conversation.is_cut(end),
            usage=end.usage,
            cost=0.0 if is_stored else None if price is None else price.amount,
            call=digest,
        )


@asynccontextmanager
async def open_conversation(
    conversation: Conversation, *, observe: Observer = ignore, stop: Stop | None = None
) -> AsyncIterator[Talk]:
    """A conversation to ask questions in, within one budget.

    Raises:
        Misconfigured: a bound that cannot be kept.
        StoreError: the workspace cannot be used.
    """
    async with open_run(conversation.config, [], observe=observe, stop=stop) as run:
        yield Talk(conversation, run)
        run.end(ExitCode.OK)
