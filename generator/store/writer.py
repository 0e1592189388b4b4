"""One thread that writes: rows from any thread or task, committed in groups, acknowledged when durable.

A commit waits for the disk (about 200 a second on a small machine); grouping whatever has arrived
meanwhile makes thousands of rows a second durable at the price of one wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue

GROUP_ROWS = 2_000
"""Rows per commit at most, so that a flood cannot make one transaction endless."""


Values = Callable[[], Sequence[object]]
"""Makes the values of a row; called in the writer's thread, which has the time to compress them."""


@dataclass(slots=True)
class _Write:
    statement: str
    values: Values
    written: Future[None] | asyncio.Future[None]


class Writer:
    """Owns the writing connection and its thread."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        *,
        make_room: Callable[[], bool] = lambda: False,
    ) -> None:
        """Start the thread; `make_room` is asked once to free space when the disk is full."""
        self._connect = connect
        self._make_room = make_room
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def put(self, statement: str, values: Values) -> Future[None]:
        """Queue one row. The future is done when the row is on the disk, or holds the error."""
        written: Future[None] = Future()
        self._queue.put(_Write(statement, values, written))
        return written

    def post(self, statement: str, values: Values) -> asyncio.Future[None]:
        """The same for tasks, which are told of a whole group by waking their loop once.

        The row is written even where the future is cancelled.
        """
        written = asyncio.get_running_loop().create_future()
        self._queue.put(_Write(statement, values, written))
        return written

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        connection = self._connect()
        try:
            while (group := self._next_group()) is not None:
                self._commit(connection, group)
        finally:
            connection.close()

    def _next_group(self) -> list[_Write] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        try:
            while len(group) < GROUP_ROWS:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)  # found again by the next round, after this group
                    break
                group.append(following)
        except Empty:
            pass
        return group

    def _commit(self, connection: sqlite3.Connection, group: list[_Write]) -> None:
        try:
            try:
                _insert(connection, group)
            except sqlite3.OperationalError:
                if not self._make_room():
                    raise
                _insert(connection, group)
        except sqlite3.Error as error:
            _tell(group, error)
        else:
            _tell(group, None)


def _tell(group: list[_Write], error: sqlite3.Error | None) -> None:
    """Let those who wait for a group know what became of it."""
    for loop, writes in groupby(group, _loop_of):
        futures = [write.written for write in writes]
        if loop is None:
            _settle(futures, error)
        else:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(_settle, futures, error)


def _loop_of(write: _Write) -> asyncio.AbstractEventLoop | None:
    return write.written.get_loop() if isinstance(write.written, asyncio.Future) else None


def _settle(
    futures: Sequence[Future[None] | asyncio.Future[None]], error: sqlite3.Error | None
) -> None:
    for future in futures:
        if future.done():
            continue  # cancelled
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
            future.exception()  # so that asyncio does not complain of one that nobody awaits


def _insert(connection: sqlite3.Connection, group: list[_Write]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for write in group:
            connection.execute(write.statement, write.values())
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
