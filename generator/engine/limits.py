"""How fast calls may go: requests and tokens per minute, calls at once, and a pause for everyone.

Every attempt passes here, retries included; nothing is retried behind the limiter's back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from asyncio_throttle import Throttler

from generator.chat import RateHeaders
from generator.engine.pause import Pause

WINDOW_S = 0.25
"""Requests are let go in windows this short, so that a minute's worth never goes out at once."""
POLL_S = 0.002
"""How often a waiter looks again: the throttle polls. Each look-up too late is pace lost, 1 % of a
window at most; it costs little, since only the first in the queue polls."""
HEADROOM = 0.995
"""Share of a limit that is used: clocks differ, and a request counts when it arrives."""
SPARE_SHARE = 0.7
"""Share of what an endpoint says is left that is used ahead of the even pace: what it says is one
latency old, and other programs may use the same key."""
START_AT_ONCE = 100
"""Calls at once to begin with, before an endpoint has shown what it takes; doubled with every round
of replies, 1,000 are reached in four rounds."""
EASE_OFF = 0.6
"""Factor on calls at once when an endpoint says that it is too much."""
GROW_BY = 0.5
"""Calls at once more with every round of replies, once an endpoint has refused: the limit is near."""
EASE_OFF_EVERY_S = 1.0
"""A burst of refusals is one sign, not many."""


class RequestPace:
    """Requests per minute, spread evenly; first come, first served."""

    def __init__(self, per_minute: float | None = None) -> None:
        """No limit for None."""
        self._per_minute: float | None = None
        self._throttle: Throttler | None = None
        self._spare = 0.0
        self._turn = asyncio.Lock()
        self.lower_to(per_minute)

    def lower_to(self, per_minute: float | None) -> None:
        """Take a lower limit; a higher one than before is left alone."""
        if per_minute is None or (self._per_minute and per_minute >= self._per_minute):
            return
        self._per_minute = per_minute
        usable = per_minute * HEADROOM
        in_a_window = usable * WINDOW_S / 60
        if in_a_window >= 1:
            rate = int(in_a_window)
            self._throttle = Throttler(rate, rate * 60 / usable, POLL_S)
        else:
            self._throttle = Throttler(1, 60 / usable, POLL_S)

    def hear_of_spare(self, remaining: float, *, inside: float) -> None:
        """Learn what the endpoint would still take, beside what is in flight already."""
        self._spare = (remaining - inside) * SPARE_SHARE

    async def wait(self) -> None:
        """Return when one more request may go."""
        if self._throttle is None:
            return
        # One waiter polls, the others queue behind it: cheap, and in order.
        async with self._turn:
            if self._spare >= 1:
                self._spare -= 1
            else:
                await self._throttle.acquire()


class TokenPace:
    """Tokens per minute: a bucket that refills evenly and holds a second's worth."""

    def __init__(self, per_minute: float | None = None) -> None:
        """No limit for None."""
        self._per_s: float | None = None
        self._level = 0.0
        self._filled_at = time.monotonic()
        self._spare = 0.0
        self._gives_back = True
        self._turn = asyncio.Lock()
        self.lower_to(per_minute)

    def lower_to(self, per_minute: float | None) -> None:
        """Take a lower limit; a higher one than before is left alone."""
        per_s = None if per_minute is None else per_minute * HEADROOM / 60
        if per_s is None or (self._per_s is not None and per_s >= self._per_s):
            return
        self._per_s = per_s
        self._level = min(self._level, per_s)

    async def take(self, tokens: float) -> None:
        """Return when a request of so many tokens may go; one larger than the bucket runs it into debt."""
        if self._per_s is None:
            return
        async with self._turn:
            if self._spare >= tokens:
                self._spare -= tokens
                return
            self._refill()
            if (missing := min(tokens, self._per_s) - self._level) > 0:
                await asyncio.sleep(missing / self._per_s)
                self._refill()
            self._level -= tokens

    def hear_of_spare(self, remaining: float, *, inside: float) -> None:
        """Learn what the endpoint would still take, beside what is in flight already."""
        self._spare = (remaining - inside) * SPARE_SHARE
        self.keep_reserved()

    def keep_reserved(self) -> None:
        """Give back no more: the endpoint counts what a reply may have, whatever it has."""
        self._gives_back = False

    def settle(self, *, estimated: float, used: float) -> None:
        """Correct an estimate by what was used."""
        if self._per_s is not None and (self._gives_back or used > estimated):
            self._level = min(self._level + estimated - used, self._per_s)

    def _refill(self) -> None:
        now = time.monotonic()
        if self._per_s is not None:
            self._level = min(self._per_s, self._level + (now - self._filled_at) * self._per_s)
        self._filled_at = now


