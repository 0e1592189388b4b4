"""Running a slow iterator in a thread of its own, a few items ahead of a loop that uses them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _End:
    error: Exception | None


class Ahead(Generic[Item]):
    """An iterator over the same items; an error on the way is raised where its item would have been."""

    def __init__(self, items: Iterable[Item], *, most: int) -> None:
        """Begin at once; at most `most` items wait to be taken."""
        self._items = items
        self._queue: Queue[Item | _End] = Queue(maxsize=most)
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._pump, name="ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item:
        item = self._queue.get()
        if not isinstance(item, _End):
            return item
        self._queue.put(_End(None))  # for whoever asks again
        if item.error is not None:
            raise item.error
        raise StopIteration

    def close(self) -> None:
        """Take no more items and wait for the one being made."""
        self._is_closed.set()
        while self._thread.is_alive():
            self._empty()  # a thread that waits for room gets it, and sees that it is not wanted
            self._thread.join(0.05)

    def _empty(self) -> None:
        try:
            while True:
                self._queue.get_nowait()
        except Empty:
            pass

    def _pump(self) -> None:
        error: Exception | None = None
        try:
            for item in self._items:
                self._queue.put(item)
                if self._is_closed.is_set():
                    return
        except Exception as raised:  # noqa: BLE001 - whatever it is, `__next__` raises it
            error = raised
        self._queue.put(_End(error))
