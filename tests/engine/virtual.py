"""An event loop whose clock jumps to the next thing to happen, so that hours pass in a second."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from unittest import mock

Result = TypeVar("Result")
GRACE_S = 0.002
"""Real time that other threads (the store's writer) get before the clock jumps."""


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if not timeout or timeout < 0:
            return super().select(timeout)
        events = super().select(min(timeout, GRACE_S))
        if not events:
            self._loop.ahead_s += max(0.0, timeout - GRACE_S)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.ahead_s = 0.0
        self._monotonic = time.monotonic
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self._monotonic() + self.ahead_s


def run(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine to its end; `time.monotonic` is the loop's clock meanwhile."""
    loop = VirtualLoop()
    with (
        mock.patch.object(time, "monotonic", loop.time),
        asyncio.Runner(loop_factory=lambda: loop) as runner,
    ):
        return runner.run(main())
