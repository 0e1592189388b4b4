"""One pause for all calls to an endpoint, and the probe that ends a run of pauses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PROBE_FROM = 2
"""Pauses in a row after which only one call goes first. After a single one all go on at once: at a
limit of requests per minute a pause now and then is the usual thing."""


class Pause:
    """Holds everyone back while it lasts. A pause that no reply came after is followed by a probe."""

    def __init__(self) -> None:
        """Nobody is held back."""
        self.in_a_row = 0
        """Pauses since the last sign of life."""
        self._began = float("-inf")
        self._until = float("-inf")
        self._one = asyncio.Lock()

    @property
    def wait_s(self) -> float:
        """Seconds that everyone still has to wait."""
        return max(0.0, self._until - time.monotonic())

    def begin(self, seconds: float, *, sent_at: float) -> bool:
        """Hold everyone back, on account of an attempt that was sent at this time of the clock.

        False where the attempt went out before the pause that is on, or that was the last one: then
        it tells nothing new, and the pause is only made as long as it asks for.
        """
        now = time.monotonic()
        is_new = sent_at >= self._began and now >= self._until
        self._until = max(self._until, now + seconds)
        if is_new:
            self._began = now
            self.in_a_row += 1
        return is_new

    def see_life(self) -> None:
        """The endpoint has answered."""
        self.in_a_row = 0

    async def is_clear(self) -> None:
        """Wait until the pause is over and no probe is on its way."""
        await self._is_over()
        while self.in_a_row >= PROBE_FROM and self._one.locked():
            async with self._one:
                pass
            await self._is_over()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until the pause is over; after several in a row, for what became of the probe as well."""
        await self._is_over()
        while self.in_a_row >= PROBE_FROM:
            async with self._one:
                await self._is_over()
                if self.in_a_row >= PROBE_FROM:
                    yield
                    return
        yield

    async def _is_over(self) -> None:
        # Looked at again after each sleep: the pause may have been made longer meanwhile.
        while self.wait_s > 0:  # noqa: ASYNC110
            await asyncio.sleep(self.wait_s)
