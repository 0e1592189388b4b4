"""How fast calls may go: requests and tokens per minute, calls at once, and a pause for everyone.

Every attempt passes here, retries included; nothing is retried behind the limiter's back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from generator.chat import RateHeaders
from generator.engine.gate import Gate
from generator.engine.learning import LearntPace
from generator.engine.pace import SHORT_WINDOW_S, RequestPace, TokenPace
from generator.engine.pause import Pause
from generator.engine.shared import Shared
from generator.store.limits import LearntLimits

HEADROOM = 0.995
"""Share of a limit that is used: clocks differ, and a request counts when it arrives."""
LOOK_AROUND_S = 0.5
"""How often to count those who share the limits."""
LEAVE_AFTER_S = 5.0
"""A run that has had nothing to ask for so long leaves its share to the others."""
REMEMBER_EVERY_S = 30.0
"""A run that is killed has lost no more of what it learnt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The place of one call under the limits."""

    tokens: float
    """Estimated, both ways."""
    requests_before: int
    """Requests and tokens that were let go until then, itself included."""
    tokens_before: float
    sent_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Limits per minute that the endpoint names."""

    requests: float | None = None
    tokens: float | None = None


class Limits:
    """All limits of one endpoint and model, for all workers of a run.

    What the user gives stands above what was learnt, and what the endpoint says bounds both. Where
    several runs share a workspace, all of it is divided evenly.
    """

    def __init__(
        self,
        *,
        rpm: float | None,
        tpm: float | None,
        concurrency: int,
        shared: Shared | None = None,
    ) -> None:
        """Requests and tokens per minute, None for unknown; calls at once at most; and with whom."""
        self._rpm = rpm
        self._tpm = tpm
        self._shared = shared
        self._said = _Said()
        self._sharers = 1
        self._learnt = LearntPace(time.monotonic())
        self._requests = RequestPace()
        self._tokens = TokenPace()
        self._gate = Gate(concurrency)
        self._pause = Pause()
        self._in_flight = 0
        self._let_go = 0
        self._tokens_let_go = 0.0
        self._needed_at = float("-inf")
        self._has_learnt = False
        """Whether the endpoint has said anything of its limits, or shown them, in this run."""
        self._remembered: LearntLimits | None = None
        if shared is not None and (remembered := shared.recall()) is not None:
            self._start_from(remembered)
        self._apply()

    # Calls ----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def slot(self, tokens: float) -> AsyncIterator[Slot]:
        """Wait until a call of so many tokens (estimated, both ways) may go, and hold its place."""
        await self._gate.enter()
        try:
            self._needs_share()
            await self._tokens.take(tokens)
            await self._requests.wait(self._pause.is_clear)
            async with self._pause.turn():
                slot = self._sent(tokens)
                try:
                    yield slot
                finally:
                    self._in_flight -= 1
        finally:
            # Shielded: the place must be given back even where the caller is cancelled just now.
            await asyncio.shield(self._gate.leave())

    def _sent(self, tokens: float) -> Slot:
        now = time.monotonic()
        self._learnt.let_go(now)
        self._in_flight += 1
        self._let_go += 1
        self._tokens_let_go += tokens
        return Slot(
            tokens=tokens,
            requests_before=self._let_go,
            tokens_before=self._tokens_let_go,
            sent_at=now,
        )

    # What becomes of them -------------------------------------------------------------------------

    @property
    def pauses_in_a_row(self) -> int:
        """Pauses since the endpoint last gave a sign of life."""
        return self._pause.in_a_row

    def pause(self, seconds: float, *, sent_at: float, is_too_much: bool) -> bool:
        """Hold everyone back, on account of an attempt sent at this time of the monotonic clock.

        `is_too_much` where the endpoint asks for fewer calls. False where nothing changes, since the
        attempt tells no more than an earlier one did.
        """
        before_s = self._pause.wait_s
        is_new = self._pause.begin(seconds, sent_at=sent_at)
        if is_too_much:
            self._learnt.refused(sent_at)
            self._tokens.keep_reserved()
            # A probe that is refused says nothing about how many would be too many.
            if is_new and self._pause.in_a_row <= 1:
                self._break(sent_at)
        self._learnt.paused(self._pause.wait_s - before_s)
        return is_new

    def see_life(self) -> None:
        """The endpoint has answered, if only to refuse."""
        self._pause.see_life()

    def went_well(self, slot: Slot, *, used: float, rates: RateHeaders) -> None:
        """Learn from an answered call, and from the tokens that it took."""
        self._pause.see_life()
        self._gate.praise(self._in_flight + 1)
        self._tokens.settle(estimated=slot.tokens, used=used)
        self._hear(rates)
        self._hear_of_spare(slot, rates)

    def _break(self, sent_at: float) -> None:
        """Find out what was too much: calls at once, or calls in a time."""
        self._has_learnt = True
        in_flight = self._in_flight + 1
        is_known = self._gate.refused_at is not None
        if self._gate.refuse(in_flight) and is_known:
            return  # it takes so many at once and no more, however long they last
        is_paced = self._requests.per_minute is not None
        self._learnt.broke(sent_at, time.monotonic(), may_guess=not is_paced)
        self._apply()

    def _hear(self, rates: RateHeaders) -> None:
        self._has_learnt |= bool(rates.limit_requests or rates.limit_tokens)
        said = _Said(
            requests=rates.limit_requests or self._said.requests,
            tokens=rates.limit_tokens or self._said.tokens,
        )
        if said != self._said:
            self._said = said
            self._apply()

    def _hear_of_spare(self, slot: Slot, rates: RateHeaders) -> None:
        """What is left now, by what was left when a call came in or was answered, whichever is less.

        Other runs are taken to have sent as much as this one.
        """
        minutes = (time.monotonic() - slot.sent_at) / 60
        if rates.remaining_requests is not None:
            sent = (self._let_go - slot.requests_before) * self._sharers
            ahead = max(0.0, sent - minutes * (self._said.requests or 0))
            self._requests.hear_of_spare((rates.remaining_requests - ahead) / self._sharers)
        if rates.remaining_tokens is not None:
            sent_tokens = (self._tokens_let_go - slot.tokens_before) * self._sharers
            ahead = max(0.0, sent_tokens - minutes * (self._said.tokens or 0))
            self._tokens.hear_of_spare((rates.remaining_tokens - ahead) / self._sharers)

    def _apply(self) -> None:
        known = _share(_least(self._rpm, self._said.requests), self._sharers)
        learnt = self._learnt.per_s(time.monotonic())
        if learnt is not None and (known is None or learnt * 60 < known):
            self._requests.set(learnt * 60, window_s=SHORT_WINDOW_S)
        else:
            self._requests.set(known)
        self._tokens.set(_share(_least(self._tpm, self._said.tokens), self._sharers))

    # Over runs ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Share with other runs while the block lasts, grow with time, remember what was learnt."""
        looking = asyncio.create_task(self._look_around())
        try:
            yield
        finally:
            looking.cancel()
            self._remember()
            if self._shared is not None:
                self._shared.leave()

    async def _look_around(self) -> None:
        remembered_at = time.monotonic()
        while True:
            await asyncio.sleep(max(LOOK_AROUND_S, self._pause.wait_s))
            now = time.monotonic()
            if self._gate.inside:
                self._needed_at = now
            elif self._shared is not None and now - self._needed_at >= LEAVE_AFTER_S:
                self._shared.leave()
            self._count()
            self._apply()
            if now - remembered_at >= REMEMBER_EVERY_S:
                remembered_at = now
                self._remember()

    def _needs_share(self) -> None:
        now = time.monotonic()
        if self._shared is not None and now - self._needed_at >= LEAVE_AFTER_S:
            self._shared.join()
            self._count()
            self._apply()
        self._needed_at = now

    def _count(self) -> None:
        sharers = 1 if self._shared is None else self._shared.count()
        if sharers != self._sharers:
            self._learnt.scale(self._sharers / sharers, time.monotonic())
            self._sharers = sharers

    def _start_from(self, remembered: LearntLimits) -> None:
        self._remembered = remembered
        self._gate.start_from(remembered.at_once, remembered.refused_at)
        requests = remembered.requests_per_minute if self._rpm is None else None
        tokens = remembered.tokens_per_minute if self._tpm is None else None
        self._said = _Said(requests=requests if remembered.is_told else None, tokens=tokens)
        if requests is not None and not remembered.is_told:
            self._learnt.start_from(requests / 60, time.monotonic())

    def _remember(self) -> None:
        if self._shared is not None and self._has_learnt:
            self._remembered = self._found(self._remembered or self._shared.new())
            self._shared.remember(self._remembered)

    def _found(self, before: LearntLimits) -> LearntLimits:
        """What is known now; what this run had no occasion to learn stays as it was."""
        told, found = self._said.requests, self._learnt.found_per_s(time.monotonic())
        measured = None if found is None else found * 60 * self._sharers
        return replace(
            before,
            requests_per_minute=_least(told, measured) or before.requests_per_minute,
            tokens_per_minute=self._said.tokens or before.tokens_per_minute,
            is_told=told is not None and (measured is None or told <= measured),
            at_once=self._gate.held * self._sharers,
            refused_at=self._gate.refused_at and self._gate.refused_at * self._sharers,
        )


def _share(limit: float | None, sharers: int) -> float | None:
    return None if limit is None else limit * HEADROOM / sharers


def _least(one: float | None, other: float | None) -> float | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)