class Gate:
    """Calls at once: grows by one a success until the first refusal, then slowly; shrinks on refusals."""

    def __init__(self, most: int) -> None:
        """At most `most` at once; starts at `START_AT_ONCE` or below."""
        self._most = most
        self.allowed = float(min(most, START_AT_ONCE))
        self.inside = 0
        self._has_been_refused = False
        self._eased_off_at = float("-inf")
        self._changed = asyncio.Condition()

    async def enter(self) -> None:
        """Return when there is room for one more."""
        async with self._changed:
            while self.inside >= int(self.allowed):
                await self._changed.wait()
            self.inside += 1

    async def leave(self) -> None:
        """Make room."""
        async with self._changed:
            self.inside -= 1
            self._changed.notify(max(1, int(self.allowed) - self.inside))

    def praise(self) -> None:
        """A call went well."""
        step = GROW_BY / self.allowed if self._has_been_refused else 1
        self.allowed = min(float(self._most), self.allowed + step)

    def ease_off(self) -> None:
        """The endpoint said that it is too much."""
        self._has_been_refused = True
        now = time.monotonic()
        if now - self._eased_off_at >= EASE_OFF_EVERY_S:
            self._eased_off_at = now
            self.allowed = max(1.0, self.allowed * EASE_OFF)


class Limits:
    """All limits of one endpoint and model, for all workers of a run."""

    def __init__(self, *, rpm: float | None, tpm: float | None, concurrency: int) -> None:
        """Requests and tokens per minute, None for unknown; and calls at once at most."""
        self._requests = RequestPace(rpm)
        self._tokens = TokenPace(tpm)
        self._gate = Gate(concurrency)
        self._pause = Pause()
        self._tokens_inside = 0.0

    @asynccontextmanager
    async def slot(self, tokens: float) -> AsyncIterator[None]:
        """Wait until a call of so many tokens (estimated, both ways) may go, and hold its place."""
        await self._gate.enter()
        try:
            async with self._pause.turn():
                await self._tokens.take(tokens)
                await self._requests.wait()
                with self._counted(tokens):
                    yield
        finally:
            # Shielded: the place must be given back even where the caller is cancelled just now.
            await asyncio.shield(self._gate.leave())

    @contextmanager
    def _counted(self, tokens: float) -> Iterator[None]:
        self._tokens_inside += tokens
        try:
            yield
        finally:
            self._tokens_inside -= tokens

    @property
    def pauses_in_a_row(self) -> int:
        """Pauses since the endpoint last gave a sign of life."""
        return self._pause.in_a_row

    def pause(self, seconds: float, *, sent_at: float, is_too_much: bool) -> bool:
        """Hold everyone back, on account of an attempt sent at this time of the monotonic clock.

        `is_too_much` where the endpoint asks for fewer calls. False where nothing changes, since the
        attempt tells no more than an earlier one did.
        """
        is_new = self._pause.begin(seconds, sent_at=sent_at)
        # A probe that is refused says nothing about how many at once would be too many.
        if is_too_much and self._pause.in_a_row <= 1:
            self._gate.ease_off()
            self._tokens.keep_reserved()
        return is_new

    def see_life(self) -> None:
        """The endpoint has answered, if only to refuse."""
        self._pause.see_life()

    def went_well(self, *, estimated: float, used: float, rates: RateHeaders) -> None:
        """Learn from an answered call."""
        self._pause.see_life()
        self._gate.praise()
        self._tokens.settle(estimated=estimated, used=used)
        self._requests.lower_to(rates.limit_requests)
        self._tokens.lower_to(rates.limit_tokens)
        if rates.remaining_requests is not None:
            self._requests.hear_of_spare(rates.remaining_requests, inside=self._gate.inside)
        if rates.remaining_tokens is not None:
            self._tokens.hear_of_spare(rates.remaining_tokens, inside=self._tokens_inside)
