"""How many requests, and how many tokens, may go in a minute: spread evenly, first come, first served."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from asyncio_throttle import Throttler

WINDOW_S = 0.25
"""Requests are let go in windows this short, so that a minute's worth never goes out at once."""
SHORT_WINDOW_S = 0.05
"""The same where a pace is tried out: what goes out at once may be refused at once."""
POLL_S = 0.002
"""The throttle polls; hardly ever, as the first in the queue sleeps until there is room."""
LOOK_AGAIN_S = 1.0
"""The longest sleep: the pace may have changed meanwhile."""
SPARE_SHARE = 0.7
"""Share of what an endpoint says is left that is used ahead of the even pace: what it says is one
latency old, and other programs may use the same key."""


class RequestPace:
    """Requests per minute."""

    def __init__(self, per_minute: float | None = None) -> None:
        """No limit for None."""
        self.per_minute: float | None = None
        self._throttle: Throttler | None = None
        self._gone: deque[float] = deque()
        """When the requests of the last window went, by the monotonic clock."""
        self._spare = 0.0
        self._turn = asyncio.Lock()
        self.set(per_minute)

    def set(self, per_minute: float | None, *, window_s: float = WINDOW_S) -> None:
        """Go at this pace from now on, those who wait included."""
        if per_minute == self.per_minute:
            return
        self.per_minute = per_minute
        if per_minute is None:
            self._throttle = None
            return
        at_once = max(1, int(per_minute * window_s / 60))
        every_s = at_once * 60 / per_minute
        if self._throttle is None:
            self._throttle = Throttler(at_once, every_s, POLL_S)
        else:  # what has gone out in its window goes on to count
            self._throttle.rate_limit, self._throttle.period = at_once, every_s

    def hear_of_spare(self, requests: float) -> None:
        """Learn how many may go at once, beside the even pace, as the endpoint says."""
        kept = (self.per_minute or 0.0) * WINDOW_S / 60
        self._spare = requests * SPARE_SHARE - kept

    async def wait(self, is_clear: Callable[[], Awaitable[None]]) -> None:
        """Return when one more request may go; the first who waits also waits for `is_clear`."""
        if self._throttle is None:
            await is_clear()
        if self._throttle is None:  # and not either after a pause, which may have brought a pace
            return
        # One waits for the clock, the others queue behind it: cheap, and in order.
        async with self._turn:
            await is_clear()
            while (wait_s := self._room_in_s()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(min(wait_s, LOOK_AGAIN_S))
            if self._spare >= 1:
                self._spare -= 1
            elif self._throttle is not None:
                await self._throttle.acquire()
                self._gone.append(time.monotonic())

    def _room_in_s(self) -> float:
        if self._throttle is None or self._spare >= 1:
            return 0.0
        at_once = int(self._throttle.rate_limit)
        while len(self._gone) > at_once:
            self._gone.popleft()
        if len(self._gone) < at_once:
            return 0.0
        return self._gone[0] + float(self._throttle.period) - time.monotonic()


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
        self.set(per_minute)

    def set(self, per_minute: float | None) -> None:
        """Go at this pace from now on."""
        self._refill()
        self._per_s = None if per_minute is None else per_minute / 60
        if self._per_s is not None:
            self._level = min(self._level, self._per_s)

    async def take(self, tokens: float) -> None:
        """Return when a request of so many tokens may go; one larger than the bucket runs it into debt."""
        if self._per_s is None:
            return
        async with self._turn:
            if self._spare >= tokens:
                self._spare -= tokens
                return
            # Looked at again after each sleep: the pace may have changed meanwhile.
            while (missing_s := self._missing_s(tokens)) > 0:  # noqa: ASYNC110
                await asyncio.sleep(min(missing_s, LOOK_AGAIN_S))
            self._level -= tokens

    def hear_of_spare(self, tokens: float) -> None:
        """Learn how many may go at once, beside the even pace, as the endpoint says."""
        self._spare = tokens * SPARE_SHARE
        self.keep_reserved()

    def keep_reserved(self) -> None:
        """Give back no more: the endpoint counts what a reply may have, whatever it has."""
        self._gives_back = False

    def settle(self, *, estimated: float, used: float) -> None:
        """Correct an estimate by what was used."""
        if self._per_s is not None and (self._gives_back or used > estimated):
            self._level = min(self._level + estimated - used, self._per_s)

    def _missing_s(self, tokens: float) -> float:
        self._refill()
        if self._per_s is None:
            return 0.0
        return (min(tokens, self._per_s) - self._level) / self._per_s

    def _refill(self) -> None:
        now = time.monotonic()
        if self._per_s is not None:
            self._level = min(self._per_s, self._level + (now - self._filled_at) * self._per_s)
        self._filled_at = now
