"""Running a blocking iterator in a thread, a bounded distance ahead of those who use its items."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future
from typing import Generic, TypeVar

Item = TypeVar("Item")

LOOK_UP_S = 0.2
"""How long the thread waits for room before it looks whether it is still wanted."""


class Feed(Generic[Item]):
    """An async iterator over the items of batches; many workers may share it.

    It ends for all of them when the batches end; an error in the thread is raised by `close`.
    """

    def __init__(self, batches: Iterable[list[Item]], *, ahead: int = 2) -> None:
        """Batches are taken in a thread, at most `ahead` of them before they are asked for."""
        self._batches = batches
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[list[Item] | None] = asyncio.Queue(maxsize=ahead)
        self._ready: deque[Item] = deque()
        self._refilling = asyncio.Lock()
        self._closed = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._pump, name="feed", daemon=True)
        self._thread.start()

    def __aiter__(self) -> Feed[Item]:
        return self

    async def __anext__(self) -> Item:
        while not self._ready:
            async with self._refilling:
                if self._ready:
                    continue
                batch = await self._queue.get()
                if batch is None:
                    self._queue.put_nowait(None)  # for the next one who asks
                    raise StopAsyncIteration
                self._ready.extend(batch)
        return self._ready.popleft()

    async def close(self) -> None:
        """Take no more batches and end the thread; raises what went wrong in it."""
        self._closed.set()
        await asyncio.to_thread(self._thread.join)
        if self._error is not None:
            raise self._error

    def _pump(self) -> None:
        try:
            for batch in self._batches:
                if not self._hand_over(batch):
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, `close` raises it
            self._error = error
        self._hand_over(None)

    def _hand_over(self, batch: list[Item] | None) -> bool:
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits for it
            put = asyncio.run_coroutine_threadsafe(self._queue.put(batch), self._loop)
            while not self._closed.is_set():
                if _is_done(put):
                    return True
            put.cancel()
        return False


def _is_done(future: Future[None]) -> bool:
    with contextlib.suppress(TimeoutError, CancelledError):
        future.result(LOOK_UP_S)
        return True
    return False
