"""Stopping: take no new call, let those in flight finish, keep what they bring."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Stop:
    """Whether a run should end, and why; shared by everything that takes part in it."""

    def __init__(self) -> None:
        """Not stopped."""
        self.reason = ""
        """Why the run ends, empty while it does not."""
        self.error: Exception | None = None
        """What ended it, where that was an error."""
        self._waiting: set[asyncio.Task[object]] = set()
        self._running: set[asyncio.Task[object]] = set()

    @property
    def is_set(self) -> bool:
        """True once the run should end."""
        return bool(self.reason)

    def set(self, reason: str, error: Exception | None = None) -> None:
        """End the run; the first reason stands. Workers that only wait are sent home at once."""
        if not self.reason:
            self.reason, self.error = reason, error
            for task in list(self._waiting):
                task.cancel()

    def check(self) -> None:
        """End the current task where the run should end."""
        if self.is_set:
            raise asyncio.CancelledError

    def cut_short(self) -> None:
        """Give up the calls in flight as well."""
        for task in list(self._running):
            task.cancel()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Mark the current task as one that `cut_short` ends."""
        task = _current()
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)

    @contextmanager
    def waiting(self) -> Iterator[Seat]:
        """Mark the current task as one that `set` ends, until it leaves its seat.

        A task that waits has nothing paid for in its hands.
        """
        self.check()
        seat = Seat(self._waiting, _current())
        try:
            yield seat
        finally:
            seat.leave()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Ctrl-C, SIGTERM and a lost terminal stop the run; the second gives up the calls in flight."""
        loop = asyncio.get_running_loop()

        def stop() -> None:
            if self.is_set:
                self.cut_short()
            else:
                self.set("interrupted")

        installed = []
        for number in _stopping_signals():
            try:
                loop.add_signal_handler(number, stop)
            except (NotImplementedError, RuntimeError, ValueError):
                continue  # not the main thread, or a system without them: its own handling stays
            installed.append(number)
        try:
            yield
        finally:
            for number in installed:
                loop.remove_signal_handler(number)


def _stopping_signals() -> Iterator[signal.Signals]:
    """SIGHUP only where nobody, such as nohup, has said that it is to be ignored."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            yield number


class Seat:
    """A place among those who wait."""

    def __init__(self, waiting: set[asyncio.Task[object]], task: asyncio.Task[object]) -> None:
        """Sit down."""
        self._waiting = waiting
        self._task = task
        waiting.add(task)

    def leave(self) -> None:
        """Stand up: from here on a stop lets the task finish."""
        self._waiting.discard(self._task)


def _current() -> asyncio.Task[object]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("not inside a task; this is a bug, please report it")
    return task
