"""Running a blocking iterator in a thread, a bounded distance ahead of those who use its items."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")

AHEAD = 256
"""Items that may wait for a taker. Taking a huge article apart lasts a second or two, and so long
what waits should keep everyone busy; a planned call is some 10 kB."""


class Feed(Generic[Item]):
    """An async iterator over the items of batches; many workers may share it.

    It ends for all of them when the batches end; an error in the thread is raised by `close`.
    """

    def __init__(self, batches: Iterable[list[Item]], *, ahead: int = AHEAD) -> None:
        """Batches are taken in a thread, as long as fewer than `ahead` items wait for a taker."""
        self._batches = batches
        self._ahead = ahead
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[list[Item] | None] = asyncio.Queue()
        self._ready: deque[Item] = deque()
        self._refilling = asyncio.Lock()
        self._room = threading.Condition()
        self._waiting = 0
        """Items handed over and not taken yet; guarded by `_room`."""
        self._is_closed = False
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
                self._make_room(len(batch))
        return self._ready.popleft()

    async def close(self) -> None:
        """Take no more batches and end the thread; raises what went wrong in it."""
        with self._room:
            self._is_closed = True
            self._room.notify()
        await asyncio.to_thread(self._thread.join)
        if self._error is not None:
            raise self._error

    def _make_room(self, items: int) -> None:
        with self._room:
            self._waiting -= items
            self._room.notify()

    def _pump(self) -> None:
        try:
            for batch in self._batches:
                if batch:
                    self._hand_over(batch, len(batch))
                if not self._has_room():
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, `close` raises it
            self._error = error
        finally:
            self._hand_over(None, 0)

    def _hand_over(self, batch: list[Item] | None, items: int) -> None:
        with self._room:
            self._waiting += items
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits for it
            self._loop.call_soon_threadsafe(self._queue.put_nowait, batch)

    def _has_room(self) -> bool:
        """Wait for room; False where no more is wanted."""
        with self._room:
            self._room.wait_for(lambda: self._is_closed or self._waiting < self._ahead)
            return not self._is_closed
