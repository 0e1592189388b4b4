"""An event loop whose clock jumps to the next thing to happen, so that hours pass in a second."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar
from unittest import mock

from generator.store.writer import Writer

Result = TypeVar("Result")
Written = TypeVar("Written", bound="Future[None] | asyncio.Future[None]")
GRACE_S = 0.002
"""Real time that other threads get before the clock jumps; it never does while the store writes."""


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if not timeout or timeout < 0:
            return super().select(timeout)
        events = super().select(min(timeout, GRACE_S))
        if not events and not self._loop.writes:
            self._loop.ahead_s += max(0.0, timeout - GRACE_S)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.ahead_s = 0.0
        self.writes: set[object] = set()
        """Rows that are on their way to the disk."""
        self._monotonic = time.monotonic
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self._monotonic() + self.ahead_s

    def watch(self, queue: Callable[..., Written]) -> Callable[..., Written]:
        """The same function, with what it queues counted among `writes` until it is written."""

        def watched(*arguments: Any) -> Written:
            written = queue(*arguments)
            self.writes.add(written)
            written.add_done_callback(self.writes.discard)
            return written

        return watched


def run(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine to its end; `time.monotonic` is the loop's clock meanwhile."""
    loop = VirtualLoop()
    with (
        mock.patch.object(time, "monotonic", loop.time),
        mock.patch.object(Writer, "post", loop.watch(Writer.post)),
        mock.patch.object(Writer, "put", loop.watch(Writer.put)),
        asyncio.Runner(loop_factory=lambda: loop) as runner,
    ):
        return runner.run(main())
